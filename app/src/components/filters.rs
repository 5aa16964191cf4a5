//! The filters of a list: a plain GET form, sent by itself while one types and chooses.

use domain::shell::StoreChoice;
use leptos::prelude::*;

use super::choices::{Options, option_list};
use super::icon;
use super::list::{Ask, FILTERS};
use crate::text::label;
use crate::view::view;

/// The form around the filters of the list at this address.
#[must_use]
pub fn filters(list: &'static str, ask: Ask, inside: AnyView) -> AnyView {
    let apply = format!(
        "<button class=\"button\" type=\"submit\">{}</button>",
        label::APPLY
    );
    view! {
        <form
            class="filters"
            id=FILTERS
            role="search"
            action=list
            on:input=move |event| ask.later(&event)
            on:change=move |event| ask.now(&event)
            on:submit=move |event| {
                event.prevent_default();
                ask.now(&event);
            }
        >
            {inside}
            // A browser with script must not even parse it.
            <noscript inner_html=apply></noscript>
        </form>
    }
}

/// A field to type into, with its sign before it.
#[must_use]
pub fn search(
    name: &'static str,
    sign: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
) -> AnyView {
    view! {
        <span class="affix">
            {icon(sign)}
            " "
            <input type="search" name=name value=value autocomplete="off" aria-label=label placeholder=hint/>
        </span>
    }
}

/// The choice of none, and these behind it.
#[must_use]
pub fn any_of(all: &str, rest: impl Iterator<Item = (String, String)>) -> Options {
    std::iter::once(any(all)).chain(rest).collect()
}

/// The choice of none.
#[must_use]
pub fn any(all: &str) -> (String, String) {
    (String::new(), all.to_owned())
}

/// A list to choose one from.
#[must_use]
pub fn filter(name: &'static str, label: &'static str, options: Options, chosen: &str) -> AnyView {
    view! {
        <span class="select">
            <select name=name aria-label=label>{option_list(options, chosen)}</select>
            {icon("chevron-down")}
        </span>
    }
}

/// A list to choose one from, in named groups behind the first choice.
#[must_use]
pub fn grouped_filter(
    name: &'static str,
    label: &'static str,
    first: (String, String),
    groups: Vec<(&'static str, Options)>,
    chosen: &str,
) -> AnyView {
    let groups: Vec<_> = groups
        .into_iter()
        .map(|(group, options)| {
            view! { <optgroup label=group>{option_list(options, chosen)}</optgroup> }
        })
        .collect();
    view! {
        <span class="select">
            <select name=name aria-label=label>{option_list(vec![first], chosen)} {groups}</select>
            {icon("chevron-down")}
        </span>
    }
}

/// One store or any of them; nothing in a one-store business, which has none to choose from.
#[must_use]
pub fn store_filter(name: &'static str, stores: &[StoreChoice], chosen: &str) -> Option<AnyView> {
    (!stores.is_empty()).then(|| {
        let stores = stores
            .iter()
            .map(|store| (store.id.to_string(), store.name.clone()));
        filter(name, label::STORE, any_of(label::ANY_STORE, stores), chosen)
    })
}
