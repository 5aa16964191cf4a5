//! Points in time as a person reads them, in a time zone.

use std::sync::LazyLock;

use access::Instant;
use domain::when::{Day, When};
use jiff::tz::{TimeZone, TimeZoneDatabase};
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
}
