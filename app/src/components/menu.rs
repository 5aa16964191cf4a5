//! A menu of further actions: native details, closed by Escape and by going elsewhere.

use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::icon;
use crate::dom;
use crate::view::view;

/// An open menu of a row, which is made as text.
pub const ROW: &str = "details.menu[name=row][open]";

/// Escape closes the details around the focus that match, and leads back to what opened them.
pub fn close_by_key(event: &leptos::ev::KeyboardEvent, which: &str) {
    if event.key() != "Escape" {
        return;
    }
    if let Some(open) = dom::closest(event, which) {
        close_and_go_back(&open);
    }
}

fn close_and_go_back(open: &HtmlElement) {
    // Removing an attribute fails for no name of ours.
    _ = open.remove_attribute("open");
    if let Some(summary) = dom::all(open, "summary").first() {
        _ = summary.focus();
    }
}

/// Closes menus of rows once something else was pressed, or one of their entries.
pub fn close_rows(event: &web_sys::Event) {
    let Some(page) = document().document_element() else {
        return;
    };
    let pressed = dom::closest(event, ROW);
    let by_opener = dom::closest(event, "summary").is_some();
    for open in dom::all(&page, ROW) {
        if pressed.as_ref() != Some(&open) {
            _ = open.remove_attribute("open");
        } else if !by_opener {
            close_and_go_back(&open);
        }
    }
}

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
    let on_key = |event: leptos::ev::KeyboardEvent| close_by_key(&event, "details.menu[open]");
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
