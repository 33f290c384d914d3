//! Retroactive tiers: the conversions that their rules paid, by counter, and the queue of steps that were reached.
//!
//! A raise walks through the conversions of its counter in the order of their ids. How far it came is moved on in the
//! transaction that raised them, and only from where it was read, so two that walk at once cannot both succeed.

use model::{ConversionId, Timestamp};

use crate::{Insert, Kind, Result, Row, Tx, Value, id};

/// A step that was reached, and how far the conversions before it are raised to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierRaise {
    /// Key of the counter.
    pub key: Vec<u8>,
    /// Threshold of the step.
    pub step: i64,
    /// The conversion that reached it.
    pub conversion_id: ConversionId,
    /// When that was stored.
    pub queued_at: Timestamp,
    /// Every conversion up to this id was looked at; none has the id of zeros.
    pub walked_to: [u8; 16],
    /// When nothing was left to look at.
    pub done_at: Option<Timestamp>,
}

impl TierRaise {
    /// Whether the walk has come by this conversion.
    pub fn has_passed(&self, conversion: ConversionId) -> bool {
        self.walked_to >= *conversion.bytes()
    }
}

const COLUMNS: &str = "key, step, conversion_id, queued_at, walked_to, done_at";

fn from_row(row: &Row) -> Result<TierRaise> {
    Ok(TierRaise {
        key: row.bytes(0)?.to_vec(),
        step: row.int(1)?,
        conversion_id: ConversionId::from_bytes(row.id16(2)?),
        queued_at: Timestamp::from_micros(row.int(3)?),
        walked_to: row.id16(4)?,
        done_at: row.opt_int(5)?.map(Timestamp::from_micros),
    })
}

/// Notes which conversions were paid by the rules of these counters.
///
/// # Errors
/// Storage errors.
pub fn insert_conversions(tx: &mut Tx<'_>, paid: &[(Vec<u8>, ConversionId)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "tier_conversions",
        columns: &[("key", Kind::Bytes), ("conversion_id", Kind::Bytes)],
        conflict: "",
    };
    let values: Vec<Value<'_>> = paid
        .iter()
        .flat_map(|(key, conversion)| [Value::from(key.as_slice()), id(conversion.bytes())])
        .collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// Queues steps that were reached at this moment: counter, threshold, and the conversion that reached it. A counter only
/// grows, so it reaches a step once; should one be named again, it stays as it is.
///
/// # Errors
/// Storage errors.
pub fn queue(tx: &mut Tx<'_>, at: Timestamp, reached: &[(Vec<u8>, i64, ConversionId)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "tier_raises",
        columns: &[
            ("key", Kind::Bytes),
            ("step", Kind::Int),
            ("conversion_id", Kind::Bytes),
            ("queued_at", Kind::Int),
            ("walked_to", Kind::Bytes),
        ],
        conflict: "ON CONFLICT (key, step) DO NOTHING",
    };
    const NOBODY: [u8; 16] = [0; 16];
    let values: Vec<Value<'_>> = reached
        .iter()
        .flat_map(|(key, step, conversion)| {
            let (key, step) = (Value::from(key.as_slice()), Value::Int(*step));
            [key, step, id(conversion.bytes()), Value::Int(at.as_micros()), id(&NOBODY)]
        })
        .collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// The raise that has waited longest.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn next(tx: &mut Tx<'_>) -> Result<Option<TierRaise>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM tier_raises WHERE done_at IS NULL ORDER BY queued_at, key, step LIMIT 1"
    );
    tx.query_opt(&sql, &[])?.map(|row| from_row(&row)).transpose()
}

/// The next conversions of a raise.
///
/// # Errors
/// Storage errors.
pub fn conversions(tx: &mut Tx<'_>, raise: &TierRaise, limit: u32) -> Result<Vec<ConversionId>> {
    let sql = format!(
        "SELECT conversion_id FROM tier_conversions WHERE key = $1 AND conversion_id > $2 \
         ORDER BY conversion_id LIMIT {limit}"
    );
    let rows = tx.query(&sql, &[Value::from(raise.key.as_slice()), id(&raise.walked_to)])?;
    rows.iter().map(|row| Ok(ConversionId::from_bytes(row.id16(0)?))).collect()
}

/// Moves a raise on, if nobody else did since it was read; returns whether it was moved.
///
/// # Errors
/// Storage errors.
pub fn advance(
    tx: &mut Tx<'_>,
    raise: &TierRaise,
    walked_to: [u8; 16],
    done_at: Option<Timestamp>,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE tier_raises SET walked_to = $1, done_at = $2 \
         WHERE key = $3 AND step = $4 AND walked_to = $5 AND done_at IS NULL",
        &[
            id(&walked_to),
            done_at.map_or(Value::Null, |at| Value::Int(at.as_micros())),
            Value::from(raise.key.as_slice()),
            Value::Int(raise.step),
            id(&raise.walked_to),
        ],
    )?;
    Ok(changed == 1)
}

/// Lets the raises of these counters that have come by a conversion look at it again, and at what follows it.
///
/// # Errors
/// Storage errors.
pub fn rewind(tx: &mut Tx<'_>, keys: &[Vec<u8>], conversion: ConversionId) -> Result<()> {
    let before = u128::from_be_bytes(*conversion.bytes()).saturating_sub(1).to_be_bytes();
    for key in keys {
        tx.execute(
            "UPDATE tier_raises SET walked_to = $1, done_at = NULL WHERE key = $2 AND walked_to >= $3",
            &[id(&before), Value::from(key.as_slice()), id(conversion.bytes())],
        )?;
    }
    Ok(())
}

/// Every raise.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<TierRaise>> {
    let sql = format!("SELECT {COLUMNS} FROM tier_raises ORDER BY key, step");
    tx.query(&sql, &[])?.iter().map(from_row).collect()
}

/// What is called with a counter and a conversion that its rule paid.
pub type Each<'e> = dyn FnMut(&[u8], [u8; 16]) -> Result<()> + 'e;

/// Calls `each` with counter and conversion of everything that was noted.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each_conversion(tx: &mut Tx<'_>, each: &mut Each<'_>) -> Result<()> {
    let sql = "SELECT key, conversion_id FROM tier_conversions";
    tx.query_each(sql, &[], &mut |row| each(row.bytes(0)?, row.id16(1)?))
}
