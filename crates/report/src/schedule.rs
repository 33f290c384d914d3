//! When a report is due again and again: at a time of day of a zone, each day, on a day of the week, or on a day of the month.
//!
//! A time that the change of the clocks skips is moved forward by as much, and of one that comes twice the first counts, so
//! that every day has exactly one.

use model::{Timestamp, calendar, calendar::Zone};
use serde::{Deserialize, Serialize};

/// On which days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Every {
    /// Each day.
    Day,
    /// Each week on this day: 1 is Monday, 7 Sunday.
    Week(u8),
    /// Each month on this day, or on the last one of a month that is shorter.
    Month(u8),
}

/// A time that comes again and again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// On which days.
    pub every: Every,
    /// At this hour, from 0 to 23.
    pub hour: u8,
    /// At this minute.
    #[serde(default)]
    pub minute: u8,
    /// Of this zone.
    pub zone: Zone,
}

impl When {
    /// Whether there is such a time.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        match self.every {
            Every::Week(day) if !(1..=7).contains(&day) => {
                return Err("a week has the days 1 (Monday) to 7".to_owned());
            }
            Every::Month(day) if !(1..=31).contains(&day) => {
                return Err("a month has the days 1 to 31".to_owned());
            }
            _ => {}
        }
        match (self.hour, self.minute) {
            (0..=23, 0..=59) => Ok(()),
            _ => Err("a day has the hours 0 to 23 and the minutes 0 to 59".to_owned()),
        }
    }

    /// The first such moment after this one; none at the end of the calendar.
    pub fn after(&self, at: Timestamp) -> Option<Timestamp> {
        let fits = |weekday: u8, day: u8, last: u8| match self.every {
            Every::Day => true,
            Every::Week(wanted) => wanted == weekday,
            Every::Month(wanted) => wanted.min(last) == day,
        };
        calendar::next_at(&self.zone, at, (self.hour, self.minute), fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_its_moment() {
        let table = "
            zone              every    time   after                 due
            UTC               day      07:00  2026-03-01T06:59:59Z  2026-03-01T07:00:00Z
            UTC               day      07:00  2026-03-01T07:00:00Z  2026-03-02T07:00:00Z
            Asia/Tehran       day      00:00  2026-03-01T12:00:00Z  2026-03-01T20:30:00Z
            Europe/Berlin     day      02:30  2026-03-28T12:00:00Z  2026-03-29T01:30:00Z
            Europe/Berlin     day      02:30  2026-03-29T01:30:00Z  2026-03-30T00:30:00Z
            Europe/Berlin     day      02:30  2026-10-24T12:00:00Z  2026-10-25T00:30:00Z
            Europe/Berlin     day      02:30  2026-10-25T00:30:00Z  2026-10-26T01:30:00Z
            UTC               week-1   09:15  2026-03-01T00:00:00Z  2026-03-02T09:15:00Z
            UTC               week-7   09:15  2026-03-01T09:15:00Z  2026-03-08T09:15:00Z
            UTC               month-31 00:00  2026-01-31T00:00:00Z  2026-02-28T00:00:00Z
            UTC               month-31 00:00  2028-02-01T00:00:00Z  2028-02-29T00:00:00Z
            Asia/Ho_Chi_Minh  month-1  08:00  2026-03-01T01:00:00Z  2026-04-01T01:00:00Z
        ";
        for line in table.trim().lines().skip(1) {
            let [zone, every, time, after, due] = line.split_whitespace().collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let every = match every.split_once('-') {
                None => Every::Day,
                Some(("week", day)) => Every::Week(day.parse().unwrap()),
                Some((_, day)) => Every::Month(day.parse().unwrap()),
            };
            let (hour, minute) = time.split_once(':').unwrap();
            let when = When {
                every,
                hour: hour.parse().unwrap(),
                minute: minute.parse().unwrap(),
                zone: zone.parse().unwrap(),
            };
            assert_eq!(when.check(), Ok(()));
            let found = when.after(Timestamp::parse(after).unwrap());
            assert_eq!(found, Some(Timestamp::parse(due).unwrap()), "{line}");
        }
    }

    #[test]
    fn times_that_are_none_are_refused() {
        for (every, hour, minute) in [
            (Every::Week(0), 1, 1),
            (Every::Week(8), 1, 1),
            (Every::Month(0), 1, 1),
            (Every::Month(32), 1, 1),
            (Every::Day, 24, 0),
            (Every::Day, 0, 60),
        ] {
            assert!(When { every, hour, minute, zone: Zone::utc() }.check().is_err());
        }
    }
}
