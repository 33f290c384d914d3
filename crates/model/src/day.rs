//! A day of the UTC calendar, without a zone: what exchange rates and published proofs are dated with.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil};

use crate::{
    text_form::text_form,
    time::{DAY_US, Timestamp},
};

/// A UTC day, as days since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Why a text is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day; write it as 2026-01-31")]
pub struct DayError(pub String);

const EPOCH: civil::Date = civil::date(1970, 1, 1);

impl Day {
    /// The first and the last day that are accepted from outside, in days since 1970: the years 1 to 9999.
    const RANGE: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

    /// The day with this number; `None` outside of the years 1 to 9999.
    pub fn from_number(number: i64) -> Option<Self> {
        i32::try_from(number).ok().filter(|number| Self::RANGE.contains(number)).map(Self)
    }
    /// The day that holds a moment. Moments outside of the years 1 to 9999 belong to the nearest day.
    pub fn of(at: Timestamp) -> Self {
        let number = at.as_micros().div_euclid(DAY_US);
        let (first, last) = (i64::from(*Self::RANGE.start()), i64::from(*Self::RANGE.end()));
        Self(i32::try_from(number.clamp(first, last)).unwrap_or(0))
    }
    /// Days since 1970.
    pub fn number(self) -> i64 {
        i64::from(self.0)
    }
    /// Its first moment.
    pub fn start(self) -> Timestamp {
        Timestamp::from_micros(i64::from(self.0) * DAY_US)
    }
    /// The day after it; the last one stays.
    #[must_use]
    pub fn next(self) -> Self {
        Self((self.0 + 1).min(*Self::RANGE.end()))
    }
    /// How many days it is after `earlier`; below zero when it is before.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }
}

impl FromStr for Day {
    type Err = DayError;
    fn from_str(text: &str) -> Result<Self, DayError> {
        let refuse = || DayError(text.chars().take(40).collect());
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let date: civil::Date =
            if shape { text.parse().map_err(|_| refuse())? } else { return Err(refuse()) };
        let days = date.since(EPOCH).map_err(|_| refuse())?.get_days();
        Self::from_number(i64::from(days)).ok_or_else(refuse)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Within the range, so the sum is a date.
        let date = EPOCH.checked_add(self.0.days()).unwrap_or(EPOCH);
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

text_form!(Day);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_microsecond_belongs_to_its_day() {
        for (at, day) in [
            ("2026-11-21T23:59:59.999999Z", "2026-11-21"),
            ("2026-11-22T00:00:00Z", "2026-11-22"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31"),
            ("2028-02-29T12:00:00Z", "2028-02-29"),
        ] {
            assert_eq!(Day::of(Timestamp::parse(at).unwrap()).to_string(), day);
        }
    }

    #[test]
    fn junk_is_refused() {
        for text in
            ["", "today", "2026-1-1", "2026-02-30", "2026-01-31T00:00:00Z", "0000-01-01", "+026-01-01"]
        {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn shown_and_read_back(number in -719_162_i64..=2_932_896) {
            let day = Day::from_number(number).unwrap();
            prop_assert_eq!(day.to_string().parse::<Day>(), Ok(day));
            prop_assert_eq!(Day::of(day.start()), day);
            prop_assert_eq!(Day::of(day.next().start().plus_micros(-1)), if day.next() == day { Day::of(day.start().plus_micros(-1)) } else { day });
        }
    }
}
