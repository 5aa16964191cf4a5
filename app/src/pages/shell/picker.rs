//! The store picker: search, a list of submit buttons, and the keyboard. Absent with one store.

use domain::shell::{ShellView, StoreChoice};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::components::form::Form;
use crate::components::icon;
use crate::components::live::{holds, live};
use crate::dom;
use crate::state::State;
use crate::text;
use crate::text::label;
use crate::view::{Views, view};

/// Id of the search.
const SEARCH: &str = "find-store";
/// Value of *All my stores* in the form.
const ALL: &str = "all";

/// What the top bar says is chosen; nothing where there is nothing to choose.
pub(super) fn chosen_name(view: &ShellView) -> Option<String> {
    let found = view
        .stores
        .iter()
        .find(|store| Some(store.id) == view.chosen);
    (!view.stores.is_empty())
        .then(|| found.map_or_else(|| text::ALL_STORES.to_owned(), |store| store.name.clone()))
}

pub(super) fn picker(view: &ShellView) -> Option<AnyView> {
    let chosen = chosen_name(view)?;
    let state = State::here();
    let wanted = RwSignal::new(String::new());
    let all = row(
        ALL.to_owned(),
        text::ALL_STORES.to_owned(),
        None,
        view.chosen.is_none(),
    );
    let stores = view.stores.iter().enumerate().map(|(at, store)| {
        let StoreChoice { id, name, code } = store.clone();
        let words = text::lower(&format!("{name} {code}"));
        let hidden = holds(move || !wanted.with(|wanted| words.contains(wanted.trim())));
        let row = row(id.to_string(), name, Some(code), view.chosen == Some(id));
        view! { <li class=if at == 0 { "rule" } else { "" } hidden=hidden>{row}</li> }
    });
    let stores = stores.views();
    // Searching needs script, so the field comes with it.
    let search = live(move || {
        state.hydrated.get().then(|| {
            view! {
                <span class="affix">
                    {icon("search")}
                    " "
                    <input
                        type="search"
                        id=SEARCH
                        aria-label=label::FIND_STORE
                        placeholder=label::FIND_STORE
                        autocomplete="off"
                        prop:value=wanted
                        on:input:target=move |event| wanted.set(text::lower(&event.target().value()))
                    />
                </span>
            }
        })
    });
    let picker = view! {
        <button
            class="button ghost store-button"
            type="button"
            popovertarget="store-picker"
            on:click=move |_| {
                wanted.set(String::new());
                dom::focus_soon(SEARCH);
            }
        >
            {icon("store")}
            " "
            <span class="sr-only">{label::STORE_COLON}" "</span>
            <span class="name">{chosen}</span>
            " "
            {icon("chevrons-up-down")}
        </button>
        <Form action="/api/stores/switch" id="store-picker" class="popover at-picker picker" popover=true quiet=true>
            <div on:keydown=on_key>
                {search}
                <ul class="menu-list" aria-label=label::MY_STORES>
                    <li hidden=holds(move || !wanted.with(String::is_empty))>{all}</li>
                    {stores}
                </ul>
            </div>
        </Form>
    };
    Some(picker)
}

fn row(value: String, name: String, code: Option<String>, chosen: bool) -> AnyView {
    let sign = if code.is_none() { "layers" } else { "store" };
    view! {
        <button name="store" value=value aria-current=chosen.then_some("true")>
            {icon(sign)}
            " "
            <span>{name}</span>
            {code.map(|code| view! { " "<span class="code push">{code}</span> })}
            {chosen.then(|| view! { " "{icon("check")} })}
        </button>
    }
}

/// Arrow keys, Home and End move through the stores; Enter in the search takes the first that is
/// left; any letter goes to the search. Escape closes, which the browser does.
fn on_key(event: KeyboardEvent) {
    let Some(form) = dom::closest(&event, "form") else {
        return;
    };
    let rows = dom::all(&form, "li:not([hidden]) > button");
    let at = dom::focused(&rows);
    let key = event.key();
    if let Some(row) = dom::step(&key, at, rows.len()).and_then(|to| rows.get(to)) {
        event.prevent_default();
        // A button of an open popover can always have the focus.
        _ = row.focus();
        return;
    }
    match (key.as_str(), at) {
        ("Enter", None) => {
            event.prevent_default();
            if let Some(first) = rows.first() {
                first.click();
            }
        }
        ("ArrowUp", Some(_)) => {
            event.prevent_default();
            dom::focus(SEARCH);
        }
        // The letter is typed where the focus is by then.
        (key, Some(_))
            if key.chars().count() == 1 && key != " " && !event.ctrl_key() && !event.meta_key() =>
        {
            dom::focus(SEARCH);
        }
        _ => {}
    }
}
