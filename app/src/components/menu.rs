//! A menu of further actions: native details, closed by Escape and by going elsewhere.

use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon;
use crate::dom;
use crate::view::view;

/// A menu of further actions.
#[component]
pub fn Menu(
    /// What it is for, said aloud.
    label: &'static str,
    /// Entries: `<li>` each.
    children: Children,
) -> AnyView {
    let menu = NodeRef::<Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            if let Some(summary) =
                dom::closest(&event, "details").and_then(|d| d.query_selector("summary").ok()?)
            {
                _ = summary.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        }
    };
    let on_leave = move |event: leptos::ev::FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let away = menu.get_untracked().is_some_and(|menu| {
            // A press inside gives the focus to the page as a whole in some browsers.
            to.is_some_and(|to| !menu.contains(Some(&to)) && !to.contains(Some(&menu)))
        });
        if away {
            close();
        }
    };
    Effect::new(move |_| {
        let elsewhere = window_event_listener(leptos::ev::click, move |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            if !menu
                .get_untracked()
                .is_some_and(|menu| menu.contains(target.as_ref()))
            {
                close();
            }
        });
        on_cleanup(move || elsewhere.remove());
    });
    view! {
        <details class="menu" node_ref=menu on:keydown=on_key on:focusout=on_leave>
            <summary class="button square" aria-label=label>{icon("ellipsis")}</summary>
            <div class="popover"><ul class="menu-list">{children()}</ul></div>
        </details>
    }
}
