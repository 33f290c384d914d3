//! Tracking links.

use serde::{Deserialize, Serialize};

use crate::{clock::Entropy, ids::*, parties::Status, program::LandingPage, time::Timestamp};

/// The number behind a link's slug: 60 random bits, unique in the installation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkCode(u64);

impl LinkCode {
    /// A new random code.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0_u8; 8];
        entropy.fill(&mut bytes);
        Self(u64::from_be_bytes(bytes) >> 4)
    }
    /// The code with this number; `None` above 60 bits.
    pub const fn from_number(number: u64) -> Option<Self> {
        if number < 1 << 60 { Some(Self(number)) } else { None }
    }
    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
    /// Reads a slug: 12 characters of Crockford base32, in either case.
    pub fn from_slug(slug: &str) -> Option<Self> {
        if slug.len() != 12 {
            return None;
        }
        let mut number = 0_u64;
        for byte in slug.bytes() {
            number = number << 5 | u64::from(digit(byte)?);
        }
        Some(Self(number))
    }
    /// The slug in links.
    pub fn slug(self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        (0..12).rev().map(|place| char::from(ALPHABET[(self.0 >> (5 * place) & 31) as usize])).collect()
    }
}

const fn digit(byte: u8) -> Option<u8> {
    let byte = byte.to_ascii_lowercase();
    Some(match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'h' => byte - b'a' + 10,
        b'i' | b'l' => 1,
        b'j' | b'k' => byte - b'j' + 18,
        b'm' | b'n' => byte - b'm' + 20,
        b'o' => 0,
        b'p'..=b't' => byte - b'p' + 22,
        b'v'..=b'z' => byte - b'v' + 27,
        _ => return None,
    })
}

impl Serialize for LinkCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.slug())
    }
}

impl<'de> Deserialize<'de> for LinkCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_slug(&text).ok_or_else(|| serde::de::Error::custom("a slug has 12 letters and digits"))
    }
}

/// What the use of a link's coupon code does for its owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum CouponPolicy {
    /// The owner wins, also without any contact.
    Always,
    /// The owner wins when one of his touches in the journey could earn.
    #[default]
    Involved,
    /// Nothing: the owner earns only if his touch wins anyway.
    Winner,
}

/// A publisher's tracking link for a program.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Id.
    pub id: LinkId,
    /// The slug in `/c/{slug}`.
    pub slug: LinkCode,
    /// Its network.
    pub network_id: NetworkId,
    /// The program it leads to.
    pub program_id: ProgramId,
    /// Who is paid.
    pub publisher_id: PublisherId,
    /// Shown name.
    #[serde(default)]
    pub name: String,
    /// Whether it works at present.
    #[serde(default)]
    pub status: Status,
    /// The publisher's own landing pages; empty takes the program's.
    #[serde(default)]
    pub landing_pages: Vec<LandingPage>,
    /// A coupon code whose short link `/k/{code}` is this link; unique in the installation, without case.
    #[serde(default)]
    pub coupon_code: Option<String>,
    /// What the use of the coupon code does for the publisher.
    #[serde(default)]
    pub coupon_policy: CouponPolicy,
    /// When it was created.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn slug_round_trip(number in 0_u64..1 << 60) {
            let code = LinkCode::from_number(number).unwrap();
            prop_assert_eq!(LinkCode::from_slug(&code.slug()), Some(code));
            prop_assert_eq!(LinkCode::from_slug(&code.slug().to_uppercase()), Some(code));
        }
        #[test]
        fn junk_never_panics(text: String) {
            let _ = LinkCode::from_slug(&text);
        }
    }
}
