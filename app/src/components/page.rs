//! The head of a page: title of the window, breadcrumb, heading, tabs.

use leptos::prelude::*;
use leptos_meta::Title;

use super::icon;
use super::markup::{Markup, escaped};
use crate::state::State;
use crate::text::label;
use crate::view::{Views, view};
use crate::{markup, text};

/// Title of the browser's window; tells of a form that was refused.
#[component]
pub fn PageTitle(
    /// What the page is.
    #[prop(into)]
    text: String,
) -> AnyView {
    let state = State::here();
    let refused = move || state.trouble.with(|trouble| trouble.error.is_some());
    if cfg!(feature = "ssr") {
        // As it is now: Leptos writes the head outside of the page's own arena, where another
        // request's signals may stand. And it writes it as it is given.
        let title = escaped(&text::window_title(&text, untrack(refused)));
        return view! { <Title text=title/> };
    }
    view! { <Title text=move || text::window_title(&text, refused())/> }
}

/// The way back up: links, then where one is.
#[must_use]
pub fn crumbs(up: Vec<(&'static str, &'static str)>, here: String) -> AnyView {
    let up = up
        .into_iter()
        .map(|(name, href)| view! { <li><a href=href>{name}</a></li> });
    view! {
        <nav class="crumbs" aria-label=label::BREADCRUMB>
            <ol>{up.views()}<li aria-current="page">{here}</li></ol>
        </nav>
    }
}

/// A line of facts: what, and how it stands.
#[must_use]
pub fn fact(what: &'static str, how: AnyView) -> AnyView {
    view! { <dt>{what}</dt><dd>{how}</dd> }
}

/// A time with its machine-readable form.
#[must_use]
pub fn time(when: &domain::When) -> AnyView {
    time_in_row(when).view()
}

/// A point in time inside a sentence: *since today 09:41*.
#[must_use]
pub fn time_inside(when: &domain::When) -> AnyView {
    let said = text::lower_first(&text::day_and_time(when));
    markup!(r#"<time datetime=""# {when.iso.as_str()} r#"">"# {said} "</time>").view()
}

/// A time in a row that is made as text.
#[must_use]
pub fn time_in_row(when: &domain::When) -> Markup {
    markup!(r#"<time datetime=""# {when.iso.as_str()} r#"">"# {text::day_and_time(when)} "</time>")
}

/// A link to what is shown as a file. It bypasses the router, and has no `download`, with which a
/// browser would keep the page that says no under the file's name.
#[must_use]
pub fn export_link(href: String, name: &'static str) -> AnyView {
    view! { <a class="button" href=href rel="external">{icon("download")} " " {name}</a> }
}
