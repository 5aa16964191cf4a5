//! The filters of the log.

use domain::audit::{AuditView, ObjectKind, Outcome, Span, Whom};
use leptos::prelude::*;

use super::LIST;
use super::query::{name, of_filters};
use crate::components::filters::{
    any, any_of, filter, filters as list_filters, grouped_filter, search, store_filter,
};
use crate::components::list::Ask;
use crate::text::{audit, label};
use crate::view::view;

/// Asks for the log that the filters say.
pub(super) fn ask() -> Ask {
    Ask::new(of_filters, &[name::SEARCH, name::PERSON])
}

pub(super) fn filters(view: &AuditView, ask: Ask) -> AnyView {
    let query = &view.query;
    let dates = Span::ALL
        .iter()
        .map(|span| (span.key().to_owned(), audit::span(*span).to_owned()));
    let between = query.date == Span::Between.key();
    let days = between.then(|| {
        view! {
            {day(name::FROM, label::FIRST_DAY, query.from.clone())}
            {day(name::TO, label::LAST_DAY, query.to.clone())}
        }
    });
    let kinds = ObjectKind::ALL
        .iter()
        .map(|kind| (kind.key().to_owned(), audit::object_kind(*kind).to_owned()));
    // One thing that a link led to stays until another choice is made.
    let one = view.object.clone().map(|name| (query.object.clone(), name));
    let objects = any_of(label::ANY_OBJECT, kinds.chain(one));
    let outcomes = Outcome::ALL
        .iter()
        .map(|one| (one.key().to_owned(), audit::outcome(*one).to_owned()));
    let inside = view! {
        {search(name::SEARCH, "search", label::SEARCH_LOG, label::SEARCH_LOG_HINT, query.q.clone())}
        {filter(name::DATE, label::DATE, any_of(label::ANY_TIME, dates), &query.date)}
        {days}
        {search(name::PERSON, "circle-user-round", label::PERSON, label::ANYBODY, person(view))}
        {grouped_filter(name::ACTION, label::ACTION, any(label::ANY_ACTION), audit::actions(), &query.action)}
        {store_filter(name::STORE, &view.stores, &query.store)}
        {filter(name::OBJECT, label::OBJECT, objects, &query.object)}
        {filter(name::RESULT, label::RESULT, any_of(label::ANY_RESULT, outcomes), &query.result)}
    };
    list_filters(LIST, ask, inside)
}

/// What the person's field holds: a name, also where a link led here by an id.
fn person(view: &AuditView) -> String {
    match &view.whom {
        Whom::These(names) if names.len() == 1 => names[0].clone(),
        _ => view.query.person.clone(),
    }
}

fn day(name: &'static str, label: &'static str, value: String) -> AnyView {
    view! { <input class="input" type="date" name=name value=value aria-label=label/> }
}

/// The filters in words, for a page that found nothing.
pub(super) fn in_words(view: &AuditView) -> String {
    let query = &view.query;
    let store = view
        .stores
        .iter()
        .find(|store| store.id.to_string() == query.store);
    let object = ObjectKind::from_key(&query.object).map(audit::object_kind);
    let object = object.map(str::to_owned).or_else(|| view.object.clone());
    let action = (!query.action.is_empty()).then(|| audit::action(&query.action));
    let parts = [
        (
            label::DATE,
            word(Span::from_key(&query.date).map(audit::span)),
        ),
        (label::FIRST_DAY, query.from.clone()),
        (label::LAST_DAY, query.to.clone()),
        (label::PERSON, person(view)),
        (label::ACTION, word(action)),
        (label::STORE, word(store.map(|store| store.name.as_str()))),
        (label::OBJECT, object.unwrap_or_default()),
        (
            label::RESULT,
            word(Outcome::from_key(&query.result).map(audit::outcome)),
        ),
    ];
    crate::text::phrase::audit_filters_in_words(&parts)
}

fn word(word: Option<&str>) -> String {
    word.unwrap_or_default().to_owned()
}
