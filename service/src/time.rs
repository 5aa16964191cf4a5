//! Points in time as a person reads them, in a time zone.

use std::sync::LazyLock;

use access::Instant;
use domain::when::{Day, OnDay, When};
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan, Zoned};

/// The point in time as seen from `now`, in an IANA time zone; an unknown zone reads as UTC.
#[must_use]
pub fn when(at: Instant, now: Instant, zone: &str) -> When {
    let (at, now) = (local(at, zone), local(now, zone));
    When {
        day: seen_from(now.date(), at.date()),
        time: format!("{:02}:{:02}", at.hour(), at.minute()),
        iso: at.timestamp().to_string(),
    }
}

/// The instant at which a day of the calendar, `2026-12-31`, is over in an IANA time zone: the
/// midnight after it. Nothing for what is no such day.
#[must_use]
pub fn end_of_day(day: &str, zone: &str) -> Option<Instant> {
    // Of the ways to write a day, the one that a date field sends.
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    let plain = day.len() == 10 && day.split('-').map(str::len).eq([4, 2, 2]);
    if !plain || !day.split('-').all(digits) {
        return None;
    }
    let next = day.parse::<Date>().ok()?.tomorrow().ok()?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let midnight = next.to_zoned(zone).ok()?;
    Some(Instant(midnight.timestamp().as_millisecond()))
}

/// The day that is over at this instant, as seen from `now`: the other way round.
#[must_use]
pub fn day_before(over: Instant, now: Instant, zone: &str) -> OnDay {
    let day = local(over.plus_millis(-1), zone).date();
    OnDay {
        day: seen_from(local(now, zone).date(), day),
        iso: day.to_string(),
    }
}

fn local(instant: Instant, zone: &str) -> jiff::Zoned {
    Timestamp::from_millisecond(instant.0)
        .unwrap_or_default()
        .to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

fn seen_from(today: Date, day: Date) -> Day {
    if day == today {
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

/// Areas of the world in the names of time zones; other names are abbreviations and the like.
const AREAS: [&str; 9] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

/// The world's time zones by city.
static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut zones: Vec<String> = TimeZoneDatabase::bundled()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| AREAS.iter().any(|area| name.starts_with(area)))
        .collect();
    zones.push("UTC".to_owned());
    zones.sort_by(|a, b| city(a).cmp(city(b)).then(a.cmp(b)));
    zones
});

/// The part of a zone's name that people look for: *London* of `Europe/London`.
fn city(zone: &str) -> &str {
    zone.rsplit('/').next().unwrap_or(zone)
}

/// Time zones to choose from: those that are used already, each once, then the others by city.
#[must_use]
pub fn zones<'a>(used: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut zones: Vec<String> = Vec::with_capacity(ZONES.len() + 1);
    for zone in used {
        if !zones.iter().any(|known| known == zone) {
            zones.push(zone.to_owned());
        }
    }
    let used = zones.len();
    for zone in ZONES.iter() {
        if !zones[..used].contains(zone) {
            zones.push(zone.clone());
        }
    }
    zones
}

/// The last time that it was this full hour, at most a day ago, in an IANA time zone; an unknown
/// zone reads as UTC.
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
pub fn midnight(day: Date, days: i64, zone: &str) -> Instant {
    instant(day.saturating_add(days.days()).at(0, 0, 0, 0), zone)
}

/// The day at a moment in an IANA time zone; an unknown zone reads as UTC.
#[must_use]
pub fn date_at(at: Instant, zone: &str) -> Date {
    zoned(at, zone).date()
}

/// The point in time by the clocks of an IANA time zone; an unknown zone reads as UTC.
pub(crate) fn zoned(at: Instant, zone: &str) -> Zoned {
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
    fn every_zone_that_is_offered_is_one_and_those_in_use_come_first() {
        let offered = zones(["Europe/Paris", "Asia/Calcutta", "Europe/Paris"]);
        assert_eq!(offered[..2], ["Europe/Paris", "Asia/Calcutta"]);
        assert!(offered.len() > 300, "{}", offered.len());
        for zone in &offered {
            assert!(is_zone(zone), "{zone}");
            assert_eq!(
                offered.iter().filter(|other| *other == zone).count(),
                1,
                "{zone}"
            );
        }
        for missing in ["UTC", "Europe/London", "America/Argentina/Buenos_Aires"] {
            assert!(offered.iter().any(|zone| zone == missing), "{missing}");
        }
        assert!(
            !offered
                .iter()
                .any(|zone| zone == "EST5EDT" || zone.starts_with("Etc/"))
        );
    }

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
    fn a_day_is_over_at_the_midnight_after_it_in_the_zone() {
        let over = |day: &str, zone: &str| end_of_day(day, zone).map(|end| end.0);
        // 1 January 2027, 00:00 UTC; London is at UTC in winter, Paris an hour ahead.
        let new_year = 1_798_761_600_000;
        assert_eq!(over("2026-12-31", "Europe/London"), Some(new_year));
        assert_eq!(
            over("2026-12-31", "Europe/Paris"),
            Some(new_year - 3_600_000)
        );
        // In Cairo clocks went from 24 April 2026, 00:00 straight to 01:00.
        let cairo = Instant(over("2026-04-23", "Africa/Cairo").unwrap());
        assert_eq!(
            when(cairo, cairo, "Africa/Cairo").iso,
            "2026-04-23T22:00:00Z"
        );
        for zone in ["Europe/London", "Africa/Cairo", "Pacific/Kiritimati", "UTC"] {
            for day in ["2026-04-23", "2026-10-24", "2028-02-29", "2026-12-31"] {
                let end = end_of_day(day, zone).unwrap();
                assert_eq!(day_before(end, end, zone).iso, day, "{zone}");
                assert_eq!(day_before(end, end, zone).day, Day::Yesterday);
            }
        }
        for no_day in [
            "",
            "2026-02-29",
            "2026-13-01",
            "20261231",
            "2026-12-31T00:00",
            "+026-12-31",
            "31.12.2026",
            "9999-12-31",
        ] {
            assert_eq!(over(no_day, "UTC"), None, "{no_day}");
        }
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
