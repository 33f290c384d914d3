//! The proof of each day: the place of every decision among the leaves of its network's tree, and the roots.
//!
//! Both are append-only. The cursor says up to where the outbox was followed and which day is open.

use std::collections::HashMap;

use model::{ConversionId, Day, NetworkId, Timestamp, conversion::State};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id};

/// Which decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DecisionKey {
    /// The conversion.
    pub conversion_id: ConversionId,
    /// 1 for the first.
    pub number: u32,
}

/// What a leaf says of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Network of the conversion.
    pub network_id: NetworkId,
    /// Kind of the decision.
    pub kind: String,
    /// State after it.
    pub state: State,
    /// When.
    pub at: Timestamp,
    /// Hash of its receipt.
    pub receipt_sha256: [u8; 32],
}

/// A leaf with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRow {
    /// The decision.
    pub key: DecisionKey,
    /// The network.
    pub network_id: NetworkId,
    /// The day.
    pub day: Day,
    /// Its place among the leaves of network and day, from 0.
    pub place: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// The root of a network's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootRow {
    /// The network.
    pub network_id: NetworkId,
    /// The day.
    pub day: Day,
    /// How many leaves.
    pub leaves: i64,
    /// The root.
    pub root: [u8; 32],
    /// Hash of the record before it.
    pub previous: [u8; 32],
    /// Hash of its own record.
    pub record_sha256: [u8; 32],
    /// When it was stored.
    pub created_at: Timestamp,
}

/// Up to where the outbox was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The day that is open.
    pub day: Day,
    /// Number of the last transaction whose decisions have their places.
    pub outbox: i64,
}

/// The decisions that an entry of the outbox names.
pub fn decisions_in(body: &[u8]) -> Vec<DecisionKey> {
    let key = |entry: &[u8; 20]| {
        let [id @ .., a, b, c, d] = *entry;
        DecisionKey { conversion_id: ConversionId::from_bytes(id), number: u32::from_be_bytes([a, b, c, d]) }
    };
    body.as_chunks::<20>().0.iter().map(key).collect()
}

fn day(number: i64) -> Result<Day> {
    Day::from_number(number).ok_or_else(|| Error::Damaged(format!("{number} is no day of a proof")))
}

fn hash(row: &Row, column: usize) -> Result<[u8; 32]> {
    row.bytes(column)?.try_into().map_err(|_| Error::Damaged("a hash of a proof has not 32 bytes".to_owned()))
}

/// Where the job stands; none before it ran for the first time.
///
/// # Errors
/// Storage errors.
pub fn cursor(tx: &mut Tx<'_>) -> Result<Option<Cursor>> {
    let row = tx.query_opt("SELECT day, outbox FROM proof_cursor WHERE name = 'days'", &[])?;
    row.map(|row| Ok(Cursor { day: day(row.int(0)?)?, outbox: row.int(1)? })).transpose()
}

/// Moves the cursor.
///
/// # Errors
/// Storage errors.
pub fn set_cursor(tx: &mut Tx<'_>, cursor: Cursor) -> Result<()> {
    tx.execute(
        "INSERT INTO proof_cursor (name, day, outbox) VALUES ('days', $1, $2) \
         ON CONFLICT (name) DO UPDATE SET day = excluded.day, outbox = excluded.outbox",
        &[Value::Int(cursor.day.number()), Value::Int(cursor.outbox)],
    )?;
    Ok(())
}

/// What leaves say of these decisions.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn decided(tx: &mut Tx<'_>, keys: &[DecisionKey]) -> Result<HashMap<DecisionKey, Decided>> {
    let ids: Vec<Value<'_>> = keys.iter().map(|key| id(key.conversion_id.bytes())).collect();
    let rows = tx.query_keys(
        "SELECT decisions.conversion_id, decisions.sequence, conversions.network_id, decisions.kind, decisions.state, \
         decisions.at, decisions.receipt_sha256 FROM decisions JOIN conversions ON conversions.id = decisions.conversion_id \
         WHERE decisions.conversion_id = $key",
        Kind::Bytes,
        &ids,
        &[],
    )?;
    rows.iter()
        .map(|row| {
            let number = u32::try_from(row.int(1)?)
                .map_err(|_| Error::Damaged("a decision without a number".to_owned()))?;
            let key = DecisionKey { conversion_id: ConversionId::from_bytes(row.id16(0)?), number };
            let state = State::from_word(row.text(4)?)
                .ok_or_else(|| Error::Damaged(format!("decision of {}: unknown state", key.conversion_id)))?;
            let decided = Decided {
                network_id: NetworkId::from_bytes(row.id16(2)?),
                kind: row.text(3)?.to_owned(),
                state,
                at: Timestamp::from_micros(row.int(5)?),
                receipt_sha256: hash(row, 6)?,
            };
            Ok((key, decided))
        })
        .collect()
}

/// How many leaves a network's day has so far.
///
/// # Errors
/// Storage errors.
pub fn count_leaves(tx: &mut Tx<'_>, network: NetworkId, day: Day) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM proof_leaves WHERE network_id = $1 AND day = $2";
    let row = tx.query_opt(sql, &[id(network.bytes()), Value::Int(day.number())])?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// Stores leaves.
///
/// # Errors
/// Storage errors.
pub fn insert_leaves(tx: &mut Tx<'_>, rows: &[LeafRow]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "proof_leaves",
        columns: &[
            ("network_id", Kind::Bytes),
            ("day", Kind::Int),
            ("place", Kind::Int),
            ("conversion_id", Kind::Bytes),
            ("number", Kind::Int),
            ("hash", Kind::Bytes),
        ],
        conflict: "",
    };
    let mut values = Vec::with_capacity(rows.len() * INSERT.columns.len());
    for row in rows {
        values.extend([
            id(row.network_id.bytes()),
            Value::Int(row.day.number()),
            Value::Int(row.place),
            id(row.key.conversion_id.bytes()),
            Value::Int(i64::from(row.key.number)),
            Value::from(row.hash.as_slice()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// The hashes of the leaves of a network's day, in their order.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn leaves(tx: &mut Tx<'_>, network: NetworkId, day: Day) -> Result<Vec<[u8; 32]>> {
    let mut hashes = Vec::new();
    let sql = "SELECT hash FROM proof_leaves WHERE network_id = $1 AND day = $2 ORDER BY place";
    tx.query_each(sql, &[id(network.bytes()), Value::Int(day.number())], &mut |row| {
        hashes.push(hash(row, 0)?);
        Ok(())
    })?;
    Ok(hashes)
}

/// The leaves of a network's day from a place on, in their order, at most `limit`.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn leaf_rows(
    tx: &mut Tx<'_>,
    network: NetworkId,
    of: Day,
    from_place: i64,
    limit: u32,
) -> Result<Vec<LeafRow>> {
    let sql = format!(
        "SELECT network_id, day, place, conversion_id, number, hash FROM proof_leaves \
         WHERE network_id = $1 AND day = $2 AND place >= $3 ORDER BY place LIMIT {limit}"
    );
    let values = [id(network.bytes()), Value::Int(of.number()), Value::Int(from_place)];
    tx.query(&sql, &values)?.iter().map(leaf_from).collect()
}

/// The leaves of a conversion's decisions.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn leaves_of(tx: &mut Tx<'_>, conversion: ConversionId) -> Result<Vec<LeafRow>> {
    let sql = "SELECT network_id, day, place, conversion_id, number, hash FROM proof_leaves \
               WHERE conversion_id = $1 ORDER BY number";
    tx.query(sql, &[id(conversion.bytes())])?.iter().map(leaf_from).collect()
}

fn leaf_from(row: &Row) -> Result<LeafRow> {
    let number = u32::try_from(row.int(4)?)
        .map_err(|_| Error::Damaged("a leaf names a decision without a number".to_owned()))?;
    Ok(LeafRow {
        network_id: NetworkId::from_bytes(row.id16(0)?),
        day: day(row.int(1)?)?,
        place: row.int(2)?,
        key: DecisionKey { conversion_id: ConversionId::from_bytes(row.id16(3)?), number },
        hash: hash(row, 5)?,
    })
}

const ROOT_COLUMNS: &str = "network_id, day, leaves, root, previous, record_sha256, created_at";

/// Stores a root.
///
/// # Errors
/// Storage errors.
pub fn insert_root(tx: &mut Tx<'_>, row: &RootRow) -> Result<()> {
    let sql = format!("INSERT INTO proof_roots ({ROOT_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    let values = [
        id(row.network_id.bytes()),
        Value::Int(row.day.number()),
        Value::Int(row.leaves),
        Value::from(row.root.as_slice()),
        Value::from(row.previous.as_slice()),
        Value::from(row.record_sha256.as_slice()),
        Value::Int(row.created_at.as_micros()),
    ];
    tx.execute(&sql, &values)?;
    Ok(())
}

/// The newest root of a network.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn last_root(tx: &mut Tx<'_>, network: NetworkId) -> Result<Option<RootRow>> {
    Ok(roots(tx, network, None, 1)?.pop())
}

/// Roots of a network, the newest day first, before the cursor, at most `limit`.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn roots(tx: &mut Tx<'_>, network: NetworkId, before: Option<Day>, limit: usize) -> Result<Vec<RootRow>> {
    let sql = format!(
        "SELECT {ROOT_COLUMNS} FROM proof_roots WHERE network_id = $1 AND day < $2 ORDER BY day DESC LIMIT {limit}"
    );
    let before = before.map_or(i64::MAX, Day::number);
    tx.query(&sql, &[id(network.bytes()), Value::Int(before)])?.iter().map(root_from).collect()
}

/// Calls `each` with every root, network by network, the oldest day first.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn each_root(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<RootRow>) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {ROOT_COLUMNS} FROM proof_roots ORDER BY network_id, day");
    tx.query_each(&sql, &[], &mut |row| each(root_from(row)))
}

fn root_from(row: &Row) -> Result<RootRow> {
    Ok(RootRow {
        network_id: NetworkId::from_bytes(row.id16(0)?),
        day: day(row.int(1)?)?,
        leaves: row.int(2)?,
        root: hash(row, 3)?,
        previous: hash(row, 4)?,
        record_sha256: hash(row, 5)?,
        created_at: Timestamp::from_micros(row.int(6)?),
    })
}

/// The root of a network's day.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn root_of(tx: &mut Tx<'_>, network: NetworkId, of: Day) -> Result<Option<RootRow>> {
    let sql = format!("SELECT {ROOT_COLUMNS} FROM proof_roots WHERE network_id = $1 AND day = $2");
    let row = tx.query_opt(&sql, &[id(network.bytes()), Value::Int(of.number())])?;
    row.as_ref().map(root_from).transpose()
}

/// How many decisions the outbox names up to this transaction.
///
/// # Errors
/// Storage errors.
pub fn decisions_up_to(tx: &mut Tx<'_>, outbox: i64) -> Result<u64> {
    let mut count = 0;
    let sql = "SELECT body FROM outbox WHERE kind = 'decisions' AND sequence <= $1";
    tx.query_each(sql, &[Value::Int(outbox)], &mut |row| {
        count += decisions_in(row.bytes(0)?).len() as u64;
        Ok(())
    })?;
    Ok(count)
}
