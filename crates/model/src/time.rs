//! Moments: UTC microseconds since 1970, without a zone. Days and weeks are made in [`crate::calendar`].

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Microseconds of one second.
pub const SECOND_US: i64 = 1_000_000;
/// Microseconds of twenty-four hours; a calendar day may be shorter or longer.
pub const DAY_US: i64 = 86_400 * SECOND_US;

/// A moment in UTC, to the microsecond. The range that is accepted from outside is the years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// Why a text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time; write 2026-01-31T12:00:00Z or seconds since 1970")]
pub struct TimeError(pub String);

impl Timestamp {
    /// The moment this many microseconds after the start of 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// The moment this many milliseconds after the start of 1970; saturates.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }
    /// The moment this many seconds after the start of 1970; saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND_US))
    }
    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }
    /// Whole seconds since 1970, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(SECOND_US)
    }
    /// Milliseconds since 1970, never below zero (the range of UUIDv7).
    pub fn as_millis_clamped(self) -> u64 {
        u64::try_from(self.0 / 1000).unwrap_or(0) & 0xffff_ffff_ffff
    }
    /// This moment moved by `micros`; saturates at the ends of the range.
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }
    /// This moment moved by `seconds`; saturates at the ends of the range.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(SECOND_US)))
    }
    /// Microseconds from `earlier` to this moment; negative when `earlier` is later.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads RFC 3339 (`2026-01-31T12:00:00+03:30`) or Unix time in seconds, milliseconds or microseconds,
    /// told apart by their size.
    ///
    /// # Errors
    /// When the text is neither, or outside the years 1 to 9999.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let refuse = || TimeError(text.chars().take(64).collect());
        if let Ok(number) = text.parse::<i64>() {
            let micros = match number.unsigned_abs() {
                0..=99_999_999_999 => number.checked_mul(SECOND_US),
                100_000_000_000..=99_999_999_999_999 => number.checked_mul(1000),
                _ => Some(number),
            };
            let micros = micros.ok_or_else(refuse)?;
            jiff::Timestamp::from_microsecond(micros).map_err(|_| refuse())?;
            return Ok(Self(micros));
        }
        let parsed: jiff::Timestamp = text.parse().map_err(|_| refuse())?;
        Ok(Self(parsed.as_microsecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(moment) => write!(f, "{moment:.6}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_apart_by_size() {
        let wanted = Timestamp::parse("2026-01-31T12:00:00Z").unwrap();
        for text in ["1769860800", "1769860800000", "1769860800000000", "2026-01-31T15:30:00+03:30"] {
            assert_eq!(Timestamp::parse(text), Ok(wanted), "{text}");
        }
        assert_eq!(wanted.to_string(), "2026-01-31T12:00:00.000000Z");
    }

    #[test]
    fn junk_is_refused() {
        for text in ["", "yesterday", "9223372036854775807", "2026-13-01T00:00:00Z", "2026-01-31"] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }
}
