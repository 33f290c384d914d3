//! Which conversions each customer brought, of those that earned somebody.

use model::{ConversionId, ProgramId, conversion::State};

use crate::{Insert, Kind, Result, Tx, Value, id};

/// The conversions of these customers, in no order.
///
/// # Errors
/// Storage errors.
pub fn find(tx: &mut Tx<'_>, keys: &[[u8; 16]]) -> Result<Vec<([u8; 16], ConversionId)>> {
    let sql = "SELECT key, conversion_id FROM customer_conversions WHERE key = $key";
    let values: Vec<Value<'_>> = keys.iter().map(id).collect();
    let rows = tx.query_keys(sql, Kind::Bytes, &values, &[])?;
    rows.iter().map(|row| Ok((row.id16(0)?, ConversionId::from_bytes(row.id16(1)?)))).collect()
}

/// The first conversion of each of these customers in each program, by its id, among those that still earn.
///
/// # Errors
/// Storage errors.
pub fn first_standing(
    tx: &mut Tx<'_>,
    keys: &[[u8; 16]],
) -> Result<Vec<([u8; 16], ProgramId, ConversionId)>> {
    let sql = "SELECT customer_conversions.key, conversions.program_id, conversions.id FROM customer_conversions \
               JOIN conversions ON conversions.id = customer_conversions.conversion_id \
               WHERE conversions.state IN ($live) AND conversions.program_id IS NOT NULL \
               AND customer_conversions.key = $key";
    let live = State::ALL.iter().filter(|state| state.is_live()).map(|state| format!("'{}'", state.word()));
    let sql = sql.replace("$live", &live.collect::<Vec<_>>().join(", "));
    let values: Vec<Value<'_>> = keys.iter().map(id).collect();
    let rows = tx.query_keys(&sql, Kind::Bytes, &values, &[])?;
    let row = |row: &crate::Row| {
        let (program, conversion) =
            (ProgramId::from_bytes(row.id16(1)?), ConversionId::from_bytes(row.id16(2)?));
        Ok((row.id16(0)?, program, conversion))
    };
    let mut found: Vec<_> = rows.iter().map(row).collect::<Result<_>>()?;
    found.sort_unstable();
    found.dedup_by_key(|(key, program, _)| (*key, *program));
    Ok(found)
}

/// Remembers conversions of customers.
///
/// # Errors
/// Storage errors.
pub fn remember(tx: &mut Tx<'_>, customers: &[([u8; 16], ConversionId)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "customer_conversions",
        columns: &[("key", Kind::Bytes), ("conversion_id", Kind::Bytes)],
        conflict: "",
    };
    let values: Vec<Value<'_>> =
        customers.iter().flat_map(|(key, conversion)| [id(key), id(conversion.bytes())]).collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}
