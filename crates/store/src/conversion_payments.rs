//! Since when what publishers earned by conversions is paid out, and the publishers whose conversions are yet to be looked at.
//!
//! A row is never changed: what is told anew is a further row with the next number of the conversion. A walk goes through the conversions
//! of a publisher in the order of their ids; how far it came is moved on in the transaction that looked at them, and only from where it
//! was read.

use model::{ConversionId, PayoutId, PublisherId, Timestamp};

use crate::{Insert, Kind, Result, Row, Tx, Value, id, proofs::DecisionKey};

/// The kind of the outbox's entries about payments of conversions.
pub const CONVERSION_PAYMENTS: &str = "conversion_payments";

/// That a publisher was paid for a conversion, or that the payment came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversionPayment {
    /// The conversion.
    pub conversion_id: ConversionId,
    /// 1, 2, 3, ... of the conversion.
    pub sequence: i64,
    /// Who earned by it.
    pub publisher_id: PublisherId,
    /// The payment.
    pub payout_id: PayoutId,
    /// When it was confirmed; none when it came back.
    pub paid_at: Option<Timestamp>,
    /// Number of the decision on the conversion that was the last one then.
    pub decision: i64,
    /// When it was told.
    pub at: Timestamp,
}

/// A walk through the conversions of a publisher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentWalk {
    /// Whose.
    pub publisher_id: PublisherId,
    /// When the last of his payments was confirmed or came back.
    pub queued_at: Timestamp,
    /// The last one that was looked at.
    pub walked_to: Option<ConversionId>,
}

/// Stores rows and gives their keys for the outbox.
///
/// # Errors
/// Storage errors; a number that is there already is a unique violation.
pub fn append(tx: &mut Tx<'_>, rows: &[ConversionPayment]) -> Result<Vec<u8>> {
    const INSERT: Insert = Insert {
        table: "conversion_payments",
        columns: &[
            ("conversion_id", Kind::Bytes),
            ("sequence", Kind::Int),
            ("publisher_id", Kind::Bytes),
            ("payout_id", Kind::Bytes),
            ("paid_at", Kind::Int),
            ("decision", Kind::Int),
            ("at", Kind::Int),
        ],
        conflict: "",
    };
    let mut values = Vec::with_capacity(rows.len() * INSERT.columns.len());
    let mut keys = Vec::with_capacity(rows.len() * 20);
    for row in rows {
        keys.extend_from_slice(row.conversion_id.bytes());
        keys.extend_from_slice(&u32::try_from(row.sequence).unwrap_or(u32::MAX).to_be_bytes());
        values.extend([
            id(row.conversion_id.bytes()),
            Value::Int(row.sequence),
            id(row.publisher_id.bytes()),
            id(row.payout_id.bytes()),
            row.paid_at.map_or(Value::Null, |at| Value::Int(at.as_micros())),
            Value::Int(row.decision),
            Value::Int(row.at.as_micros()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(keys)
}

/// The keys of an entry of the outbox: conversions with the numbers of their rows.
pub fn keys_in(body: &[u8]) -> Vec<DecisionKey> {
    crate::proofs::decisions_in(body)
}

fn from_row(row: &Row) -> Result<ConversionPayment> {
    Ok(ConversionPayment {
        conversion_id: ConversionId::from_bytes(row.id16(0)?),
        sequence: row.int(1)?,
        publisher_id: PublisherId::from_bytes(row.id16(2)?),
        payout_id: PayoutId::from_bytes(row.id16(3)?),
        paid_at: row.opt_int(4)?.map(Timestamp::from_micros),
        decision: row.int(5)?,
        at: Timestamp::from_micros(row.int(6)?),
    })
}

/// Every row of these conversions, by conversion and number.
///
/// # Errors
/// Storage errors.
pub fn of(tx: &mut Tx<'_>, conversions: &[ConversionId]) -> Result<Vec<ConversionPayment>> {
    let keys: Vec<Value<'_>> = conversions.iter().map(|it| id(it.bytes())).collect();
    let sql = "SELECT conversion_id, sequence, publisher_id, payout_id, paid_at, decision, at FROM conversion_payments \
               WHERE conversion_id = $key";
    let rows = tx.query_keys(sql, Kind::Bytes, &keys, &[])?;
    let mut found = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    found.sort_unstable_by_key(|row| (row.conversion_id, row.sequence));
    Ok(found)
}

/// Lets all conversions of a publisher be looked at, from the first.
///
/// # Errors
/// Storage errors.
pub fn queue(tx: &mut Tx<'_>, publisher: PublisherId, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO payment_walks (publisher_id, queued_at) VALUES ($1, $2) \
         ON CONFLICT (publisher_id) DO UPDATE SET queued_at = $2, walked_to = NULL",
        &[id(publisher.bytes()), Value::Int(at.as_micros())],
    )?;
    Ok(())
}

fn walk_from_row(row: &Row) -> Result<PaymentWalk> {
    Ok(PaymentWalk {
        publisher_id: PublisherId::from_bytes(row.id16(0)?),
        queued_at: Timestamp::from_micros(row.int(1)?),
        walked_to: row.opt_id16(2)?.map(ConversionId::from_bytes),
    })
}

/// Every walk that has not come to its end, the one that waits longest first.
///
/// # Errors
/// Storage errors.
pub fn walks(tx: &mut Tx<'_>) -> Result<Vec<PaymentWalk>> {
    let sql = "SELECT publisher_id, queued_at, walked_to FROM payment_walks ORDER BY queued_at, publisher_id";
    tx.query(sql, &[])?.iter().map(walk_from_row).collect()
}

/// The walk that waits longest.
///
/// # Errors
/// Storage errors.
pub fn next(tx: &mut Tx<'_>) -> Result<Option<PaymentWalk>> {
    let sql = "SELECT publisher_id, queued_at, walked_to FROM payment_walks ORDER BY queued_at, publisher_id LIMIT 1";
    tx.query_opt(sql, &[])?.map(|row| walk_from_row(&row)).transpose()
}

/// The conversions of a walk that come next.
///
/// # Errors
/// Storage errors.
pub fn conversions(tx: &mut Tx<'_>, walk: &PaymentWalk, limit: u32) -> Result<Vec<ConversionId>> {
    let sql = format!(
        "SELECT DISTINCT conversion_id FROM commission_lines WHERE publisher_id = $1 AND conversion_id > $2 \
         ORDER BY conversion_id LIMIT {limit}"
    );
    let after = walk.walked_to.unwrap_or(ConversionId::from_bytes([0; 16]));
    let rows = tx.query(&sql, &[id(walk.publisher_id.bytes()), id(after.bytes())])?;
    rows.iter().map(|row| Ok(ConversionId::from_bytes(row.id16(0)?))).collect()
}

/// Moves a walk on from where it was read, or ends it (`None`); false when it was begun anew meanwhile.
///
/// # Errors
/// Storage errors.
pub fn advance(tx: &mut Tx<'_>, walk: &PaymentWalk, to: Option<ConversionId>) -> Result<bool> {
    let whose = [id(walk.publisher_id.bytes()), Value::Int(walk.queued_at.as_micros())];
    let changed = match &to {
        None => tx.execute("DELETE FROM payment_walks WHERE publisher_id = $1 AND queued_at = $2", &whose)?,
        Some(to) => {
            let [publisher, queued_at] = whose;
            let sql = "UPDATE payment_walks SET walked_to = $3 WHERE publisher_id = $1 AND queued_at = $2";
            tx.execute(sql, &[publisher, queued_at, id(to.bytes())])?
        }
    };
    Ok(changed == 1)
}
