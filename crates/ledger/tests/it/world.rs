//! Parties, lines and a ledger in memory to test with.

use std::collections::BTreeMap;

use ledger::{AccountKey, AccountKind, Balance, PostingError, Source, Transfer, changes};
use model::{
    AdvertiserId, ContractVersionId, ConversionId, Currency, LinkId, Money, NetworkId, PublisherId, Share,
    Timestamp, TouchId, conversion::CommissionLine,
};

pub const NETWORK: NetworkId = NetworkId::from_bytes([1; 16]);
pub const ADVERTISER: AdvertiserId = AdvertiserId::from_bytes([2; 16]);
pub const AT: Timestamp = Timestamp::from_seconds(1_770_000_000);

/// A conversion.
pub fn conversion(number: u64) -> Source {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Source::Conversion(ConversionId::from_bytes(bytes))
}

/// A publisher.
pub fn publisher(number: u8) -> PublisherId {
    PublisherId::from_bytes([number; 16])
}

/// An account in dollars.
pub fn account(kind: AccountKind) -> AccountKey {
    AccountKey { network_id: NETWORK, kind, currency: Currency::USD }
}

/// Units of a dollar's millionth.
pub fn units(units: i64) -> Money {
    Money::from_units(units, Currency::USD)
}

/// An amount in dollars.
pub fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).unwrap()
}

/// One of `of` lines with equal credit.
pub fn line(publisher_number: u8, commission: Money, fee: Money, of: usize) -> CommissionLine {
    CommissionLine {
        publisher_id: publisher(publisher_number),
        touch_id: TouchId::from_bytes([3; 16]),
        link_id: LinkId::from_bytes([4; 16]),
        contract_version_id: ContractVersionId::from_bytes([5; 16]),
        rule: "base".to_owned(),
        credit: Share::new(1, u128::try_from(of).unwrap()).unwrap(),
        commission,
        fixed: Money::zero(commission.currency()),
        fee,
        exchange: None,
    }
}

/// A ledger as a store keeps it: histories by their source, and balances that grow by `changes`.
#[derive(Default)]
pub struct Books {
    pub histories: BTreeMap<Source, Vec<Transfer>>,
    pub balances: BTreeMap<AccountKey, Balance>,
}

impl Books {
    /// The history of a source, empty when it has none.
    pub fn history(&self, source: Source) -> &[Transfer] {
        self.histories.get(&source).map_or(&[], Vec::as_slice)
    }

    /// Appends what a posting answered, or keeps everything as it is.
    pub fn append(&mut self, posted: Result<Vec<Transfer>, PostingError>) -> Result<usize, PostingError> {
        let transfers = posted?;
        let Some(first) = transfers.first() else { return Ok(0) };
        let history = self.histories.entry(first.source).or_default();
        for (account, change) in changes(history, &transfers)? {
            let balance = self.balances.entry(account).or_default();
            *balance = balance.apply(change)?;
        }
        let count = transfers.len();
        history.extend(transfers);
        Ok(count)
    }

    /// Every transfer in the order of its identity.
    pub fn transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.histories.values().flatten()
    }
}
