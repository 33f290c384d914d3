//! By which conversion each customer came first.

use model::ConversionId;

use crate::{Insert, Kind, Result, Tx, Value, id};

/// The conversions by which these customers came first.
///
/// # Errors
/// Storage errors.
pub fn find(tx: &mut Tx<'_>, keys: &[[u8; 16]]) -> Result<Vec<([u8; 16], ConversionId)>> {
    let values: Vec<Value<'_>> = keys.iter().map(id).collect();
    let rows = tx.query_keys(
        "SELECT key, conversion_id FROM customers WHERE key = $key",
        Kind::Bytes,
        &values,
        &[],
    )?;
    rows.iter().map(|row| Ok((row.id16(0)?, ConversionId::from_bytes(row.id16(1)?)))).collect()
}

/// Remembers by which conversion customers came first, in place of one that does not stand any more. Keys must be
/// distinct within one call.
///
/// # Errors
/// Storage errors.
pub fn remember(tx: &mut Tx<'_>, customers: &[([u8; 16], ConversionId)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "customers",
        columns: &[("key", Kind::Bytes), ("conversion_id", Kind::Bytes)],
        conflict: "ON CONFLICT (key) DO UPDATE SET conversion_id = excluded.conversion_id",
    };
    let values: Vec<Value<'_>> =
        customers.iter().flat_map(|(key, conversion)| [id(key), id(conversion.bytes())]).collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}
