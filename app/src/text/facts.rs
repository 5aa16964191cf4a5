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
    match toast {
        Toast::Invited { name } => format!("Invite sent to {name}"),
        Toast::InviteResent { name } => format!("Invite sent again to {name}"),
        Toast::InviteWithdrawn { name } => format!("Invite of {name} withdrawn"),
        Toast::DetailsSaved { name } => format!("Details of {name} saved"),
        Toast::AccessSaved { name } => format!("Access of {name} saved"),
        Toast::Deactivated { name, sessions: 0 } | Toast::StoreDeactivated { name } => {
            format!("{name} deactivated")
        }
        Toast::Deactivated { name, sessions } => {
            format!(
                "{name} deactivated, {} ended",
                plural(*sessions as usize, "session", "sessions")
            )
        }
        Toast::DeactivatedMany { people, sessions } => {
            let people = plural(*people as usize, "person", "people");
            match sessions {
                0 => format!("{people} deactivated"),
                n => format!(
                    "{people} deactivated, {} ended",
                    plural(*n as usize, "session", "sessions")
                ),
            }
        }
        Toast::SignedOutMany { people } => {
            format!(
                "{} signed out",
                plural(*people as usize, "person", "people")
            )
        }
        Toast::Reactivated { name } | Toast::StoreReactivated { name } => {
            format!("{name} reactivated")
        }
        Toast::LastDaySet { name, day } => {
            format!("Last day of {name} is {}", super::access::day(*day))
        }
        Toast::LastDayCleared { name } => format!("Last day of {name} cleared"),
        Toast::ResetSent { name } => format!("Password reset sent to {name}"),
        Toast::Unlocked { name } => format!("{name} unlocked"),
        Toast::SignedOut { name, sessions: 0 } => format!("{name} was signed in nowhere"),
        Toast::SignedOut { name, sessions } => {
            format!(
                "{name} signed out, {} ended",
                plural(*sessions as usize, "session", "sessions")
            )
        }
        Toast::SessionsEnded { sessions: 0 } => "No other session was open".to_owned(),
        Toast::SessionsEnded { sessions } => {
            format!(
                "{} ended",
                plural(*sessions as usize, "session", "sessions")
            )
        }
        Toast::PasswordChanged { sessions: 0 } => "Password changed".to_owned(),
        Toast::PasswordChanged { sessions } => {
            format!(
                "Password changed, {} ended",
                plural(*sessions as usize, "other session", "other sessions")
            )
        }
        Toast::PasswordSet => "Password set. Sign in with it".to_owned(),
        Toast::TwoFactorOn => "Two-factor is on".to_owned(),
        Toast::CodesSaved => "Recovery codes saved".to_owned(),
        Toast::TwoFactorOff => "Two-factor is off".to_owned(),
        Toast::TwoFactorReset { name, sessions: 0 } => format!("Two-factor of {name} reset"),
        Toast::TwoFactorReset { name, sessions } => {
            format!(
                "Two-factor of {name} reset, {} ended",
                plural(*sessions as usize, "session", "sessions")
            )
        }
        Toast::SecuritySaved => "Security saved".to_owned(),
        Toast::PictureSaved => "Picture saved".to_owned(),
        Toast::PictureRemoved => "Picture removed".to_owned(),
        Toast::EmailAsked { email } => format!("A link is on its way to {email}"),
        Toast::EmailWithdrawn => "The email stays as it is".to_owned(),
        Toast::EmailChanged { email } => format!("Email changed to {email}"),
        Toast::ProfileSaved => "Profile saved".to_owned(),
        Toast::BusinessSaved => "Business saved".to_owned(),
        Toast::BillingSaved => "Billing saved".to_owned(),
        Toast::Imported { people } => {
            format!("{} invited", plural(*people as usize, "person", "people"))
        }
        Toast::GroupCreated { name } => format!("{name} created"),
        Toast::GroupSaved { name } | Toast::StoreSaved { name } => format!("{name} saved"),
        Toast::GroupDeleted { name } => format!("{name} deleted"),
        Toast::StoreCreated { name } => format!("{name} added"),
        Toast::SetUp { name } => format!("{name} is set up"),
    }
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
