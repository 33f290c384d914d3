//! Visits of advertisers' own pages that no publisher's link brought.
//!
//! A visit is written once and never changed. By which channel and campaign it came is told from its arrival whenever it is read, by the
//! campaigns as they are then.

use model::{
    Arrival, Code,
    touch::{ConsentState, Facts},
    visit::OwnVisit,
};
use serde::Serialize;

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id, touches::code_from};

/// The texts that are stored beside the columns; made where there is time, off the writer.
pub struct VisitTexts {
    arrival: String,
    details: String,
}

/// What of a visit has no column.
#[derive(Serialize)]
struct Details<'a> {
    consent: ConsentState,
    consent_source: &'a str,
    facts: &'a Facts,
}

impl VisitTexts {
    /// The texts of this visit.
    pub fn of(visit: &OwnVisit) -> Self {
        let OwnVisit { consent, consent_source, facts, .. } = visit;
        let details = Details { consent: *consent, consent_source, facts };
        let text = "a visit holds only strings, numbers and maps with string keys";
        let arrival = visit.arrival.as_ref().map(|arrival| serde_json::to_string(arrival).expect(text));
        Self { arrival: arrival.unwrap_or_default(), details: serde_json::to_string(&details).expect(text) }
    }
}

/// Stores visits.
///
/// # Errors
/// Storage errors; a visit that is there already is a unique violation.
pub fn insert<'a>(
    tx: &mut Tx<'_>,
    visits: impl ExactSizeIterator<Item = (&'a OwnVisit, &'a VisitTexts)>,
) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "visits",
        columns: &[
            ("id", Kind::Bytes),
            ("network_id", Kind::Bytes),
            ("advertiser_id", Kind::Bytes),
            ("program_id", Kind::Bytes),
            ("received_at", Kind::Int),
            ("code", Kind::Int),
            ("visitor_id", Kind::Bytes),
            ("arrival", Kind::Text),
            ("details", Kind::Text),
        ],
        conflict: "",
    };
    if visits.len() == 0 {
        return Ok(());
    }
    let mut values = Vec::with_capacity(visits.len() * INSERT.columns.len());
    for (visit, texts) in visits {
        values.extend([
            id(visit.id.bytes()),
            id(visit.network_id.bytes()),
            id(visit.advertiser_id.bytes()),
            id(visit.program_id.bytes()),
            Value::Int(visit.received_at.as_micros()),
            Value::Int(i64::from(visit.code.number())),
            visit.visitor_id.as_ref().map_or(Value::Null, |visitor| id(visitor.bytes())),
            Value::from(texts.arrival.as_str()),
            Value::from(texts.details.as_str()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// The arrival that a stored text tells; none when nobody sent the visitor.
///
/// # Errors
/// A damaged text.
pub fn arrival(text: &str) -> Result<Option<Arrival>> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = serde_json::from_str(text);
    read.map(Some).map_err(|error| Error::Damaged(format!("arrival of a visit: {error}")))
}

/// Visits of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfDay {
    /// Network.
    pub network_id: [u8; 16],
    /// UTC day number.
    pub day: i64,
    /// Whether they count.
    pub counts: bool,
    /// How many.
    pub number: i64,
}

/// How many visits are stored of each day.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn count_by_day(tx: &mut Tx<'_>) -> Result<Vec<OfDay>> {
    let sql = "SELECT network_id, received_at / 86400000000, code, COUNT(*) FROM visits GROUP BY 1, 2, 3";
    let rows = tx.query(sql, &[])?;
    let read = |row: &Row| {
        let code = code_from(row.int(2)?).ok_or_else(|| Error::Damaged("visit: unknown code".to_owned()))?;
        Ok(OfDay {
            network_id: row.id16(0)?,
            day: row.int(1)?,
            counts: code == Code::Ok,
            number: row.int(3)?,
        })
    };
    rows.iter().map(read).collect()
}
