//! What became of requests in quarantine: one row each, once.

use model::{ConversionId, QuarantineId, Timestamp, conversion::ConversionReport};

use crate::{Error, Result, Row, Tx, Value, id, search::Search};

/// How a request in quarantine was solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Its event was taken in after all.
    Replayed,
    /// Somebody said that nothing is to be done.
    Dismissed,
}

impl Way {
    /// The word, in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Replayed => "replayed",
            Self::Dismissed => "dismissed",
        }
    }
}

/// What became of a request in quarantine.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Of which request.
    pub quarantine_id: QuarantineId,
    /// When.
    pub at: Timestamp,
    /// By whom, as in the audit log.
    pub actor: String,
    /// How.
    pub way: Way,
    /// The conversion that a replay led to; none yet while the intake has it.
    pub conversion_id: Option<ConversionId>,
    /// What a replay hands to the intake.
    pub report: Option<ConversionReport>,
    /// Why it was dismissed.
    pub reason: Option<String>,
}

/// Stores a solution. False when there is one already.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, solution: &Solution) -> Result<bool> {
    let sql = "INSERT INTO quarantine_solutions (quarantine_id, at, actor, way, conversion_id, report, reason) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (quarantine_id) DO NOTHING";
    let report = solution.report.as_ref().map(serde_json::to_string).transpose();
    let report = report.map_err(|error| Error::Usage(format!("quarantine_solutions: {error}")))?;
    let values = [
        id(solution.quarantine_id.bytes()),
        Value::Int(solution.at.as_micros()),
        Value::from(&solution.actor),
        Value::from(solution.way.word()),
        solution.conversion_id.as_ref().map_or(Value::Null, |it| id(it.bytes())),
        report.as_deref().map_or(Value::Null, Value::from),
        solution.reason.as_deref().map_or(Value::Null, Value::from),
    ];
    Ok(tx.execute(sql, &values)? == 1)
}

/// Notes the conversion that a replay led to.
///
/// # Errors
/// Storage errors.
pub fn settle(tx: &mut Tx<'_>, entry: QuarantineId, conversion: ConversionId) -> Result<()> {
    let sql = "UPDATE quarantine_solutions SET conversion_id = $2 WHERE quarantine_id = $1";
    tx.execute(sql, &[id(entry.bytes()), id(conversion.bytes())]).map(drop)
}

/// Takes back a replay that the intake did not take.
///
/// # Errors
/// Storage errors.
pub fn withdraw(tx: &mut Tx<'_>, entry: QuarantineId) -> Result<()> {
    let sql = "DELETE FROM quarantine_solutions WHERE quarantine_id = $1 AND conversion_id IS NULL \
               AND way = 'replayed'";
    tx.execute(sql, &[id(entry.bytes())]).map(drop)
}

/// The solutions of these requests.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of(tx: &mut Tx<'_>, entries: &[QuarantineId]) -> Result<Vec<Solution>> {
    let mut search = Search::new();
    search.among("quarantine_id", Some(entries), |it| id(it.bytes()));
    let sql = format!(
        "SELECT quarantine_id, at, actor, way, conversion_id, report, reason FROM quarantine_solutions {}",
        search.condition()
    );
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<Solution> {
    let damaged = |what: &str| Error::Damaged(format!("quarantine_solutions: unreadable {what}"));
    let report = row.opt_text(5)?.map(serde_json::from_str).transpose();
    Ok(Solution {
        quarantine_id: QuarantineId::from_bytes(row.id16(0)?),
        at: Timestamp::from_micros(row.int(1)?),
        actor: row.text(2)?.to_owned(),
        way: match row.text(3)? {
            "replayed" => Way::Replayed,
            "dismissed" => Way::Dismissed,
            _ => return Err(damaged("way")),
        },
        conversion_id: row.opt_id16(4)?.map(ConversionId::from_bytes),
        report: report.map_err(|_| damaged("report"))?,
        reason: row.opt_text(6)?.map(str::to_owned),
    })
}
