//! Hours, days, weeks and months of a zone. The only place that knows time zones.
//!
//! A period begins at its civil start in the zone: a day that daylight saving shortens or lengthens is
//! one day, a civil hour that is repeated in autumn is one period twice as long for a cap per hour (its
//! start is that of the first of the two), and half-hour zones begin their hours at half past UTC.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{payout::Weekday, time::Timestamp};

/// A time zone of the IANA database.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A name that is no zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone; use an IANA name such as UTC, Asia/Tehran or Asia/Ho_Chi_Minh")]
pub struct ZoneError(pub String);

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }
    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    fn civil(&self, at: Timestamp) -> civil::DateTime {
        let moment = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        self.0.to_datetime(moment)
    }

    fn moment(&self, civil: civil::DateTime) -> Timestamp {
        // `compatible` takes the first of two equal civil times and moves a skipped one forward.
        match self.0.to_ambiguous_timestamp(civil).compatible() {
            Ok(moment) => Timestamp::from_micros(moment.as_microsecond()),
            Err(_) => Timestamp::from_micros(i64::MIN),
        }
    }
}

impl FromStr for Zone {
    type Err = ZoneError;
    fn from_str(name: &str) -> Result<Self, ZoneError> {
        TimeZone::get(name).map(Self).map_err(|_| ZoneError(name.chars().take(64).collect()))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A stretch of the calendar over which a cap or a tier counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A civil hour.
    Hour,
    /// Midnight to midnight.
    Day,
    /// Monday to Monday.
    Week,
    /// First to first.
    Month,
    /// January, April, July and October begin one.
    Quarter,
    /// For ever.
    Total,
}

impl Period {
    /// The number stored in keys; never changed.
    pub const fn number(self) -> u8 {
        match self {
            Self::Hour => 1,
            Self::Day => 2,
            Self::Week => 3,
            Self::Month => 4,
            Self::Total => 5,
            Self::Quarter => 6,
        }
    }

    /// When the period that holds `at` began. `Total` begins at the start of 1970.
    pub fn start(self, zone: &Zone, at: Timestamp) -> Timestamp {
        if self == Self::Total {
            return Timestamp::from_micros(0);
        }
        zone.moment(self.civil_start(zone.civil(at)))
    }

    /// When the next period begins; `None` for `Total`.
    pub fn end(self, zone: &Zone, at: Timestamp) -> Option<Timestamp> {
        let start = self.civil_start(zone.civil(at));
        let next = match self {
            Self::Hour => start.checked_add(1.hour()),
            Self::Day => start.checked_add(1.day()),
            Self::Week => start.checked_add(7.days()),
            Self::Month => start.checked_add(1.month()),
            Self::Quarter => start.checked_add(3.months()),
            Self::Total => return None,
        };
        next.ok().map(|civil| zone.moment(civil))
    }

    fn civil_start(self, civil: civil::DateTime) -> civil::DateTime {
        let midnight = civil::Time::midnight();
        match self {
            Self::Hour => civil::DateTime::from_parts(civil.date(), civil::time(civil.hour(), 0, 0, 0)),
            Self::Day => civil::DateTime::from_parts(civil.date(), midnight),
            Self::Week => {
                let back = i32::from(civil.date().weekday().to_monday_zero_offset());
                let monday = civil.date().checked_sub(back.days()).unwrap_or(civil.date());
                civil::DateTime::from_parts(monday, midnight)
            }
            Self::Month => civil::DateTime::from_parts(civil.date().first_of_month(), midnight),
            Self::Quarter => {
                let first = civil.date().first_of_month();
                let within = (first.month() - 1) % 3;
                let begins = first.checked_sub(within.months()).unwrap_or(first);
                civil::DateTime::from_parts(begins, midnight)
            }
            Self::Total => civil::DateTime::ZERO,
        }
    }
}

/// In which month after `since` a moment lies, from 1 on: month 2 begins with the same day and time of the next month,
/// or with its last day where it is shorter. A moment before `since` lies in month 1.
pub fn month_since(zone: &Zone, since: Timestamp, at: Timestamp) -> u32 {
    let (since, at) = (zone.civil(since), zone.civil(at));
    let number = |civil: civil::DateTime| i32::from(civil.year()) * 12 + i32::from(civil.month());
    let months = number(at) - number(since);
    let begun = since.checked_add(months.months()).is_ok_and(|begins| begins <= at);
    u32::try_from(months - i32::from(!begun)).unwrap_or(0) + 1
}

/// Beginning and end of a calendar month of the zone, written `2026-01`; `None` for what is no month.
pub fn month(zone: &Zone, text: &str) -> Option<(Timestamp, Timestamp)> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
    if !digits(year) || !digits(month) {
        return None;
    }
    let first = civil::Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    let next = first.checked_add(1.month()).ok()?;
    let begins = |date: civil::Date| zone.moment(civil::DateTime::from_parts(date, civil::Time::midnight()));
    Some((begins(first), begins(next)))
}

/// The civil month of a moment: `2026-01`.
pub fn month_text(zone: &Zone, at: Timestamp) -> String {
    let date = zone.civil(at).date();
    format!("{:04}-{:02}", date.year(), date.month())
}

/// Year, month and day of a moment in the zone.
pub fn date_parts(zone: &Zone, at: Timestamp) -> (i16, i8, i8) {
    let date = zone.civil(at).date();
    (date.year(), date.month(), date.day())
}

/// Beginning and end of a calendar day of the zone, written `2026-01-31`; `None` for what is no day.
pub fn date(zone: &Zone, text: &str) -> Option<(Timestamp, Timestamp)> {
    let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date: civil::Date = text.parse().ok().filter(|_| shaped)?;
    let next = date.checked_add(1.day()).ok()?;
    let begins = |date: civil::Date| zone.moment(civil::DateTime::from_parts(date, civil::Time::midnight()));
    Some((begins(date), begins(next)))
}

/// The moment of a date and time of the zone, written `2026-01-31 20:15` or `2026-01-31T20:15:30`; `None` for what is none.
pub fn moment(zone: &Zone, text: &str) -> Option<Timestamp> {
    let shaped = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b' ' | b'T' | b't');
    if !(16..=19).contains(&text.len()) || !text.bytes().all(shaped) {
        return None;
    }
    let civil: civil::DateTime = text.parse().ok()?;
    Some(zone.moment(civil)).filter(|moment| moment.as_micros() != i64::MIN)
}

/// The first moment after `after` at this time of day, on a day that fits: it is asked with the day of the week (1 is Monday), the day of
/// the month, and how many days that month has. None when no day of the next two months fits.
pub fn next_at(
    zone: &Zone,
    after: Timestamp,
    (hour, minute): (u8, u8),
    fits: impl Fn(u8, u8, u8) -> bool,
) -> Option<Timestamp> {
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    let time = civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
    let mut date = zone.civil(after).date();
    for _ in 0..63 {
        let weekday = small(date.weekday().to_monday_one_offset());
        if fits(weekday, small(date.day()), small(date.days_in_month())) {
            let at = zone.moment(civil::DateTime::from_parts(date, time));
            if at > after {
                return Some(at);
            }
        }
        date = date.checked_add(1.day()).ok()?;
    }
    None
}

/// The same time of day so many days later, or earlier for a negative number.
pub fn plus_days(zone: &Zone, at: Timestamp, days: i32) -> Timestamp {
    let civil = zone.civil(at);
    zone.moment(civil.checked_add(days.days()).unwrap_or(civil))
}

/// The same time of day so many months later, or earlier for a negative number; the last day of a month that is shorter.
pub fn plus_months(zone: &Zone, at: Timestamp, months: i32) -> Timestamp {
    let civil = zone.civil(at);
    zone.moment(civil.checked_add(months.months()).unwrap_or(civil))
}

/// The moment as the zone's clocks show it: `2026-01-31T13:00:00+03:30`.
pub fn local_text(zone: &Zone, at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.to_zoned(zone.0.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The civil date of a moment: `2026-01-31`.
pub fn date_text(zone: &Zone, at: Timestamp) -> String {
    zone.civil(at).date().to_string()
}

/// The beginning of the latest day that is this weekday, today included.
pub fn last_weekday(zone: &Zone, at: Timestamp, weekday: Weekday) -> Timestamp {
    let date = zone.civil(at).date();
    let wanted = Weekday::ALL.iter().position(|day| *day == weekday);
    let wanted = wanted.and_then(|place| i64::try_from(place).ok()).unwrap_or(0);
    let back = (i64::from(date.weekday().to_monday_zero_offset()) - wanted).rem_euclid(7);
    let day = date.checked_sub(back.days()).unwrap_or(date);
    zone.moment(civil::DateTime::from_parts(day, civil::Time::midnight()))
}

/// The beginning of the latest day that is the month's `day`, today included; the last day of a month that is shorter.
pub fn last_day_of_month(zone: &Zone, at: Timestamp, day: u8) -> Timestamp {
    let date = zone.civil(at).date();
    let of_month = |first: civil::Date| {
        let last = first.last_of_month().day();
        let day = i8::try_from(day).unwrap_or(last).clamp(1, last);
        first.with().day(day).build().unwrap_or(first)
    };
    let this = of_month(date.first_of_month());
    let before = date.first_of_month().checked_sub(1.day()).unwrap_or(date).first_of_month();
    let day = if this <= date { this } else { of_month(before) };
    zone.moment(civil::DateTime::from_parts(day, civil::Time::midnight()))
}

/// Day of the week (0 = Monday) and minute of the day in a zone, for day-parting.
pub fn weekday_and_minute(zone: &Zone, at: Timestamp) -> (u8, u16) {
    let civil = zone.civil(at);
    let weekday = u8::try_from(civil.date().weekday().to_monday_zero_offset()).unwrap_or(0);
    let minute = u16::try_from(civil.hour()).unwrap_or(0) * 60 + u16::try_from(civil.minute()).unwrap_or(0);
    (weekday, minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, at: &str, period: Period, start: &str, end: &str) {
        let zone: Zone = zone.parse().unwrap();
        let at = Timestamp::parse(at).unwrap();
        assert_eq!(period.start(&zone, at), Timestamp::parse(start).unwrap(), "start of {period:?} at {at}");
        assert_eq!(period.end(&zone, at), Some(Timestamp::parse(end).unwrap()), "end of {period:?} at {at}");
    }

    #[test]
    fn months_since_a_moment() {
        for (zone, since, at, month) in [
            ("UTC", "2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z", 1),
            ("UTC", "2026-01-15T10:00:00Z", "2026-02-15T09:59:59Z", 1),
            ("UTC", "2026-01-15T10:00:00Z", "2026-02-15T10:00:00Z", 2),
            ("UTC", "2026-01-15T10:00:00Z", "2027-01-15T09:59:59Z", 12),
            ("UTC", "2026-01-15T10:00:00Z", "2027-01-15T10:00:00Z", 13),
            ("UTC", "2026-01-15T10:00:00Z", "2025-12-01T10:00:00Z", 1),
            // The last day stands for the missing 31st, and for the missing 29 February.
            ("UTC", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z", 2),
            ("UTC", "2026-01-31T10:00:00Z", "2026-02-28T09:00:00Z", 1),
            ("UTC", "2028-02-29T10:00:00Z", "2029-02-28T10:00:00Z", 13),
            // 23:30 in UTC is the next day in Hanoi; the clock goes forward in Berlin, and month 2 begins an hour earlier.
            ("Asia/Ho_Chi_Minh", "2026-01-14T23:30:00Z", "2026-02-14T23:30:00Z", 2),
            ("Europe/Berlin", "2026-03-01T10:00:00Z", "2026-04-01T09:00:00Z", 2),
            ("Europe/Berlin", "2026-03-01T10:00:00Z", "2026-04-01T08:59:59Z", 1),
        ] {
            let zone: Zone = zone.parse().unwrap();
            let [since, moment] = [since, at].map(|text| Timestamp::parse(text).unwrap());
            assert_eq!(month_since(&zone, since, moment), month, "{at} after {since}");
        }
    }

    #[test]
    fn periods_of_zones() {
        use Period::{Day, Hour, Month, Quarter, Week};
        for (zone, at, period, start, end) in [
            ("UTC", "2026-03-01T10:20:30Z", Day, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
            ("UTC", "2026-03-01T10:20:30Z", Week, "2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z"),
            ("UTC", "2028-02-29T10:20:30Z", Month, "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
            ("UTC", "2026-03-31T23:59:59Z", Quarter, "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            ("UTC", "2026-12-01T00:00:00Z", Quarter, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            (
                "Europe/Berlin",
                "2026-05-15T00:00:00Z",
                Quarter,
                "2026-03-31T22:00:00Z",
                "2026-06-30T22:00:00Z",
            ),
            // Half-hour zone: Tehran is UTC+3:30 all year.
            ("Asia/Tehran", "2026-03-01T20:40:00Z", Day, "2026-03-01T20:30:00Z", "2026-03-02T20:30:00Z"),
            ("Asia/Tehran", "2026-03-01T20:40:00Z", Hour, "2026-03-01T20:30:00Z", "2026-03-01T21:30:00Z"),
            ("Asia/Kathmandu", "2026-03-01T00:20:00Z", Hour, "2026-03-01T00:15:00Z", "2026-03-01T01:15:00Z"),
            // Daylight saving: the day of the change is 23 and 25 hours long.
            ("Europe/Berlin", "2026-03-29T12:00:00Z", Day, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("Europe/Berlin", "2026-10-25T12:00:00Z", Day, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            (
                "America/New_York",
                "2026-11-01T06:30:00Z",
                Month,
                "2026-11-01T04:00:00Z",
                "2026-12-01T05:00:00Z",
            ),
        ] {
            check(zone, at, period, start, end);
        }
    }

    #[test]
    fn months_of_zones() {
        let tehran: Zone = "Asia/Tehran".parse().unwrap();
        let (start, end) = month(&tehran, "2026-12").unwrap();
        assert_eq!(start, Timestamp::parse("2026-11-30T20:30:00Z").unwrap());
        assert_eq!(end, Timestamp::parse("2026-12-31T20:30:00Z").unwrap());
        assert_eq!(month_text(&tehran, start), "2026-12");
        assert_eq!(date_parts(&tehran, start), (2026, 12, 1));
        for text in ["", "2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "2026/01", "+026-01"] {
            assert_eq!(month(&tehran, text), None, "{text}");
        }
    }

    #[test]
    fn days_of_zones() {
        let tehran: Zone = "Asia/Tehran".parse().unwrap();
        let (start, end) = date(&tehran, "2026-03-01").unwrap();
        assert_eq!(start, Timestamp::parse("2026-02-28T20:30:00Z").unwrap());
        assert_eq!(end, Timestamp::parse("2026-03-01T20:30:00Z").unwrap());
        assert_eq!(local_text(&tehran, start), "2026-03-01T00:00:00+03:30");
        for text in ["", "2026-02-30", "2026-2-3", "2026-03-01T00:00", "20260301", "-026-03-01"] {
            assert_eq!(date(&tehran, text), None, "{text}");
        }
        // A day over the change of the clocks has 23 hours.
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let (start, _) = date(&berlin, "2026-03-29").unwrap();
        assert_eq!(plus_days(&berlin, start, 1).micros_since(start), 23 * 3_600_000_000);
        assert_eq!(plus_days(&berlin, plus_days(&berlin, start, 1), -1), start);
        let (last, _) = date(&berlin, "2026-03-31").unwrap();
        assert_eq!(date_text(&berlin, plus_months(&berlin, last, -1)), "2026-02-28");
    }

    #[test]
    fn a_repeated_hour_is_one_period() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let first = Timestamp::parse("2026-10-25T00:30:00Z").unwrap();
        let second = Timestamp::parse("2026-10-25T01:30:00Z").unwrap();
        assert_eq!(Period::Hour.start(&zone, first), Period::Hour.start(&zone, second));
    }

    #[test]
    fn junk_zones_are_refused() {
        for name in ["", "Mars/Olympus", "../etc/passwd", "UTC+3"] {
            assert!(name.parse::<Zone>().is_err(), "{name}");
        }
    }
}
