//! Amounts, counts and dates as people of a language write them.

use model::{
    Money, Timestamp,
    calendar::{self, Zone},
};

use crate::{Language, jalali};

const PERSIAN_DIGITS: [char; 10] = ['۰', '۱', '۲', '۳', '۴', '۵', '۶', '۷', '۸', '۹'];

/// The same text with the digits of the language.
pub(crate) fn digits(text: &str, language: Language) -> String {
    if language != Language::Persian {
        return text.to_owned();
    }
    let digit =
        |c: char| c.to_digit(10).and_then(|value| PERSIAN_DIGITS.get(value as usize).copied()).unwrap_or(c);
    text.chars().map(digit).collect()
}

/// Between thousands, and before decimals.
const fn marks(language: Language) -> (char, char) {
    match language {
        Language::English => (',', '.'),
        Language::Vietnamese => ('.', ','),
        Language::Persian => ('٬', '٫'),
    }
}

/// A decimal text such as `-1234.5`, with marks between thousands.
pub(crate) fn decimal(text: &str, language: Language) -> String {
    let (sign, plain) = text.strip_prefix('-').map_or(("", text), |rest| ("−", rest));
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let (thousands, point) = marks(language);
    let mut grouped = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(thousands);
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push(point);
        grouped.push_str(fraction);
    }
    digits(&grouped, language)
}

/// An amount without its currency.
pub(crate) fn amount(money: Money, language: Language) -> String {
    decimal(&money.amount_text(), language)
}

/// A number of things.
pub(crate) fn count(number: u64, language: Language) -> String {
    decimal(&number.to_string(), language)
}

/// A percent.
pub(crate) fn percent(text: &str, language: Language) -> String {
    let sign = if language == Language::Persian { '٪' } else { '%' };
    format!("{}{sign}", decimal(text, language))
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const PERSIAN_MONTHS: [&str; 12] =
    ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];

fn month_name(names: &[&'static str; 12], month: i64) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|place| names.get(place)).copied().unwrap_or_default()
}

/// A day: `22 November 2026`, `22/11/2026`, `۱ آذر ۱۴۰۵`.
pub(crate) fn date(zone: &Zone, at: Timestamp, language: Language) -> String {
    let (year, month, day) = calendar::date_parts(zone, at);
    match language {
        Language::English => format!("{day} {} {year}", month_name(&ENGLISH_MONTHS, i64::from(month))),
        Language::Vietnamese => format!("{day:02}/{month:02}/{year}"),
        Language::Persian => {
            let (year, month, day) = jalali::from_gregorian(year, month, day);
            digits(&format!("{day} {} {year}", month_name(&PERSIAN_MONTHS, month)), language)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Currency;

    #[test]
    fn amounts_and_days_of_each_language() {
        let usd = Money::parse("-1234567.5", Currency::USD).unwrap();
        let vnd = Money::parse("1000000", Currency::VND).unwrap();
        let shown = |money: Money| Language::ALL.map(|language| amount(money, language));
        assert_eq!(shown(usd), ["−1,234,567.50", "−1.234.567,50", "−۱٬۲۳۴٬۵۶۷٫۵۰"]);
        assert_eq!(shown(vnd), ["1,000,000", "1.000.000", "۱٬۰۰۰٬۰۰۰"]);
        let zone = "Asia/Tehran".parse().unwrap();
        let at = Timestamp::parse("2026-11-21T21:00:00Z").unwrap();
        let days = Language::ALL.map(|language| date(&zone, at, language));
        assert_eq!(days, ["22 November 2026", "22/11/2026", "۱ آذر ۱۴۰۵"]);
        assert_eq!(percent("8.5", Language::Vietnamese), "8,5%");
        assert_eq!(percent("10", Language::Persian), "۱۰٪");
    }
}
