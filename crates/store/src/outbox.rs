//! The outbox: what each transaction changed, in commit order, for whoever tails it.
//!
//! The number of a transaction is taken from a row that stays locked until the commit, so numbers
//! become visible in their order and a reader that remembers the last one misses nothing.

use model::Timestamp;

use crate::{Error, Insert, Kind, Result, Row, Tx, Value};

/// One kind of event of a transaction: the ids of what was written, 16 bytes each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number of the transaction.
    pub sequence: i64,
    /// Place within it.
    pub part: i64,
    /// Kind: `touches`, `conversions`, `decisions`, ...
    pub kind: String,
    /// When it was written.
    pub at: Timestamp,
    /// Ids of 16 bytes one after the other; for decisions each followed by its number in 4 bytes, big-endian.
    pub body: Vec<u8>,
}

/// The next number of this name; serialises the transactions that take one.
///
/// # Errors
/// Storage errors.
pub(crate) fn next_revision(tx: &mut Tx<'_>, name: &str) -> Result<i64> {
    tx.query_opt(
        "UPDATE revisions SET value = value + 1 WHERE name = $1 RETURNING value",
        &[Value::from(name)],
    )?
    .ok_or_else(|| Error::Damaged(format!("the row `{name}` of revisions is missing")))?
    .int(0)
}

/// Writes one entry for each kind; returns the transaction's number.
///
/// # Errors
/// Storage errors.
pub fn append(tx: &mut Tx<'_>, at: Timestamp, parts: &[(&str, Vec<u8>)]) -> Result<i64> {
    const INSERT: Insert = Insert {
        table: "outbox",
        columns: &[
            ("sequence", Kind::Int),
            ("part", Kind::Int),
            ("kind", Kind::Text),
            ("at", Kind::Int),
            ("body", Kind::Bytes),
        ],
        conflict: "",
    };
    let sequence = next_revision(tx, "outbox")?;
    let mut values = Vec::with_capacity(parts.len() * 5);
    for ((kind, body), part) in parts.iter().zip(0_i64..) {
        values.extend([
            Value::Int(sequence),
            Value::Int(part),
            Value::from(*kind),
            Value::Int(at.as_micros()),
            Value::from(body.as_slice()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(sequence)
}

/// The entries of one transaction.
///
/// # Errors
/// Storage errors.
pub fn of(tx: &mut Tx<'_>, sequence: i64) -> Result<Vec<Entry>> {
    let sql = "SELECT sequence, part, kind, at, body FROM outbox WHERE sequence = $1 ORDER BY part";
    tx.query(sql, &[Value::Int(sequence)])?.iter().map(from_row).collect()
}

/// Entries after `sequence`, oldest first.
///
/// # Errors
/// Storage errors.
pub fn after(tx: &mut Tx<'_>, sequence: i64, limit: u32) -> Result<Vec<Entry>> {
    let sql = format!(
        "SELECT sequence, part, kind, at, body FROM outbox WHERE sequence > $1 ORDER BY sequence, part LIMIT {limit}"
    );
    tx.query(&sql, &[Value::Int(sequence)])?.iter().map(from_row).collect()
}

/// The entries of whole transactions after `sequence`, oldest first, with the number of the last; `None` when there are
/// none. `limit` bounds the entries that are read at first.
///
/// # Errors
/// Storage errors.
pub fn transactions_after(tx: &mut Tx<'_>, sequence: i64, limit: u32) -> Result<Option<(i64, Vec<Entry>)>> {
    let mut entries = after(tx, sequence, limit)?;
    let Some(through) = entries.last().map(|last| last.sequence) else { return Ok(None) };
    // A transaction's entries stand together; the last one may have been cut in two.
    entries.retain(|entry| entry.sequence < through);
    entries.extend(of(tx, through)?);
    Ok(Some((through, entries)))
}

/// The number of the newest transaction.
///
/// # Errors
/// Storage errors.
pub fn newest(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_opt("SELECT value FROM revisions WHERE name = 'outbox'", &[])?
        .ok_or_else(|| Error::Damaged("the row `outbox` of revisions is missing".to_owned()))?
        .int(0)
}

fn from_row(row: &Row) -> Result<Entry> {
    Ok(Entry {
        sequence: row.int(0)?,
        part: row.int(1)?,
        kind: row.text(2)?.to_owned(),
        at: Timestamp::from_micros(row.int(3)?),
        body: row.bytes(4)?.to_vec(),
    })
}
