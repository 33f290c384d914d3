//! Touches, the visitors seen lately and the browsers of known customers.
//!
//! A touch is written once and never changed. What is searched has a column; the rest of the touch is
//! one JSON text, so that a wider touch needs no migration.

use model::{
    Code, Timestamp, TouchId, VisitorId,
    touch::{ConsentState, Facts, LinkParameters, Touch, TouchEarning, TouchKind},
};
use serde::{Deserialize, Serialize};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id};

/// What of a touch has no column.
#[derive(Serialize, Deserialize)]
struct Details<'a> {
    consent: ConsentState,
    consent_source: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destination: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    facts: std::borrow::Cow<'a, Facts>,
    #[serde(default)]
    parameters: std::borrow::Cow<'a, LinkParameters>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    earning: Option<std::borrow::Cow<'a, TouchEarning>>,
}

/// The JSON text that [`insert`] stores beside the columns; made where there is time, off the writer.
pub fn details_json(touch: &Touch) -> String {
    use std::borrow::Cow::Borrowed;
    let details = Details {
        consent: touch.consent,
        consent_source: Borrowed(&touch.consent_source),
        destination: touch.destination.as_deref().map(Borrowed),
        facts: Borrowed(&touch.facts),
        parameters: Borrowed(&touch.parameters),
        earning: touch.earning.as_ref().map(Borrowed),
    };
    serde_json::to_string(&details).expect("details hold only strings, numbers and maps with string keys")
}

const TOUCHES: Insert = Insert {
    table: "touches",
    columns: &[
        ("id", Kind::Bytes),
        ("network_id", Kind::Bytes),
        ("link_id", Kind::Bytes),
        ("program_id", Kind::Bytes),
        ("publisher_id", Kind::Bytes),
        ("advertiser_id", Kind::Bytes),
        ("kind", Kind::Int),
        ("received_at", Kind::Int),
        ("code", Kind::Int),
        ("is_unique", Kind::Int),
        ("visitor_id", Kind::Bytes),
        ("details", Kind::Text),
    ],
    conflict: "",
};

const COLUMNS: &str = "id, network_id, link_id, program_id, publisher_id, advertiser_id, kind, received_at, code, \
                       is_unique, visitor_id, details";

/// A touch to be stored: what was prepared, and what was decided since.
pub struct NewTouch<'a> {
    /// The touch as it was prepared.
    pub touch: &'a Touch,
    /// Its verdict, which may differ from the prepared one.
    pub code: Code,
    /// Whether it is the first of its visitor.
    pub unique: bool,
    /// Its details as [`details_json`] makes them.
    pub details: &'a str,
}

/// Stores touches.
///
/// # Errors
/// Storage errors; a touch that is there already is a unique violation.
pub fn insert<'a>(tx: &mut Tx<'_>, touches: impl ExactSizeIterator<Item = NewTouch<'a>>) -> Result<()> {
    let mut values = Vec::with_capacity(touches.len() * TOUCHES.columns.len());
    for NewTouch { touch, code, unique, details } in touches {
        values.extend([
            id(touch.id.bytes()),
            id(touch.network_id.bytes()),
            id(touch.link_id.bytes()),
            id(touch.program_id.bytes()),
            id(touch.publisher_id.bytes()),
            id(touch.advertiser_id.bytes()),
            Value::Int(touch.kind.number()),
            Value::Int(touch.received_at.as_micros()),
            Value::Int(i64::from(code.number())),
            Value::Int(i64::from(unique)),
            touch.visitor_id.as_ref().map_or(Value::Null, |visitor| id(visitor.bytes())),
            Value::from(details),
        ]);
    }
    tx.insert_many(&TOUCHES, &values)?;
    Ok(())
}

/// Reads the columns of [`COLUMNS`].
fn from_row(row: &Row) -> Result<Touch> {
    let damaged = |what: &str| Error::Damaged(format!("touch {}: {what}", hex(row)));
    let details: Details<'_> =
        serde_json::from_str(row.text(11)?).map_err(|error| damaged(&format!("details: {error}")))?;
    Ok(Touch {
        id: TouchId::from_bytes(row.id16(0)?),
        network_id: model::NetworkId::from_bytes(row.id16(1)?),
        link_id: model::LinkId::from_bytes(row.id16(2)?),
        program_id: model::ProgramId::from_bytes(row.id16(3)?),
        publisher_id: model::PublisherId::from_bytes(row.id16(4)?),
        advertiser_id: model::AdvertiserId::from_bytes(row.id16(5)?),
        kind: TouchKind::from_number(row.int(6)?).ok_or_else(|| damaged("unknown kind"))?,
        received_at: Timestamp::from_micros(row.int(7)?),
        code: code_from(row.int(8)?).ok_or_else(|| damaged("unknown code"))?,
        unique: row.bool(9)?,
        visitor_id: row.opt_id16(10)?.map(VisitorId::from_bytes),
        consent: details.consent,
        consent_source: details.consent_source.into_owned(),
        destination: details.destination.map(std::borrow::Cow::into_owned),
        facts: details.facts.into_owned(),
        parameters: details.parameters.into_owned(),
        earning: details.earning.map(std::borrow::Cow::into_owned),
    })
}

fn hex(row: &Row) -> String {
    row.id16(0).map_or_else(|_| "?".to_owned(), |bytes| TouchId::from_bytes(bytes).to_string())
}

/// The verdict code of a stored number.
pub(crate) fn code_from(number: i64) -> Option<Code> {
    u16::try_from(number).ok().and_then(Code::from_number)
}

/// The touches with these ids, in any order; missing ones are left out.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[TouchId]) -> Result<Vec<Touch>> {
    let keys: Vec<Value<'_>> = ids.iter().map(|touch| id(touch.bytes())).collect();
    let sql = format!("SELECT {COLUMNS} FROM touches WHERE id = $key");
    tx.query_keys(&sql, Kind::Bytes, &keys, &[])?.iter().map(from_row).collect()
}

/// The clicks, visits and impressions of these browsers since `since`, newest last.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn by_visitors(tx: &mut Tx<'_>, visitors: &[VisitorId], since: Timestamp) -> Result<Vec<Touch>> {
    let keys: Vec<Value<'_>> = visitors.iter().map(|visitor| id(visitor.bytes())).collect();
    let sql = format!("SELECT {COLUMNS} FROM touches WHERE visitor_id = $key AND received_at >= $1");
    let rows = tx.query_keys(&sql, Kind::Bytes, &keys, &[Value::Int(since.as_micros())])?;
    let mut touches = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    touches.sort_unstable_by_key(|touch| (touch.received_at, touch.id));
    Ok(touches)
}

/// What a list of touches is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct TouchFilter {
    /// Network; always set by callers that act for a party.
    pub network: Option<model::NetworkId>,
    /// Programs; an empty list finds nothing.
    pub programs: Option<Vec<model::ProgramId>>,
    /// Advertisers; an empty list finds nothing.
    pub advertisers: Option<Vec<model::AdvertiserId>>,
    /// Publishers; an empty list finds nothing.
    pub publishers: Option<Vec<model::PublisherId>>,
    /// Link.
    pub link: Option<model::LinkId>,
    /// Visitor.
    pub visitor: Option<VisitorId>,
    /// Verdict.
    pub code: Option<Code>,
    /// Kind.
    pub kind: Option<TouchKind>,
    /// First moment.
    pub from: Option<Timestamp>,
    /// First moment after.
    pub to: Option<Timestamp>,
}

/// A page of touches, newest first, before the cursor `before`.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &TouchFilter,
    before: Option<TouchId>,
    limit: u32,
) -> Result<Vec<Touch>> {
    let mut search = crate::search::Search::new();
    search.equal("network_id", filter.network.as_ref().map(|it| id(it.bytes())));
    search.among("program_id", filter.programs.as_deref(), |it| id(it.bytes()));
    search.among("advertiser_id", filter.advertisers.as_deref(), |it| id(it.bytes()));
    search.among("publisher_id", filter.publishers.as_deref(), |it| id(it.bytes()));
    search.equal("link_id", filter.link.as_ref().map(|it| id(it.bytes())));
    search.equal("visitor_id", filter.visitor.as_ref().map(|it| id(it.bytes())));
    search.equal("code", filter.code.map(|code| Value::Int(i64::from(code.number()))));
    search.equal("kind", filter.kind.map(|kind| Value::Int(kind.number())));
    search.compare("received_at", ">=", filter.from.map(|at| Value::Int(at.as_micros())));
    search.compare("received_at", "<", filter.to.map(|at| Value::Int(at.as_micros())));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql = format!("SELECT {COLUMNS} FROM touches {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// Calls `each` with every stored touch in the order of their ids.
///
/// # Errors
/// Storage errors, damaged rows and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<Touch>) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM touches ORDER BY id");
    tx.query_each(&sql, &[], &mut |row| each(from_row(row)))
}

/// When each of these visitor keys was last counted as unique.
///
/// # Errors
/// Storage errors.
pub fn unique_seen(tx: &mut Tx<'_>, keys: &[[u8; 16]]) -> Result<Vec<([u8; 16], Timestamp)>> {
    let values: Vec<Value<'_>> = keys.iter().map(id).collect();
    let rows =
        tx.query_keys("SELECT key, seen_at FROM unique_clicks WHERE key = $key", Kind::Bytes, &values, &[])?;
    rows.iter().map(|row| Ok((row.id16(0)?, Timestamp::from_micros(row.int(1)?)))).collect()
}

/// Remembers when visitor keys were counted as unique.
///
/// # Errors
/// Storage errors.
pub fn remember_unique(tx: &mut Tx<'_>, keys: &[([u8; 16], Timestamp)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "unique_clicks",
        columns: &[("key", Kind::Bytes), ("seen_at", Kind::Int)],
        conflict: "ON CONFLICT (key) DO UPDATE SET seen_at = excluded.seen_at",
    };
    let values: Vec<Value<'_>> =
        keys.iter().flat_map(|(key, at)| [id(key), Value::Int(at.as_micros())]).collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// Forgets visitor keys that were last counted before `before`; at most 10,000 at a time.
///
/// # Errors
/// Storage errors.
pub fn forget_unique(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM unique_clicks WHERE key IN (SELECT key FROM unique_clicks WHERE seen_at < $1 LIMIT 10000)",
        &[Value::Int(before.as_micros())],
    )
}

/// The browsers that these customer keys were last seen with.
///
/// # Errors
/// Storage errors.
pub fn identities(tx: &mut Tx<'_>, keys: &[[u8; 16]]) -> Result<Vec<([u8; 16], VisitorId)>> {
    let values: Vec<Value<'_>> = keys.iter().map(id).collect();
    let rows =
        tx.query_keys("SELECT key, visitor_id FROM identities WHERE key = $key", Kind::Bytes, &values, &[])?;
    rows.iter().map(|row| Ok((row.id16(0)?, VisitorId::from_bytes(row.id16(1)?)))).collect()
}

/// Remembers which browser a customer was seen with. Keys must be distinct within one call.
///
/// # Errors
/// Storage errors.
pub fn remember_identities(tx: &mut Tx<'_>, seen: &[([u8; 16], VisitorId, Timestamp)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "identities",
        columns: &[("key", Kind::Bytes), ("visitor_id", Kind::Bytes), ("seen_at", Kind::Int)],
        conflict: "ON CONFLICT (key) DO UPDATE SET visitor_id = excluded.visitor_id, seen_at = excluded.seen_at",
    };
    let values: Vec<Value<'_>> = seen
        .iter()
        .flat_map(|(key, visitor, at)| [id(key), id(visitor.bytes()), Value::Int(at.as_micros())])
        .collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}
