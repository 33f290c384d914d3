//! Decisions: append-only, each with its receipt and its delta in money.

use model::{Code, ConversionId, Timestamp, conversion::State};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id, touches::code_from};

/// What kind of decision a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// The first, by the engine.
    Decided,
    /// Approved by the end of the hold or a person.
    Approved,
    /// Rejected by a person.
    Rejected,
    /// Taken back, whole or in part.
    Reversed,
    /// Kept from being approved by itself.
    Held,
    /// Given free again.
    Released,
    /// Its hold was made longer.
    Extended,
    /// Earned again after it was rejected or taken back.
    Reinstated,
    /// Raised, because a step of retroactive tiers was reached after it.
    Adjusted,
}

impl DecisionKind {
    /// The word in storage and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Reversed => "reversed",
            Self::Held => "held",
            Self::Released => "released",
            Self::Extended => "extended",
            Self::Reinstated => "reinstated",
            Self::Adjusted => "adjusted",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        [
            Self::Decided,
            Self::Approved,
            Self::Rejected,
            Self::Reversed,
            Self::Held,
            Self::Released,
            Self::Extended,
            Self::Reinstated,
            Self::Adjusted,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }
}

/// One decision on a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// The conversion.
    pub conversion_id: ConversionId,
    /// 1 for the first.
    pub sequence: i64,
    /// Kind.
    pub kind: DecisionKind,
    /// State after it.
    pub state: State,
    /// Code after it.
    pub code: Code,
    /// Reason of the closed list, for decisions of people.
    pub reason: Option<String>,
    /// Their words.
    pub note: Option<String>,
    /// Who decided: `engine`, `hold`, or a user or key id.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// Change of what publishers earn, in units of the conversion's commission currency.
    pub commission_delta: i64,
    /// Change of what the network earns.
    pub fee_delta: i64,
    /// The receipt, canonical JSON.
    pub receipt: String,
    /// SHA-256 of `receipt`.
    pub receipt_sha256: [u8; 32],
}

const COLUMNS: &str = "conversion_id, sequence, kind, state, code, reason, note, actor, at, commission_delta, fee_delta, \
                       receipt, receipt_sha256";

/// Stores decisions.
///
/// # Errors
/// Storage errors.
pub fn insert<'a>(tx: &mut Tx<'_>, rows: impl ExactSizeIterator<Item = &'a DecisionRow>) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "decisions",
        columns: &[
            ("conversion_id", Kind::Bytes),
            ("sequence", Kind::Int),
            ("kind", Kind::Text),
            ("state", Kind::Text),
            ("code", Kind::Int),
            ("reason", Kind::Text),
            ("note", Kind::Text),
            ("actor", Kind::Text),
            ("at", Kind::Int),
            ("commission_delta", Kind::Int),
            ("fee_delta", Kind::Int),
            ("receipt", Kind::Text),
            ("receipt_sha256", Kind::Bytes),
        ],
        conflict: "",
    };
    let mut values = Vec::with_capacity(rows.len() * INSERT.columns.len());
    for row in rows {
        values.extend([
            id(row.conversion_id.bytes()),
            Value::Int(row.sequence),
            Value::from(row.kind.word()),
            Value::from(row.state.word()),
            Value::Int(i64::from(row.code.number())),
            row.reason.as_deref().map_or(Value::Null, Value::from),
            row.note.as_deref().map_or(Value::Null, Value::from),
            Value::from(row.actor.as_str()),
            Value::Int(row.at.as_micros()),
            Value::Int(row.commission_delta),
            Value::Int(row.fee_delta),
            Value::from(row.receipt.as_str()),
            Value::from(row.receipt_sha256.as_slice()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

fn from_row(row: &Row) -> Result<DecisionRow> {
    let conversion_id = ConversionId::from_bytes(row.id16(0)?);
    let damaged = |what: &str| Error::Damaged(format!("decision of {conversion_id}: {what}"));
    Ok(DecisionRow {
        conversion_id,
        sequence: row.int(1)?,
        kind: DecisionKind::from_word(row.text(2)?).ok_or_else(|| damaged("unknown kind"))?,
        state: State::from_word(row.text(3)?).ok_or_else(|| damaged("unknown state"))?,
        code: code_from(row.int(4)?).ok_or_else(|| damaged("unknown code"))?,
        reason: row.opt_text(5)?.map(str::to_owned),
        note: row.opt_text(6)?.map(str::to_owned),
        actor: row.text(7)?.to_owned(),
        at: Timestamp::from_micros(row.int(8)?),
        commission_delta: row.int(9)?,
        fee_delta: row.int(10)?,
        receipt: row.text(11)?.to_owned(),
        receipt_sha256: row
            .bytes(12)?
            .try_into()
            .map_err(|_| damaged("the receipt's hash has not 32 bytes"))?,
    })
}

/// The decisions on these conversions, by conversion and number.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of(tx: &mut Tx<'_>, conversions: &[ConversionId]) -> Result<Vec<DecisionRow>> {
    let keys: Vec<Value<'_>> = conversions.iter().map(|it| id(it.bytes())).collect();
    let sql = format!("SELECT {COLUMNS} FROM decisions WHERE conversion_id = $key");
    let rows = tx.query_keys(&sql, Kind::Bytes, &keys, &[])?;
    let mut decisions = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    decisions.sort_unstable_by_key(|row| (row.conversion_id, row.sequence));
    Ok(decisions)
}

/// When each of these conversions was last given money for good: approved, earned after all, or raised; those that never
/// were are left out.
///
/// # Errors
/// Storage errors.
pub fn approved_at(tx: &mut Tx<'_>, conversions: &[ConversionId]) -> Result<Vec<(ConversionId, Timestamp)>> {
    let keys: Vec<Value<'_>> = conversions.iter().map(|it| id(it.bytes())).collect();
    let sql = "SELECT conversion_id, MAX(at) FROM decisions WHERE conversion_id = $key AND state = 'approved' \
               AND kind IN ('decided', 'approved', 'reinstated', 'adjusted') GROUP BY conversion_id";
    let rows = tx.query_keys(sql, Kind::Bytes, &keys, &[])?;
    rows.iter()
        .map(|row| Ok((ConversionId::from_bytes(row.id16(0)?), Timestamp::from_micros(row.int(1)?))))
        .collect()
}

/// The numbers of the last decisions on these conversions.
///
/// # Errors
/// Storage errors.
pub fn last_numbers(tx: &mut Tx<'_>, conversions: &[ConversionId]) -> Result<Vec<(ConversionId, i64)>> {
    let keys: Vec<Value<'_>> = conversions.iter().map(|it| id(it.bytes())).collect();
    let sql = "SELECT conversion_id, MAX(sequence) FROM decisions WHERE conversion_id = $key GROUP BY conversion_id";
    let rows = tx.query_keys(sql, Kind::Bytes, &keys, &[])?;
    rows.iter().map(|row| Ok((ConversionId::from_bytes(row.id16(0)?), row.int(1)?))).collect()
}

/// Conversion ids that decisions name and conversions do not, at most a hundred.
///
/// # Errors
/// Storage errors.
pub fn orphans(tx: &mut Tx<'_>) -> Result<Vec<ConversionId>> {
    let rows = tx.query(
        "SELECT DISTINCT conversion_id FROM decisions WHERE NOT EXISTS \
         (SELECT 1 FROM conversions WHERE conversions.id = decisions.conversion_id) LIMIT 100",
        &[],
    )?;
    rows.iter().map(|row| Ok(ConversionId::from_bytes(row.id16(0)?))).collect()
}
