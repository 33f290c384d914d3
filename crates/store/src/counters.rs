//! Counters: what caps have used, and how many impressions a price per thousand has counted.

use crate::{Insert, Kind, Result, Tx, Value};

/// The values of these keys; a key that was never counted is left out.
///
/// # Errors
/// Storage errors.
pub fn load(tx: &mut Tx<'_>, keys: &[Vec<u8>]) -> Result<Vec<(Vec<u8>, i64)>> {
    let values: Vec<Value<'_>> = keys.iter().map(|key| Value::from(key.as_slice())).collect();
    let rows = tx.query_keys("SELECT key, used FROM counters WHERE key = $key", Kind::Bytes, &values, &[])?;
    rows.iter().map(|row| Ok((row.bytes(0)?.to_vec(), row.int(1)?))).collect()
}

/// Sets counters. The caller is the only one that counts, so it writes what it computed.
///
/// # Errors
/// Storage errors.
pub fn store(tx: &mut Tx<'_>, counters: &[(Vec<u8>, i64)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "counters",
        columns: &[("key", Kind::Bytes), ("used", Kind::Int)],
        conflict: "ON CONFLICT (key) DO UPDATE SET used = excluded.used",
    };
    let values: Vec<Value<'_>> =
        counters.iter().flat_map(|(key, used)| [Value::from(key.as_slice()), Value::Int(*used)]).collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// Every counter, for checks.
///
/// # Errors
/// Storage errors.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(Vec<u8>, i64)>> {
    let rows = tx.query("SELECT key, used FROM counters ORDER BY key", &[])?;
    rows.iter().map(|row| Ok((row.bytes(0)?.to_vec(), row.int(1)?))).collect()
}
