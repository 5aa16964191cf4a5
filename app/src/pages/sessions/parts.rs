//! Parts of the tables of sessions, and the table of one person's.

use domain::sessions::{DeviceKind, PersonSession, SessionFacts};
use leptos::prelude::*;

use crate::components::badge::badge_in_row;
use crate::components::form::Form;
use crate::components::icon::{icon_in_row, large_icon_in_row};
use crate::components::markup::Markup;
use crate::components::page::time_in_row;
use crate::markup;
use crate::text::{label, sessions as say};
use crate::view::view;

/// The sign of a kind of device.
pub(crate) const fn sign(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Computer => "monitor",
        DeviceKind::Tablet => "tablet",
        DeviceKind::Phone => "smartphone",
    }
}

/// The device beside its sign.
pub(super) fn device(facts: &SessionFacts) -> Markup {
    let due = incomplete(facts);
    markup!(
        r#"<span class="cluster nowrap">"# {icon_in_row(sign(facts.kind))} " " {say::device(facts)}
        "</span>" {due}
    )
}

/// Said of a session that is not complete.
fn incomplete(facts: &SessionFacts) -> Option<Markup> {
    (!facts.complete)
        .then(|| markup!(r#"<small class="muted">"# {label::SECOND_STEP_DUE} "</small>"))
}

/// IP, begin and when it was last seen.
pub(super) fn times(facts: &SessionFacts, seen_leaves: &'static str) -> Markup {
    markup!(
        r#"<td class="nowrap" data-p="3">"# {time_in_row(&facts.started)}
        r#"</td><td class="nowrap" data-p=""# {seen_leaves} r#"">"# {say::seen(facts)} "</td>"
    )
}

/// The session that the page belongs to.
pub(super) fn this_session() -> Markup {
    badge_in_row(Some("outline"), None, label::THIS_SESSION)
}

/// The button that ends a session: its value, with which the form around the table is sent.
pub(super) fn end(facts: &SessionFacts, what: &str) -> Markup {
    markup!(
        r#"<button class="button small" type="submit" name="session" value=""#
        {facts.session.to_string()} r#"" aria-label=""# {say::sign_out(what)} r#"">"#
        {label::SIGN_OUT} "</button>"
    )
}

/// The sessions of one person. With `may_end`, each that is open has a button that posts to
/// `action`; the one that asks has none.
pub(crate) fn table(
    sessions: &[PersonSession],
    one_store: bool,
    may_end: bool,
    action: &'static str,
) -> AnyView {
    let rows: Vec<AnyView> = sessions
        .iter()
        .map(|session| row(session, one_store, may_end))
        .collect();
    let store = (!one_store).then(|| view! { <th scope="col" data-p="2">{label::STORE}</th> });
    view! {
        <Form action class="" quiet=true>
            <table class="table plain">
                <thead>
                    <tr>
                        <th scope="col">{label::DEVICE}</th>
                        <th scope="col" data-p="2">{label::IP}</th>
                        <th scope="col" data-p="3">{label::STARTED}</th>
                        <th scope="col" data-p="1">{label::LAST_SEEN}</th>
                        {store}
                        <th scope="col">{label::STATE}</th>
                        <th scope="col" class="end"><span class="sr-only">{label::ACTION}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </Form>
    }
}

fn row(session: &PersonSession, one_store: bool, may_end: bool) -> AnyView {
    let facts = &session.facts;
    let store = (!one_store).then(|| markup!(r#"<td data-p="2">"# {say::store(facts)} "</td>"));
    let state = match session.ended {
        Some(_) => badge_in_row(None, None, label::ENDED),
        None if facts.current => this_session(),
        None => badge_in_row(Some("good"), None, label::ACTIVE),
    };
    let last = match session.ended {
        Some(why) => markup!(r#"<td class="end small muted">"# {say::ended(why)} "</td>"),
        None if may_end && !facts.current => {
            markup!(r#"<td class="end">"# {end(facts, say::device(facts))} "</td>")
        }
        None => markup!(r#"<td class="end"></td>"#),
    };
    markup!(
        r#"<tr><td><div class="who">"# {large_icon_in_row(sign(facts.kind))} " <div>"
        {say::device(facts)} {incomplete(facts)} r#"<small class="narrow-only">"#
        {say::narrow(&say::seen(facts), facts, one_store)}
        r#"</small></div></div></td><td data-p="2">"# {facts.ip.as_str()} "</td>"
        {times(facts, "1")} {store} "<td>" {state} "</td>" {last} "</tr>"
    )
    .view()
}
