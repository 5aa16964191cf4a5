//! Settings → Users: the list, New user, and a person's page.

pub mod access;
pub mod activity;
pub mod api;
pub mod details;
pub mod list;
mod many;
pub mod new;
mod person;
mod query;
pub mod security;

use ::access::{Rule, SUPER_ADMIN};
use domain::shell::StoreChoice;
use domain::users::GroupChoice;

use crate::components::choices::{Choice, Options};
use crate::components::summary::notice;
use crate::text;
use crate::text::{label, phrase};

/// The list's address.
const LIST: &str = "/settings/users";

/// A part of a person's page, each a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    /// Names, contact and last day.
    Details,
    /// Groups and stores.
    Access,
    /// How they sign in.
    Security,
    /// What they did, and what was done to them.
    Activity,
}

impl Tab {
    /// What its address adds to the person's.
    const fn path(self) -> &'static str {
        match self {
            Self::Details => "",
            Self::Access => "/access",
            Self::Security => "/security",
            Self::Activity => "/activity",
        }
    }

    /// Its address for a person; a query follows with its own mark.
    fn of(self, person: domain::UserId) -> String {
        format!("{LIST}/{person}{}", self.path())
    }
}

/// Where a group can hold: in all their stores, or in one; nothing in a one-store business.
fn wheres(stores: &[StoreChoice]) -> Options {
    let all = (!stores.is_empty()).then(|| (String::new(), label::ALL_THEIR_STORES.to_owned()));
    let one = |store: &StoreChoice| (store.id.to_string(), phrase::only_at(&store.name));
    all.into_iter().chain(stores.iter().map(one)).collect()
}

/// A group to tick: what it is for, or why it can't be given; and where it can hold.
fn group_choice(group: GroupChoice, wheres: &Options) -> Choice {
    // Super Admin is for all stores, always (product §2.2).
    let placed = group.may_grant && group.built_in.as_deref() != Some(SUPER_ADMIN);
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
        places: if placed {
            wheres.clone()
        } else {
            Options::new()
        },
    }
}

/// Why a person's page can't be changed by the one who looks.
fn locked_banner(why: &Rule) -> leptos::prelude::AnyView {
    notice("lock", text::rule(why))
}
