//! Periods: ranges of dates as people say them, and the hours to years within.

use std::{fmt, str::FromStr};

use model::{
    Timestamp,
    calendar::{self, Period, Zone},
};
use serde::{Deserialize, Serialize};

/// Most periods of one report.
pub const PERIODS_MAX: usize = 100_000;

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident, $error:ident, $what:literal { $($(#[doc = $member_doc:literal])+ $member:ident = $word:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[doc = $member_doc])+ #[serde(rename = $word)] $member,)+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];
            /// The word on the wire.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }
        }

        /// A word that is none.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("`{0}` is no {what}; use one of {list}", what = $what, list = [$($word),+].join(", "))]
        pub struct $error(pub String);

        impl FromStr for $name {
            type Err = $error;
            fn from_str(word: &str) -> Result<Self, $error> {
                let found = Self::ALL.iter().find(|member| member.word() == word);
                found.copied().ok_or_else(|| $error(word.chars().take(64).collect()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }
    };
}

words! {
    /// How long the periods are that a report is cut into.
    Grain, GrainError, "length of time" {
        /// Civil hours.
        Hour = "hour";
        /// Midnight to midnight.
        Day = "day";
        /// Monday to Monday.
        Week = "week";
        /// First to first.
        Month = "month";
        /// January, April, July and October begin one.
        Quarter = "quarter";
        /// January begins one.
        Year = "year";
    }
}

words! {
    /// A range of dates by its name, seen from a moment; all days are whole, today as well.
    Named, NamedError, "period" {
        /// This day.
        Today = "today";
        /// The day before.
        Yesterday = "yesterday";
        /// Seven days with today.
        Last7Days = "last_7_days";
        /// Thirty days with today.
        Last30Days = "last_30_days";
        /// Ninety days with today.
        Last90Days = "last_90_days";
        /// Since Monday.
        ThisWeek = "this_week";
        /// Monday to Sunday before.
        LastWeek = "last_week";
        /// Since the first.
        ThisMonth = "this_month";
        /// The month before.
        LastMonth = "last_month";
        /// The quarter with today.
        ThisQuarter = "this_quarter";
        /// The quarter before.
        LastQuarter = "last_quarter";
        /// Since the first of January.
        ThisYear = "this_year";
        /// The year before.
        LastYear = "last_year";
    }
}

words! {
    /// With what a period is compared.
    Comparison, ComparisonError, "comparison" {
        /// As many days just before.
        PreviousPeriod = "previous_period";
        /// As many days before, moved back by whole weeks, so that Mondays stand beside Mondays.
        PreviousWeeks = "previous_weeks";
        /// The same dates a year before.
        PreviousYear = "previous_year";
        /// 52 weeks before, so that Mondays stand beside Mondays.
        PreviousYearWeeks = "previous_year_weeks";
    }
}

/// A range of moments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub to: Timestamp,
}

impl Grain {
    /// The heading in English, Vietnamese and Persian.
    pub const fn headings(self) -> [&'static str; 3] {
        match self {
            Self::Hour => ["Hour", "Giờ", "ساعت"],
            Self::Day => ["Day", "Ngày", "روز"],
            Self::Week => ["Week", "Tuần", "هفته"],
            Self::Month => ["Month", "Tháng", "ماه"],
            Self::Quarter => ["Quarter", "Quý", "فصل"],
            Self::Year => ["Year", "Năm", "سال"],
        }
    }

    fn start(self, zone: &Zone, at: Timestamp) -> Timestamp {
        match self {
            Self::Hour => Period::Hour.start(zone, at),
            Self::Day => Period::Day.start(zone, at),
            Self::Week => Period::Week.start(zone, at),
            Self::Month => Period::Month.start(zone, at),
            Self::Quarter => Period::Quarter.start(zone, at),
            Self::Year => {
                let quarter = Period::Quarter.start(zone, at);
                let (_, month, _) = calendar::date_parts(zone, quarter);
                calendar::plus_months(zone, quarter, 1 - i32::from(month))
            }
        }
    }

    fn next(self, zone: &Zone, start: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Hour => Period::Hour.end(zone, start),
            Self::Day => Period::Day.end(zone, start),
            Self::Week => Period::Week.end(zone, start),
            Self::Month => Period::Month.end(zone, start),
            Self::Quarter => Period::Quarter.end(zone, start),
            Self::Year => Some(calendar::plus_months(zone, start, 12)),
        }
    }

    /// The beginnings of the periods that touch the range, ascending; none when they are more than [`PERIODS_MAX`].
    pub fn beginnings(self, zone: &Zone, range: Range) -> Option<Vec<Timestamp>> {
        let mut beginnings = Vec::new();
        let mut start = self.start(zone, range.from);
        while start < range.to {
            if beginnings.len() == PERIODS_MAX {
                return None;
            }
            beginnings.push(start);
            // A calendar that does not go on ends the range.
            start = self.next(zone, start).filter(|next| *next > start)?;
        }
        Some(beginnings)
    }

    /// A period as people write it: the local time of an hour, the first day of everything longer.
    pub fn text(self, zone: &Zone, start: Timestamp) -> String {
        match self {
            Self::Hour => calendar::local_text(zone, start),
            Self::Day | Self::Week => calendar::date_text(zone, start),
            Self::Month => calendar::month_text(zone, start),
            Self::Quarter => {
                let (year, month, _) = calendar::date_parts(zone, start);
                format!("{year:04}-Q{}", (month - 1) / 3 + 1)
            }
            Self::Year => format!("{:04}", calendar::date_parts(zone, start).0),
        }
    }
}

impl Named {
    /// Its days, seen from `now`.
    pub fn range(self, zone: &Zone, now: Timestamp) -> Range {
        let today = Grain::Day.start(zone, now);
        let tomorrow = calendar::plus_days(zone, today, 1);
        let last = |days: i32| Range { from: calendar::plus_days(zone, tomorrow, -days), to: tomorrow };
        let this = |grain: Grain| {
            let from = grain.start(zone, now);
            Range { from, to: grain.next(zone, from).unwrap_or(tomorrow) }
        };
        let before = |range: Range, grain: Grain| {
            let within = Timestamp::from_micros(range.from.as_micros() - 1);
            Range { from: grain.start(zone, within), to: range.from }
        };
        match self {
            Self::Today => last(1),
            Self::Yesterday => Range { from: calendar::plus_days(zone, today, -1), to: today },
            Self::Last7Days => last(7),
            Self::Last30Days => last(30),
            Self::Last90Days => last(90),
            Self::ThisWeek => this(Grain::Week),
            Self::LastWeek => before(this(Grain::Week), Grain::Week),
            Self::ThisMonth => this(Grain::Month),
            Self::LastMonth => before(this(Grain::Month), Grain::Month),
            Self::ThisQuarter => this(Grain::Quarter),
            Self::LastQuarter => before(this(Grain::Quarter), Grain::Quarter),
            Self::ThisYear => this(Grain::Year),
            Self::LastYear => before(this(Grain::Year), Grain::Year),
        }
    }
}

impl Comparison {
    /// The range that another is compared with.
    pub fn of(self, zone: &Zone, range: Range) -> Range {
        let days = days_between(zone, range);
        let shift = |days: i32| Range {
            from: calendar::plus_days(zone, range.from, -days),
            to: calendar::plus_days(zone, range.to, -days),
        };
        match self {
            Self::PreviousPeriod => shift(days),
            Self::PreviousWeeks => shift(days.div_euclid(7) * 7 + if days % 7 == 0 { 0 } else { 7 }),
            Self::PreviousYear => Range {
                from: calendar::plus_months(zone, range.from, -12),
                to: calendar::plus_months(zone, range.to, -12),
            },
            Self::PreviousYearWeeks => shift(364),
        }
    }
}

/// Days that the range touches.
fn days_between(zone: &Zone, range: Range) -> i32 {
    let days = Grain::Day.beginnings(zone, range).map_or(PERIODS_MAX, |days| days.len());
    i32::try_from(days).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn days(zone: &Zone, range: Range) -> String {
        let last = Timestamp::from_micros(range.to.as_micros() - 1);
        format!("{} {}", calendar::date_text(zone, range.from), calendar::date_text(zone, last))
    }

    #[test]
    fn named_ranges() {
        // A Sunday evening in UTC is Monday in Tehran already.
        let now = Timestamp::parse("2026-11-22T21:00:00Z").unwrap();
        for (name, word, expected) in [
            ("UTC", "today", "2026-11-22 2026-11-22"),
            ("Asia/Tehran", "today", "2026-11-23 2026-11-23"),
            ("UTC", "yesterday", "2026-11-21 2026-11-21"),
            ("UTC", "last_7_days", "2026-11-16 2026-11-22"),
            ("UTC", "last_30_days", "2026-10-24 2026-11-22"),
            ("Europe/Berlin", "last_30_days", "2026-10-24 2026-11-22"),
            ("UTC", "this_week", "2026-11-16 2026-11-22"),
            ("Asia/Tehran", "this_week", "2026-11-23 2026-11-29"),
            ("UTC", "last_week", "2026-11-09 2026-11-15"),
            ("UTC", "this_month", "2026-11-01 2026-11-30"),
            ("UTC", "last_month", "2026-10-01 2026-10-31"),
            ("UTC", "this_quarter", "2026-10-01 2026-12-31"),
            ("UTC", "last_quarter", "2026-07-01 2026-09-30"),
            ("UTC", "this_year", "2026-01-01 2026-12-31"),
            ("Asia/Tehran", "last_year", "2025-01-01 2025-12-31"),
        ] {
            let zone = zone(name);
            assert_eq!(
                days(&zone, word.parse::<Named>().unwrap().range(&zone, now)),
                expected,
                "{word} in {name}"
            );
        }
    }

    #[test]
    fn compared_ranges() {
        for (from, to, comparison, expected) in [
            ("2026-11-01", "2026-11-30", "previous_period", "2026-10-02 2026-10-31"),
            ("2026-11-01", "2026-11-30", "previous_weeks", "2026-09-27 2026-10-26"),
            ("2026-11-16", "2026-11-22", "previous_weeks", "2026-11-09 2026-11-15"),
            ("2028-02-29", "2028-03-01", "previous_year", "2027-02-28 2027-03-01"),
            ("2026-11-02", "2026-11-02", "previous_year_weeks", "2025-11-03 2025-11-03"),
        ] {
            let zone = zone("Europe/Berlin");
            let bounds = |text: &str| calendar::date(&zone, text).unwrap();
            let range = Range { from: bounds(from).0, to: bounds(to).1 };
            let compared = comparison.parse::<Comparison>().unwrap().of(&zone, range);
            assert_eq!(days(&zone, compared), expected, "{comparison} of {from} to {to}");
        }
    }

    #[test]
    fn periods_of_a_range() {
        let zone = zone("America/New_York");
        let bounds = |text: &str| calendar::date(&zone, text).unwrap();
        let range = Range { from: bounds("2026-10-31").0, to: bounds("2026-11-02").1 };
        let texts = |grain: Grain| -> Vec<String> {
            let beginnings = grain.beginnings(&zone, range).unwrap();
            beginnings.iter().map(|start| grain.text(&zone, *start)).collect()
        };
        assert_eq!(texts(Grain::Day), ["2026-10-31", "2026-11-01", "2026-11-02"]);
        assert_eq!(texts(Grain::Week), ["2026-10-26", "2026-11-02"]);
        assert_eq!(texts(Grain::Month), ["2026-10", "2026-11"]);
        assert_eq!(texts(Grain::Quarter), ["2026-Q4"]);
        assert_eq!(texts(Grain::Year), ["2026"]);
        // The repeated hour is one row of two hours.
        assert_eq!(texts(Grain::Hour).len(), 72);
        let century = Range { from: bounds("1926-01-01").0, to: bounds("2026-01-01").0 };
        assert_eq!(Grain::Hour.beginnings(&zone, century), None);
    }
}
