//! Rows of the ledger. What they mean is the `ledger` crate's; here keys are bytes and phases numbers.

use model::{Currency, Money, NetworkId, Timestamp};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id};

/// One immutable transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRow {
    /// Kind and id of what caused it.
    pub source: Vec<u8>,
    /// Number within the source.
    pub sequence: i64,
    /// Network.
    pub network_id: NetworkId,
    /// Commission line.
    pub line: i64,
    /// Leg of the line.
    pub leg: i64,
    /// Phase.
    pub phase: i64,
    /// The pending transfer that this one posts or voids.
    pub pending_sequence: Option<i64>,
    /// Why.
    pub reason: String,
    /// Account that gives.
    pub debit: Vec<u8>,
    /// Account that takes.
    pub credit: Vec<u8>,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "source, sequence, network_id, line, leg, phase, pending_sequence, reason, debit, credit, amount, currency, at";

/// Stores transfers; does not touch balances.
///
/// # Errors
/// Storage errors; a number that is taken is a unique violation.
pub fn insert_transfers<'a>(
    tx: &mut Tx<'_>,
    rows: impl ExactSizeIterator<Item = &'a TransferRow>,
) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "transfers",
        columns: &[
            ("source", Kind::Bytes),
            ("sequence", Kind::Int),
            ("network_id", Kind::Bytes),
            ("line", Kind::Int),
            ("leg", Kind::Int),
            ("phase", Kind::Int),
            ("pending_sequence", Kind::Int),
            ("reason", Kind::Text),
            ("debit", Kind::Bytes),
            ("credit", Kind::Bytes),
            ("amount", Kind::Int),
            ("currency", Kind::Text),
            ("at", Kind::Int),
        ],
        conflict: "",
    };
    let mut values = Vec::with_capacity(rows.len() * INSERT.columns.len());
    for row in rows {
        values.extend([
            Value::from(row.source.as_slice()),
            Value::Int(row.sequence),
            id(row.network_id.bytes()),
            Value::Int(row.line),
            Value::Int(row.leg),
            Value::Int(row.phase),
            row.pending_sequence.map_or(Value::Null, Value::Int),
            Value::from(row.reason.as_str()),
            Value::from(row.debit.as_slice()),
            Value::from(row.credit.as_slice()),
            Value::Int(row.amount.units()),
            Value::from(row.amount.currency().code()),
            Value::Int(row.at.as_micros()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

fn from_row(row: &Row) -> Result<TransferRow> {
    let currency: Currency =
        row.text(11)?.parse().map_err(|_| Error::Damaged("transfer: unknown currency".to_owned()))?;
    Ok(TransferRow {
        source: row.bytes(0)?.to_vec(),
        sequence: row.int(1)?,
        network_id: NetworkId::from_bytes(row.id16(2)?),
        line: row.int(3)?,
        leg: row.int(4)?,
        phase: row.int(5)?,
        pending_sequence: row.opt_int(6)?,
        reason: row.text(7)?.to_owned(),
        debit: row.bytes(8)?.to_vec(),
        credit: row.bytes(9)?.to_vec(),
        amount: Money::from_units(row.int(10)?, currency),
        at: Timestamp::from_micros(row.int(12)?),
    })
}

/// The transfers of these sources, by source and number.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn transfers_of(tx: &mut Tx<'_>, sources: &[Vec<u8>]) -> Result<Vec<TransferRow>> {
    let keys: Vec<Value<'_>> = sources.iter().map(|source| Value::from(source.as_slice())).collect();
    let sql = format!("SELECT {COLUMNS} FROM transfers WHERE source = $key");
    let rows = tx.query_keys(&sql, Kind::Bytes, &keys, &[])?;
    let mut transfers = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    transfers.sort_unstable_by(|a, b| (&a.source, a.sequence).cmp(&(&b.source, b.sequence)));
    Ok(transfers)
}

/// Moment, source and number of a transfer.
pub type TransferCursor = (Timestamp, Vec<u8>, i64);

/// A page of the transfers of an account (all accounts of the network when none), newest first. The cursor is the
/// moment, source and number of the last one seen.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list_transfers(
    tx: &mut Tx<'_>,
    network: NetworkId,
    account: Option<&[u8]>,
    before: Option<&TransferCursor>,
    limit: u32,
) -> Result<Vec<TransferRow>> {
    let mut search = crate::search::Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    if let Some(account) = account {
        let place = search.parameter(Value::from(account));
        search.also(format!("(debit = {place} OR credit = {place})"));
    }
    if let Some((at, source, sequence)) = before {
        let at = search.parameter(Value::Int(at.as_micros()));
        let source = search.parameter(Value::from(source.as_slice()));
        let sequence = search.parameter(Value::Int(*sequence));
        search.also(format!("(at, source, sequence) < ({at}, {source}, {sequence})"));
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM transfers {} ORDER BY at DESC, source DESC, sequence DESC LIMIT {limit}",
        search.condition()
    );
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// Calls `each` with every transfer, by source and number.
///
/// # Errors
/// Storage errors, damaged rows and whatever `each` returns.
pub fn for_each_transfer(
    tx: &mut Tx<'_>,
    each: &mut dyn FnMut(Result<TransferRow>) -> Result<()>,
) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM transfers ORDER BY source, sequence");
    tx.query_each(&sql, &[], &mut |row| each(from_row(row)))
}

/// An account's sums, or changes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Key of the account.
    pub key: Vec<u8>,
    /// Network.
    pub network_id: NetworkId,
    /// Reserved to be given.
    pub debits_pending: i64,
    /// Given.
    pub debits_posted: i64,
    /// Announced.
    pub credits_pending: i64,
    /// Taken.
    pub credits_posted: i64,
}

/// Adds changes to accounts, opening those that are new. Keys must be distinct within one call and, so that two
/// transactions cannot wait for each other, in ascending order.
///
/// # Errors
/// Storage errors.
pub fn add_to_accounts(tx: &mut Tx<'_>, changes: &[AccountRow]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "accounts",
        columns: &[
            ("key", Kind::Bytes),
            ("network_id", Kind::Bytes),
            ("debits_pending", Kind::Int),
            ("debits_posted", Kind::Int),
            ("credits_pending", Kind::Int),
            ("credits_posted", Kind::Int),
        ],
        conflict: "ON CONFLICT (key) DO UPDATE SET debits_pending = accounts.debits_pending + excluded.debits_pending, \
                   debits_posted = accounts.debits_posted + excluded.debits_posted, \
                   credits_pending = accounts.credits_pending + excluded.credits_pending, \
                   credits_posted = accounts.credits_posted + excluded.credits_posted",
    };
    let mut values = Vec::with_capacity(changes.len() * 6);
    for row in changes {
        values.extend([
            Value::from(row.key.as_slice()),
            id(row.network_id.bytes()),
            Value::Int(row.debits_pending),
            Value::Int(row.debits_posted),
            Value::Int(row.credits_pending),
            Value::Int(row.credits_posted),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

const ACCOUNT_COLUMNS: &str =
    "key, network_id, debits_pending, debits_posted, credits_pending, credits_posted";

fn account_from_row(row: &Row) -> Result<AccountRow> {
    Ok(AccountRow {
        key: row.bytes(0)?.to_vec(),
        network_id: NetworkId::from_bytes(row.id16(1)?),
        debits_pending: row.int(2)?,
        debits_posted: row.int(3)?,
        credits_pending: row.int(4)?,
        credits_posted: row.int(5)?,
    })
}

/// The accounts of a network (of all networks when none), by key.
///
/// # Errors
/// Storage errors.
pub fn accounts(tx: &mut Tx<'_>, network: Option<NetworkId>) -> Result<Vec<AccountRow>> {
    let mut search = crate::search::Search::new();
    search.equal("network_id", network.as_ref().map(|it| id(it.bytes())));
    let sql = format!("SELECT {ACCOUNT_COLUMNS} FROM accounts {} ORDER BY key", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(account_from_row).collect()
}

/// The accounts with these keys; missing ones are left out.
///
/// # Errors
/// Storage errors.
pub fn accounts_by_keys(tx: &mut Tx<'_>, keys: &[Vec<u8>]) -> Result<Vec<AccountRow>> {
    let values: Vec<Value<'_>> = keys.iter().map(|key| Value::from(key.as_slice())).collect();
    let sql = format!("SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE key = $key");
    tx.query_keys(&sql, Kind::Bytes, &values, &[])?.iter().map(account_from_row).collect()
}
