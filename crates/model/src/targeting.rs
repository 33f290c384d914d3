//! Which visitors a program wants: conditions that a click is screened against at the edge.

use serde::{Deserialize, Serialize};

use crate::calendar::Zone;

/// The words for a visitor's device. What is none of them is a program or unknown.
pub const DEVICES: &[&str] = &["desktop", "mobile", "tablet", "tv", "console"];

/// A list that lets in, or keeps out. Values compare without regard to case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// When not empty, only these. An unknown value is not among them.
    #[serde(default)]
    pub only: Vec<String>,
    /// Never these.
    #[serde(default)]
    pub except: Vec<String>,
}

impl Choice {
    /// True when the choice lets this value in; `None` is an unknown value.
    pub fn admits(&self, value: Option<&str>) -> bool {
        let among = |list: &[String]| {
            value.is_some_and(|value| list.iter().any(|one| one.eq_ignore_ascii_case(value)))
        };
        (self.only.is_empty() || among(&self.only)) && !among(&self.except)
    }
    /// True when it lets everything in.
    pub fn is_open(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }
}

/// A stretch of the week in the program's zone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayPart {
    /// Days, 0 = Monday to 6 = Sunday.
    pub weekdays: Vec<u8>,
    /// First minute of the day, 0 to 1439.
    pub from_minute: u16,
    /// First minute after, 1 to 1440.
    pub to_minute: u16,
}

/// Conditions on a click. Everything empty lets everybody in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Targeting {
    /// ISO 3166-1 alpha-2 codes.
    pub country: Choice,
    /// ISO 3166-2 subdivision codes, such as `US-CA`.
    pub region: Choice,
    /// City names as the geo database writes them in English.
    pub city: Choice,
    /// `desktop`, `mobile`, `tablet`, `tv`, `console`.
    pub device: Choice,
    /// Operating system names, such as `android`, `ios`, `windows`.
    pub os: Choice,
    /// Least version of the operating system by name, such as `{"android": "9"}`.
    pub os_version_min: std::collections::BTreeMap<String, String>,
    /// Browser names, such as `chrome`, `safari`.
    pub browser: Choice,
    /// Primary language subtags of `Accept-Language`, such as `en`, `vi`, `fa`.
    pub language: Choice,
    /// Names of the carrier or internet provider.
    pub carrier: Choice,
    /// `cellular`, `cable`, `corporate`, ... as the geo database names connections.
    pub connection: Choice,
    /// When to run; empty is always.
    pub day_parts: Vec<DayPart>,
}

impl Targeting {
    /// True when one of the day parts holds the minute, or there is none.
    pub fn admits_minute(&self, weekday: u8, minute: u16) -> bool {
        self.day_parts.is_empty()
            || self.day_parts.iter().any(|part| {
                part.weekdays.contains(&weekday) && (part.from_minute..part.to_minute).contains(&minute)
            })
    }
    /// The day and minute that [`Self::admits_minute`] takes.
    pub fn minute_of(zone: &Zone, at: crate::Timestamp) -> (u8, u16) {
        crate::calendar::weekday_and_minute(zone, at)
    }
}
