//! Settings → Users: the list, New user, and a person's page.

pub mod access;
mod activity;
pub mod api;
mod details;
pub mod list;
pub mod new;
pub mod person;
mod query;
mod security;

use ::access::Rule;
use domain::users::GroupChoice;

use crate::components::choices::Choice;
use crate::components::summary::notice;
use crate::text;
use crate::text::label;

/// The list's address.
const LIST: &str = "/settings/users";

/// Values of `tab` on a person's page; Details is the tab without one.
mod tab {
    /// Groups and stores.
    pub(super) const ACCESS: &str = "access";
    /// How they sign in.
    pub(super) const SECURITY: &str = "security";
    /// What they did, and what was done to them.
    pub(super) const ACTIVITY: &str = "activity";
}

/// A group to tick: what it is for, or why it can't be given.
fn group_choice(group: GroupChoice) -> Choice {
    Choice {
        value: group.id.to_string(),
        label: group.name,
        help: if group.may_grant {
            group.summary
        } else {
            label::NOT_YOURS_TO_GIVE.to_owned()
        },
        ticked: false,
        locked: !group.may_grant,
    }
}

/// Why a person's page can't be changed by the one who looks.
fn locked_banner(why: &Rule) -> leptos::prelude::AnyView {
    notice("lock", text::rule(why))
}
