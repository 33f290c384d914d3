//! Exact shares of a whole: integer fractions between 0 and 1, for reversals and credits.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The largest denominator that is accepted from outside; sums of shares stay well inside 128 bits.
pub const DENOMINATOR_MAX: u64 = 1_000_000;

/// A fraction of a whole, `0 <= numerator/denominator`, kept in lowest terms.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Share {
    numerator: u128,
    denominator: u128,
}

/// Why a text is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a share; write a fraction above 0 and at most 1 such as 1/3, denominator up to 1000000"
)]
pub struct ShareError(pub String);

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Share {
    /// Nothing.
    pub const NONE: Self = Self { numerator: 0, denominator: 1 };
    /// The whole.
    pub const WHOLE: Self = Self { numerator: 1, denominator: 1 };

    /// `numerator / denominator` in lowest terms; `None` when the denominator is zero.
    pub fn new(numerator: u128, denominator: u128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = gcd(numerator, denominator).max(1);
        Some(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }
    /// The numerator in lowest terms.
    pub const fn numerator(self) -> u128 {
        self.numerator
    }
    /// The denominator in lowest terms, above zero.
    pub const fn denominator(self) -> u128 {
        self.denominator
    }
    /// The sum; `None` when it does not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        let divisor = gcd(self.denominator, other.denominator).max(1);
        let common = (self.denominator / divisor).checked_mul(other.denominator)?;
        let left = self.numerator.checked_mul(common / self.denominator)?;
        let right = other.numerator.checked_mul(common / other.denominator)?;
        Self::new(left.checked_add(right)?, common)
    }
    /// What is left of the whole; `None` when it is more than that.
    pub fn rest(self) -> Option<Self> {
        Self::new(self.denominator.checked_sub(self.numerator)?, self.denominator)
    }
    /// The product; `None` when it does not fit.
    pub fn times(self, other: Self) -> Option<Self> {
        // Crosswise in lowest terms first, so that the product of fine shares fits as long as it can.
        let (left, right) =
            (Self::new(self.numerator, other.denominator)?, Self::new(other.numerator, self.denominator)?);
        let numerator = left.numerator.checked_mul(right.numerator)?;
        Self::new(numerator, left.denominator.checked_mul(right.denominator)?)
    }
    /// The quotient; `None` when it does not fit or `other` is nothing.
    pub fn over(self, other: Self) -> Option<Self> {
        if other.numerator == 0 {
            return None;
        }
        self.times(Self { numerator: other.denominator, denominator: other.numerator })
    }
    /// True for more than the whole.
    pub fn exceeds_whole(self) -> bool {
        self.numerator > self.denominator
    }
    /// True for exactly the whole.
    pub fn is_whole(self) -> bool {
        self.numerator == self.denominator
    }
    /// `floor(units * share)`; `None` when it does not fit or `units` is negative.
    pub fn floor_of(self, units: i64) -> Option<i64> {
        let units = u128::try_from(units).ok()?;
        // Whole and rest apart, so that the product stays within 128 bits for large denominators too.
        let whole = units.checked_mul(self.numerator)? / self.denominator;
        i64::try_from(whole).ok()
    }
}

impl FromStr for Share {
    type Err = ShareError;
    fn from_str(text: &str) -> Result<Self, ShareError> {
        let refuse = || ShareError(text.chars().take(40).collect());
        let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
        let numerator: u64 = numerator.trim().parse().map_err(|_| refuse())?;
        let denominator: u64 = denominator.trim().parse().map_err(|_| refuse())?;
        if numerator == 0 || numerator > denominator || denominator > DENOMINATOR_MAX {
            return Err(refuse());
        }
        Self::new(u128::from(numerator), u128::from(denominator)).ok_or_else(refuse)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Stored sums may have larger denominators than what is accepted from outside.
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let (numerator, denominator) = text.split_once('/').unwrap_or((&text, "1"));
        let parse = |part: &str| part.parse::<u128>().map_err(D::Error::custom);
        Self::new(parse(numerator)?, parse(denominator)?)
            .ok_or_else(|| D::Error::custom("a share of nothing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_thirds_are_the_whole() {
        let third: Share = "1/3".parse().unwrap();
        let sum = third.plus(third).and_then(|two| two.plus(third)).unwrap();
        assert!(sum.is_whole());
        assert_eq!(third.floor_of(100), Some(33));
    }

    #[test]
    fn shares_multiply_and_divide() {
        let of = |text: &str| text.parse::<Share>().unwrap();
        assert_eq!(of("2/3").times(of("3/4")), Some(of("1/2")));
        assert_eq!(of("1/2").over(of("2/3")), Some(of("3/4")));
        assert_eq!(of("1/2").over(Share::NONE), None);
        assert_eq!(of("1/3").rest(), Some(of("2/3")));
        assert_eq!(Share::WHOLE.rest(), Some(Share::NONE));
        assert_eq!(Share::new(3, 2).unwrap().rest(), None);
        let fine = Share::new(u128::MAX, 3).unwrap();
        assert_eq!(fine.times(Share::new(3, u128::MAX).unwrap()), Some(Share::WHOLE));
        assert_eq!(fine.times(fine), None);
    }

    #[test]
    fn shares_refused() {
        for text in ["", "0", "0/3", "4/3", "1/0", "-1/3", "1/1000001", "a/b", "1/3/5"] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
    }
}
