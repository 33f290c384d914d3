//! Currencies and the scale at which their amounts are kept.
//!
//! The table is append-only: the scale of a currency can never change once an amount is stored. The
//! scale is fine enough for the price of one impression and wide enough for an account of 10^15 rial
//! or dong in an `i64`: currencies with decimals keep six places, those without keep three.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A currency of the table, as its place in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(u8);

/// A three-letter word that is not in the table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a known currency; use an ISO 4217 code such as USD, EUR, VND or IRR")]
pub struct CurrencyError(pub String);

/// (code, decimals people write). Rial and dong are written without decimals although ISO 4217 gives
/// the rial two; nobody has used them for decades.
#[rustfmt::skip]
const TABLE: &[(&str, u8)] = &[
    ("USD", 2), ("EUR", 2), ("GBP", 2), ("VND", 0), ("IRR", 0), ("JPY", 0), ("CNY", 2), ("INR", 2),
    ("AED", 2), ("AFN", 2), ("ALL", 2), ("AMD", 2), ("AOA", 2), ("ARS", 2), ("AUD", 2), ("AWG", 2),
    ("AZN", 2), ("BAM", 2), ("BBD", 2), ("BDT", 2), ("BGN", 2), ("BHD", 3), ("BIF", 0), ("BMD", 2),
    ("BND", 2), ("BOB", 2), ("BRL", 2), ("BSD", 2), ("BTN", 2), ("BWP", 2), ("BYN", 2), ("BZD", 2),
    ("CAD", 2), ("CDF", 2), ("CHF", 2), ("CLP", 0), ("COP", 2), ("CRC", 2), ("CUP", 2), ("CVE", 2),
    ("CZK", 2), ("DJF", 0), ("DKK", 2), ("DOP", 2), ("DZD", 2), ("EGP", 2), ("ERN", 2), ("ETB", 2),
    ("FJD", 2), ("FKP", 2), ("GEL", 2), ("GHS", 2), ("GIP", 2), ("GMD", 2), ("GNF", 0), ("GTQ", 2),
    ("GYD", 2), ("HKD", 2), ("HNL", 2), ("HTG", 2), ("HUF", 2), ("IDR", 2), ("ILS", 2), ("IQD", 3),
    ("ISK", 0), ("JMD", 2), ("JOD", 3), ("KES", 2), ("KGS", 2), ("KHR", 2), ("KMF", 0), ("KPW", 2),
    ("KRW", 0), ("KWD", 3), ("KYD", 2), ("KZT", 2), ("LAK", 2), ("LBP", 2), ("LKR", 2), ("LRD", 2),
    ("LSL", 2), ("LYD", 3), ("MAD", 2), ("MDL", 2), ("MGA", 2), ("MKD", 2), ("MMK", 2), ("MNT", 2),
    ("MOP", 2), ("MRU", 2), ("MUR", 2), ("MVR", 2), ("MWK", 2), ("MXN", 2), ("MYR", 2), ("MZN", 2),
    ("NAD", 2), ("NGN", 2), ("NIO", 2), ("NOK", 2), ("NPR", 2), ("NZD", 2), ("OMR", 3), ("PAB", 2),
    ("PEN", 2), ("PGK", 2), ("PHP", 2), ("PKR", 2), ("PLN", 2), ("PYG", 0), ("QAR", 2), ("RON", 2),
    ("RSD", 2), ("RUB", 2), ("RWF", 0), ("SAR", 2), ("SBD", 2), ("SCR", 2), ("SDG", 2), ("SEK", 2),
    ("SGD", 2), ("SHP", 2), ("SLE", 2), ("SOS", 2), ("SRD", 2), ("SSP", 2), ("STN", 2), ("SYP", 2),
    ("SZL", 2), ("THB", 2), ("TJS", 2), ("TMT", 2), ("TND", 3), ("TOP", 2), ("TRY", 2), ("TTD", 2),
    ("TWD", 2), ("TZS", 2), ("UAH", 2), ("UGX", 0), ("UYU", 2), ("UZS", 2), ("VES", 2), ("VUV", 0),
    ("WST", 2), ("XAF", 0), ("XCD", 2), ("XOF", 0), ("XPF", 0), ("YER", 2), ("ZAR", 2), ("ZMW", 2),
];

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(0);
    /// Euro.
    pub const EUR: Self = Self(1);
    /// Vietnamese dong.
    pub const VND: Self = Self(3);
    /// Iranian rial.
    pub const IRR: Self = Self(4);

    /// The ISO 4217 code.
    pub fn code(self) -> &'static str {
        TABLE[usize::from(self.0)].0
    }
    /// Decimals that people write after the point.
    pub fn decimals(self) -> u8 {
        TABLE[usize::from(self.0)].1
    }
    /// Decimal places that amounts keep: an amount of 1 is stored as 10 to this power.
    pub fn scale(self) -> u8 {
        if self.decimals() == 0 { 3 } else { 6 }
    }
    /// Units of the smallest amount that people pay: a cent, a dong.
    pub fn coin_units(self) -> i64 {
        10_i64.pow(u32::from(self.scale() - self.decimals()))
    }
    /// The place in the append-only table, fit for keys.
    pub const fn number(self) -> u8 {
        self.0
    }
    /// The currency at this place of the table.
    pub fn from_number(number: u8) -> Option<Self> {
        (usize::from(number) < TABLE.len()).then_some(Self(number))
    }
    /// Every currency of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map_while(Self::from_number)
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;
    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        TABLE
            .iter()
            .position(|(code, _)| code.eq_ignore_ascii_case(text))
            .and_then(|place| u8::try_from(place).ok())
            .map(Self)
            .ok_or_else(|| CurrencyError(text.chars().take(16).collect()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_no_code_twice_and_the_constants_fit() {
        let codes: std::collections::BTreeSet<_> = TABLE.iter().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), TABLE.len());
        assert_eq!(Currency::USD.code(), "USD");
        assert_eq!(Currency::EUR.code(), "EUR");
        assert_eq!(Currency::VND.code(), "VND");
        assert_eq!(Currency::IRR.code(), "IRR");
    }

    #[test]
    fn a_quadrillion_rial_fits() {
        let units = 10_i64.pow(15).checked_mul(10_i64.pow(u32::from(Currency::IRR.scale())));
        assert!(units.is_some());
    }
}
