//! Which ledger entries papers hold, and which none does.

use model::{InvoiceId, ProgramId, Timestamp, touch::TouchKind};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id};

/// A posted movement of a charge, seen from the advertiser's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeRow {
    /// Kind and id of what caused it.
    pub source: [u8; 17],
    /// Number within the source.
    pub sequence: i64,
    /// Commission line.
    pub line: i64,
    /// Number of the leg: 1 is commission, 2 the fee.
    pub leg: i64,
    /// Charged when above zero, taken back when below.
    pub units: i64,
    /// The program, of conversions and touches.
    pub program: Option<ProgramId>,
    /// The action's word, of conversions.
    pub action: Option<String>,
    /// The kind of a touch.
    pub touch: Option<TouchKind>,
}

const CHARGE_COLUMNS: &str = "t.source, t.sequence, t.line, t.leg, \
    CAST(CASE WHEN t.debit = $1 THEN 1 ELSE -1 END AS BIGINT), t.amount, c.program_id, c.action, x.program_id, x.kind";
const CHARGE_JOINS: &str = "LEFT JOIN conversions c ON c.id = substr(t.source, 2) \
                            LEFT JOIN touches x ON x.id = substr(t.source, 2)";

fn source_from(bytes: &[u8]) -> Result<[u8; 17]> {
    bytes.try_into().map_err(|_| Error::Damaged("a transfer's source has not 17 bytes".to_owned()))
}

fn charge_from_row(row: &Row) -> Result<ChargeRow> {
    let conversion = row.opt_id16(6)?;
    let touch = row.opt_id16(8)?;
    Ok(ChargeRow {
        source: source_from(row.bytes(0)?)?,
        sequence: row.int(1)?,
        line: row.int(2)?,
        leg: row.int(3)?,
        units: row.int(4)? * row.int(5)?,
        program: conversion.or(touch).map(ProgramId::from_bytes),
        action: row.opt_text(7)?.map(str::to_owned),
        touch: row.opt_int(9)?.and_then(TouchKind::from_number),
    })
}

/// Calls `each` with every charge of an account before this moment that no paper holds, by source and number.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each_unbilled(
    tx: &mut Tx<'_>,
    account: &[u8],
    before: Timestamp,
    each: &mut dyn FnMut(ChargeRow) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "SELECT {CHARGE_COLUMNS} FROM transfers t {CHARGE_JOINS} \
         WHERE (t.debit = $1 OR t.credit = $1) AND t.at < $2 AND t.phase IN (2, 3) AND t.leg IN (1, 2) \
         AND NOT EXISTS (SELECT 1 FROM invoice_entries e WHERE e.source = t.source AND e.sequence = t.sequence) \
         ORDER BY t.source, t.sequence"
    );
    let values = [Value::from(account), Value::Int(before.as_micros())];
    tx.query_each(&sql, &values, &mut |row| each(charge_from_row(row)?))
}

/// Calls `each` with every entry that a paper holds, by source and number, with the amount that it holds of it.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each_of_invoice(
    tx: &mut Tx<'_>,
    account: &[u8],
    invoice: InvoiceId,
    each: &mut dyn FnMut(ChargeRow, i64) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "SELECT {CHARGE_COLUMNS}, e.amount FROM invoice_entries e \
         JOIN transfers t ON t.source = e.source AND t.sequence = e.sequence {CHARGE_JOINS} \
         WHERE e.invoice_id = $2 AND (t.debit = $1 OR t.credit = $1) AND t.phase IN (2, 3) AND t.leg IN (1, 2) \
         ORDER BY e.source, e.sequence"
    );
    let values = [Value::from(account), id(invoice.bytes())];
    tx.query_each(&sql, &values, &mut |row| each(charge_from_row(row)?, row.int(10)?))
}

/// What of a source stands on an invoice, less what credit notes took off it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRow {
    /// Kind and id of what caused it.
    pub source: [u8; 17],
    /// Commission line.
    pub line: i64,
    /// Number of the leg.
    pub leg: i64,
    /// The invoice.
    pub invoice: InvoiceId,
    /// How much.
    pub units: i64,
}

/// What of these sources stands on invoices, by source.
///
/// # Errors
/// Storage errors.
pub fn standing(tx: &mut Tx<'_>, sources: &[[u8; 17]]) -> Result<Vec<StandingRow>> {
    let keys: Vec<Value<'_>> = sources.iter().map(|source| Value::from(source.as_slice())).collect();
    // A credit note takes off the invoice that it refers to; an invoice refers to nothing.
    let sql = "SELECT e.source, t.line, t.leg, COALESCE(i.refers_to, i.id), CAST(SUM(e.amount) AS BIGINT) \
               FROM invoice_entries e JOIN invoices i ON i.id = e.invoice_id \
               JOIN transfers t ON t.source = e.source AND t.sequence = e.sequence \
               WHERE e.source = $key GROUP BY e.source, t.line, t.leg, COALESCE(i.refers_to, i.id)";
    let rows = tx.query_keys(sql, Kind::Bytes, &keys, &[])?;
    let mut found = rows
        .iter()
        .map(|row| {
            Ok(StandingRow {
                source: source_from(row.bytes(0)?)?,
                line: row.int(1)?,
                leg: row.int(2)?,
                invoice: InvoiceId::from_bytes(row.id16(3)?),
                units: row.int(4)?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    found.sort_unstable_by_key(|row| (row.source, row.line, row.leg, row.invoice));
    Ok(found)
}

/// Stores what papers hold: source, number, paper and amount.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, entries: &[([u8; 17], i64, InvoiceId, i64)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "invoice_entries",
        columns: &[
            ("source", Kind::Bytes),
            ("sequence", Kind::Int),
            ("invoice_id", Kind::Bytes),
            ("amount", Kind::Int),
        ],
        conflict: "",
    };
    for chunk in entries.chunks(10_000) {
        let mut values = Vec::with_capacity(chunk.len() * INSERT.columns.len());
        for (source, sequence, invoice, amount) in chunk {
            values.extend([
                Value::from(source.as_slice()),
                Value::Int(*sequence),
                id(invoice.bytes()),
                Value::Int(*amount),
            ]);
        }
        tx.insert_many(&INSERT, &values)?;
    }
    Ok(())
}

/// Entries of papers that do not come to the whole of their transfer, or have none; at most a hundred. What an advertiser
/// gives (the account of a debit has kind 1) is above zero.
///
/// # Errors
/// Storage errors.
pub fn not_whole(tx: &mut Tx<'_>) -> Result<Vec<(Vec<u8>, i64)>> {
    let sql = "SELECT e.source, e.sequence FROM invoice_entries e \
               LEFT JOIN transfers t ON t.source = e.source AND t.sequence = e.sequence \
               GROUP BY e.source, e.sequence, t.amount, t.debit HAVING t.amount IS NULL OR SUM(e.amount) <> \
               CASE WHEN substr(t.debit, 17, 1) = $1 THEN t.amount ELSE 0 - t.amount END LIMIT 100";
    let rows = tx.query(sql, &[Value::from(vec![1_u8])])?;
    rows.iter().map(|row| Ok((row.bytes(0)?.to_vec(), row.int(1)?))).collect()
}
