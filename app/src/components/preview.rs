//! The body of the dialog that says what a change of rights does, before it is saved (product
//! §2.5): who gains, who loses, who has it anyway and why.

use domain::preview::{Felt, GroupPreview, Held, Line, PersonPreview};
use domain::users::StoresLine;
use leptos::prelude::*;

use super::{avatar, icon};
use crate::text;
use crate::text::{label, preview as say};
use crate::view::{Views, view};

/// What a change of a group does to its members.
#[must_use]
pub fn group_preview(preview: GroupPreview) -> AnyView {
    let GroupPreview {
        added,
        removed,
        gains,
        loses,
        anyway,
        anyway_more,
        clearable: _,
    } = preview;
    let nothing = match (gains.is_empty(), loses.is_empty()) {
        (true, true) => Some(label::NOBODY_GAINS_OR_LOSES),
        (true, false) => Some(label::NOBODY_GAINS),
        (false, true) => Some(label::NOBODY_LOSES),
        (false, false) => None,
    };
    let nothing = nothing.map(str::to_owned);
    let one = added.union(removed).len() == 1;
    let part = |felt: Felt, gain: bool| {
        let heading = say::people(felt.people, gain, felt.permissions);
        let more = (felt.people as usize).saturating_sub(felt.first.len());
        let names = say::names(&felt.more, more - felt.more.len().min(more));
        let people = felt.first.into_iter().map(person).views();
        section(
            heading,
            people,
            (more > 0).then(|| (say::more(more), names)),
        )
    };
    let (gains, loses) = (
        gains.into_iter().map(|felt| part(felt, true)).views(),
        loses.into_iter().map(|felt| part(felt, false)).views(),
    );
    view! { {gains} {loses} {rest(nothing, say::anyway_all(&anyway, anyway_more, one))} }
}

/// What a change of one person's access does; `name` is how they are called in a sentence.
#[must_use]
pub fn person_preview(name: &str, preview: PersonPreview) -> AnyView {
    let PersonPreview {
        gains,
        loses,
        anyway,
    } = preview;
    let nothing = (gains.is_empty() && loses.is_empty()).then(|| say::nothing_changes(name));
    let part = |held: Vec<Held>, gain: bool| {
        (!held.is_empty()).then(|| {
            let heading = say::person(name, gain, held.len());
            section(heading, held.into_iter().map(permission).collect(), None)
        })
    };
    let (gains, loses) = (part(gains, true), part(loses, false));
    view! { {gains} {loses} {rest(nothing, say::anyway_all(&anyway, 0, false))} }
}

/// A heading, some lines, and more of them behind a press.
fn section(heading: String, lines: Vec<AnyView>, more: Option<(String, String)>) -> AnyView {
    let more = more.map(|(summary, names)| {
        view! {
            <details class="disclosure">
                <summary>{icon("chevron-right")} " " {summary}</summary>
                <p class="small muted">{names}</p>
            </details>
        }
    });
    view! {
        <section class="stack tight">
            <h3>{heading}</h3>
            <ul class="gain">{lines}</ul>
            {more}
        </section>
    }
}

/// Who gains or loses nothing, and for whom it makes no difference.
fn rest(nothing: Option<String>, anyway: String) -> Option<AnyView> {
    (nothing.is_some() || !anyway.is_empty()).then(|| {
        view! {
            <section class="stack tight">
                {nothing.map(|nothing| view! { <h3>{nothing}</h3> })}
                {(!anyway.is_empty()).then(|| view! { <p class="small muted">{anyway}</p> })}
            </section>
        }
    })
}

fn person(line: Line) -> AnyView {
    let Line { name, places } = line;
    view! { <li class="who">{avatar(&name)} " " <span>{name}</span> " " {place(places)}</li> }
}

fn permission(held: Held) -> AnyView {
    view! { <li class="who"><span>{text::permission(held.permission)}</span> " " {place(held.places)}</li> }
}

fn place(places: Option<StoresLine>) -> Option<AnyView> {
    let places = places.map(|places| text::stores_line(&places))?;
    Some(view! { <span class="muted push">{places}</span> })
}
