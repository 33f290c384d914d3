//! Answers of API writes under their idempotency keys, in the transaction of their effect.
//!
//! A key is reserved before the effect: a second request with the same key waits for the first one's commit at that
//! insert and then finds its answer. A refused request rolls its reservation back with everything else.

use model::Timestamp;

use crate::{Error, Result, Tx, Value};

/// An answer that was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Keyed mark of the input it answers; it stands in the column that is named after what once was there.
    pub input_mark: Vec<u8>,
    /// HTTP status.
    pub status: i64,
    /// JSON of the answer.
    pub response: String,
}

/// Reserves `key`, or gives the answer that it was used for.
///
/// # Errors
/// Storage errors.
pub fn reserve(
    tx: &mut Tx<'_>,
    key: &[u8; 32],
    input_mark: &[u8; 32],
    at: Timestamp,
) -> Result<Option<Kept>> {
    let reserved = tx.execute(
        "INSERT INTO idempotency (key, input_sha256, status, response, created_at) VALUES ($1, $2, 0, '', $3) \
         ON CONFLICT (key) DO NOTHING",
        &[Value::from(key), Value::from(input_mark), Value::Int(at.as_micros())],
    )?;
    if reserved == 1 {
        return Ok(None);
    }
    let row = tx
        .query_opt(
            "SELECT input_sha256, status, response FROM idempotency WHERE key = $1",
            &[Value::from(key)],
        )?
        .ok_or_else(|| Error::Conflict("an idempotency key was removed while it was looked up".to_owned()))?;
    Ok(Some(Kept {
        input_mark: row.bytes(0)?.to_vec(),
        status: row.int(1)?,
        response: row.text(2)?.to_owned(),
    }))
}

/// Keeps the answer of the reserved `key`.
///
/// # Errors
/// [`Error::Damaged`] when the key is not reserved; storage errors.
pub fn keep(tx: &mut Tx<'_>, key: &[u8; 32], status: u16, response: &str) -> Result<()> {
    let changed = tx.execute(
        "UPDATE idempotency SET status = $2, response = $3 WHERE key = $1 AND status = 0",
        &[Value::from(key), Value::Int(i64::from(status)), Value::from(response)],
    )?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::Damaged(format!("an idempotency key was kept {changed} times instead of once"))),
    }
}

/// Forgets answers older than `before`; at most 10,000 at a time.
///
/// # Errors
/// Storage errors.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE created_at < $1 LIMIT 10000)",
        &[Value::Int(before.as_micros())],
    )
}
