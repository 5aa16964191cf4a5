//! Tab Activity: what the person did, and what was done to them.

use domain::audit::{ActivityView, AuditEntries};
use leptos::prelude::*;

use super::Tab;
use super::api::ViewActivity;
use super::person::{id_of_address, no_question, of_query, person_page};
use crate::components::empty::empty;
use crate::load::load;
use crate::pages::audit::entries::{Links, entries};
use crate::text::label;
use crate::view::view;
use crate::wire;

/// What a person did, and what was done to them.
#[component]
pub fn UserActivityPage() -> AnyView {
    let (id, before, entry) = (id_of_address(), of_query("before"), of_query("entry"));
    let activity = load::<ViewActivity>(move || {
        vec![
            ("id", id.get()),
            ("before", before.get()),
            ("entry", entry.get()),
        ]
    });
    person_page(
        Tab::Activity,
        activity,
        no_question,
        move |view: ActivityView| {
            let before = before.get_untracked();
            let tab = activity_tab(view.user.id, view.entries, view.one_store, &before);
            (view.user, tab)
        },
    )
}

/// The entries; `before` is the one that the page comes after, if it is not the newest.
fn activity_tab(
    person: domain::UserId,
    view: AuditEntries,
    one_store: bool,
    before: &str,
) -> AnyView {
    if view.rows.is_empty() && view.open.is_none() {
        let heading = view! { <h2>{label::NOTHING_DONE}</h2> };
        return view! { <section class="panel">{empty("scroll-text", heading, ().into_any(), ().into_any())}</section> };
    }
    let address = |before: &str, entry: Option<i64>| {
        let entry = entry.map(|entry| entry.to_string()).unwrap_or_default();
        let query = [("before", before), ("entry", &entry)];
        wire::address(&Tab::Activity.of(person), &query)
    };
    let links = Links {
        open: &|entry| address(before, entry),
        older: &|before| {
            let before = before.map(|before| before.to_string());
            address(before.as_deref().unwrap_or_default(), None)
        },
        only: None,
    };
    entries(view, one_store, !before.is_empty(), &links)
}
