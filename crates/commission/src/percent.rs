//! Percentages as integers: parts per million, so that four decimal places are exact.

use std::{fmt, str::FromStr};

use model::{Money, MoneyError};

/// The largest percentage that is accepted. Nobody agrees to more than the whole order; who pays more for a new customer
/// than his first order is worth adds a fixed amount.
pub const PERCENT_MAX: u32 = 100;

/// Parts per million in one percent.
const PPM_OF_ONE: u32 = 10_000;
/// Parts per million in the whole.
const PPM_OF_WHOLE: i128 = 1_000_000;
/// Decimal places of a percentage.
const PLACES: usize = 4;

/// A percentage between 0 and [`PERCENT_MAX`] with up to four decimal places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Percent {
    parts_per_million: u32,
}

/// Why a text is no percentage.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PercentError {
    /// No decimal number.
    #[error("`{0}` is not a percentage; write digits with an optional point, such as 7.5")]
    Malformed(String),
    /// Below zero.
    #[error("a percentage must not be negative")]
    Negative,
    /// Too many decimal places.
    #[error("`{0}` has more than 4 decimal places")]
    TooFine(String),
    /// Above the largest.
    #[error("`{0}` is more than {PERCENT_MAX} percent")]
    TooLarge(String),
}

impl Percent {
    /// Parts per million of the whole: 7.5 percent are 75,000.
    pub const fn parts_per_million(self) -> u32 {
        self.parts_per_million
    }

    /// This percentage of `amount`, floored to the currency's scale.
    ///
    /// # Errors
    /// Overflow.
    pub fn of(self, amount: Money) -> Result<Money, MoneyError> {
        amount.times(i128::from(self.parts_per_million), PPM_OF_WHOLE)
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Self, PercentError> {
        let shown = || text.chars().take(40).collect::<String>();
        if text.starts_with('-') {
            return Err(PercentError::Negative);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || text.ends_with('.') || !plain(whole) || !plain(fraction) {
            return Err(PercentError::Malformed(shown()));
        }
        let significant = fraction.trim_end_matches('0');
        if significant.len() > PLACES {
            return Err(PercentError::TooFine(shown()));
        }
        let digits = format!("{whole}{significant:0<PLACES$}");
        match digits.parse() {
            Ok(parts_per_million) if parts_per_million <= PERCENT_MAX * PPM_OF_ONE => {
                Ok(Self { parts_per_million })
            }
            _ => Err(PercentError::TooLarge(shown())),
        }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.parts_per_million / PPM_OF_ONE;
        let fraction = format!("{:04}", self.parts_per_million % PPM_OF_ONE);
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            places => write!(f, "{whole}.{places}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_and_shown() {
        for (text, parts_per_million, shown) in [
            ("7.5", 75_000, "7.5"),
            ("0", 0, "0"),
            ("0.0001", 1, "0.0001"),
            ("12.50000", 125_000, "12.5"),
            ("100", 1_000_000, "100"),
            ("007", 70_000, "7"),
        ] {
            let percent: Percent = text.parse().unwrap();
            assert_eq!(percent.parts_per_million(), parts_per_million, "{text}");
            assert_eq!(percent.to_string(), shown);
        }
    }

    #[test]
    fn refused_with_their_reason() {
        for text in ["", ".", "5.", ".5", "1e2", "+1", "7,5", "٧", "7.5%", " 7"] {
            let error = text.parse::<Percent>().unwrap_err();
            assert!(matches!(error, PercentError::Malformed(_)), "{text}: {error}");
        }
        assert_eq!("-1".parse::<Percent>(), Err(PercentError::Negative));
        let fine = "0.00001".parse::<Percent>();
        assert_eq!(fine, Err(PercentError::TooFine("0.00001".to_owned())));
        for text in ["100.0001", "99999999999999999999"] {
            let error = text.parse::<Percent>().unwrap_err();
            assert_eq!(error, PercentError::TooLarge(text.to_owned()));
        }
    }
}
