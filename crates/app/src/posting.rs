//! The ledger in storage: transfers to rows and back, and balances that follow them.

use std::collections::BTreeMap;

use ledger::{AccountKey, Balance, Change, Leg, Phase, Source, Transfer, TransferReason};
use store::{
    Error, Result, Tx,
    ledger::{AccountRow, TransferRow},
};

use crate::funding;

/// The key of a source in storage: its kind, then its id.
pub fn source_key(source: Source) -> Vec<u8> {
    let mut key = Vec::with_capacity(17);
    key.push(source.kind_number());
    key.extend_from_slice(source.id_bytes());
    key
}

/// The row of a transfer.
pub fn to_row(transfer: &Transfer) -> TransferRow {
    TransferRow {
        source: source_key(transfer.source),
        sequence: i64::from(transfer.sequence),
        network_id: transfer.debit.network_id,
        line: i64::from(transfer.line),
        leg: i64::from(transfer.leg.number()),
        phase: i64::from(transfer.phase.number()),
        pending_sequence: transfer.pending_sequence.map(i64::from),
        reason: transfer.reason.word().to_owned(),
        debit: transfer.debit.to_bytes().to_vec(),
        credit: transfer.credit.to_bytes().to_vec(),
        amount: transfer.amount,
        at: transfer.at,
    }
}

/// The transfer of a row.
///
/// # Errors
/// [`Error::Damaged`] when the row is none that [`to_row`] writes.
pub fn from_row(row: &TransferRow) -> Result<Transfer> {
    read(row).ok_or_else(|| {
        Error::Damaged(format!("transfer {} of source {}", row.sequence, engine::receipt::hex(&row.source)))
    })
}

fn read(row: &TransferRow) -> Option<Transfer> {
    let (kind, id) = row.source.split_first()?;
    let debit = AccountKey::from_bytes(&row.debit)?;
    let credit = AccountKey::from_bytes(&row.credit)?;
    Some(Transfer {
        source: Source::from_parts(*kind, id.try_into().ok()?)?,
        sequence: row.sequence.try_into().ok()?,
        line: row.line.try_into().ok()?,
        leg: Leg::from_number(row.leg.try_into().ok()?)?,
        phase: Phase::from_number(row.phase.try_into().ok()?)?,
        pending_sequence: row.pending_sequence.map(TryInto::try_into).transpose().ok()?,
        reason: TransferReason::ALL.iter().copied().find(|reason| reason.word() == row.reason)?,
        debit,
        credit,
        amount: row.amount,
        at: row.at,
    })
}

/// The history of one source, in the order of its numbers.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn history(tx: &mut Tx<'_>, source: Source) -> Result<Vec<Transfer>> {
    store::ledger::transfers_of(tx, &[source_key(source)])?.iter().map(from_row).collect()
}

/// Changes of balances, summed over many transfers before they are written.
#[derive(Default)]
pub struct BalanceChanges(BTreeMap<AccountKey, Change>);

impl BalanceChanges {
    /// Adds what `appended` does to the balances; `history` is what their source had before.
    ///
    /// # Errors
    /// A transfer that does not follow from the history, or sums that do not fit.
    pub fn add(&mut self, history: &[Transfer], appended: &[Transfer]) -> Result<(), ledger::PostingError> {
        for (account, change) in ledger::changes(history, appended)? {
            let sum = self.0.entry(account).or_default();
            *sum = sum.plus(change)?;
        }
        Ok(())
    }

    /// Takes in what another sum holds.
    ///
    /// # Errors
    /// Sums that do not fit.
    pub fn merge(&mut self, other: Self) -> Result<(), ledger::PostingError> {
        for (account, change) in other.0 {
            let sum = self.0.entry(account).or_default();
            *sum = sum.plus(change)?;
        }
        Ok(())
    }

    /// What changes on an account.
    pub(crate) fn of(&self, account: &AccountKey) -> Option<&Change> {
        self.0.get(account)
    }

    /// Advertisers among the accounts that change, each once.
    pub(crate) fn advertisers(&self) -> Vec<model::AdvertiserId> {
        let advertiser = |account: &AccountKey| match account.kind {
            ledger::AccountKind::Advertiser(id) => Some(id),
            _ => None,
        };
        let mut found: Vec<_> = self.0.keys().filter_map(advertiser).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Writes the changes, in the order of the accounts.
    ///
    /// # Errors
    /// Storage errors.
    pub fn write(&self, tx: &mut Tx<'_>) -> Result<()> {
        let rows: Vec<AccountRow> = self
            .0
            .iter()
            .map(|(account, change)| AccountRow {
                key: account.to_bytes().to_vec(),
                network_id: account.network_id,
                debits_pending: change.debits_pending,
                debits_posted: change.debits_posted,
                credits_pending: change.credits_pending,
                credits_posted: change.credits_posted,
            })
            .collect();
        store::ledger::add_to_accounts(tx, &rows)
    }
}

/// Stores transfers with their effect on the balances, and looks after prepaid advertisers. `history` is what their source had before.
///
/// # Errors
/// Storage errors, and transfers that do not follow from the history.
pub fn append(tx: &mut Tx<'_>, history: &[Transfer], appended: &[Transfer]) -> Result<()> {
    let mut changes = BalanceChanges::default();
    changes.add(history, appended).map_err(|error| Error::Damaged(error.to_string()))?;
    let rows: Vec<TransferRow> = appended.iter().map(to_row).collect();
    store::ledger::insert_transfers(tx, rows.iter())?;
    changes.write(tx)?;
    match appended.last() {
        Some(last) => funding::watch(tx, &changes, last.at),
        None => Ok(()),
    }
}

/// Key and balance of a stored account.
///
/// # Errors
/// [`Error::Damaged`] for a key that is none.
pub fn balance(row: &AccountRow) -> Result<(AccountKey, Balance)> {
    let key = AccountKey::from_bytes(&row.key)
        .ok_or_else(|| Error::Damaged("account with an unreadable key".to_owned()))?;
    let balance = Balance {
        debits_pending: row.debits_pending,
        debits_posted: row.debits_posted,
        credits_pending: row.credits_pending,
        credits_posted: row.credits_posted,
    };
    Ok((key, balance))
}
