//! Walks through whole tables, for checks that must not trust what they read.
//!
//! A page is a list of ids, so that a row that cannot be read is one finding and does not end the walk; what belongs to
//! the ids is read by the functions of its own module. What has lost the row that it belongs to is found here too, at most
//! [`ORPHANS_MAX`] of a kind.

use model::{ConversionId, TouchId};

use crate::{Error, Kind, Result, Row, Tx, Value, configuration::Record, id};

/// The most rows without their owner that one call names.
pub const ORPHANS_MAX: u32 = 100;

fn page(tx: &mut Tx<'_>, table: &str, after: Option<[u8; 16]>, limit: u32) -> Result<Vec<[u8; 16]>> {
    let sql = format!("SELECT id FROM {table} WHERE id > $1 ORDER BY id LIMIT {limit}");
    // No id is all zeros, so nothing comes before the first one.
    let after = after.unwrap_or_default();
    tx.query(&sql, &[id(&after)])?.iter().map(|row| row.id16(0)).collect()
}

/// The ids of conversions that come after this one, in their order.
///
/// # Errors
/// Storage errors.
pub fn conversion_ids(tx: &mut Tx<'_>, after: Option<ConversionId>, limit: u32) -> Result<Vec<ConversionId>> {
    let ids = page(tx, "conversions", after.map(|id| *id.bytes()), limit)?;
    Ok(ids.into_iter().map(ConversionId::from_bytes).collect())
}

/// The ids of touches that come after this one, in their order.
///
/// # Errors
/// Storage errors.
pub fn touch_ids(tx: &mut Tx<'_>, after: Option<TouchId>, limit: u32) -> Result<Vec<TouchId>> {
    let ids = page(tx, "touches", after.map(|id| *id.bytes()), limit)?;
    Ok(ids.into_iter().map(TouchId::from_bytes).collect())
}

/// Calls `each` with the id of every touch.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn each_touch_id(tx: &mut Tx<'_>, each: &mut dyn FnMut([u8; 16]) -> Result<()>) -> Result<()> {
    tx.query_each("SELECT id FROM touches", &[], &mut |row| each(row.id16(0)?))
}

/// Calls `each` with the id of every alert.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn each_alert_id(tx: &mut Tx<'_>, each: &mut dyn FnMut([u8; 16]) -> Result<()>) -> Result<()> {
    tx.query_each("SELECT id FROM alerts", &[], &mut |row| each(row.id16(0)?))
}

/// Calls `each` with conversion and number of every decision.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn each_decision(tx: &mut Tx<'_>, each: &mut dyn FnMut([u8; 16], i64) -> Result<()>) -> Result<()> {
    let sql = "SELECT conversion_id, sequence FROM decisions";
    tx.query_each(sql, &[], &mut |row| each(row.id16(0)?, row.int(1)?))
}

/// How many rows a table has.
///
/// # Errors
/// Storage errors.
pub fn count(tx: &mut Tx<'_>, table: &'static str) -> Result<u64> {
    let rows = tx.query(&format!("SELECT COUNT(*) FROM {table}"), &[])?;
    let count = rows.first().map_or(Ok(0), |row| row.int(0))?;
    u64::try_from(count).map_err(|_| Error::Damaged(format!("{table} has {count} rows")))
}

/// The reports of these conversions as they are stored, byte for byte.
///
/// # Errors
/// Storage errors.
pub fn reports(tx: &mut Tx<'_>, ids: &[ConversionId]) -> Result<Vec<(ConversionId, String)>> {
    let keys: Vec<Value<'_>> = ids.iter().map(|it| id(it.bytes())).collect();
    let rows =
        tx.query_keys("SELECT id, report FROM conversions WHERE id = $key", Kind::Bytes, &keys, &[])?;
    rows.iter().map(|row| Ok((ConversionId::from_bytes(row.id16(0)?), row.text(1)?.to_owned()))).collect()
}

/// The conversions that commission lines name and that do not exist.
///
/// # Errors
/// Storage errors.
pub fn lines_without_conversion(tx: &mut Tx<'_>) -> Result<Vec<ConversionId>> {
    conversions_missing(tx, "commission_lines")
}

/// The conversions that keys against repetition name and that do not exist.
///
/// # Errors
/// Storage errors.
pub fn dedup_without_conversion(tx: &mut Tx<'_>) -> Result<Vec<ConversionId>> {
    conversions_missing(tx, "dedup_keys")
}

/// The conversions that customers are said to have brought and that do not exist.
///
/// # Errors
/// Storage errors.
pub fn customers_without_conversion(tx: &mut Tx<'_>) -> Result<Vec<ConversionId>> {
    conversions_missing(tx, "customer_conversions")
}

fn conversions_missing(tx: &mut Tx<'_>, table: &str) -> Result<Vec<ConversionId>> {
    let sql = format!(
        "SELECT DISTINCT conversion_id FROM {table} WHERE NOT EXISTS \
         (SELECT 1 FROM conversions WHERE conversions.id = {table}.conversion_id) LIMIT {ORPHANS_MAX}"
    );
    tx.query(&sql, &[])?.iter().map(|row| Ok(ConversionId::from_bytes(row.id16(0)?))).collect()
}

/// The sources of transfers whose first byte is `kind` and whose row in `table` does not exist.
///
/// # Errors
/// Storage errors.
pub fn transfers_without_source(tx: &mut Tx<'_>, kind: u8, table: &'static str) -> Result<Vec<Vec<u8>>> {
    let sql = format!(
        "SELECT DISTINCT source FROM transfers WHERE substr(source, 1, 1) = $1 AND NOT EXISTS \
         (SELECT 1 FROM {table} WHERE {table}.id = substr(transfers.source, 2)) LIMIT {ORPHANS_MAX}"
    );
    tx.query(&sql, &[Value::from(vec![kind])])?.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect()
}

/// What the audit log noted on objects whose shown id begins with `prefix`: object and change.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn each_audited(
    tx: &mut Tx<'_>,
    prefix: &str,
    each: &mut dyn FnMut(&str, &str) -> Result<()>,
) -> Result<()> {
    let pattern = format!("{prefix}%");
    let sql = "SELECT object, change FROM audit WHERE object LIKE $1";
    tx.query_each(sql, &[Value::from(&pattern)], &mut |row| each(row.text(0)?, row.text(1)?))
}

/// Calls `each` with every record of a kind, and with the columns of its row that do not say what the record says.
///
/// # Errors
/// Storage errors, damaged rows and whatever `each` returns.
pub fn each_record<T: Record>(
    tx: &mut Tx<'_>,
    each: &mut dyn FnMut(T, Vec<&'static str>) -> Result<()>,
) -> Result<()> {
    let columns: String = T::COLUMNS.iter().map(|column| format!(", {column}")).collect();
    let sql = format!("SELECT id, body{columns} FROM {}", T::TABLE);
    tx.query_each(&sql, &[], &mut |row| {
        let record: T = serde_json::from_str(row.text(1)?)
            .map_err(|error| Error::Damaged(format!("{}: {error}", T::TABLE)))?;
        let differing = differing_columns(row, &record);
        each(record, differing)
    })
}

fn differing_columns<T: Record>(row: &Row, record: &T) -> Vec<&'static str> {
    let values = record.columns();
    let named = T::COLUMNS.iter().copied().zip(values).zip(2..);
    let mut differing: Vec<_> =
        named.filter(|((_, value), place)| row.value(*place) != value).map(|((name, _), _)| name).collect();
    if row.value(0) != &id(T::bytes(&record.id())) {
        differing.push("id");
    }
    differing
}
