//! Amounts and counts as people and systems write them: with a point or comma for decimals, with points, commas, blanks or
//! apostrophes between thousands, in Persian and Arabic digits, with a currency before or behind.
//!
//! `1.234` is one and a bit for some and over a thousand for others. The style of a file is what all its cells together allow;
//! counts have no decimals and some currencies neither, so one `1.204` among the impressions can prove it.

use std::{fmt, str::FromStr};

use model::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::sheet::{is_invisible, trim};

/// What stands before the decimals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimals {
    /// `1,234.50`
    Point,
    /// `1.234,50`
    Comma,
}

impl Decimals {
    /// Both styles.
    pub const ALL: [Self; 2] = [Self::Point, Self::Comma];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    const fn mark(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

impl fmt::Display for Decimals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Decimals {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|style| style.word() == word)
            .ok_or_else(|| "`decimals` is `point` (1,234.50) or `comma` (1.234,50)".to_owned())
    }
}

/// A currency that a file says, and how many of it one written unit is: a toman is ten rials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) currency: Currency,
    pub(crate) times: i64,
}

impl Said {
    pub(crate) const fn one(currency: Currency) -> Self {
        Self { currency, times: 1 }
    }

    /// Reads a code, a name or a symbol that only one currency has.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
        let lower = text.trim().to_lowercase();
        Some(match lower.as_str() {
            "€" => Self::one(Currency::EUR),
            "us$" => Self::one(Currency::USD),
            "₫" | "đ" | "vnđ" | "đồng" => Self::one(Currency::VND),
            "﷼" | "ریال" | "ريال" | "rial" => Self::one(Currency::IRR),
            "تومان" | "تومن" | "toman" | "irt" => Self { currency: Currency::IRR, times: 10 },
            _ => Self::one(lower.parse().ok()?),
        })
    }

    /// Whether a text is a symbol that several currencies share.
    pub(crate) fn is_shared_symbol(text: &str) -> bool {
        matches!(text.trim(), "$" | "£" | "¥" | "₹" | "kr" | "R$" | "₩")
    }
}

/// What a cell of a number holds, before its style is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Digits and marks; blanks and apostrophes between digits are `_`.
    text: String,
    negative: bool,
    /// The style, where a mark of its own script tells it.
    own: Option<Decimals>,
    /// The currency that stands beside it.
    pub(crate) said: Option<Said>,
}

/// A number in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    negative: bool,
    whole: String,
    fraction: String,
}

/// Whether a cell says that there is no value.
pub(crate) fn is_nothing(cell: &str) -> bool {
    let cell = trim(cell);
    cell.chars().all(|letter| matches!(letter, '-' | '–' | '—' | '−'))
        || ["n/a", "na", "null", "none", "nan"].contains(&cell.to_lowercase().as_str())
}

impl Written {
    /// Reads a cell that holds something; `None` when it is no number.
    pub(crate) fn read(cell: &str) -> Option<Self> {
        let mut cell: String = cell.chars().filter(|letter| !is_invisible(*letter)).map(plain).collect();
        let mut negative = false;
        if let Some(inside) = cell.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            (negative, cell) = (true, inside.to_owned());
        }
        let first = cell.find(|letter: char| letter.is_ascii_digit())?;
        let last = cell.rfind(|letter: char| letter.is_ascii_digit())? + 1;
        // A mark right before the first digit belongs to the number: `.5`.
        let begin = cell[..first]
            .rfind(|letter| !matches!(letter, '.' | ',' | '٫'))
            .map_or(0, |place| place + cell[place..].chars().next().map_or(0, char::len_utf8));
        let mut said = None;
        for around in [&cell[..begin], &cell[last..]] {
            let mut around = around.trim();
            if let Some(rest) = around.strip_prefix('-').or_else(|| around.strip_suffix('-')) {
                (negative, around) = (true, rest.trim());
            }
            if around.is_empty() || Said::is_shared_symbol(around) {
                continue;
            }
            said = Some(Said::read(around)?);
        }
        let mut text: String = cell[begin..last].to_owned();
        let mut own = None;
        if text.contains(['٫', '٬']) {
            text = text.replace(['٬', ','], "_").replace('٫', ".");
            own = Some(Decimals::Point);
        }
        let text = text.replace([' ', '\''], "_");
        let legal = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '_');
        text.chars().all(legal).then_some(Self { text, negative, own, said })
    }

    /// The text as it is shown to people.
    pub(crate) fn shown(&self) -> String {
        self.text.replace('_', " ")
    }

    /// The number, if it can be one in this style.
    pub(crate) fn parts(&self, style: Decimals) -> Option<Parts> {
        let style = self.own.unwrap_or(style);
        let (whole, fraction) = match self.text.split_once(style.mark()) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (self.text.as_str(), None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = match fraction {
            None => "",
            Some(fraction) if digits(fraction) => fraction,
            Some(_) => return None,
        };
        let whole = if whole.is_empty() { "0".to_owned() } else { ungrouped(whole)? };
        Some(Parts { negative: self.negative, whole, fraction: fraction.to_owned() })
    }
}

/// The digits of a whole number without the marks between its thousands; groups of two are those of India.
fn ungrouped(whole: &str) -> Option<String> {
    let mark = whole.chars().find(|letter| !letter.is_ascii_digit());
    let Some(mark) = mark else { return Some(whole.to_owned()) };
    let groups: Vec<&str> = whole.split(mark).collect();
    let (first, rest) = groups.split_first()?;
    let (last, middle) = rest.split_last()?;
    let sized =
        |group: &str, size: usize| group.len() == size && group.bytes().all(|byte| byte.is_ascii_digit());
    let begins = (1..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_digit());
    let even = middle.iter().all(|group| sized(group, 3))
        || first.len() <= 2 && middle.iter().all(|group| sized(group, 2));
    (begins && !first.starts_with('0') && sized(last, 3) && even).then(|| groups.concat())
}

/// ASCII for digits and blanks of every kind.
fn plain(letter: char) -> char {
    let digit = |zero: char| char::from_digit(letter as u32 - zero as u32, 10).unwrap_or(letter);
    match letter {
        '۰'..='۹' => digit('۰'),
        '٠'..='٩' => digit('٠'),
        '\u{A0}' | '\u{202F}' | '\u{2007}' | '\u{2009}' | '\u{200A}' => ' ',
        '’' | '`' | '´' => '\'',
        '−' | '–' => '-',
        '،' => ',',
        _ => letter,
    }
}

/// The text with every kind of digit as ASCII, for days.
pub(crate) fn plain_text(text: &str) -> String {
    text.chars().filter(|letter| !is_invisible(*letter)).map(plain).collect()
}

impl Parts {
    /// Whether there are decimals that are not zero.
    pub(crate) fn has_fraction(&self) -> bool {
        self.fraction.bytes().any(|digit| digit != b'0')
    }

    /// A count.
    pub(crate) fn count(&self) -> Result<i64, String> {
        if self.has_fraction() {
            return Err("a count has no decimals".to_owned());
        }
        if self.negative {
            return Err("a count is not below zero".to_owned());
        }
        self.whole.parse().map_err(|_| "the number is too large".to_owned())
    }

    /// An amount; `micros` when it is written in millionths.
    pub(crate) fn money(&self, said: Said, micros: bool) -> Result<Money, String> {
        if self.negative {
            return Err("a cost is not below zero".to_owned());
        }
        let text = match (micros, self.has_fraction()) {
            (true, true) => return Err("a number of millionths has no decimals".to_owned()),
            (true, false) => {
                let digits = format!("{:0>7}", self.whole);
                let (whole, fraction) = digits.split_at(digits.len() - 6);
                format!("{whole}.{fraction}")
            }
            (false, _) if self.fraction.is_empty() => self.whole.clone(),
            (false, _) => format!("{}.{}", self.whole, self.fraction),
        };
        let written = Money::parse(&text, said.currency).map_err(|error| error.to_string())?;
        let units =
            written.units().checked_mul(said.times).ok_or_else(|| "the amount is too large".to_owned())?;
        Ok(Money::from_units(units, said.currency))
    }
}

/// What the cells of a file say about its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Any style reads every cell alike, or only this one reads them all.
    Is(Decimals),
    /// The cell at this place can be read in both, differently, and nothing else decides.
    Open(usize),
}

/// A cell with what is known of it.
pub(crate) struct Evidence {
    pub(crate) written: Written,
    /// Counts and amounts of currencies without decimals.
    pub(crate) is_whole: bool,
}

/// Decides the style by all cells.
pub(crate) fn style(cells: &[Evidence]) -> Proof {
    // Whole numbers may be written as 12.0 or 12.00, but three digits behind a mark are thousands.
    let is_whole = |parts: &Parts| parts.fraction.len() < 3 && !parts.has_fraction();
    let reads = |cell: &Evidence, style: Decimals| {
        cell.written.parts(style).filter(|parts| !cell.is_whole || is_whole(parts))
    };
    let (mut allowed, mut differs) = ([true, true], None);
    for (place, cell) in cells.iter().enumerate() {
        let both = Decimals::ALL.map(|style| reads(cell, style));
        match &both {
            // In no style a number, so it is a broken row and proves nothing.
            [None, None] => {}
            [Some(one), Some(other)] if one == other => {}
            [Some(_), Some(_)] => differs = differs.or(Some(place)),
            _ => {
                differs = differs.or(Some(place));
                for (allowed, read) in allowed.iter_mut().zip(&both) {
                    *allowed &= read.is_some();
                }
            }
        }
    }
    match (allowed, differs) {
        ([_, false], _) if allowed[0] => Proof::Is(Decimals::Point),
        ([false, true], _) => Proof::Is(Decimals::Comma),
        (_, None) => Proof::Is(Decimals::Point),
        (_, Some(place)) => Proof::Open(place),
    }
}
