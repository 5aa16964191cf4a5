//! Points in time as a person reads them, in a time zone.

use access::Instant;
use domain::when::{Day, When};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// The point in time as seen from `now`, in an IANA time zone; an unknown zone reads as UTC.
#[must_use]
pub fn when(at: Instant, now: Instant, zone: &str) -> When {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let local = |instant: Instant| {
        Timestamp::from_millisecond(instant.0)
            .unwrap_or_default()
            .to_zoned(zone.clone())
    };
    let (at, now) = (local(at), local(now));
    let (day, today) = (at.date(), now.date());
    let day = if day == today {
        Day::Today
    } else if today
        .checked_sub(1.day())
        .is_ok_and(|yesterday| day == yesterday)
    {
        Day::Yesterday
    } else if today
        .checked_add(1.day())
        .is_ok_and(|tomorrow| day == tomorrow)
    {
        Day::Tomorrow
    } else {
        Day::Date(day.year(), day.month(), day.day())
    };
    When {
        day,
        time: format!("{:02}:{:02}", at.hour(), at.minute()),
        iso: at.timestamp().to_string(),
    }
}

/// The day at a point in time in an IANA time zone, as *2026-11-20*; an unknown zone reads as UTC.
#[must_use]
pub fn day(at: Instant, zone: &str) -> String {
    date_at(at, zone).to_string()
}

/// The point in time as programs read it, in UTC: *2026-11-20T09:41:00Z*.
#[must_use]
pub fn iso(at: Instant) -> String {
    Timestamp::from_millisecond(at.0)
        .unwrap_or_default()
        .to_string()
}

/// The last time that it was this full hour, at most a day ago, in an IANA time zone; an unknown
/// zone reads as UTC.
#[must_use]
pub fn last_time_at(hour: i8, now: Instant, zone: &str) -> Instant {
    let local = zoned(now, zone);
    let at = |day: Date| instant(day.at(hour, 0, 0, 0), zone);
    match at(local.date()) {
        today if today <= now => today,
        _ => at(local.date().saturating_sub(1.day())),
    }
}

/// Midnight at which a day begins, some days from another, in an IANA time zone; an unknown zone
/// reads as UTC. A day that has no midnight begins a little later.
#[must_use]
pub fn midnight(day: Date, days: i64, zone: &str) -> Instant {
    instant(day.saturating_add(days.days()).at(0, 0, 0, 0), zone)
}

/// The day at a moment in an IANA time zone; an unknown zone reads as UTC.
#[must_use]
pub fn date_at(at: Instant, zone: &str) -> Date {
    zoned(at, zone).date()
}

fn zoned(at: Instant, zone: &str) -> Zoned {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Timestamp::from_millisecond(at.0)
        .unwrap_or_default()
        .to_zoned(zone)
}

/// The moment of a day and time; one that a change of the clocks leaves out is the one after it.
fn instant(local: DateTime, zone: &str) -> Instant {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let zoned = local.to_zoned(zone);
    Instant(zoned.map_or(i64::MAX, |zoned| zoned.timestamp().as_millisecond()))
}

/// Whether the name is a time zone of the world's list.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_turn_at_the_midnight_of_the_zone() {
        // 2026-11-20 23:30 UTC is the next day in Paris.
        let at = Instant(1_795_217_400_000);
        let now = Instant(at.0 + 60 * 60_000);
        assert_eq!(when(at, now, "Europe/Paris").day, Day::Today);
        assert_eq!(when(at, now, "Europe/Paris").time, "00:30");
        assert_eq!(when(at, now, "UTC").day, Day::Yesterday);
        assert_eq!(when(at, now, "UTC").iso, "2026-11-20T23:30:00Z");
        assert_eq!(iso(at), "2026-11-20T23:30:00Z");
        assert_eq!(
            (day(at, "UTC"), day(at, "Europe/Paris")),
            ("2026-11-20".into(), "2026-11-21".into())
        );
        assert_eq!(
            when(at, Instant(at.0 + 3 * 86_400_000), "UTC").day,
            Day::Date(2026, 11, 20)
        );
        assert!(is_zone("Europe/London") && !is_zone("Europe/Atlantis"));
    }

    #[test]
    fn a_night_and_a_day_begin_by_the_clocks_of_the_zone() {
        // 2026-11-20 23:30 UTC is half past midnight in Paris.
        let now = Instant(1_795_217_400_000);
        let hours = |n: i64| n * 60 * 60_000;
        assert_eq!(
            last_time_at(3, now, "UTC").0,
            now.0 - hours(20) - 30 * 60_000
        );
        assert_eq!(
            last_time_at(3, now, "Europe/Paris").0,
            now.0 - hours(21) - 30 * 60_000,
            "yesterday's"
        );
        let day = date_at(now, "Europe/Paris");
        assert_eq!(day.to_string(), "2026-11-21");
        assert_eq!(midnight(day, 0, "Europe/Paris").0, now.0 - 30 * 60_000);
        assert_eq!(
            midnight(day, 1, "Europe/Paris").0,
            now.0 + hours(24) - 30 * 60_000
        );
        // The clocks went back on 25 October, so that day had 25 hours.
        let long = jiff::civil::date(2026, 10, 25);
        let length = midnight(long, 1, "Europe/Paris").0 - midnight(long, 0, "Europe/Paris").0;
        assert_eq!(length, hours(25));
    }
}
