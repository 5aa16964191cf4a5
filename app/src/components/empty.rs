//! A list or page with nothing on it: what it is for, and what to do next.

use leptos::prelude::*;

use super::icon;

use crate::view::view;

/// Nothing here: a sign, a heading, sentences, and buttons.
#[must_use]
pub fn empty(sign: &'static str, heading: AnyView, body: AnyView, actions: AnyView) -> AnyView {
    view! {
        <div class="empty">
            {icon(sign)}
            {heading}
            {body}
            <div class="actions">{actions}</div>
        </div>
    }
}
