//! Typed identifiers.
//!
//! Every id is a UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits, so new rows
//! append to an index. It is stored as 16 bytes and shown as a prefix and 26 characters of Crockford
//! base32, for example `prg_06e4…`. Reading is case-insensitive. The list of kinds at the end of this
//! file is append-only: a prefix that has been given out keeps its meaning for ever.

use std::{fmt, str::FromStr, sync::LazyLock};

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{clock::Entropy, time::Timestamp};

/// Crockford base32, lower case on output; upper case and the look-alikes `i l o` on input.
pub static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    specification.translate.from.push_str("ABCDEFGHJKMNPQRSTVWXYZilIoLO");
    specification.translate.to.push_str("abcdefghjkmnpqrstvwxyz111010");
    specification.check_trailing_bits = true;
    specification.encoding().expect("the alphabet is a constant with 32 distinct symbols")
});

/// Why a text is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id of the form {prefix}_ followed by 26 letters and digits")]
pub struct IdError {
    /// What was given (cut to 64 characters).
    pub text: String,
    /// The prefix that was expected.
    pub prefix: &'static str,
}

/// Sixteen bytes laid out as UUIDv7 for the moment `at`.
pub fn uuid_v7(at: Timestamp, entropy: &dyn Entropy) -> [u8; 16] {
    let mut bytes = [0_u8; 16];
    entropy.fill(&mut bytes[6..]);
    bytes[..6].copy_from_slice(&at.as_millis_clamped().to_be_bytes()[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    bytes
}

/// The moment, to the millisecond, that a UUIDv7 carries.
pub fn uuid_v7_time(bytes: &[u8; 16]) -> Timestamp {
    let mut millis = [0_u8; 8];
    millis[2..].copy_from_slice(&bytes[..6]);
    Timestamp::from_millis(i64::from_be_bytes(millis))
}

fn write_id(prefix: &str, bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0_u8; 26];
    BASE32.encode_mut(bytes, &mut text);
    f.write_str(prefix)?;
    f.write_str("_")?;
    f.write_str(std::str::from_utf8(&text).expect("base32 is ASCII"))
}

fn parse_id(prefix: &'static str, text: &str) -> Result<[u8; 16], IdError> {
    let refuse = || IdError { text: text.chars().take(64).collect(), prefix };
    let (head, tail) = text.split_once('_').ok_or_else(refuse)?;
    if !head.eq_ignore_ascii_case(prefix) || tail.len() != 26 {
        return Err(refuse());
    }
    let mut bytes = [0_u8; 16];
    match BASE32.decode_mut(tail.as_bytes(), &mut bytes) {
        Ok(16) => Ok(bytes),
        _ => Err(refuse()),
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The prefix that stands before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id for the moment `at`.
            pub fn new(at: Timestamp, entropy: &dyn Entropy) -> Self {
                Self(uuid_v7(at, entropy))
            }
            /// The id with these bytes, as read from storage.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
            /// The bytes as stored.
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }
            /// When the id was drawn, to the millisecond.
            pub fn drawn_at(&self) -> Timestamp {
                uuid_v7_time(&self.0)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_id($prefix, &self.0, f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_id($prefix, text).map(Self)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )+
        /// Every prefix given out so far, in the order of their introduction.
        pub const PREFIXES: &[&str] = &[$($prefix),+];
    };
}

ids! {
    /// A network: a tenant.
    NetworkId = "net";
    /// A person who signs in.
    UserId = "usr";
    /// An API key.
    ApiKeyId = "key";
    /// Who pays for results.
    AdvertiserId = "adv";
    /// Who brings visitors and is paid.
    PublisherId = "pub";
    /// An advertiser's standing invitation.
    ProgramId = "prg";
    /// An agreement of a program with a publisher, or the program's default.
    ContractId = "con";
    /// One immutable version of a contract.
    ContractVersionId = "cov";
    /// A publisher's tracking link.
    LinkId = "lnk";
    /// One contact: impression, click, visit.
    TouchId = "tch";
    /// One occurrence of an action.
    ConversionId = "cnv";
    /// A browser or device.
    VisitorId = "vis";
    /// A sign-in session of a person.
    SessionId = "ses";
    /// A row that was refused before it could become a touch or a conversion.
    QuarantineId = "qua";
    /// A row of the audit log.
    AuditId = "aud";
    /// A funding of a prepaid advertiser.
    FundingId = "fun";
    /// A partial or whole taking back of a conversion.
    ReversalId = "rev";
    /// One request, for finding it in the logs.
    RequestId = "req";
    /// A proposal of payments to publishers, and what became of it.
    PayoutRunId = "pyr";
    /// One payment to a publisher.
    PayoutId = "pyt";
    /// A dispute of a publisher.
    DisputeId = "dis";
    /// A bonus of a publisher.
    BonusId = "bon";
    /// What a publisher earns for having brought another.
    ReferralId = "rfr";
    /// A dated exchange rate.
    ExchangeRateId = "fxr";
    /// A change of a publisher's balance into another currency.
    ExchangeId = "exc";
    /// Publishers that contracts are agreed with together.
    PublisherGroupId = "grp";
    /// One stay of a publisher in a group.
    GroupMemberId = "gme";
    /// A publisher's acceptance of a contract version.
    ContractAcceptanceId = "acp";
    /// An invoice, a credit note or a receipt.
    InvoiceId = "inv";
    /// A publisher's statement.
    StatementId = "sta";
    /// Word that something was reached which a party wants to know of.
    AlertId = "alt";
    /// Terms of a network's referrals.
    ReferralTermsId = "rft";
    /// A publisher's application to a program, or an invitation to it.
    ApplicationId = "apl";
    /// One stay of a publisher in a program.
    ProgramMemberId = "mem";
    /// A template of contracts.
    ContractTemplateId = "ctp";
    /// One immutable version of a template.
    ContractTemplateVersionId = "ctv";
    /// An advertiser's own media activity.
    CampaignId = "cmp";
    /// What somebody said at once about the costs of campaigns: a file, or days over the API.
    CostImportId = "cim";
    /// A report that somebody wants again.
    SavedReportId = "svr";
    /// A saved report that is sent again and again.
    ScheduleId = "sch";
    /// An address that is told of things.
    WebhookId = "whk";
    /// Something that is sent to somebody, with its attempts.
    DeliveryId = "dlv";
    /// Somebody wants to be told of alerts.
    AlertSubscriptionId = "als";
    /// A publisher's address that is called when a conversion of his is decided.
    PublisherPostbackId = "ppb";
    /// A time at which a campaign was seen or heard away from the network.
    ExposureId = "exo";
    /// Frozen weights by which a payout model shares conversions.
    PayoutTableId = "ptb";
    /// A customer key that ties no browsers together any more.
    CutTieId = "cut";
    /// Something that a publisher can show.
    CreativeId = "crv";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefixes_are_unique() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(PREFIXES.iter().all(|prefix| seen.insert(*prefix)));
    }

    #[test]
    fn other_kinds_and_junk_are_refused() {
        let id = ProgramId::from_bytes([7; 16]).to_string();
        assert!(id.parse::<PublisherId>().is_err());
        for junk in ["", "prg", "prg_", "prg_0", "prg_zzzzzzzzzzzzzzzzzzzzzzzzzu", "prg_\u{661}"] {
            assert!(junk.parse::<ProgramId>().is_err(), "{junk}");
        }
    }

    proptest! {
        #[test]
        fn shown_and_read_back(bytes: [u8; 16]) {
            let id = LinkId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<LinkId>(), Ok(id));
            prop_assert_eq!(id.to_string().to_uppercase().parse::<LinkId>(), Ok(id));
        }
    }
}
