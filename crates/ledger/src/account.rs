//! Accounts and their balances.

use std::fmt;

use model::{AdvertiserId, Currency, NetworkId, PublisherId};
use serde::{Deserialize, Serialize};

/// Whose money an account shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Funds of an advertiser; below zero, what he owes.
    Advertiser(AdvertiserId),
    /// What a publisher is owed.
    Publisher(PublisherId),
    /// What the network has earned.
    Fees,
    /// The way to the world outside: money that came in or went out.
    Clearing,
    /// Tax that was kept back from payouts, until the tax office has it.
    Withheld,
    /// Where a publisher's money changes its currency: what it gave in one currency it took in another.
    Exchange,
    /// Tax that advertisers owe with their invoices, until the tax office has it.
    Tax,
}

/// The name of one account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct AccountKey {
    /// The network that keeps it.
    pub network_id: NetworkId,
    /// Whose it is.
    pub kind: AccountKind,
    /// Its only currency.
    pub currency: Currency,
}

impl AccountKey {
    /// Length of the stored form.
    pub const LENGTH: usize = 34;

    /// The stored form: network 16 | kind 1 | party 16 (zeros when it has none) | currency 1.
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let (kind, party): (u8, [u8; 16]) = match &self.kind {
            AccountKind::Advertiser(id) => (1, *id.bytes()),
            AccountKind::Publisher(id) => (2, *id.bytes()),
            AccountKind::Fees => (3, [0; 16]),
            AccountKind::Clearing => (4, [0; 16]),
            AccountKind::Withheld => (5, [0; 16]),
            AccountKind::Exchange => (8, [0; 16]),
            AccountKind::Tax => (9, [0; 16]),
        };
        let mut bytes = [0; Self::LENGTH];
        bytes[..16].copy_from_slice(self.network_id.bytes());
        bytes[16] = kind;
        bytes[17..33].copy_from_slice(&party);
        bytes[33] = self.currency.number();
        bytes
    }

    /// Reads the stored form; `None` when these are not the bytes of an account.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::LENGTH] = bytes.try_into().ok()?;
        let party: [u8; 16] = bytes[17..33].try_into().ok()?;
        let kind = match bytes[16] {
            1 => AccountKind::Advertiser(AdvertiserId::from_bytes(party)),
            2 => AccountKind::Publisher(PublisherId::from_bytes(party)),
            3 if party == [0; 16] => AccountKind::Fees,
            4 if party == [0; 16] => AccountKind::Clearing,
            5 if party == [0; 16] => AccountKind::Withheld,
            8 if party == [0; 16] => AccountKind::Exchange,
            9 if party == [0; 16] => AccountKind::Tax,
            _ => return None,
        };
        let network_id = NetworkId::from_bytes(bytes[..16].try_into().ok()?);
        Some(Self { network_id, kind, currency: Currency::from_number(bytes[33])? })
    }
}

/// `publisher:pub_…:USD`; the network is known where accounts are shown.
impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            AccountKind::Advertiser(id) => write!(f, "advertiser:{id}:{}", self.currency),
            AccountKind::Publisher(id) => write!(f, "publisher:{id}:{}", self.currency),
            AccountKind::Fees => write!(f, "fees:{}", self.currency),
            AccountKind::Clearing => write!(f, "clearing:{}", self.currency),
            AccountKind::Withheld => write!(f, "withheld:{}", self.currency),
            AccountKind::Exchange => write!(f, "exchange:{}", self.currency),
            AccountKind::Tax => write!(f, "tax:{}", self.currency),
        }
    }
}

/// The sums of an account, in units of its currency. None of them is ever below zero: what is taken
/// back is added on the other side.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Balance {
    /// Debits that are promised.
    pub debits_pending: i64,
    /// Debits that happened.
    pub debits_posted: i64,
    /// Credits that are promised.
    pub credits_pending: i64,
    /// Credits that happened.
    pub credits_posted: i64,
}

/// What transfers add to the sums of an account; pending sums may shrink.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Change {
    /// Added to the promised debits.
    pub debits_pending: i64,
    /// Added to the debits that happened.
    pub debits_posted: i64,
    /// Added to the promised credits.
    pub credits_pending: i64,
    /// Added to the credits that happened.
    pub credits_posted: i64,
}

/// Why a change does not fit a balance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BalanceError {
    /// A sum is too large.
    #[error("the sum does not fit")]
    Overflow,
    /// A sum would fall below zero, so the change belongs to other transfers than the balance.
    #[error("a sum would fall below zero")]
    BelowZero,
}

impl Balance {
    /// This balance after `change`.
    ///
    /// # Errors
    /// When a sum does not fit or falls below zero.
    pub fn apply(self, change: Change) -> Result<Self, BalanceError> {
        let add = |sum: i64, more: i64| match sum.checked_add(more) {
            Some(sum) if sum >= 0 => Ok(sum),
            Some(_) => Err(BalanceError::BelowZero),
            None => Err(BalanceError::Overflow),
        };
        Ok(Self {
            debits_pending: add(self.debits_pending, change.debits_pending)?,
            debits_posted: add(self.debits_posted, change.debits_posted)?,
            credits_pending: add(self.credits_pending, change.credits_pending)?,
            credits_posted: add(self.credits_posted, change.credits_posted)?,
        })
    }

    /// What stands: posted credits less posted debits. Below zero for an account that owes.
    pub const fn posted(&self) -> i64 {
        // Neither sum is below zero, so the difference fits.
        self.credits_posted.saturating_sub(self.debits_posted)
    }

    /// What is free to use: what stands less what is promised away.
    pub const fn available(&self) -> i64 {
        self.posted().saturating_sub(self.debits_pending)
    }
}

impl Change {
    /// Both changes together.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, BalanceError> {
        let add = |left: i64, right: i64| left.checked_add(right).ok_or(BalanceError::Overflow);
        Ok(Self {
            debits_pending: add(self.debits_pending, other.debits_pending)?,
            debits_posted: add(self.debits_posted, other.debits_posted)?,
            credits_pending: add(self.credits_pending, other.credits_pending)?,
            credits_posted: add(self.credits_posted, other.credits_posted)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_shown_and_read_back() {
        let network_id = NetworkId::from_bytes([9; 16]);
        let publisher = PublisherId::from_bytes([2; 16]);
        let advertiser = AdvertiserId::from_bytes([3; 16]);
        for (kind, shown) in [
            (AccountKind::Advertiser(advertiser), format!("advertiser:{advertiser}:VND")),
            (AccountKind::Publisher(publisher), format!("publisher:{publisher}:VND")),
            (AccountKind::Fees, "fees:VND".to_owned()),
            (AccountKind::Clearing, "clearing:VND".to_owned()),
            (AccountKind::Withheld, "withheld:VND".to_owned()),
            (AccountKind::Exchange, "exchange:VND".to_owned()),
            (AccountKind::Tax, "tax:VND".to_owned()),
        ] {
            let key = AccountKey { network_id, kind, currency: Currency::VND };
            assert_eq!(key.to_string(), shown);
            assert_eq!(AccountKey::from_bytes(&key.to_bytes()), Some(key));
        }
    }

    #[test]
    fn bytes_of_no_account_are_refused() {
        let fees = AccountKey {
            network_id: NetworkId::from_bytes([9; 16]),
            kind: AccountKind::Fees,
            currency: Currency::USD,
        };
        let good = fees.to_bytes();
        assert_eq!(AccountKey::from_bytes(&good[1..]), None);
        for (place, byte) in [(16, 0), (16, 10), (17, 1), (33, 255)] {
            let mut damaged = good;
            damaged[place] = byte;
            assert_eq!(AccountKey::from_bytes(&damaged), None, "byte {place} = {byte}");
        }
    }

    #[test]
    fn a_balance_refuses_what_does_not_fit() {
        let full = Balance { credits_posted: i64::MAX, ..Balance::default() };
        let one = Change { credits_posted: 1, ..Change::default() };
        assert_eq!(full.apply(one), Err(BalanceError::Overflow));
        let release = Change { debits_pending: -1, ..Change::default() };
        assert_eq!(full.apply(release), Err(BalanceError::BelowZero));
        assert_eq!(Balance::default().apply(one).map(|balance| balance.posted()), Ok(1));
    }
}
