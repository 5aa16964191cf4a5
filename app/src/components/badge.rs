//! A word with a tone. The tone never stands alone.

use domain::mail::MailState;
use domain::users::Status;
use leptos::prelude::*;

use super::icon::icon_in_row;
use super::markup::Markup;
use crate::text::label;
use crate::view::view;
use crate::{markup, text};

/// A badge. `tone` is `good`, `info`, `bad`, `outline`, or nothing for the quiet one.
#[must_use]
pub fn badge(
    tone: Option<&'static str>,
    sign: Option<&'static str>,
    word: &'static str,
) -> AnyView {
    badge_in_row(tone, sign, word).view()
}

/// A badge in a row that is made as text.
#[must_use]
pub fn badge_in_row(
    tone: Option<&'static str>,
    sign: Option<&'static str>,
    word: &'static str,
) -> Markup {
    let tone = tone.map(|tone| markup!(r#" data-tone=""# {tone} r#"""#));
    markup!(r#"<span class="badge""# {tone} ">" {sign.map(icon_in_row)} {word} "</span>")
}

/// A person's status.
#[must_use]
pub fn status_badge(status: Status, invite_expired: bool) -> AnyView {
    status_in_row(status, invite_expired).view()
}

/// A person's status in a row that is made as text.
#[must_use]
pub fn status_in_row(status: Status, invite_expired: bool) -> Markup {
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
    badge_in_row(tone, Some(sign), word)
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
    view! { {badge(tone, Some(sign), word)} {reason} }
}
