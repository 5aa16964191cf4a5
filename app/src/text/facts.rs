//! How facts are put into words: dates, states, modules, what was done.

use access::Module;
use domain::Toast;
use domain::mail::{MailKind, MailState, MailTrouble};
use domain::shell::SettingsPage;
use domain::users::{Status, StoresLine};
use domain::when::{Day, When};

use super::{label, plural};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day: *20 November 2026*, *Today*.
#[must_use]
pub fn date(day: Day) -> String {
    match day {
        Day::Today => "Today".to_owned(),
        Day::Yesterday => "Yesterday".to_owned(),
        Day::Tomorrow => "Tomorrow".to_owned(),
        Day::Date(year, month, day) => {
            let month = usize::try_from(month - 1)
                .ok()
                .and_then(|at| MONTHS.get(at));
            format!("{day} {} {year}", month.unwrap_or(&""))
        }
    }
}

/// A point in time: *Today 09:41*, *20 November 2026, 09:41*.
#[must_use]
pub fn day_and_time(when: &When) -> String {
    let comma = if matches!(when.day, Day::Date(..)) {
        ","
    } else {
        ""
    };
    format!("{}{comma} {}", date(when.day), when.time)
}

/// When something was done, and by whom if that is known.
#[must_use]
pub fn done_by(when: &When, who: Option<&str>) -> String {
    match who {
        Some(who) => format!("{} by {who}", day_and_time(when)),
        None => day_and_time(when),
    }
}

/// A person's status.
#[must_use]
pub const fn status(status: Status) -> &'static str {
    match status {
        Status::Invited => "Invited",
        Status::Active => "Active",
        Status::Locked => "Locked",
        Status::Deactivated => "Deactivated",
    }
}

/// A person's stores in one line.
#[must_use]
pub fn stores_line(line: &StoresLine) -> String {
    match line {
        StoresLine::All(n) => format!("All {n}"),
        StoresLine::These(names) if names.is_empty() => "None".to_owned(),
        StoresLine::These(names) => names.join(", "),
    }
}

/// Somebody's groups, and the stores that are theirs: *Super Admin, all stores*.
#[must_use]
pub fn reach(groups: &str, stores: &StoresLine) -> String {
    match stores {
        StoresLine::All(_) => format!("{groups}, all stores"),
        StoresLine::These(names) => format!("{groups}, in {}", names.join(", ")),
    }
}

/// What a mail tells.
#[must_use]
pub const fn mail_kind(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Invite => "Invitation",
        MailKind::Reset => "Link to a new password",
        MailKind::PasswordChanged => "Password was changed",
        MailKind::EmailLink => "Link to confirm a new email",
        MailKind::EmailAsked => "A new email was asked for",
        MailKind::EmailChanged => "Email was changed",
        MailKind::NewDevice => "Sign-in from a new device",
        MailKind::TwoFactorOn => "Two-factor was turned on",
        MailKind::TwoFactorOff => "Two-factor was turned off",
        MailKind::RecoveryCodesRenewed => "New recovery codes",
        MailKind::RecoveryCodeUsed => "A recovery code was used",
        MailKind::TwoFactorReset => "Two-factor was reset",
    }
}

/// What became of a mail: a word, and the reason where it did not go out.
#[must_use]
pub fn mail_state(state: &MailState) -> (&'static str, Option<String>) {
    match state {
        MailState::Queued => ("Queued", None),
        MailState::Sent => ("Sent", None),
        MailState::Retrying { trouble, said } => {
            ("Not sent yet", Some(mail_trouble(*trouble, said)))
        }
        MailState::Failed { trouble, said } => ("Failed", Some(mail_trouble(*trouble, said))),
    }
}

/// What stood against a mail, and what the mail server or the machine said of it.
#[must_use]
pub fn mail_trouble(trouble: MailTrouble, said: &str) -> String {
    let what = match trouble {
        MailTrouble::Unreachable => "The mail server can't be reached",
        MailTrouble::Slow => "The mail server took too long",
        MailTrouble::Insecure => "There is no secure connection to the mail server",
        MailTrouble::Refused => "The mail server refused it",
        MailTrouble::Sender => "The sender that Keyholder was given can't be read",
        MailTrouble::Receiver => "The email is not one whole address",
        MailTrouble::Shape => "The mail could not be put together",
        MailTrouble::Sealed => "It was sealed under another secret key",
        MailTrouble::Folder => "The folder of mails can't be written to",
        MailTrouble::Over => "The link in it was over before it could go out",
    };
    if said.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {said}")
    }
}

/// Name and address of a page of Settings.
#[must_use]
pub const fn settings_page(page: SettingsPage) -> (&'static str, &'static str) {
    match page {
        SettingsPage::Users => ("Users", "/settings/users"),
        SettingsPage::Groups => ("Groups", "/settings/groups"),
        SettingsPage::WhoCan => (label::WHO_CAN, "/settings/who-can"),
        SettingsPage::Stores => ("Stores", "/settings/stores"),
        SettingsPage::Audit => (label::AUDIT_LOG, "/settings/audit"),
        SettingsPage::Security => ("Security", "/settings/security"),
        SettingsPage::Sessions => (label::SESSIONS, "/settings/sessions"),
        SettingsPage::Business => (label::BUSINESS, "/settings/business"),
    }
}

/// What a module is for: what its empty list is called, and why one would have one.
#[must_use]
pub const fn module_purpose(module: Module) -> (&'static str, &'static str) {
    match module {
        Module::Customers => (
            "No customers yet",
            "People and companies you work for, with their address and everything you did for them.",
        ),
        Module::Quotes => (
            "No quotes yet",
            "A quote says what, when and for how much. Send it, and turn it into a job when the customer says yes.",
        ),
        Module::Jobs => (
            "No jobs yet",
            "A job follows an accepted quote from picking to return, piece by piece.",
        ),
        Module::Invoices => (
            "No invoices yet",
            "An invoice asks for the money. Payments are recorded on it until nothing is open.",
        ),
        Module::Inventory => (
            "No items yet",
            "Every piece with its number, condition and place, so that nobody promises what is out.",
        ),
        Module::Settings => ("Nothing to set yet", ""),
    }
}

/// A notice of what was done.
#[must_use]
pub fn toast(toast: &Toast) -> String {
    // A table and one way to put its words together: a format for each costs the browser's code more.
    let (before, name, after, sessions) = match toast {
        Toast::Invited { name } => ("Invite sent to ", &**name, "", 0),
        Toast::InviteResent { name } => ("Invite sent again to ", &**name, "", 0),
        Toast::InviteWithdrawn { name } => ("Invite of ", &**name, " withdrawn", 0),
        Toast::DetailsSaved { name } => ("Details of ", &**name, " saved", 0),
        Toast::AccessSaved { name } => ("Access of ", &**name, " saved", 0),
        Toast::StoreDeactivated { name } => ("", &**name, " deactivated", 0),
        Toast::Deactivated { name, sessions } => ("", &**name, " deactivated", *sessions),
        Toast::DeactivatedMany { people, sessions } => {
            return several(*people, " deactivated", *sessions);
        }
        Toast::SignedOutMany { people } => return several(*people, " signed out", 0),
        Toast::Imported { people } => return several(*people, " invited", 0),
        Toast::Reactivated { name } | Toast::StoreReactivated { name } => {
            ("", &**name, " reactivated", 0)
        }
        Toast::LastDaySet { name, day } => {
            return format!("Last day of {name} is {}", super::access::day(*day));
        }
        Toast::LastDayCleared { name } => ("Last day of ", &**name, " cleared", 0),
        Toast::ResetSent { name } => ("Password reset sent to ", &**name, "", 0),
        Toast::Unlocked { name } => ("", &**name, " unlocked", 0),
        Toast::SignedOut { name, sessions: 0 } => ("", &**name, " was signed in nowhere", 0),
        Toast::SignedOut { name, sessions } => ("", &**name, " signed out", *sessions),
        Toast::SessionsEnded { sessions: 0 } => ("No other session was open", "", "", 0),
        Toast::SessionsEnded { sessions } => return ended(*sessions),
        Toast::PasswordChanged { sessions } => ("Password changed", "", "", *sessions),
        Toast::PasswordSet => ("Password set. Sign in with it", "", "", 0),
        Toast::TwoFactorOn => ("Two-factor is on", "", "", 0),
        Toast::CodesSaved => ("Recovery codes saved", "", "", 0),
        Toast::TwoFactorOff => ("Two-factor is off", "", "", 0),
        Toast::TwoFactorReset { name, sessions } => {
            ("Two-factor of ", &**name, " reset", *sessions)
        }
        Toast::SecuritySaved => ("Security saved", "", "", 0),
        Toast::PictureSaved => ("Picture saved", "", "", 0),
        Toast::PictureRemoved => ("Picture removed", "", "", 0),
        Toast::EmailAsked { email } => ("A link is on its way to ", &**email, "", 0),
        Toast::EmailWithdrawn => ("The email stays as it is", "", "", 0),
        Toast::EmailChanged { email } => ("Email changed to ", &**email, "", 0),
        Toast::ProfileSaved => ("Profile saved", "", "", 0),
        Toast::BusinessSaved => ("Business saved", "", "", 0),
        Toast::BillingSaved => ("Billing saved", "", "", 0),
        Toast::GroupCreated { name } => ("", &**name, " created", 0),
        Toast::GroupSaved { name } | Toast::StoreSaved { name } => ("", &**name, " saved", 0),
        Toast::GroupDeleted { name } => ("", &**name, " deleted", 0),
        Toast::StoreCreated { name } => ("", &**name, " added", 0),
        Toast::SetUp { name } => ("", &**name, " is set up", 0),
    };
    let done = [before, name, after].concat();
    and_ended(done, sessions)
}

fn several(people: u32, done: &str, sessions: u32) -> String {
    let done = plural(people as usize, "person", "people") + done;
    and_ended(done, sessions)
}

fn and_ended(done: String, sessions: u32) -> String {
    if sessions == 0 {
        done
    } else {
        done + ", " + &ended(sessions)
    }
}

fn ended(sessions: u32) -> String {
    plural(sessions as usize, "session", "sessions") + " ended"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(day: Day) -> When {
        When {
            day,
            time: "09:41".into(),
            iso: String::new(),
        }
    }

    #[test]
    fn what_somebody_reaches_is_their_groups_and_stores() {
        assert_eq!(
            reach("Super Admin", &StoresLine::All(4)),
            "Super Admin, all stores"
        );
        let two = StoresLine::These(vec!["Bath".to_owned(), "Oxford".to_owned()]);
        assert_eq!(reach("Crew", &two), "Crew, in Bath, Oxford");
    }

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(day_and_time(&when(Day::Today)), "Today 09:41");
        assert_eq!(
            day_and_time(&when(Day::Date(2026, 11, 20))),
            "20 November 2026, 09:41"
        );
        assert_eq!(date(Day::Date(2026, 1, 1)), "1 January 2026");
        assert_eq!(
            done_by(&when(Day::Yesterday), Some("Theo Finch")),
            "Yesterday 09:41 by Theo Finch"
        );
    }

    #[test]
    fn a_deactivation_says_how_many_sessions_it_ended() {
        let said = |sessions| {
            toast(&Toast::Deactivated {
                name: "Rhys".into(),
                sessions,
            })
        };
        assert_eq!(said(0), "Rhys deactivated");
        assert_eq!(said(1), "Rhys deactivated, 1 session ended");
        assert_eq!(said(2), "Rhys deactivated, 2 sessions ended");
        let many = |people, sessions| toast(&Toast::DeactivatedMany { people, sessions });
        assert_eq!(many(3, 5), "3 people deactivated, 5 sessions ended");
        assert_eq!(many(1, 0), "1 person deactivated");
    }
}
