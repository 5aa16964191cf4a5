//! The audit log in words: what was done, what was refused and why, what is different.

use access::{Denied, Level, Module, Permission, RowLevel, Rule};
use domain::audit::{AuditRow, AuditValue, Cause, ObjectKind, Outcome, Span};
use domain::profile::ALL_STORES;
use domain::shell::Theme;
use domain::users::Status;

use super::{errors, facts, label, lower_first, phrase};

/// Words for an operation.
struct Words {
    name: &'static str,
    /// What it is called when it was done, as a headline: *Invite sent*. Empty for what only looks
    /// and so is in the log only when it is refused.
    done: &'static str,
    /// The same after the name of whoever did it; `{}` is what it was done to.
    did: &'static str,
    /// What somebody wanted to do who was refused: *Invite somebody*.
    wish: &'static str,
}

macro_rules! words {
    ($($name:literal: $done:literal, $did:literal, $wish:literal;)+) => {
        const WORDS: &[Words] = &[$(
            Words { name: $name, done: $done, did: $did, wish: $wish },
        )+];
    };
}

words! {
    "session.sign_in": "Signed in", "signed in", "Sign in";
    "session.fail": "Sign-in failed", "tried to sign in as {}", "Sign in";
    "session.sign_out": "Signed out", "signed out", "Sign out";
    "session.expire": "Session over", "ended the session of {}", "End a session";
    "session.door": "", "", "See the sign-in page";
    "session.list": "", "", "See the sessions";
    "session.end": "Session ended", "ended a session of {}", "End a session";
    "session.end_others": "All other sessions ended", "ended all other sessions", "End all other sessions";
    "user.sign_out": "Signed out everywhere", "signed {} out everywhere", "Sign somebody out everywhere";
    "user.sign_out_many": "Several signed out everywhere", "signed several people out everywhere", "Sign several people out everywhere";
    "profile.sessions": "", "", "See their own sessions";
    "profile.end_session": "Own session ended", "ended an own session on another device", "End an own session";
    "profile.end_other_sessions": "Own other sessions ended", "ended all own sessions on other devices", "End all own other sessions";
    "user.lock": "Account locked", "locked the account of {}", "Lock an account";
    "invite.view": "", "", "See an invite";
    "invite.accept": "Invite accepted", "accepted the invite", "Accept an invite";
    "password.check": "", "", "Check a password";
    "password.forgot": "Password reset asked for", "asked for a new password", "Set a new password";
    "password.reset": "Password reset", "set a new password by mail", "Set a new password";
    "password.choose": "Password replaced", "replaced a password that was too short", "Set a new password";
    "password.change": "Password changed", "changed the password", "Change the password";
    "password.view": "", "", "See their own password page";
    "password.view_reset": "", "", "Set a new password";
    "password.view_choice": "", "", "Set a new password";
    "session.pass_second_factor": "Second step passed", "passed the second step", "Pass the second step";
    "two_factor.begin": "Two-factor begun", "began to set up two-factor", "Set up two-factor";
    "two_factor.confirm": "Two-factor on", "set up two-factor", "Set up two-factor";
    "two_factor.finish": "Recovery codes saved", "saved the recovery codes", "Set up two-factor";
    "two_factor.renew_codes": "Recovery codes renewed", "made new recovery codes", "Make new recovery codes";
    "two_factor.turn_off": "Two-factor off", "turned two-factor off", "Turn two-factor off";
    "two_factor.view": "", "", "Set up two-factor";
    "two_factor.codes": "", "", "Download recovery codes";
    "profile.two_factor": "", "", "See their own two-factor";

    "user.invite": "Invite sent", "invited {}", "Invite somebody";
    "user.resend_invite": "Invite sent again", "sent the invite of {} again", "Send an invite again";
    "user.withdraw_invite": "Invite withdrawn", "withdrew the invite of {}", "Withdraw an invite";
    "user.update": "Details changed", "changed the details of {}", "Change somebody's details";
    "user.set_avatar": "Picture changed", "changed the picture of {}", "Change somebody's picture";
    "user.remove_avatar": "Picture removed", "removed the picture of {}", "Remove somebody's picture";
    "user.change_email": "New email asked for", "asked for a new email of {}", "Change somebody's email";
    "user.withdraw_email": "New email withdrawn", "withdrew the new email of {}", "Withdraw somebody's new email";
    "user.set_access": "Access changed", "changed the access of {}", "Change somebody's access";
    "user.deactivate": "Deactivated", "deactivated {}", "Deactivate somebody";
    "user.deactivate_many": "Several deactivated", "deactivated several people", "Deactivate several people";
    "user.set_last_day": "Last day changed", "changed the last day of {}", "Change somebody's last day";
    "user.last_day_over": "Last day over", "ended the access of {}", "End somebody's access";
    "user.reactivate": "Reactivated", "reactivated {}", "Reactivate somebody";
    "user.send_reset": "Password reset sent", "sent a password reset to {}", "Send a password reset";
    "user.unlock": "Unlocked", "unlocked {}", "Unlock an account";
    "user.reset_two_factor": "Two-factor reset", "reset two-factor of {}", "Reset somebody's two-factor";
    "user.view_sign_in": "", "", "See how somebody signs in";
    "user.list": "", "", "See the users";
    "user.export": "", "", "Export the users";
    "user.new": "", "", "Invite somebody";
    "user.view": "", "", "See a person";
    "user.access": "", "", "See somebody's access";
    "user.check_access": "", "", "Change somebody's access";
    "user.preview_access": "", "", "Change somebody's access";
    "user.activity": "", "", "See what somebody did";

    "import.check": "File checked", "checked the file {}", "Import people";
    "import.view": "", "", "See an import";
    "import.export": "", "", "Download an import with its problems";
    "import.apply": "People imported", "invited the people of {}", "Import people";

    "group.create": "Group created", "created the group {}", "Create a group";
    "group.update": "Group changed", "changed the group {}", "Change a group";
    "group.duplicate": "Group duplicated", "made the group {} from another", "Duplicate a group";
    "group.delete": "Group deleted", "deleted the group {}", "Delete a group";
    "group.list": "", "", "See the permission groups";
    "group.view": "", "", "See a group";
    "group.new": "", "", "Create a group";
    "group.check": "", "", "Change a group";
    "group.preview": "", "", "Change a group";

    "who_can.view": "", "", "See who can do something";
    "who_can.export": "", "", "Export who can do something";
    "access.export": "", "", "Export everybody's access";

    "store.create": "Store added", "added the store {}", "Add a store";
    "store.update": "Store changed", "changed the store {}", "Change a store";
    "store.deactivate": "Store deactivated", "deactivated the store {}", "Deactivate a store";
    "store.reactivate": "Store reactivated", "reactivated the store {}", "Reactivate a store";
    "store.new": "", "", "Add a store";
    "store.switch": "Store chosen", "chose {}", "Choose a store";
    "store.list": "", "", "See the stores";
    "store.view": "", "", "See a store";

    "profile.view": "", "", "See their own profile";
    "profile.update": "Profile changed", "changed their own details", "Change their own details";
    "profile.set_avatar": "Picture changed", "changed their own picture", "Change their own picture";
    "profile.remove_avatar": "Picture removed", "removed their own picture", "Remove their own picture";
    "avatar.view": "", "", "See a picture";
    "profile.change_email": "New email asked for", "asked for a new email", "Change their own email";
    "profile.withdraw_email": "New email withdrawn", "withdrew the new email", "Withdraw their own new email";
    "email.view_confirm": "", "", "Confirm a new email";
    "email.confirm": "Email changed", "confirmed a new email", "Confirm a new email";
    "profile.set_theme": "Theme changed", "changed the theme", "Change the theme";
    "shell.view": "", "", "Open Keyholder";
    "home.view": "", "", "See Home";

    "business.update": "Business changed", "changed the business to {}", "Change the business";
    "business.update_billing": "Billing changed", "changed the billing part of {}", "Change the billing part";
    "business.view": "", "", "See the business";

    "security.update": "Security changed", "changed the security settings", "Change the security settings";
    "security.view": "", "", "See the security settings";

    "business.create": "Business set up", "set up {}", "Set the business up";
    "sample.fill": "Sample made", "made the sample {}", "Make the sample";
    "backup.restore": "Backup restored", "restored a backup", "Restore a backup";
    "key.rotate": "Secret key replaced", "replaced the secret key", "Replace the secret key";
    "rescue.create_owner": "Super Admin made by command", "made {} Super Admin", "Make a Super Admin";
    "rescue.reset_two_factor": "Two-factor reset by command", "reset two-factor of {}", "Reset somebody's two-factor";
    "rescue.unlock": "Unlocked by command", "unlocked {}", "Unlock an account";
    "rescue.send_reset": "Password reset sent by command", "sent a password reset to {}", "Send a password reset";
    "setup.view": "", "", "Set the business up";

    "customer.list": "", "", "See the customers";
    "quote.list": "", "", "See the quotes";
    "job.list": "", "", "See the jobs";
    "invoice.list": "", "", "See the invoices";
    "inventory.list": "", "", "See the inventory";

    "audit.list": "", "", "See the audit log";
    "audit.export": "", "", "Export the audit log";
    "refusal.record": "", "", "Record a refusal";
    "health.process": "", "", "Ask whether Keyholder runs";
    "health.ready": "", "", "Ask whether Keyholder is ready";
}

fn words(action: &str) -> Option<&'static Words> {
    WORDS.iter().find(|words| words.name == action)
}

/// What the filter offers: names of operations with their words, in groups.
#[must_use]
pub fn actions() -> Vec<(&'static str, Vec<(String, String)>)> {
    let mut groups: Vec<(&'static str, Vec<(String, String)>)> = Vec::new();
    for words in WORDS.iter().filter(|words| !words.done.is_empty()) {
        let group = group(words.name);
        let option = (words.name.to_owned(), words.done.to_owned());
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, options)) => options.push(option),
            None => groups.push((group, vec![option])),
        }
    }
    groups
}

/// What an operation belongs to.
fn group(action: &str) -> &'static str {
    match action.split('.').next().unwrap_or_default() {
        "session" | "invite" | "email" | "password" | "two_factor" => "Signing in",
        _ if action == "user.lock" => "Signing in",
        "user" | "import" | "rescue" => label::PEOPLE,
        "group" => label::GROUPS,
        "store" => label::STORES,
        "profile" => label::MY_PROFILE,
        "business" | "security" | "sample" | "backup" | "key" => "Business",
        _ => "Other",
    }
}

/// An operation by name, where it was not said what came of it.
#[must_use]
pub fn action(name: &str) -> &'static str {
    words(name).map_or("Other", |words| words.done)
}

/// What was done: the headline of an entry.
#[must_use]
pub fn what(row: &AuditRow) -> &'static str {
    match words(&row.action) {
        Some(words) if row.outcome == Outcome::Done || row.action == FAILED => words.done,
        _ if row.outcome == Outcome::Refused && mistyped(row) => "Not accepted",
        _ if row.outcome == Outcome::Refused => "Not allowed",
        _ => "Other",
    }
}

/// What is refused by nature, and has its own headline.
const FAILED: &str = "session.fail";

/// Whether something was refused for what was typed, such as a wrong password, and not for a right
/// that is missing.
fn mistyped(row: &AuditRow) -> bool {
    !row.reason.is_empty() && Denied::from_code(&row.reason).is_none()
}

/// On what: what it was done to, or what somebody wanted to do.
#[must_use]
pub fn on_what(row: &AuditRow) -> String {
    if row.outcome == Outcome::Done || row.action == FAILED {
        return object(row);
    }
    let wish = words(&row.action).map_or(row.action.as_str(), |words| words.wish);
    if row.object.is_empty() {
        wish.to_owned()
    } else {
        format!("{wish}: {}", row.object)
    }
}

fn object(row: &AuditRow) -> String {
    if row.object.is_empty() && row.object_kind == ObjectKind::Store.key() {
        super::ALL_STORES.to_owned()
    } else {
        row.object.clone()
    }
}

/// Who did it.
#[must_use]
pub fn who(row: &AuditRow) -> &str {
    if row.who.is_empty() {
        "Somebody"
    } else {
        &row.who
    }
}

/// On a narrow page: on what, and by whom.
#[must_use]
pub fn on_what_by(row: &AuditRow) -> String {
    match (on_what(row), who(row)) {
        (on_what, who) if on_what == who || on_what.is_empty() => who.to_owned(),
        (on_what, who) => format!("{on_what}, by {who}"),
    }
}

/// The whole of it in a sentence.
#[must_use]
pub fn sentence(row: &AuditRow) -> String {
    let who = who(row);
    let words = words(&row.action);
    if row.outcome == Outcome::Refused && row.action != FAILED {
        let wish = words.map_or(row.action.as_str(), |words| words.wish);
        let about = if row.object.is_empty() {
            String::new()
        } else {
            format!(" ({})", row.object)
        };
        let came = if mistyped(row) {
            "tried to"
        } else {
            "was not allowed to"
        };
        return format!("{who} {came} {}{about}", lower_first(wish));
    }
    let did = words.map_or("did something to {}", |words| words.did);
    format!("{who} {}", did.replace("{}", &object(row)))
}

/// Why it was refused, or why Keyholder did it by itself; nothing where that goes without saying.
#[must_use]
pub fn reason(row: &AuditRow) -> Option<String> {
    match row.outcome {
        Outcome::Refused => Some(refusal(&row.reason)),
        Outcome::Done => why(&row.reason),
    }
}

/// The code of a refusal in words.
fn refusal(code: &str) -> String {
    match Denied::from_code(code) {
        Some(Denied::Hidden) => {
            "It is not there, or not theirs to know. They were told that it is not there."
                .to_owned()
        }
        Some(Denied::Forbidden { missing }) => {
            format!("The permission {} is missing.", missing.title())
        }
        Some(Denied::Rule(rule)) => stands_against(&rule),
        None => why(code).unwrap_or_default(),
    }
}

/// The rule that stood against somebody (product §2.4).
fn stands_against(rule: &Rule) -> String {
    match rule {
        Rule::SelfChange => {
            "Nobody changes their own groups, overrides, stores or status.".to_owned()
        }
        Rule::AboveYou => {
            "That person holds a permission that they do not, so only somebody who holds it may."
                .to_owned()
        }
        Rule::BeyondYou { permissions } => format!(
            "They can't give what they do not hold in every store concerned: {}.",
            errors::labels(*permissions)
        ),
        Rule::NotTheirStore => {
            "A store is concerned in which they may not manage people.".to_owned()
        }
        Rule::TwoFactorRequired => "They had to set up two-factor first.".to_owned(),
        Rule::NeedsSuperAdmin
        | Rule::SuperAdminReach
        | Rule::LastSuperAdmin
        | Rule::LastStore
        | Rule::NotByImport
        | Rule::ThisSession
        | Rule::GroupLocked
        | Rule::GroupBuiltIn
        | Rule::NeedsGroup => errors::rule(rule),
    }
}

/// A reason that Keyholder gives by a code; one that somebody wrote stands as it is. Nothing where
/// what was done says it already.
#[must_use]
pub fn why(code: &str) -> Option<String> {
    if let Some(cause) = Cause::from_key(code) {
        return Some(along_the_way(cause).to_owned());
    }
    let said = match code {
        "" | "password_checked" | "own_session" | "link_holder" | "asked_at_the_door"
        | "setup_link_holder" | "limit" | "refusal" => return None,
        "idle" => "Nothing was done there for a while.",
        "too_old" => "It was open for very long.",
        "same_browser" => "Another session began in the same browser.",
        "five_wrong_tries" => "There were 5 wrong tries.",
        "hundred_wrong_tries" => "There were 100 wrong tries in a row.",
        "last_day_over" => "The last day was over.",
        "wrong_try" => "The password was wrong, or the account could not be signed in to.",
        "wrong_password" => "The password was wrong.",
        "wrong_code" => "The code was wrong.",
        "group_gives_it" => "Their group gives it now, so the override was no longer needed.",
        "user_command" => "It was done by the command keyholder user, on the server.",
        "restore_command" => "It was done by the command keyholder restore, on the server.",
        "rotate_command" => "It was done by the command keyholder key rotate, on the server.",
        "demo_command" => "It was made by the command keyholder demo.",
        written => written,
    };
    Some(said.to_owned())
}

/// Why something was done along the way.
const fn along_the_way(cause: Cause) -> &'static str {
    match cause {
        Cause::Imported => "They were in an imported file.",
        Cause::GroupDeleted => "A group of theirs was deleted, and its people moved.",
    }
}

/// A badge for what came of it; what was done needs none.
#[must_use]
pub const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "Done",
        Outcome::Refused => "Refused",
    }
}

/// A span of days in the filter.
#[must_use]
pub const fn span(span: Span) -> &'static str {
    match span {
        Span::Today => "Today",
        Span::Week => "Last 7 days",
        Span::Month => "Last 30 days",
        Span::Between => "Between two dates",
    }
}

/// A kind of thing in the filter.
#[must_use]
pub const fn object_kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::User => label::PEOPLE,
        ObjectKind::Group => "Permission groups",
        ObjectKind::Store => label::STORES,
        ObjectKind::Import => "Imports",
        ObjectKind::Business => "Business",
    }
}

/// The name of a field that differs.
#[must_use]
pub fn field(way: &[String]) -> String {
    let whole = match way {
        // That they are permissions, the permissions say themselves.
        [first, rest @ ..] if first == "permissions" && !rest.is_empty() => rest,
        way => way,
    };
    let words: Vec<String> = whole
        .iter()
        .enumerate()
        .map(
            |(at, part)| match (Permission::from_key(part), Module::from_key(part)) {
                (Some(permission), _) => match permission.module() {
                    Some(module) => format!("{}, {}", module.label(), permission.label()),
                    None => permission.label().to_owned(),
                },
                (None, Some(module)) => module.label().to_owned(),
                (None, None) if at == 0 => plain(part),
                (None, None) => lower_first(&plain(part)),
            },
        )
        .collect();
    words.join(", ")
}

/// A name of the database as words: `last_name` is *Last name*.
fn plain(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// A value before or after a change.
#[must_use]
pub fn value(way: &[String], value: Option<&AuditValue>) -> String {
    let name = way.last().map_or("", String::as_str);
    let is_permission = Permission::from_key(name).is_some();
    match value {
        None | Some(AuditValue::Flag(false)) if is_permission => "not given".to_owned(),
        Some(AuditValue::Flag(true)) if is_permission => "given".to_owned(),
        None => "nothing".to_owned(),
        Some(AuditValue::Flag(true)) => "Yes".to_owned(),
        Some(AuditValue::Flag(false)) => "No".to_owned(),
        Some(AuditValue::At(when)) => facts::day_and_time(when),
        Some(AuditValue::Text(text)) => {
            word(name, text).map_or_else(|| text.clone(), str::to_owned)
        }
    }
}

/// A word of the database, in a field that holds such.
fn word(field: &str, text: &str) -> Option<&'static str> {
    match (field, text) {
        ("state", _) => Status::from_key(text).map(facts::status),
        ("default_store", ALL_STORES) => Some(super::ALL_STORES),
        ("theme", _) => Theme::from_key(text).map(phrase::theme),
        ("level", "custom") => Some(RowLevel::Custom.label()),
        ("level", _) => Level::from_key(text).map(Level::label),
        ("stage", "full") => Some("Complete"),
        ("stage", "half") => Some("Second step still due"),
        _ => None,
    }
}

/// Two texts as what they share at the beginning, the two that differ, and what they share at the
/// end; whole words only.
#[must_use]
pub fn shared<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str, &'a str, &'a str) {
    let words = |text: &'a str| -> Vec<&'a str> { text.split_inclusive(' ').collect() };
    let (old, new) = (words(before), words(after));
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let length = |words: &[&str]| words.iter().map(|word| word.len()).sum::<usize>();
    let head = old.iter().zip(&new).take_while(same).count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(same)
        .count();
    let (head, tail) = (length(&old[..head]), length(&old[old.len() - tail..]));
    (
        &before[..head],
        &before[head..before.len() - tail],
        &after[head..after.len() - tail],
        &before[before.len() - tail..],
    )
}

#[cfg(test)]
mod tests;
