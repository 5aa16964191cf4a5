//! Tab Activity: what the person did, and what was done to them.

use domain::audit::AuditEntries;
use leptos::prelude::*;

use super::{LIST, tab};
use crate::components::empty::empty;
use crate::pages::audit::entries::{Links, entries};
use crate::text::label;

/// The tab of a person; `before` is the entry that the page comes after, if it is not the newest.
pub(super) fn activity_tab(
    person: domain::UserId,
    view: AuditEntries,
    one_store: bool,
    before: &str,
) -> AnyView {
    if view.rows.is_empty() && view.open.is_none() {
        let heading = view! { <h2>{label::NOTHING_DONE}</h2> }.into_any();
        return view! { <section class="panel">{empty("scroll-text", heading, ().into_any(), ().into_any())}</section> }
            .into_any();
    }
    let address = |before: &str, entry: Option<i64>| {
        let mut to = format!("{LIST}/{person}?tab={}", tab::ACTIVITY);
        if !before.is_empty() {
            to.push_str("&before=");
            to.push_str(before);
        }
        if let Some(entry) = entry {
            to.push_str("&entry=");
            to.push_str(&entry.to_string());
        }
        to
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
