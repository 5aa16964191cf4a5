//! Home in words: the greeting, the day, what needs somebody.

use access::TwoFactorPolicy;
use domain::home::{LockedOut, NoFactor, SignedIn, Today};

use super::{ALL_STORES, count, date, label, lower_first, plural};

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Greeting by the hour.
#[must_use]
pub fn hello(hour: i8, first_name: &str) -> String {
    let part = match hour {
        4..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    };
    format!("Good {part}, {first_name}")
}

/// The day and the store: *Friday 20 November 2026, all my stores*.
#[must_use]
pub fn day_and_store(today: &Today) -> String {
    let weekday = usize::try_from(today.weekday)
        .ok()
        .and_then(|at| WEEKDAYS.get(at));
    let day = format!("{} {}", weekday.unwrap_or(&""), date(today.date));
    match &today.store {
        _ if today.one_store => day,
        Some(store) => format!("{day}, {store}"),
        None => format!("{day}, {}", lower_first(ALL_STORES)),
    }
}

/// Somebody can't sign in for a while.
#[must_use]
pub fn locked_out(name: &str) -> String {
    format!("{name} is locked out")
}

/// Why, and until when.
#[must_use]
pub fn why_locked(locked: &LockedOut) -> String {
    let from = if locked.ip.is_empty() {
        String::new()
    } else {
        format!(" from {}", locked.ip)
    };
    format!(
        "{} at {}{from}, until {}",
        plural(locked.tries as usize, "wrong try", "wrong tries"),
        locked.at.time,
        locked.until.time
    )
}

/// How many have no second factor.
#[must_use]
pub fn no_factor(view: NoFactor) -> String {
    let have = if view.people.n == 1 && !view.people.more {
        "person has"
    } else {
        "people have"
    };
    format!("{} {have} no two-factor", count(view.people))
}

/// Whom the business asks for one.
#[must_use]
pub fn asked_of(policy: TwoFactorPolicy) -> String {
    match policy {
        TwoFactorPolicy::Off => label::EACH_DECIDES.to_owned(),
        TwoFactorPolicy::Admins => format!("{}.", label::REQUIRED_FOR_ADMINS),
        TwoFactorPolicy::Everyone => format!("{}.", label::REQUIRED_FOR_EVERYONE),
    }
}

/// Where people are signed in.
#[must_use]
pub fn place(line: &SignedIn, one_store: bool) -> &str {
    match &line.store {
        Some(store) => store,
        None if one_store => label::PEOPLE,
        None => label::IN_ALL_STORES,
    }
}

#[cfg(test)]
mod tests {
    use domain::page::Count;
    use domain::when::{Day, When};

    use super::*;

    fn at(time: &str) -> When {
        When {
            day: Day::Today,
            time: time.to_owned(),
            iso: String::new(),
        }
    }

    #[test]
    fn the_greeting_follows_the_clock() {
        for (hour, part) in [
            (4, "morning"),
            (11, "morning"),
            (12, "afternoon"),
            (17, "afternoon"),
            (18, "evening"),
            (3, "evening"),
        ] {
            assert_eq!(hello(hour, "Eleanor"), format!("Good {part}, Eleanor"));
        }
    }

    #[test]
    fn the_day_is_said_with_the_store_where_there_are_several() {
        let mut today = Today {
            hour: 9,
            weekday: 4,
            date: Day::Date(2026, 11, 20),
            store: None,
            one_store: false,
        };
        let day = "Friday 20 November 2026";
        assert_eq!(day_and_store(&today), format!("{day}, all my stores"));
        today.store = Some("Bath".to_owned());
        assert_eq!(day_and_store(&today), format!("{day}, Bath"));
        today.store = None;
        today.one_store = true;
        assert_eq!(day_and_store(&today), day);
    }

    #[test]
    fn a_lock_says_why_and_until_when() {
        let mut locked = LockedOut {
            user: domain::UserId::nil(),
            name: "Mei-Ling Chua".to_owned(),
            tries: 5,
            at: at("09:32"),
            ip: "203.0.113.24".to_owned(),
            until: at("09:47"),
            may_unlock: true,
        };
        assert_eq!(
            why_locked(&locked),
            "5 wrong tries at 09:32 from 203.0.113.24, until 09:47"
        );
        locked.ip.clear();
        assert_eq!(why_locked(&locked), "5 wrong tries at 09:32, until 09:47");
    }

    #[test]
    fn one_person_has_and_several_have_no_second_factor() {
        let said = |n, more| {
            no_factor(NoFactor {
                people: Count { n, more },
                policy: TwoFactorPolicy::Admins,
            })
        };
        assert_eq!(said(1, false), "1 person has no two-factor");
        assert_eq!(said(11, false), "11 people have no two-factor");
        assert_eq!(said(1_000, true), "1,000+ people have no two-factor");
    }
}
