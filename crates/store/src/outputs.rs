//! What people keep to be told of things, each an object of JSON with the columns that it is found by.

use model::{NetworkId, PublisherId, Timestamp, UserId};

use crate::{Error, Kind, Result, Row, Tx, Value, id, search::Search};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputRow {
    /// Its id, of whichever kind.
    pub id: [u8; 16],
    /// Network.
    pub network_id: NetworkId,
    /// What it is: `saved_report`, `schedule`, `webhook`, `alert_subscription`, `postback`.
    pub kind: String,
    /// The side that it belongs to.
    pub party: String,
    /// Who made it; none for the program itself.
    pub user_id: Option<UserId>,
    /// Whether the others of that side have it, too.
    pub shared: bool,
    /// When it is due next.
    pub due_at: Option<Timestamp>,
    /// Of whose conversions it tells.
    pub publisher_id: Option<PublisherId>,
    /// The object.
    pub body: String,
}

const COLUMNS: &str = "id, network_id, kind, party, user_id, shared, due_at, publisher_id, body";

/// Stores a new one.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, row: &OutputRow) -> Result<()> {
    let sql = format!("INSERT INTO outputs ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    let values = [
        id(&row.id),
        id(row.network_id.bytes()),
        Value::from(&row.kind),
        Value::from(&row.party),
        row.user_id.as_ref().map_or(Value::Null, |user| id(user.bytes())),
        Value::Int(i64::from(row.shared)),
        row.due_at.map_or(Value::Null, |at| Value::Int(at.as_micros())),
        row.publisher_id.as_ref().map_or(Value::Null, |publisher| id(publisher.bytes())),
        Value::from(&row.body),
    ];
    tx.execute(&sql, &values).map(drop)
}

/// Removes one; what was sent of it stays among the deliveries.
///
/// # Errors
/// Storage errors.
pub fn delete(tx: &mut Tx<'_>, output: &[u8; 16]) -> Result<()> {
    tx.execute("DELETE FROM outputs WHERE id = $1", &[id(output)]).map(drop)
}

/// Replaces what one says.
///
/// # Errors
/// Storage errors.
pub fn set_body(tx: &mut Tx<'_>, output: &[u8; 16], body: &str) -> Result<()> {
    tx.execute("UPDATE outputs SET body = $2 WHERE id = $1", &[id(output), Value::from(body)]).map(drop)
}

/// Says when one that is due at a moment is due next; false when somebody else said so meanwhile.
///
/// # Errors
/// Storage errors.
pub fn set_due(tx: &mut Tx<'_>, output: &[u8; 16], from: Timestamp, to: Option<Timestamp>) -> Result<bool> {
    let to = to.map_or(Value::Null, |at| Value::Int(at.as_micros()));
    let sql = "UPDATE outputs SET due_at = $3 WHERE id = $1 AND due_at = $2";
    Ok(tx.execute(sql, &[id(output), Value::Int(from.as_micros()), to])? == 1)
}

/// The one with this id.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn by_id(tx: &mut Tx<'_>, kind: &str, output: &[u8; 16]) -> Result<Option<OutputRow>> {
    let sql = format!("SELECT {COLUMNS} FROM outputs WHERE id = $1 AND kind = $2");
    tx.query_opt(&sql, &[id(output), Value::from(kind)])?.map(|row| from_row(&row)).transpose()
}

/// Whose are looked for.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// What somebody of a party has: his own, and what is shared; for nobody what the program itself made.
    Party(&'a str, Option<&'a UserId>),
    /// What is about these publishers; about all without them.
    Publishers(Option<&'a [PublisherId]>),
}

/// Those of a kind, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    (network, kind): (NetworkId, &str),
    whose: Whose<'_>,
    before: Option<[u8; 16]>,
    limit: u32,
) -> Result<Vec<OutputRow>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.equal("kind", Some(Value::from(kind)));
    match whose {
        Whose::Party(party, user) => {
            search.equal("party", Some(Value::from(party)));
            let own = match user {
                Some(user) => format!("shared = 1 OR user_id = {}", search.parameter(id(user.bytes()))),
                None => "shared = 1 OR user_id IS NULL".to_owned(),
            };
            search.also(format!("({own})"));
        }
        Whose::Publishers(publishers) => search.among("publisher_id", publishers, |it| id(it.bytes())),
    }
    search.compare("id", "<", before.as_ref().map(id));
    let sql = format!("SELECT {COLUMNS} FROM outputs {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// Those that are due, the longest due first.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<OutputRow>> {
    let sql = format!("SELECT {COLUMNS} FROM outputs WHERE due_at <= $1 ORDER BY due_at, id LIMIT {limit}");
    tx.query(&sql, &[Value::Int(now.as_micros())])?.iter().map(from_row).collect()
}

/// Whether there is anything of these kinds, in any network.
///
/// # Errors
/// Storage errors.
pub fn any(tx: &mut Tx<'_>, kinds: [&str; 2]) -> Result<bool> {
    let sql = "SELECT 1 FROM outputs WHERE kind IN ($1, $2) LIMIT 1";
    Ok(tx.query_opt(sql, &kinds.map(Value::from))?.is_some())
}

/// All of a kind in a network, the oldest first.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_kind(tx: &mut Tx<'_>, network: NetworkId, kind: &str) -> Result<Vec<OutputRow>> {
    let sql = format!("SELECT {COLUMNS} FROM outputs WHERE network_id = $1 AND kind = $2 ORDER BY id");
    tx.query(&sql, &[id(network.bytes()), Value::from(kind)])?.iter().map(from_row).collect()
}

/// Those that tell of conversions of these publishers.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_publishers(tx: &mut Tx<'_>, publishers: &[PublisherId]) -> Result<Vec<OutputRow>> {
    let keys: Vec<Value<'_>> = publishers.iter().map(|it| id(it.bytes())).collect();
    let sql = format!("SELECT {COLUMNS} FROM outputs WHERE publisher_id = $key");
    tx.query_keys(&sql, Kind::Bytes, &keys, &[])?.iter().map(from_row).collect()
}

/// The number of the last transaction of the outbox of which everybody was told who wants to be.
///
/// # Errors
/// Storage errors.
pub fn position(tx: &mut Tx<'_>) -> Result<i64> {
    let row = tx.query_opt("SELECT sequence FROM output_positions WHERE name = 'outbox'", &[])?;
    row.ok_or_else(|| Error::Damaged("the row `outbox` of output_positions is missing".to_owned()))?.int(0)
}

/// Moves on from one transaction to a later one; false when somebody else did so meanwhile.
///
/// # Errors
/// Storage errors.
pub fn advance(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<bool> {
    let sql = "UPDATE output_positions SET sequence = $2 WHERE name = 'outbox' AND sequence = $1";
    Ok(tx.execute(sql, &[Value::Int(from), Value::Int(to)])? == 1)
}

fn from_row(row: &Row) -> Result<OutputRow> {
    Ok(OutputRow {
        id: row.id16(0)?,
        network_id: NetworkId::from_bytes(row.id16(1)?),
        kind: row.text(2)?.to_owned(),
        party: row.text(3)?.to_owned(),
        user_id: row.opt_id16(4)?.map(UserId::from_bytes),
        shared: row.int(5)? == 1,
        due_at: row.opt_int(6)?.map(Timestamp::from_micros),
        publisher_id: row.opt_id16(7)?.map(PublisherId::from_bytes),
        body: row.text(8)?.to_owned(),
    })
}
