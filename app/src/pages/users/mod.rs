//! Settings → Users: the list, New user, and a person's page.

mod access;
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
use crate::text;
use crate::text::label;

/// The list's address.
const LIST: &str = "/settings/users";

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
    use leptos::prelude::*;

    view! {
        <div class="banner" data-tone="info">{crate::components::icon("lock")} <p>{text::rule(why)}</p></div>
    }
    .into_any()
}
