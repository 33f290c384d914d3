//! What a row is about: one day, or several over which its amounts have to be spread.

use model::{Day, Money};

use crate::{
    date::{self, DateOrder, Dated},
    number::plain_text,
    sheet::trim,
};

/// The most days of one row.
const DAYS_MAX: i64 = 1_100;

/// What a row says about its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// One day.
    Day(Dated),
    /// From one day to another.
    Days(Dated, Dated),
    /// The week that begins on a day.
    Week(Dated),
    /// A month of a year.
    Month(u32, u32),
    /// Nothing: what the whole file is about.
    File,
}

/// The days of a row, first and last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) first: Day,
    pub(crate) last: Day,
}

impl Days {
    pub(crate) fn new(first: Day, last: Day) -> Result<Self, String> {
        match last.days_since(first) {
            ..0 => Err(format!("{last} is before {first}")),
            DAYS_MAX.. => Err(format!("{first} to {last} are more than {DAYS_MAX} days")),
            _ => Ok(Self { first, last }),
        }
    }

    pub(crate) fn is_one(self) -> bool {
        self.first == self.last
    }

    /// How many.
    pub(crate) fn count(self) -> usize {
        usize::try_from(self.last.days_since(self.first) + 1).unwrap_or(1)
    }

    /// Each of them.
    pub(crate) fn each(self) -> impl Iterator<Item = Day> {
        let numbers = self.first.number()..=self.last.number();
        numbers.filter_map(Day::from_number)
    }
}

impl About {
    /// Its dates whose order has to be known.
    pub(crate) fn dates(self) -> impl Iterator<Item = Dated> {
        let (one, other) = match self {
            Self::Day(day) | Self::Week(day) => (Some(day), None),
            Self::Days(first, last) => (Some(first), Some(last)),
            Self::Month(..) | Self::File => (None, None),
        };
        one.into_iter().chain(other)
    }

    /// Its days; `None` for those of the whole file.
    pub(crate) fn days(self, order: DateOrder) -> Result<Option<Days>, String> {
        Ok(Some(match self {
            Self::Day(day) => {
                let day = day.day(order)?;
                Days { first: day, last: day }
            }
            Self::Days(first, last) => Days::new(first.day(order)?, last.day(order)?)?,
            Self::Week(first) => {
                let first = first.day(order)?;
                let last = Day::from_number(first.number() + 6).ok_or("the week ends after the calendar")?;
                Days::new(first, last)?
            }
            Self::Month(year, month) => {
                let at = |day: u32| Dated::Sure { year, month, day }.day(order);
                let last = (28..=31).rev().find_map(|day| at(day).ok()).ok_or("there is no such month")?;
                Days::new(at(1)?, last)?
            }
            Self::File => return Ok(None),
        }))
    }
}

/// A month: `2026-07`, `07/2026`, `July 2026`, or its first day.
pub(crate) fn month(cell: &str) -> Option<About> {
    if let Some(Dated::Sure { year, month, day: 1 }) = date::shape(cell) {
        return Some(About::Month(year, month));
    }
    // With a day the rest is a date; the first of the month is in every order.
    let text = plain_text(cell);
    let text = trim(&text);
    match date::shape(&format!("1 {text}")).or_else(|| date::shape(&format!("{text} 01")))? {
        Dated::Sure { year, month, .. } => Some(About::Month(year, month)),
        Dated::Numbers([1, month, year]) if year > 99 => Some(About::Month(year, month)),
        Dated::Numbers(_) => None,
    }
}

/// The range that a line above the header tells, such as `July 1, 2026 - July 31, 2026`.
pub(crate) fn range(cell: &str) -> Option<(Dated, Dated)> {
    const BETWEEN: [&str; 9] = [" - ", " – ", " — ", " bis ", " to ", " au ", " al ", " تا ", " đến "];
    let cell = trim(cell).trim_matches('"');
    for between in BETWEEN {
        if let Some((first, last)) = cell.split_once(between)
            && let (Some(first), Some(last)) = (date::shape(first), date::shape(last))
        {
            return Some((first, last));
        }
    }
    date::shape(cell).filter(|date| matches!(date, Dated::Sure { .. })).map(|day| (day, day))
}

/// Exact parts of an amount for so many days; the first ones take what cannot be divided.
pub(crate) fn spread(spend: Money, days: usize) -> Result<Vec<Money>, String> {
    spend.split(&vec![1; days]).map_err(|error| error.to_string())
}

/// The same for a count.
pub(crate) fn spread_count(count: i64, days: usize) -> Vec<i64> {
    let days = i64::try_from(days.max(1)).unwrap_or(i64::MAX);
    (0..days).map(|place| count / days + i64::from(place < count % days)).collect()
}
