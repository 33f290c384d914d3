//! Amounts of money: checked integers at the fixed scale of their currency.
//!
//! There is no operation that mixes currencies or wraps around: both are errors. A percentage is an
//! integer fraction, a product with it is floored to the currency's scale (a millionth of a dollar),
//! and a split floors each share and hands out the rest in order, so that parts sum to the whole.
//! On the wire an amount is a decimal string beside its currency, never a JSON number.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::currency::Currency;

/// What can go wrong with an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result does not fit.
    #[error("the amount is too large")]
    Overflow,
    /// Two currencies met in one operation.
    #[error("{0} and {1} cannot be added; amounts of one operation must share a currency")]
    Mixed(Currency, Currency),
    /// The text is no decimal amount.
    #[error("`{0}` is not an amount; write digits with an optional point, such as 12.50")]
    Malformed(String),
    /// More decimal places than the currency keeps.
    #[error("`{text}` has more than {places} decimal places, the most that {currency} amounts keep")]
    TooFine {
        /// What was given.
        text: String,
        /// Decimal places that the currency keeps.
        places: u8,
        /// The currency.
        currency: Currency,
    },
}

/// An amount of one currency. May be negative.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    units: i64,
    currency: Currency,
}

impl Money {
    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self { units: 0, currency }
    }
    /// From the stored integer: units of 10^-scale of `currency`.
    pub const fn from_units(units: i64, currency: Currency) -> Self {
        Self { units, currency }
    }
    /// The stored integer.
    pub const fn units(self) -> i64 {
        self.units
    }
    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }
    /// True for nothing at all.
    pub const fn is_zero(self) -> bool {
        self.units == 0
    }
    /// True below zero.
    pub const fn is_negative(self) -> bool {
        self.units < 0
    }

    /// Reads `12.5`, `-3`, `0.000001`. No grouping, no exponent, no plus sign; 40 characters at most.
    ///
    /// # Errors
    /// When the text is no such number, finer than the currency's scale (zeros at the end do not count)
    /// or too large.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let malformed = || MoneyError::Malformed(text.chars().take(40).collect());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() > 40 || whole.is_empty() || !plain(whole) || !plain(fraction) || digits.ends_with('.') {
            return Err(malformed());
        }
        let scale = usize::from(currency.scale());
        let significant = fraction.trim_end_matches('0');
        if significant.len() > scale {
            let text = text.chars().take(40).collect();
            return Err(MoneyError::TooFine { text, places: currency.scale(), currency });
        }
        let padded = format!("{whole}{significant:0<scale$}");
        let units: i64 = padded.parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Self { units: if negative { -units } else { units }, currency })
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Mixed(self.currency, other.currency))
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// Mixed currencies, overflow.
    #[allow(clippy::should_implement_trait)] // the operator could not refuse
    pub fn add(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let units = self.units.checked_add(other.units).ok_or(MoneyError::Overflow)?;
        Ok(Self { units, ..self })
    }
    /// The difference.
    ///
    /// # Errors
    /// Mixed currencies, overflow.
    #[allow(clippy::should_implement_trait)] // the operator could not refuse
    pub fn sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let units = self.units.checked_sub(other.units).ok_or(MoneyError::Overflow)?;
        Ok(Self { units, ..self })
    }
    /// The amount with its sign turned.
    ///
    /// # Errors
    /// Overflow (the least integer has no opposite).
    pub fn negate(self) -> Result<Self, MoneyError> {
        Ok(Self { units: self.units.checked_neg().ok_or(MoneyError::Overflow)?, ..self })
    }
    /// `self * numerator / denominator`, rounded towards negative infinity.
    ///
    /// # Errors
    /// Overflow; a denominator that is not above zero counts as overflow.
    pub fn times(self, numerator: i128, denominator: i128) -> Result<Self, MoneyError> {
        if denominator <= 0 {
            return Err(MoneyError::Overflow);
        }
        let product = i128::from(self.units).checked_mul(numerator).ok_or(MoneyError::Overflow)?;
        let units = i64::try_from(product.div_euclid(denominator)).map_err(|_| MoneyError::Overflow)?;
        Ok(Self { units, ..self })
    }
    /// Splits by integer weights: each share floored, the rest handed out one unit each from the first
    /// non-zero weight on. The parts sum to `self`. All weights zero gives everything to the first.
    ///
    /// # Errors
    /// Overflow, and no weights at all.
    pub fn split(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        if weights.is_empty() {
            return Err(MoneyError::Overflow);
        }
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        if total == 0 {
            let mut parts = vec![Self::zero(self.currency); weights.len()];
            parts[0] = self;
            return Ok(parts);
        }
        let mut parts = Vec::with_capacity(weights.len());
        let mut rest = self;
        for weight in weights {
            let part = self.times(i128::from(*weight), total)?;
            rest = rest.sub(part)?;
            parts.push(part);
        }
        // Flooring leaves at most one unit for each weight, so one round hands out everything.
        for (part, weight) in parts.iter_mut().zip(weights) {
            if rest.units > 0 && *weight > 0 {
                part.units += 1;
                rest.units -= 1;
            }
        }
        debug_assert_eq!(rest.units, 0, "a split hands out everything");
        Ok(parts)
    }
    /// The decimal text without the currency: at least the places people write, more when they are needed.
    pub fn amount_text(self) -> String {
        let scale = usize::from(self.currency.scale());
        let digits = format!("{:0>width$}", self.units.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let shown = fraction.trim_end_matches('0').len().max(usize::from(self.currency.decimals()));
        let sign = if self.units < 0 { "-" } else { "" };
        if shown == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{}", &fraction[..shown]) }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount_text(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The shape on the wire: `{"amount": "12.50", "currency": "USD"}`.
#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    amount: std::borrow::Cow<'a, str>,
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire { amount: self.amount_text().into(), currency: self.currency }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        Self::parse(&wire.amount, wire.currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_read_and_shown() {
        for (text, currency, shown) in [
            ("12.5", Currency::USD, "12.50 USD"),
            ("-0.000001", Currency::USD, "-0.000001 USD"),
            ("1000000", Currency::VND, "1000000 VND"),
            ("1.500", Currency::VND, "1.5 VND"),
            ("0.10000000000", Currency::EUR, "0.10 EUR"),
        ] {
            assert_eq!(Money::parse(text, currency).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn amounts_refused() {
        for text in ["", "-", ".", "1.", ".5", "1e3", "+1", "1,5", "٣", "0x1", "NaN", " 1", "99999999999999"]
        {
            assert!(Money::parse(text, Currency::USD).is_err(), "{text}");
        }
        assert!(matches!(Money::parse("0.0000001", Currency::USD), Err(MoneyError::TooFine { .. })));
        let dollar = Money::parse("1", Currency::USD).unwrap();
        assert!(dollar.add(Money::zero(Currency::EUR)).is_err());
    }

    proptest! {
        #[test]
        fn text_round_trip(units: i64, place in 0_u8..150) {
            if let Some(currency) = Currency::from_number(place) {
                prop_assume!(units > i64::MIN);
                let money = Money::from_units(units, currency);
                prop_assert_eq!(Money::parse(&money.amount_text(), currency), Ok(money));
            }
        }

        #[test]
        fn splits_sum_to_the_whole(units in 0_i64..1_000_000_000_000, weights in prop::collection::vec(0_u64..1 << 40, 1..20)) {
            let whole = Money::from_units(units, Currency::USD);
            let parts = whole.split(&weights).unwrap();
            prop_assert_eq!(parts.iter().map(|part| part.units()).sum::<i64>(), units);
            prop_assert!(parts.iter().all(|part| !part.is_negative()));
        }
    }
}
