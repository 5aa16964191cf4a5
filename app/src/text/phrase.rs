//! Sentences around a name or a number.

use access::{Permission, PermissionSet, TwoFactorPolicy};
use domain::audit::Whom;
use domain::form::NAME_MAX;
use domain::page::Count;
use domain::second_factor::{FactorView, RECOVERY_CODES, Verified};
use domain::shell::Theme;
use domain::users::UserSort;
use domain::when::Day;

use super::access::day as access_day;
use super::{count, label, lower_first, number, plural};

/// Aloud, for the button of the account menu.
#[must_use]
pub fn account_of(name: &str) -> String {
    format!("Account: {name}")
}

/// Aloud, for the mark.
#[must_use]
pub fn home_of(business: &str) -> String {
    format!("{business}, home")
}

/// Aloud, after the store was switched.
#[must_use]
pub fn store_is(store: &str) -> String {
    format!("Store: {store}")
}

/// A theme in the account menu.
#[must_use]
pub const fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "System",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

/// Title of a list in a store.
#[must_use]
pub fn in_store(list: &str, store: &str) -> String {
    format!("{list}, {store}")
}

/// Headline of a page that is not permitted.
#[must_use]
pub fn cant_open(path: &str) -> String {
    let place = match path.split('/').nth(1).unwrap_or_default() {
        "settings" if path.starts_with("/settings/users") => label::USERS,
        "settings" if path.starts_with("/settings/groups") => label::PERMISSION_GROUPS,
        "settings" if path.starts_with("/settings/who-can") => label::WHO_CAN,
        "settings" if path.starts_with("/settings/stores") => label::STORES,
        "settings" if path.starts_with("/settings/sessions") => label::SESSIONS,
        "settings" if path.starts_with("/settings/security") => label::SECURITY,
        "settings" if path.starts_with("/settings/business") => label::BUSINESS,
        "exports" => "this file",
        "settings" if path.starts_with("/settings/audit") => "the audit log",
        "customers" => access::Module::Customers.label(),
        "quotes" => access::Module::Quotes.label(),
        "jobs" => access::Module::Jobs.label(),
        "invoices" => access::Module::Invoices.label(),
        "inventory" => access::Module::Inventory.label(),
        _ => "this page",
    };
    format!("You can't open {place}")
}

/// What it would need to change what is shown.
#[must_use]
pub fn needs(permission: Permission) -> String {
    format!(
        "You can look at this. Changing it needs the permission {}.",
        permission.title()
    )
}

/// Greeting of the invited.
#[must_use]
pub fn welcome(first_name: &str) -> String {
    format!("Welcome, {first_name}")
}

/// Whether other sessions end with the old password.
#[must_use]
pub fn sign_out_others(n: u32) -> String {
    format!(
        "{} ({})",
        label::SIGN_OUT_OTHERS,
        plural(n as usize, "session", "sessions")
    )
}

/// Who invited, and where; their groups follow.
#[must_use]
pub fn invited_you(inviter: &str, business: &str) -> String {
    format!("{inviter} invited you to {business} as")
}

/// An invitation that nobody accepted in time.
#[must_use]
pub fn invite_ran_out(name: &str) -> String {
    format!("The invite of {name} has ended")
}

/// Invitations that are still out.
#[must_use]
pub fn waiting_invites(n: u32) -> String {
    plural(n as usize, "invite is waiting", "invites are waiting")
}

/// Somebody who has the address already, and left.
#[must_use]
pub fn deactivated_person(name: &str) -> String {
    format!("{name} (deactivated)")
}

/// A group that holds in one store.
#[must_use]
pub fn only_at(store: &str) -> String {
    format!("at {store} only")
}

/// Title of a group's page.
#[must_use]
pub fn group_title(name: &str) -> String {
    format!("{name}, group")
}

/// So many people.
#[must_use]
pub fn people(count: Count) -> String {
    let noun = if count.n == 1 && !count.more {
        "person"
    } else {
        "people"
    };
    format!("{} {noun}", super::count(count))
}

/// Name of a group's copy.
#[must_use]
pub fn copy_of(name: &str) -> String {
    let kept: String = name.chars().take(NAME_MAX - 12).collect();
    format!("Copy of {}", kept.trim_end())
}

/// Asks before changes are saved.
#[must_use]
pub fn save_question(name: &str) -> String {
    format!("Save changes to {}?", name.trim())
}

/// Asks before a group is deleted.
#[must_use]
pub fn delete_question(name: &str) -> String {
    format!("Delete the group {name}?")
}

/// Why some of a row can't be ticked.
#[must_use]
pub fn not_held(permissions: PermissionSet) -> String {
    let it = if permissions.len() == 1 { "it" } else { "them" };
    let labels: Vec<String> = permissions.iter().map(|p| p.label().to_owned()).collect();
    format!("You do not hold {it} yourself: {}", labels.join(", "))
}

/// What is different in a group's editor: how much, and what; nothing when nothing is.
#[must_use]
pub fn changes(
    added: PermissionSet,
    removed: PermissionSet,
    name: bool,
    summary: bool,
) -> Option<(String, String)> {
    const TOLD: usize = 3;
    let permissions = |set: PermissionSet, what: &'static str| {
        set.into_iter()
            .map(move |permission| format!("{} {what}", super::permission(permission)))
    };
    let words: Vec<String> = permissions(added, "added")
        .chain(permissions(removed, "removed"))
        .chain(name.then(|| "name".to_owned()))
        .chain(summary.then(|| "summary".to_owned()))
        .collect();
    if words.is_empty() {
        return None;
    }
    let count = format!("{}:", plural(words.len(), "change", "changes"));
    let mut told = words
        .iter()
        .take(TOLD)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if words.len() > TOLD {
        told += " and ";
        told += &(words.len() - TOLD).to_string();
        told += " more";
    }
    Some((count, told))
}

/// Aloud, for a module's level picker.
#[must_use]
pub fn level_of(module: access::Module) -> String {
    format!("{} level", module.label())
}

/// Head of a column.
#[must_use]
pub const fn column(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Name => label::NAME,
        UserSort::Groups => label::GROUPS,
        UserSort::Stores => label::STORES,
        UserSort::TwoFactor => "2FA",
        UserSort::LastSignIn => label::LAST_SIGN_IN,
        UserSort::Status => label::STATUS,
    }
}

/// Aloud, for the table of people.
#[must_use]
pub fn users_sorted(sort: UserSort, descending: bool) -> String {
    let way = match (sort, descending) {
        (UserSort::Name | UserSort::Groups | UserSort::Stores, false) => ", A to Z",
        (UserSort::Name | UserSort::Groups | UserSort::Stores, true) => ", Z to A",
        (UserSort::LastSignIn, false) => ", newest first",
        (UserSort::LastSignIn, true) => ", oldest first",
        (UserSort::TwoFactor | UserSort::Status, _) => "",
    };
    format!(
        "{}, sorted by {}{way}",
        label::USERS,
        column(sort).to_ascii_lowercase()
    )
}

/// Nobody is found; repeats what was looked for.
#[must_use]
pub fn nobody_matches(search: &str) -> String {
    if search.is_empty() {
        "Nobody matches".to_owned()
    } else {
        format!("Nobody matches “{search}”")
    }
}

/// The filters of the list in words; empty without any.
#[must_use]
pub fn filters_in_words(
    group: Option<&str>,
    store: Option<&str>,
    status: Option<&str>,
    two_factor: &str,
) -> String {
    let factor = match two_factor {
        "on" => Some("with 2FA"),
        "off" => Some("without 2FA"),
        _ => None,
    };
    let parts = [
        group.map(|group| format!("in the group {group}")),
        store.map(|store| format!("in {store}")),
        status.map(|status| format!("with status {status}")),
        factor.map(str::to_owned),
    ];
    let mut words = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
        words.push('.');
    }
    words
}

/// Numbers of the entries of the audit log that are shown.
#[must_use]
pub fn entries_shown(newest: i64, oldest: i64) -> String {
    if newest == oldest {
        return one_entry(newest);
    }
    format!("Entries {} to {}", entry(oldest), entry(newest))
}

/// Aloud, for an entry that stands by itself.
#[must_use]
pub fn one_entry(seq: i64) -> String {
    format!("{} {}", label::ENTRY, entry(seq))
}

/// Number of an entry.
#[must_use]
pub fn entry(seq: i64) -> String {
    number(usize::try_from(seq).unwrap_or(0))
}

/// How far back the log was looked at, where that was not far enough.
#[must_use]
pub fn looked_back_to(when: &str) -> String {
    format!("Looked back to {when}.")
}

/// What the last look at the chain found.
#[must_use]
pub fn chain_checked(when: &str, broken: Option<i64>) -> String {
    let when = lower_first(when);
    match broken {
        None => format!("Chain checked {when}, whole"),
        Some(seq) => format!("Chain checked {when}, broken at entry {}", entry(seq)),
    }
}

/// Says that the log was tampered with.
#[must_use]
pub fn chain_broken(seq: i64) -> String {
    format!("The audit log is broken at entry {}", entry(seq))
}

/// No entry is found; repeats what was looked for.
#[must_use]
pub fn no_entry_matches(search: &str, whom: &Whom, person: &str) -> String {
    match whom {
        Whom::Nobody => format!("Nobody is called “{person}”"),
        Whom::TooMany => format!("Too many people are called “{person}”"),
        Whom::Anybody | Whom::These(_) if search.is_empty() => "No entry matches".to_owned(),
        Whom::Anybody | Whom::These(_) => format!("No entry matches “{search}”"),
    }
}

/// The filters of the log in words; empty without any.
#[must_use]
pub fn audit_filters_in_words(parts: &[(&str, String)]) -> String {
    let parts = parts.iter().filter(|(_, value)| !value.is_empty());
    let words: Vec<String> = parts
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    words.join(" · ")
}

/// Asks before a person is deactivated.
#[must_use]
pub fn deactivate_question(name: &str) -> String {
    format!("Deactivate {name}?")
}

/// What deactivating does.
#[must_use]
pub fn deactivate_consequence(sessions: u32) -> String {
    let now = match sessions {
        0 => "They can't sign in any more.".to_owned(),
        1 => "Their 1 session ends now, and they can't sign in any more.".to_owned(),
        n => format!("Their {n} sessions end now, and they can't sign in any more."),
    };
    format!("{now} Their name stays on everything they did.")
}

/// The button that deactivates.
#[must_use]
pub fn deactivate_verb(first_name: &str) -> String {
    format!("Deactivate {first_name}")
}

/// Asks before a store is closed.
#[must_use]
pub fn close_question(store: &str) -> String {
    format!("Deactivate {store}?")
}

/// What closing a store does.
#[must_use]
pub fn close_consequence(people: Count) -> String {
    let keep = match people {
        Count { n: 0, more: false } => String::new(),
        Count { n: 1, more: false } => " The 1 person who works there keeps it.".to_owned(),
        many => format!(" The {} people who work there keep it.", count(many)),
    };
    format!("It is offered nowhere any more, and its records stay.{keep} It can be reactivated.")
}

/// A time zone by the place that people look for: *London (Europe)*.
#[must_use]
pub fn zone(name: &str) -> String {
    let plain = name.replace('_', " ");
    match plain.rsplit_once('/') {
        Some((area, city)) => format!("{city} ({area})"),
        None => plain,
    }
}

/// Asks for somebody's last day.
#[must_use]
pub fn last_day_of(name: &str) -> String {
    format!("Last day of {name}")
}

/// Says under a name when access ends, or ended.
#[must_use]
pub fn last_day_is(day: Day) -> String {
    format!("Last day: {}", access_day(day))
}

/// What a last day does.
#[must_use]
pub fn last_day_consequence(first_name: &str) -> String {
    format!(
        "{first_name} may work until the end of that day, by the clock of the business. Then every \
         session ends. Leave it empty for no last day."
    )
}

/// Asks before an invitation is taken back.
#[must_use]
pub fn withdraw_question(name: &str) -> String {
    format!("Withdraw the invite of {name}?")
}

/// Who asks for a second step, and what it takes; `who` is the business and its policy, when it
/// asks this person.
#[must_use]
pub fn asks_for_two_factor(who: Option<(&str, TwoFactorPolicy)>) -> String {
    let takes = "It takes two minutes and an authenticator app, such as the one built into your \
                 phone's password settings.";
    match who {
        Some((business, TwoFactorPolicy::Everyone)) => {
            format!("{business} asks everyone for a second step at sign-in. {takes}")
        }
        Some((business, _)) => {
            format!("{business} asks its admins for a second step at sign-in. {takes}")
        }
        None => format!("A second step at sign-in keeps others out. {takes}"),
    }
}

/// How many recovery codes are left.
#[must_use]
pub fn codes_left(left: u32) -> String {
    format!("{left} of {RECOVERY_CODES} left")
}

/// Why a second factor can't be turned off.
#[must_use]
pub fn cant_be_turned_off(policy: TwoFactorPolicy) -> String {
    let whom = match policy {
        TwoFactorPolicy::Everyone => label::REQUIRED_FOR_EVERYONE,
        _ => label::REQUIRED_FOR_ADMINS,
    };
    format!("{whom}, so it can't be turned off.")
}

/// One's own second factor in a sentence or two.
#[must_use]
pub fn own_factor(view: &FactorView) -> String {
    match &view.on {
        Some(on) if view.required => format!(
            "{} of {RECOVERY_CODES} recovery codes left. {}",
            on.codes_left,
            cant_be_turned_off(view.policy)
        ),
        Some(on) => format!("{} of {RECOVERY_CODES} recovery codes left.", on.codes_left),
        None => "A second step at sign-in, from an authenticator app.".to_owned(),
    }
}

/// Whether a second factor is asked of somebody in these groups.
#[must_use]
pub fn required(view: &FactorView, groups: &str) -> String {
    match (view.policy, view.required) {
        (TwoFactorPolicy::Off, _) => "Not required".to_owned(),
        (TwoFactorPolicy::Everyone, _) => label::REQUIRED_FOR_EVERYONE.to_owned(),
        (TwoFactorPolicy::Admins, true) => label::REQUIRED_FOR_ADMINS.to_owned(),
        (TwoFactorPolicy::Admins, false) if groups.is_empty() => {
            format!("{} only.", label::REQUIRED_FOR_ADMINS)
        }
        (TwoFactorPolicy::Admins, false) => {
            format!("Not for {groups}. {} only.", label::REQUIRED_FOR_ADMINS)
        }
    }
}

/// How many have no second factor yet.
#[must_use]
pub fn not_enrolled(missing: Count) -> String {
    format!("{} not enrolled", count(missing))
}

/// Whom it concerns when admins are asked.
#[must_use]
pub fn admins_concerned(people: Count, missing: Count) -> String {
    format!(
        "Admin, Super Admin, and whoever manages users, groups, billing or settings: {}.{}",
        self::people(people),
        at_once(missing)
    )
}

/// Whom it concerns when everyone is asked.
#[must_use]
pub fn everyone_concerned(people: Count, missing: Count) -> String {
    let concerned = self::people(people);
    if missing.n == 0 {
        return format!("{concerned}, all of them with 2FA.");
    }
    format!("{concerned}.{}", at_once(missing))
}

/// What happens to those who have no second factor when it is asked of them.
fn at_once(missing: Count) -> String {
    if missing.n == 0 {
        return String::new();
    }
    format!(
        " Those {} reach nothing but the set-up page until they are done, also where they are \
         signed in now. Who of them typed their password more than 10 minutes ago signs in again \
         first.",
        count(missing)
    )
}

/// Asks before a second factor is taken away.
#[must_use]
pub fn reset_factor_question(name: &str) -> String {
    format!("Reset 2FA of {name}?")
}

/// What the reset does.
#[must_use]
pub fn reset_factor_consequence(sessions: u32) -> String {
    let now = match sessions {
        0 => String::new(),
        1 => " Their 1 session ends now.".to_owned(),
        n => format!(" Their {n} sessions end now."),
    };
    format!(
        "Their app and their recovery codes stop working.{now} They are told by mail, and set it \
         up again after they sign in."
    )
}

/// The button that resets.
#[must_use]
pub fn reset_factor_verb(first_name: &str) -> String {
    format!("Reset 2FA of {first_name}")
}

/// How somebody's identity was verified.
#[must_use]
pub const fn verified(way: Verified) -> &'static str {
    match way {
        Verified::Phone => "By phone, on a number I knew before",
        Verified::Video => "By video",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_page_is_called_by_its_name() {
        assert_eq!(cant_open("/settings/users/new"), "You can't open Users");
        assert_eq!(cant_open("/settings/business"), "You can't open Business");
        assert_eq!(cant_open("/invoices"), "You can't open Invoices");
        assert_eq!(cant_open("/exports/users.csv"), "You can't open this file");
        assert_eq!(cant_open("/"), "You can't open this page");
    }

    #[test]
    fn asking_for_a_second_factor_says_what_happens_to_those_without_one() {
        let again = "signs in again first.";
        let (three, none) = (Count::capped(3), Count::capped(0));
        assert!(admins_concerned(three, three).ends_with(again));
        assert!(everyone_concerned(three, three).ends_with(again));
        assert!(admins_concerned(three, none).ends_with("settings: 3 people."));
        assert_eq!(
            everyone_concerned(three, none),
            "3 people, all of them with 2FA."
        );
    }

    #[test]
    fn a_time_zone_begins_with_its_city() {
        assert_eq!(zone("Europe/London"), "London (Europe)");
        assert_eq!(
            zone("America/Argentina/Buenos_Aires"),
            "Buenos Aires (America/Argentina)"
        );
        assert_eq!(zone("UTC"), "UTC");
    }

    #[test]
    fn closing_a_store_says_who_keeps_it() {
        assert_eq!(
            close_consequence(Count::capped(1)),
            "It is offered nowhere any more, and its records stay. The 1 person who works there \
             keeps it. It can be reactivated."
        );
    }

    #[test]
    fn filters_are_repeated_in_words() {
        assert_eq!(filters_in_words(None, None, None, ""), "");
        assert_eq!(
            filters_in_words(None, Some("Bath"), Some("Active"), "off"),
            "In Bath, with status Active, without 2FA."
        );
    }

    #[test]
    fn the_save_bar_tells_what_is_different() {
        let none = PermissionSet::EMPTY;
        assert_eq!(changes(none, none, false, false), None);
        let void = PermissionSet::of(Permission::InvoicesVoidPayment);
        assert_eq!(
            changes(void, none, false, false),
            Some((
                "1 change:".to_owned(),
                "Invoices: Void payment added".to_owned()
            ))
        );
        assert_eq!(
            changes(PermissionSet::VIEWS, void, true, true),
            Some((
                "8 changes:".to_owned(),
                "Customers: View added, Quotes: View added, Jobs: View added and 5 more".to_owned()
            ))
        );
    }

    #[test]
    fn a_copy_is_named_after_its_group_and_is_not_too_long() {
        assert_eq!(copy_of("Sales"), "Copy of Sales");
        let long = copy_of(&"é".repeat(NAME_MAX));
        assert!(long.chars().count() + 4 <= NAME_MAX, "{long}");
    }

    #[test]
    fn deactivating_restates_its_consequence() {
        assert_eq!(
            deactivate_consequence(1),
            "Their 1 session ends now, and they can't sign in any more. Their name stays on everything they did."
        );
    }
}
