//! A rate as people and files write it: a decimal number.

use std::{fmt, str::FromStr};

use super::Fraction;
use crate::text_form::text_form;

/// The most digits that a rate may have, leading zeros not counted, and the most of them behind the point: more than any
/// market quotes, and few enough that the product of two rates fits.
const DIGITS_MAX: usize = 15;

/// A decimal number above zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    digits: u64,
    places: u8,
}

/// Why a text is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a rate; write a number above 0 such as 25400 or 0.0000394, with at most 15 digits and 15 decimal places"
)]
pub struct RateError(pub String);

impl Rate {
    /// The rate as a fraction.
    pub fn fraction(self) -> Fraction {
        Fraction::new(u128::from(self.digits), 10_u128.pow(u32::from(self.places)))
            .expect("a rate is above zero, and so is a power of ten")
    }
}

impl FromStr for Rate {
    type Err = RateError;
    fn from_str(text: &str) -> Result<Self, RateError> {
        let refuse = || RateError(text.chars().take(40).collect());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() > 40 || whole.is_empty() || !plain(whole) || !plain(fraction) || text.ends_with('.') {
            return Err(refuse());
        }
        let fraction = fraction.trim_end_matches('0');
        let joined = format!("{whole}{fraction}");
        let digits = joined.trim_start_matches('0');
        if digits.is_empty() || digits.len() > DIGITS_MAX || fraction.len() > DIGITS_MAX {
            return Err(refuse());
        }
        let places = u8::try_from(fraction.len()).map_err(|_| refuse())?;
        Ok(Self { digits: digits.parse().map_err(|_| refuse())?, places })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.places);
        let digits = format!("{:0>width$}", self.digits, width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        if fraction.is_empty() { f.write_str(whole) } else { write!(f, "{whole}.{fraction}") }
    }
}

text_form!(Rate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_read_and_shown() {
        for (text, shown, fraction) in [
            ("25400", "25400", "25400/1"),
            ("25400.00", "25400", "25400/1"),
            ("0.0000394", "0.0000394", "197/5000000"),
            ("1.0850", "1.085", "217/200"),
            ("007.5", "7.5", "15/2"),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert_eq!((rate.to_string().as_str(), rate.fraction().to_string().as_str()), (shown, fraction));
        }
    }

    #[test]
    fn junk_is_refused() {
        for text in [
            "",
            "0",
            "0.000",
            "-1",
            "+1",
            "1e3",
            "1,5",
            ".5",
            "1.",
            "NaN",
            "1234567890123456",
            "0.0000000000000001",
        ] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
