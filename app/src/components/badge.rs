//! A word with a tone. The tone never stands alone.

use domain::users::{MailState, Status};
use leptos::prelude::*;

use super::icon;
use crate::text;
use crate::text::label;

/// A badge. `tone` is `good`, `info`, `bad`, `outline`, or nothing for the quiet one.
#[must_use]
pub fn badge(
    tone: Option<&'static str>,
    sign: Option<&'static str>,
    word: &'static str,
) -> AnyView {
    view! { <span class="badge" data-tone=tone>{sign.map(icon)}{word}</span> }.into_any()
}

/// A person's status.
#[must_use]
pub fn status_badge(status: Status, invite_expired: bool) -> AnyView {
    let (tone, sign) = match status {
        Status::Invited => (Some("info"), "mail"),
        Status::Active => (Some("good"), "circle-check"),
        Status::Locked => (Some("bad"), "lock"),
        Status::Deactivated => (None, "circle-slash"),
    };
    let word = if status == Status::Invited && invite_expired {
        label::INVITED_EXPIRED
    } else {
        text::status(status)
    };
    badge(tone, Some(sign), word)
}

/// What became of a mail, and why it did not go out.
#[must_use]
pub fn mail_badge(state: &MailState) -> AnyView {
    let (word, reason) = text::mail_state(state);
    let (tone, sign) = match state {
        MailState::Queued => (Some("info"), "send"),
        MailState::Sent => (Some("good"), "check"),
        MailState::Retrying { .. } | MailState::Failed { .. } => (Some("bad"), "triangle-alert"),
    };
    let reason = reason.map(|reason| view! { <p class="small muted">{reason}</p> });
    view! { {badge(tone, Some(sign), word)} {reason} }.into_any()
}
