//! A point in time as a person reads it. Made on the server, which knows the time zone and the
//! clock, so that both sides render the same.

use serde::{Deserialize, Serialize};

/// A point in time, already in the right time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The day, seen from now.
    pub day: Day,
    /// 24-hour clock, `09:41`.
    pub time: String,
    /// RFC 3339, for the `datetime` attribute.
    pub iso: String,
}

/// A day, seen from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Today.
    Today,
    /// Yesterday.
    Yesterday,
    /// Tomorrow.
    Tomorrow,
    /// Any other: year, month 1–12, day of the month.
    Date(i16, i8, i8),
}

/// A day of the calendar, as it is shown and as a date field holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDay {
    /// The day, seen from now.
    pub day: Day,
    /// `2026-12-31`.
    pub iso: String,
}
