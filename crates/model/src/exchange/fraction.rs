//! Exact rates as fractions, and the one place where an amount is multiplied by one.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    currency::Currency,
    money::{Money, MoneyError},
};

/// A rate as a fraction in lowest terms, both above zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: u128,
    denominator: u128,
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Fraction {
    /// `numerator / denominator`; `None` when one of them is zero.
    pub fn new(numerator: u128, denominator: u128) -> Option<Self> {
        if numerator == 0 || denominator == 0 {
            return None;
        }
        let divisor = gcd(numerator, denominator);
        Some(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }
    /// The numerator in lowest terms.
    pub const fn numerator(self) -> u128 {
        self.numerator
    }
    /// The denominator in lowest terms.
    pub const fn denominator(self) -> u128 {
        self.denominator
    }
    /// The fraction turned over.
    #[must_use]
    pub const fn inverse(self) -> Self {
        Self { numerator: self.denominator, denominator: self.numerator }
    }
    /// The product; `None` when it does not fit.
    pub fn times(self, other: Self) -> Option<Self> {
        // Reduced crosswise first, so that the products are in lowest terms and as small as they can be.
        let (left, right) = (gcd(self.numerator, other.denominator), gcd(other.numerator, self.denominator));
        Some(Self {
            numerator: (self.numerator / left).checked_mul(other.numerator / right)?,
            denominator: (self.denominator / right).checked_mul(other.denominator / left)?,
        })
    }

    /// What `amount` is worth in `to` when one of its currency is worth this fraction of one of `to`: rounded once,
    /// towards zero, to the scale of `to`.
    ///
    /// # Errors
    /// Overflow.
    pub fn convert(self, amount: Money, to: Currency) -> Result<Money, MoneyError> {
        let (from_scale, to_scale) = (amount.currency().scale(), to.scale());
        let up = 10_u128.pow(u32::from(to_scale.saturating_sub(from_scale)));
        let down = 10_u128.pow(u32::from(from_scale.saturating_sub(to_scale)));
        let numerator = self.numerator.checked_mul(up).ok_or(MoneyError::Overflow)?;
        let denominator = self.denominator.checked_mul(down).ok_or(MoneyError::Overflow)?;
        let size = times_floor(amount.units().unsigned_abs(), numerator, denominator)
            .and_then(|units| i64::try_from(units).ok())
            .ok_or(MoneyError::Overflow)?;
        Ok(Money::from_units(if amount.is_negative() { -size } else { size }, to))
    }
}

/// `floor(units * numerator / denominator)`, also where the product takes more than 128 bits; `None` when the result
/// does, or the denominator takes more than 126.
fn times_floor(units: u64, numerator: u128, denominator: u128) -> Option<u128> {
    match u128::from(units).checked_mul(numerator) {
        Some(product) => Some(product / denominator),
        None => long_times_floor(units, numerator, denominator),
    }
}

/// The same by long multiplication: the bits of `units` from the highest on, with the remainder carried along.
fn long_times_floor(units: u64, numerator: u128, denominator: u128) -> Option<u128> {
    if denominator >> 126 != 0 {
        return None;
    }
    let (whole, part) = (numerator / denominator, numerator % denominator);
    let (mut quotient, mut remainder) = (0_u128, 0_u128);
    for bit in (0..u64::BITS).rev() {
        quotient *= 2;
        // Below three denominators, so below 2^128.
        remainder = remainder * 2 + if units >> bit & 1 == 1 { part } else { 0 };
        quotient += remainder / denominator;
        remainder %= denominator;
    }
    u128::from(units).checked_mul(whole)?.checked_add(quotient)
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl fmt::Debug for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fraction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let read = |text: &str| {
            let (numerator, denominator) = text.split_once('/')?;
            Self::new(numerator.parse().ok()?, denominator.parse().ok()?)
        };
        read(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not a fraction such as 1/25400")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_million_dong_in_dollars() {
        let rate = Fraction::new(1, 25_400).unwrap();
        let million = Money::parse("1000000", Currency::VND).unwrap();
        // 39.3700787401..., floored to a millionth.
        assert_eq!(rate.convert(million, Currency::USD).unwrap().to_string(), "39.370078 USD");
        assert_eq!(
            rate.convert(million.negate().unwrap(), Currency::USD).unwrap().to_string(),
            "-39.370078 USD"
        );
        let dollars = Money::parse("39.370078", Currency::USD).unwrap();
        assert_eq!(rate.inverse().convert(dollars, Currency::VND).unwrap().to_string(), "999999.981 VND");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let huge = Fraction::new(u128::MAX, 1).unwrap();
        assert!(huge.times(huge).is_none());
        let all = Money::from_units(i64::MAX, Currency::USD);
        assert_eq!(huge.convert(all, Currency::EUR), Err(MoneyError::Overflow));
        assert_eq!(Fraction::new(2, 1).unwrap().convert(all, Currency::EUR), Err(MoneyError::Overflow));
        assert_eq!(Fraction::new(1, 1).unwrap().convert(all, Currency::EUR).map(Money::units), Ok(i64::MAX));
    }

    proptest! {
        #[test]
        fn long_and_short_multiplication_agree(units: u64, numerator in 1_u128..1 << 64, denominator in 1_u128..1 << 100) {
            let short = u128::from(units) * numerator / denominator;
            prop_assert_eq!(long_times_floor(units, numerator, denominator), Some(short));
            prop_assert_eq!(times_floor(units, numerator, denominator), Some(short));
        }

        #[test]
        fn a_fraction_that_is_not_reduced_is_worth_the_same(units: u64, numerator in 1_u128..1 << 60, denominator in 1_u128..1 << 60, more in 1_u128..1 << 65) {
            let short = u128::from(units) * numerator / denominator;
            prop_assert_eq!(times_floor(units, numerator * more, denominator * more), Some(short));
        }

        #[test]
        fn there_and_back_loses_less_than_a_unit_of_each(units in 0_i64..1_000_000_000_000, numerator in 1_u128..1_000_000, denominator in 1_u128..1_000_000) {
            let rate = Fraction::new(numerator, denominator).unwrap();
            let amount = Money::from_units(units, Currency::USD);
            let there = rate.convert(amount, Currency::EUR).unwrap();
            let back = rate.inverse().convert(there, Currency::USD).unwrap();
            prop_assert!(back.units() <= units);
            let unit = rate.inverse().convert(Money::from_units(1, Currency::EUR), Currency::USD).unwrap();
            prop_assert!(units - back.units() <= unit.units() + 1);
        }
    }
}
