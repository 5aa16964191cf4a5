//! The foot of a list: which rows are shown, and the pages before and after.

use domain::Page;
use leptos::prelude::*;

use super::icon;
use crate::text;
use crate::text::label;
use crate::view::view;

/// The foot of a list. `address` makes the link to the page of a cursor.
pub fn pager<T>(page: &Page<T>, address: impl Fn(&str) -> String) -> AnyView {
    let shown = text::rows_shown(page.first, page.rows.len(), page.total);
    let previous = page.previous.as_deref().map(&address);
    let next = page.next.as_deref().map(&address);
    let both = previous.is_some() || next.is_some();
    view! {
        <footer class="pager">
            <span>{shown}</span>
            {both.then(|| steps(previous, next))}
        </footer>
    }
}

fn steps(previous: Option<String>, next: Option<String>) -> AnyView {
    let disabled = |href: &Option<String>| href.is_none().then_some("true");
    let role = |href: &Option<String>| href.is_none().then_some("link");
    view! {
        <nav class="actions" aria-label=label::PAGES>
            <a class="button small" aria-disabled=disabled(&previous) role=role(&previous) href=previous>
                {icon("chevron-left")} " " {label::PREVIOUS}
            </a>
            " "
            <a class="button small" aria-disabled=disabled(&next) role=role(&next) href=next>
                {label::NEXT} " " {icon("chevron-right")}
            </a>
        </nav>
    }
}
