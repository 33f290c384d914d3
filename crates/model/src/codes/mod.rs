//! Verdict codes: the stable reasons why an event counts or does not.
//!
//! Every touch, conversion and candidate touch in a receipt carries one [`Code`]. A code is a word that
//! programs compare and a number that is stored; both are append-only: a code that falls out of use
//! stays here, and its number is never given again. Its sentences are for people and may be improved.
//!
//! To add a code: write one file beside this one with its `INFO`, add one line at the end of its range
//! in the registry below, and run `MERIT_REGENERATE=1 cargo test -p model codes`, which rewrites
//! `docs/CODES.md`. Ranges: 0.. shared, 100.. touches, 300.. conversions, 500.. candidate touches in a
//! receipt. The registry is in the order of the numbers (a test checks it); a number used twice does not compile,
//! since the numbers are the enum's discriminants.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[cfg(test)]
mod tests;

/// What a code can be the verdict of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Applies {
    /// A click, impression, visit or other touch at the moment it was received.
    Touch,
    /// A conversion, or a candidate touch judged in the receipt of a conversion.
    Conversion,
    /// Both.
    Both,
}

impl Applies {
    /// The word that the documentation and the API show.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Touch => "touch",
            Self::Conversion => "conversion",
            Self::Both => "both",
        }
    }
}

/// The party that can act on a code, so that the same does not happen again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// The advertiser, or the shop's programmer.
    Advertiser,
    /// The publisher who sent the visitor.
    Publisher,
    /// The operator of the network.
    Network,
    /// The visitor alone.
    Visitor,
    /// There is nothing to do.
    Nobody,
}

impl Party {
    /// The word that the documentation and the API show.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Advertiser => "advertiser",
            Self::Publisher => "publisher",
            Self::Network => "network",
            Self::Visitor => "visitor",
            Self::Nobody => "nobody",
        }
    }
}

/// The languages in which a code explains itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    En,
    /// Vietnamese.
    Vi,
    /// Persian, written from right to left.
    Fa,
}

/// All there is to know about one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeInfo {
    /// The stored number: unique, never given again.
    pub number: u16,
    /// The word on the wire: unique, never changed.
    pub word: &'static str,
    /// What it can be the verdict of.
    pub applies: Applies,
    /// Whether the event enters the counts that money is paid on while this code stands.
    /// (`too_fast` counts: it is a flag unless the contract says that it rejects.)
    pub counted: bool,
    /// Whether a repeat can still count. Conversion: a corrected repeat is judged anew instead of
    /// being a duplicate of this one. Touch: the same visitor's next click can count once the cause is gone.
    pub recoverable: bool,
    /// Who can act on it.
    pub party: Party,
    /// What happened and what to do, in English.
    pub en: &'static str,
    /// The same in Vietnamese.
    pub vi: &'static str,
    /// The same in Persian.
    pub fa: &'static str,
}

/// Declares each code's module and its variant, in the order of the numbers.
macro_rules! registry {
    ($($module:ident => $variant:ident,)+) => {
        $(mod $module;)+

        /// A verdict code. Ordered by its number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[allow(missing_docs)] // each variant's words stand in its own file and in docs/CODES.md
        pub enum Code {
            $($variant = $module::INFO.number,)+
        }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// All there is to know about this code.
            pub const fn info(self) -> &'static CodeInfo {
                match self {
                    $(Self::$variant => &$module::INFO,)+
                }
            }

            /// The code with this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $(stringify!($module) => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

registry! {
    ok => Ok,
    advertiser_unfunded => AdvertiserUnfunded,
    signature_invalid => SignatureInvalid,
    publisher_inactive => PublisherInactive,
    program_inactive => ProgramInactive,
    contract_missing => ContractMissing,
    contract_not_accepted => ContractNotAccepted,
    not_a_member => NotAMember,
    duplicate_click => DuplicateClick,
    prefetch => Prefetch,
    head_request => HeadRequest,
    crawler => Crawler,
    data_center => DataCenter,
    blocked_ip => BlockedIp,
    link_unknown => LinkUnknown,
    link_disabled => LinkDisabled,
    program_not_started => ProgramNotStarted,
    program_ended => ProgramEnded,
    protocol_refused => ProtocolRefused,
    consent_refused => ConsentRefused,
    deep_link_refused => DeepLinkRefused,
    country => Country,
    region => Region,
    city => City,
    device => Device,
    os => Os,
    browser => Browser,
    language => Language,
    carrier => Carrier,
    connection => Connection,
    day_part => DayPart,
    cap_click => CapClick,
    cap_conversion => CapConversion,
    cap_commission => CapCommission,
    cap_charge => CapCharge,
    duplicate_of => DuplicateOf,
    click_unknown => ClickUnknown,
    click_forged => ClickForged,
    no_touch => NoTouch,
    outside_window => OutsideWindow,
    too_fast => TooFast,
    program_mismatch => ProgramMismatch,
    program_unknown => ProgramUnknown,
    action_unknown => ActionUnknown,
    order_id_missing => OrderIdMissing,
    amount_invalid => AmountInvalid,
    currency_unknown => CurrencyUnknown,
    currency_mismatch => CurrencyMismatch,
    cap_reached => CapReached,
    token_invalid => TokenInvalid,
    replay_stale => ReplayStale,
    ip_not_allowed => IpNotAllowed,
    body_invalid => BodyInvalid,
    test => Test,
    coupon_not_eligible => CouponNotEligible,
    stand_down => StandDown,
    own_click => OwnClick,
    other_channel_won => OtherChannelWon,
    fraud_hold => FraudHold,
    terms_not_met => TermsNotMet,
    cap_overrun => CapOverrun,
    recurring_ended => RecurringEnded,
    cap_held => CapHeld,
    touch_later_won => TouchLaterWon,
    touch_earlier_won => TouchEarlierWon,
    click_won => ClickWon,
    touch_after_conversion => TouchAfterConversion,
    not_counted_touch => NotCountedTouch,
    coupon_won => CouponWon,
    customer_bound => CustomerBound,
}

impl Code {
    /// The word on the wire, such as `duplicate_click`.
    pub const fn word(self) -> &'static str {
        self.info().word
    }

    /// The stored number.
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// Whether the event counts while this code stands; see [`CodeInfo::counted`].
    pub const fn counted(self) -> bool {
        self.info().counted
    }

    /// Whether a repeat can still count; see [`CodeInfo::recoverable`].
    pub const fn recoverable(self) -> bool {
        self.info().recoverable
    }

    /// What happened and what to do, as a sentence.
    pub const fn sentence(self, language: Language) -> &'static str {
        let info = self.info();
        match language {
            Language::En => info.en,
            Language::Vi => info.vi,
            Language::Fa => info.fa,
        }
    }

    /// The code with this number.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.binary_search_by_key(&number, |code| code.number()).ok().map(|index| Self::ALL[index])
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A word that is no verdict code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a verdict code; docs/CODES.md lists all of them")]
pub struct UnknownCode(pub String);

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(word: &str) -> Result<Self, UnknownCode> {
        Self::from_word(word).ok_or_else(|| UnknownCode(word.to_owned()))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;
        impl Visitor<'_> for Word {
            type Value = Code;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the word of a verdict code")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Code, E> {
                word.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Word)
    }
}
