//! One immutable movement of money between two accounts.
//!
//! The phases are those of two-phase transfers: a pending transfer promises an amount and a later
//! transfer posts it (whole or less, the rest is released) or voids it; a posted one moves at once.

use std::fmt;

use model::{
    BonusId, ConversionId, ExchangeId, FundingId, InvoiceId, Money, PayoutId, ReferralId, Timestamp, TouchId,
};
use serde::{Deserialize, Serialize};

use crate::account::{AccountKey, Change};

/// What caused a transfer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A conversion.
    Conversion(ConversionId),
    /// A paid click or impression.
    Touch(TouchId),
    /// A funding of an advertiser.
    Funding(FundingId),
    /// A payment to a publisher.
    Payout(PayoutId),
    /// A bonus of a publisher.
    Bonus(BonusId),
    /// What a publisher earns for having brought another.
    Referral(ReferralId),
    /// A change of a publisher's balance into another currency.
    Exchange(ExchangeId),
    /// The tax of an invoice or credit note.
    Invoice(InvoiceId),
}

impl Source {
    /// The number of its kind in storage; never changed.
    pub const fn kind_number(&self) -> u8 {
        match self {
            Self::Conversion(_) => 1,
            Self::Touch(_) => 2,
            Self::Funding(_) => 3,
            Self::Payout(_) => 4,
            Self::Bonus(_) => 5,
            Self::Referral(_) => 6,
            Self::Exchange(_) => 8,
            Self::Invoice(_) => 9,
        }
    }
    /// The id in storage.
    pub const fn id_bytes(&self) -> &[u8; 16] {
        match self {
            Self::Conversion(id) => id.bytes(),
            Self::Touch(id) => id.bytes(),
            Self::Funding(id) => id.bytes(),
            Self::Payout(id) => id.bytes(),
            Self::Bonus(id) => id.bytes(),
            Self::Referral(id) => id.bytes(),
            Self::Exchange(id) => id.bytes(),
            Self::Invoice(id) => id.bytes(),
        }
    }
    /// The source of this stored kind and id.
    pub const fn from_parts(kind_number: u8, id: [u8; 16]) -> Option<Self> {
        Some(match kind_number {
            1 => Self::Conversion(ConversionId::from_bytes(id)),
            2 => Self::Touch(TouchId::from_bytes(id)),
            3 => Self::Funding(FundingId::from_bytes(id)),
            4 => Self::Payout(PayoutId::from_bytes(id)),
            5 => Self::Bonus(BonusId::from_bytes(id)),
            6 => Self::Referral(ReferralId::from_bytes(id)),
            8 => Self::Exchange(ExchangeId::from_bytes(id)),
            9 => Self::Invoice(InvoiceId::from_bytes(id)),
            _ => return None,
        })
    }
}

/// The id, whose prefix tells the kind.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conversion(id) => id.fmt(f),
            Self::Touch(id) => id.fmt(f),
            Self::Funding(id) => id.fmt(f),
            Self::Payout(id) => id.fmt(f),
            Self::Bonus(id) => id.fmt(f),
            Self::Referral(id) => id.fmt(f),
            Self::Exchange(id) => id.fmt(f),
            Self::Invoice(id) => id.fmt(f),
        }
    }
}

/// Declares a closed list whose members have a number in storage and a word on the wire; neither is
/// ever changed or given again.
macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $number:literal, $word:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$member_doc])* #[serde(rename = $word)] $member,)+
        }

        impl $name {
            /// Every member, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The number in storage.
            pub const fn number(self) -> u8 {
                match self { $(Self::$member => $number),+ }
            }
            /// The member of this stored number.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$member),)+
                    _ => None,
                }
            }
            /// The word on the wire.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }
    };
}

closed_list! {
    /// How a transfer moves its amount.
    Phase {
        /// Promises it.
        Pending = 1, "pending";
        /// Moves it at once.
        Posted = 2, "posted";
        /// Moves what a pending transfer promised, or less of it; the rest is released.
        PostPending = 3, "post_pending";
        /// Releases all that a pending transfer promised.
        VoidPending = 4, "void_pending";
    }
}

closed_list! {
    /// Which part of a charge a transfer moves.
    Leg {
        /// From the advertiser to the publisher.
        Commission = 1, "commission";
        /// From the advertiser to the network.
        Fee = 2, "fee";
        /// From outside to the advertiser.
        Funding = 3, "funding";
        /// From the publisher to outside.
        Payout = 4, "payout";
        /// From the publisher to what is kept back for the tax office.
        Withholding = 5, "withholding";
        /// From a publisher to the exchange, in the currency that he gives.
        Sold = 8, "sold";
        /// From the exchange to the publisher, in the currency that he takes.
        Bought = 9, "bought";
        /// From the advertiser to what is owed to the tax office; the other way round for a credit note.
        Tax = 10, "tax";
    }
}

closed_list! {
    /// Why an amount moves.
    TransferReason {
        /// A conversion was accepted.
        Earned = 1, "earned";
        /// A conversion was approved, or its hold ended.
        Approved = 2, "approved";
        /// A conversion was rejected.
        Rejected = 3, "rejected";
        /// A part of an order, or the whole, was taken back.
        Reversed = 4, "reversed";
        /// A click or an impression is paid.
        TouchEarned = 5, "touch_earned";
        /// An advertiser paid in advance.
        Funded = 6, "funded";
        /// A payout was approved: its amount is promised away.
        PayoutReserved = 7, "payout_reserved";
        /// The bank confirmed a payout.
        PaidOut = 8, "paid_out";
        /// A payout was cancelled, failed, or came back after it had been confirmed.
        PayoutReturned = 9, "payout_returned";
        /// What was rejected or taken back is earned after all.
        Reinstated = 10, "reinstated";
        /// A payout that was said to have failed was paid after all.
        PayoutCorrected = 11, "payout_corrected";
        /// A balance was changed into another currency.
        Exchanged = 20, "exchanged";
        /// An invoice or credit note was issued.
        Taxed = 21, "taxed";
    }
}

/// One immutable movement of money. Its identity is `(source, sequence)`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transfer {
    /// What caused it.
    pub source: Source,
    /// 0, 1, 2, ... within the source.
    pub sequence: u32,
    /// Which of the source's commission lines it belongs to.
    pub line: u16,
    /// Which part of the line's charge.
    pub leg: Leg,
    /// How it moves its amount.
    pub phase: Phase,
    /// For posting or voiding a pending transfer: the sequence of that transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_sequence: Option<u32>,
    /// Why.
    pub reason: TransferReason,
    /// The account that gives.
    pub debit: AccountKey,
    /// The account that receives.
    pub credit: AccountKey,
    /// How much; above zero.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

impl Transfer {
    /// What it adds to its debit and its credit account. `pending` is the amount of the transfer that it
    /// resolves; `None` when that is missing.
    pub fn effects(&self, pending: Option<Money>) -> Option<(Change, Change)> {
        let amount = self.amount.units();
        let (promised, moved) = match self.phase {
            Phase::Pending => (amount, 0),
            Phase::Posted => (0, amount),
            Phase::PostPending => (pending?.units().checked_neg()?, amount),
            Phase::VoidPending => (pending?.units().checked_neg()?, 0),
        };
        let debit = Change { debits_pending: promised, debits_posted: moved, ..Change::default() };
        let credit = Change { credits_pending: promised, credits_posted: moved, ..Change::default() };
        Some((debit, credit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_read_back() {
        for phase in Phase::ALL {
            assert_eq!(Phase::from_number(phase.number()), Some(*phase));
        }
        for leg in Leg::ALL {
            assert_eq!(Leg::from_number(leg.number()), Some(*leg));
        }
        for reason in TransferReason::ALL {
            assert_eq!(TransferReason::from_number(reason.number()), Some(*reason));
        }
        assert_eq!(Phase::from_number(0), None);
        assert_eq!(TransferReason::TouchEarned.to_string(), "touch_earned");
    }

    #[test]
    fn sources_read_back() {
        for kind in [1, 2, 3, 4, 5, 6, 8, 9] {
            let source = Source::from_parts(kind, [7; 16]).unwrap();
            assert_eq!(source.kind_number(), kind);
            assert_eq!(source.id_bytes(), &[7; 16]);
        }
        assert_eq!(Source::from_parts(7, [7; 16]), None);
    }
}
