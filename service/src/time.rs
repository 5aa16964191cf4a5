//! Points in time as a person reads them, in a time zone.

use access::Instant;
use domain::when::{Day, When};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

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
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.to_zoned(zone).date().to_string()
}

/// The point in time as programs read it, in UTC: *2026-11-20T09:41:00Z*.
#[must_use]
pub fn iso(at: Instant) -> String {
    Timestamp::from_millisecond(at.0)
        .unwrap_or_default()
        .to_string()
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
}
