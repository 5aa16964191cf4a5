//! Sessions in words: where somebody is signed in, since when, and why no more.

use access::Rule;
use domain::EndedWhy;
use domain::page::Count;
use domain::passwords::SignInFacts;
use domain::sessions::{DeviceKind, SessionFacts};

use super::{day_and_time, label, lower_first, plural, rule};

/// A device: *Chrome on macOS*.
#[must_use]
pub fn device(facts: &SessionFacts) -> &str {
    if facts.device.is_empty() {
        label::UNKNOWN_DEVICE
    } else {
        &facts.device
    }
}

/// A kind of device in the filter.
#[must_use]
pub const fn kind(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Computer => "Computer",
        DeviceKind::Tablet => "Tablet",
        DeviceKind::Phone => "Phone",
    }
}

/// The store that a session is in.
#[must_use]
pub fn store(facts: &SessionFacts) -> &str {
    facts.store.as_deref().unwrap_or(label::IN_ALL_STORES)
}

/// When a session was last seen: *Now*, *18 min ago*, *Yesterday 17:31*.
#[must_use]
pub fn seen(facts: &SessionFacts) -> String {
    match facts.minutes {
        Some(0) => "Now".to_owned(),
        Some(minutes) => format!("{minutes} min ago"),
        None => day_and_time(&facts.seen),
    }
}

/// Address and begin of an own session.
#[must_use]
pub fn ip_and_since(facts: &SessionFacts) -> String {
    let since = lower_first(&day_and_time(&facts.started));
    format!("{}, since {since}", facts.ip)
}

/// Under a name where there is no room for columns: device or what else comes first, and store.
#[must_use]
pub fn narrow(first: &str, facts: &SessionFacts, one_store: bool) -> String {
    if one_store {
        first.to_owned()
    } else {
        format!("{first}, {}", store(facts))
    }
}

/// Aloud, for the button that ends a session.
#[must_use]
pub fn sign_out(what: &str) -> String {
    format!("{} {what}", label::SIGN_OUT)
}

/// Aloud, for the link that asks whether to end all sessions of a person.
#[must_use]
pub fn sign_out_everywhere(name: &str) -> String {
    format!("Sign out {name} everywhere")
}

/// Asks before a person is signed out everywhere.
#[must_use]
pub fn question(name: &str) -> String {
    format!("Sign out {name} everywhere?")
}

/// What that does.
#[must_use]
pub fn consequence(sessions: u32) -> String {
    let ends = if sessions == 1 { "ends" } else { "end" };
    let sessions = plural(sessions as usize, "session", "sessions");
    format!("Their {sessions} {ends} now. They can sign in again.")
}

/// What happens when all others are signed out.
#[must_use]
pub fn others_end(others: Count) -> String {
    let (sessions, end) = match others {
        Count { n: 0, .. } => return label::NO_OTHERS_END.to_owned(),
        Count { n: 1, more: false } => ("session", "ends"),
        _ => ("sessions", "end"),
    };
    format!(
        "{} other {sessions} {end} now, whatever the filters show. This one stays, and so do those \
         that you may not end. People can sign in again.",
        super::count(others)
    )
}

/// What happens when all one's own others are signed out.
#[must_use]
pub fn own_others_end(others: usize) -> String {
    let ends = if others == 1 { "ends" } else { "end" };
    let sessions = plural(others, "other session", "other sessions");
    format!("Your {sessions} {ends} now. This one stays.")
}

/// Why a session can't be ended, in the little room of its row.
#[must_use]
pub fn locked(why: &Rule) -> String {
    match why {
        Rule::AboveYou => "Holds more than you".to_owned(),
        Rule::NotTheirStore => "Works elsewhere too".to_owned(),
        other => rule(other),
    }
}

/// Why a session is over, in a word or two.
#[must_use]
pub const fn ended(why: EndedWhy) -> &'static str {
    match why {
        EndedWhy::SignedOut => "Signed out",
        EndedWhy::Elsewhere => "Signed in elsewhere",
        EndedWhy::NotNewest => "Had a newer session",
        EndedWhy::Idle => "Nothing was done",
        EndedWhy::TooOld => "Open for very long",
        EndedWhy::ByAdmin => "Signed out by an admin",
        EndedWhy::ByYourself => "Signed out from another device",
        EndedWhy::Deactivated => "Deactivated",
        EndedWhy::PasswordReset => "New password",
        EndedWhy::TwoFactorReset => "Two-factor reset",
        EndedWhy::TwoFactorOn => "Two-factor set up",
        EndedWhy::TwoFactorDue => "Two-factor due",
        EndedWhy::NextStage => "Signed in",
    }
}

/// Wrong tries since the last sign-in, or since the password was set anew after it.
#[must_use]
pub fn wrong_tries(facts: &SignInFacts) -> String {
    if facts.wrong_tries > 0 {
        return plural(facts.wrong_tries as usize, "wrong try", "wrong tries");
    }
    let Some(last) = &facts.last_sign_in else {
        return label::NONE.to_owned();
    };
    let set = facts.password_set.as_ref();
    let since = set.filter(|set| set.iso > last.iso).unwrap_or(last);
    format!("{} since {}", label::NONE, super::access::day(since.day))
}

#[cfg(test)]
mod tests {
    use access::SessionRef;
    use domain::when::{Day, When};

    use super::*;

    fn facts(minutes: Option<u32>) -> SessionFacts {
        let at = |time: &str| When {
            day: Day::Today,
            time: time.to_owned(),
            iso: String::new(),
        };
        SessionFacts {
            session: SessionRef::nil(),
            device: String::new(),
            kind: DeviceKind::Computer,
            ip: "203.0.113.7".to_owned(),
            started: at("08:52"),
            seen: at("09:41"),
            minutes,
            store: None,
            current: false,
            complete: true,
        }
    }

    #[test]
    fn a_session_was_seen_now_or_so_many_minutes_ago_or_then() {
        assert_eq!(seen(&facts(Some(0))), "Now");
        assert_eq!(seen(&facts(Some(18))), "18 min ago");
        assert_eq!(seen(&facts(None)), "Today 09:41");
        assert_eq!(ip_and_since(&facts(None)), "203.0.113.7, since today 08:52");
        assert_eq!(narrow("Now", &facts(None), false), "Now, All stores");
        assert_eq!(device(&facts(None)), "Unknown device");
    }

    #[test]
    fn there_are_no_wrong_tries_since_the_last_sign_in_or_the_reset_after_it() {
        let on = |day: i8| {
            Some(When {
                day: Day::Date(2026, 10, day),
                time: "09:41".to_owned(),
                iso: format!("2026-10-{day:02}T09:41:00Z"),
            })
        };
        let said = |password_set, last_sign_in, n| {
            wrong_tries(&SignInFacts {
                password_set,
                password_disabled: false,
                factor_disabled: false,
                last_sign_in,
                last_device: None,
                wrong_tries: n,
                locked_until: None,
            })
        };
        assert_eq!(said(on(1), on(2), 0), "None since 2 October 2026");
        assert_eq!(said(on(12), on(2), 0), "None since 12 October 2026");
        assert_eq!(said(None, None, 0), "None");
        assert_eq!(said(on(1), on(2), 1), "1 wrong try");
    }

    #[test]
    fn the_question_about_all_others_says_how_many_sessions_end() {
        let begins = |n, more, start: &str| {
            let text = others_end(Count { n, more });
            assert!(text.starts_with(start), "{text}");
        };
        begins(0, false, "No other session is open");
        begins(1, false, "1 other session ends now");
        begins(12, false, "12 other sessions end now");
        begins(1, true, "1+ other sessions end now");
    }

    #[test]
    fn the_question_says_how_many_sessions_end() {
        assert_eq!(
            consequence(1),
            "Their 1 session ends now. They can sign in again."
        );
        assert_eq!(
            consequence(3),
            "Their 3 sessions end now. They can sign in again."
        );
        assert_eq!(
            own_others_end(1),
            "Your 1 other session ends now. This one stays."
        );
        assert_eq!(
            own_others_end(2),
            "Your 2 other sessions end now. This one stays."
        );
    }
}
