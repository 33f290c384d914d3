//! Days in every order, with names of months in eight languages, and the order that a file proves.

use std::{fmt, str::FromStr};

use model::Day;
use serde::{Deserialize, Serialize};

use crate::{header::comparable, number::plain_text};

/// In which order day, month and year are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `31/12/2026`
    DayFirst,
    /// `12/31/2026`
    MonthFirst,
    /// `2026/12/31`, `26/12/31`
    YearFirst,
}

impl DateOrder {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::DayFirst, Self::MonthFirst, Self::YearFirst];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
            Self::YearFirst => "year-first",
        }
    }
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for DateOrder {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|order| order.word() == word)
            .ok_or_else(|| "`dates` is `day-first`, `month-first` or `year-first`".to_owned())
    }
}

/// A date as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dated {
    /// Its month has a name, or its order is sure.
    Sure { year: u32, month: u32, day: u32 },
    /// Three numbers in an order that has to be found.
    Numbers([u32; 3]),
}

/// The first letters of names of months, as [`comparable`] writes them; the longer ones first where one begins another.
#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "janv", "ژانویه"],
    &["feb", "fev", "fevr", "فوریه"],
    &["mar", "maerz", "marz", "مارس"],
    &["apr", "abr", "avr", "آوریل"],
    &["may", "mai", "mag", "مه", "می"],
    &["jun", "juin", "giu", "ژوئن"],
    &["jul", "juil", "lug", "ژوئیه"],
    &["aug", "ago", "aout", "اوت"],
    &["sep", "set", "sept", "سپتامبر"],
    &["oct", "okt", "out", "ott", "اکتبر"],
    &["nov", "نوامبر"],
    &["dec", "dez", "dic", "دسامبر"],
];

/// Words between the parts of a date.
const BETWEEN: &[&str] = &["de", "of", "del", "nam", "thang", "thg", "ngay", "le", "den"];

/// The month of a name.
fn month_of(word: &str) -> Option<u32> {
    let found = MONTHS.iter().position(|names| {
        names.iter().any(|name| if name.is_ascii() { word.starts_with(name) } else { word == letters(name) })
    })?;
    u32::try_from(found + 1).ok()
}

/// A word in plain letters.
fn letters(word: &str) -> String {
    comparable(word).replace(' ', "")
}

/// The words of a text, in plain letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let parts =
        text.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '\u{300}'..='\u{36f}'));
    parts.filter(|part| !part.is_empty()).map(letters)
}

/// Reads the shape of a date; a time of day behind it is passed over. `None` when it is none.
pub(crate) fn shape(cell: &str) -> Option<Dated> {
    let text = plain_text(cell);
    let text = text.trim().trim_matches('"');
    // `2026-07-01 00:00:00`, `2026-07-01T00:00:00`
    let text = match text.split_once([' ', 'T']) {
        Some((date, time)) if time.contains(':') && date.bytes().any(|byte| byte.is_ascii_digit()) => date,
        _ => text,
    };
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = |part: &str| part.parse().ok();
        return Some(Dated::Sure {
            year: number(&text[..4])?,
            month: number(&text[4..6])?,
            day: number(&text[6..])?,
        });
    }
    let vietnamese = is_vietnamese(text);
    let mut numbers: Vec<(u32, usize)> = Vec::new();
    let mut month = None;
    let mut month_after = 0;
    for word in words(text) {
        let word = word.as_str();
        // `1st`, `2nd`; `thg7`
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        let letters: String = word.chars().filter(|letter| !letter.is_ascii_digit()).collect();
        if !digits.is_empty() && ["", "st", "nd", "rd", "th", "er", "thg"].contains(&letters.as_str()) {
            numbers.push((digits.parse().ok()?, digits.len()));
        } else if BETWEEN.contains(&word) || is_weekday(word) {
        } else if let (Some(named), None) = (month_of(word), month) {
            (month, month_after) = (Some(named), numbers.len());
        } else {
            return None;
        }
    }
    match (month, numbers.as_slice()) {
        // `Jul 1, 2026`, `1 July 2026`; a two-digit year only behind the day.
        (Some(month), [(one, one_digits), (other, other_digits)]) => {
            let (year, day) = match (*one_digits, *other_digits, month_after) {
                (4, ..=2, _) => (*one, *other),
                (..=2, 4, _) => (*other, *one),
                (..=2, 2, 0 | 1) => (two_digits(*other), *one),
                _ => return None,
            };
            Some(Dated::Sure { year, month, day })
        }
        // `1 thg 7, 2026` is always day, month, year.
        (None, [(day, ..=2), (month, ..=2), (year, 4)]) if vietnamese => {
            Some(Dated::Sure { year: *year, month: *month, day: *day })
        }
        (None, [(first, 4), (second, ..=2), (third, ..=2)]) => {
            Some(Dated::Sure { year: *first, month: *second, day: *third })
        }
        (None, [(first, ..=2), (second, ..=2), (third, 2 | 4)]) => {
            Some(Dated::Numbers([*first, *second, *third]))
        }
        _ => None,
    }
}

/// Whether the months are numbers behind the Vietnamese word for month.
fn is_vietnamese(text: &str) -> bool {
    words(text).any(|word| word == "thang" || word.starts_with("thg"))
}

fn is_weekday(word: &str) -> bool {
    const DAYS: &[&str] = &[
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    DAYS.contains(&word)
}

/// The year of two digits, in this century.
const fn two_digits(year: u32) -> u32 {
    if year < 100 { 2000 + year } else { year }
}

impl Dated {
    /// Year, month and day, when the order can be this one.
    const fn parts(self, order: DateOrder) -> Option<(u32, u32, u32)> {
        let (year, month, day) = match (self, order) {
            (Self::Sure { year, month, day }, _) => (year, month, day),
            (Self::Numbers([day, month, year]), DateOrder::DayFirst)
            | (Self::Numbers([month, day, year]), DateOrder::MonthFirst)
            | (Self::Numbers([year, month, day]), DateOrder::YearFirst) => (two_digits(year), month, day),
        };
        // A four-digit year cannot be a day.
        if month >= 1 && month <= 12 && day >= 1 && day <= 31 { Some((year, month, day)) } else { None }
    }

    /// The day in this order.
    pub(crate) fn day(self, order: DateOrder) -> Result<Day, String> {
        let (year, month, day) =
            self.parts(order).ok_or_else(|| format!("this is no date in the order {order}"))?;
        if (1300..1500).contains(&year) {
            return Err(format!("{year} is a year of the Jalali calendar; write days as 2026-01-31"));
        }
        if !(1990..2200).contains(&year) {
            return Err(format!("the year {year} is out of the question"));
        }
        format!("{year:04}-{month:02}-{day:02}")
            .parse()
            .map_err(|_| "there is no such day in the calendar".to_owned())
    }
}

/// What the dates of a file say about their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Every order that reads all of them gives the same days.
    Is(DateOrder),
    /// The date at this place can be read in several.
    Open(usize),
    /// No order reads them all: these two contradict each other.
    Mixed(usize, usize),
}

/// Decides the order by all dates.
pub(crate) fn order(dates: &[Dated]) -> Proof {
    let mut fits = DateOrder::ALL.to_vec();
    for (place, date) in dates.iter().enumerate() {
        let left: Vec<DateOrder> =
            fits.iter().copied().filter(|order| date.parts(*order).is_some()).collect();
        // In no order a date, so it is a broken row and proves nothing.
        if DateOrder::ALL.iter().all(|order| date.parts(*order).is_none()) {
            continue;
        }
        if left.is_empty() {
            let other = dates[..place]
                .iter()
                .position(|one| fits.iter().any(|order| one.parts(*order).is_some()) && one != date);
            return Proof::Mixed(other.unwrap_or(0), place);
        }
        fits = left;
    }
    let Some(first) = fits.first().copied() else { return Proof::Is(DateOrder::YearFirst) };
    let open = dates.iter().position(|date| fits.iter().any(|order| date.parts(*order) != date.parts(first)));
    open.map_or(Proof::Is(first), Proof::Open)
}
