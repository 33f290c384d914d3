//! Sealed payment details, and requests to be paid. What is inside a seal only `app` can read.

use model::{NetworkId, PublisherId, Timestamp};

use crate::{Error, Result, Row, Tx, Value, id};

/// One version of somebody's payment details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedDetails {
    /// The publisher, or the network itself.
    pub owner: [u8; 16],
    /// 1, 2, 3, ... within the owner.
    pub version: i64,
    /// The network.
    pub network_id: NetworkId,
    /// The installation's key that sealed it.
    pub key_number: i64,
    /// What is sealed.
    pub sealed: Vec<u8>,
    /// Until when nothing is paid to it.
    pub held_until: Timestamp,
    /// When it was saved.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

const COLUMNS: &str = "owner, version, network_id, key_number, sealed, held_until, created_at, created_by";

/// Stores a version.
///
/// # Errors
/// [`Error::Unique`] when somebody stored that version at the same moment; other storage errors.
pub fn insert(tx: &mut Tx<'_>, row: &SealedDetails) -> Result<()> {
    let sql = format!("INSERT INTO payment_details ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    let values = [
        id(&row.owner),
        Value::Int(row.version),
        id(row.network_id.bytes()),
        Value::Int(row.key_number),
        Value::from(row.sealed.as_slice()),
        Value::Int(row.held_until.as_micros()),
        Value::Int(row.created_at.as_micros()),
        Value::from(&row.created_by),
    ];
    tx.execute(&sql, &values).map(drop)
}

fn from_row(row: &Row) -> Result<SealedDetails> {
    Ok(SealedDetails {
        owner: row.id16(0)?,
        version: row.int(1)?,
        network_id: NetworkId::from_bytes(row.id16(2)?),
        key_number: row.int(3)?,
        sealed: row.bytes(4)?.to_vec(),
        held_until: Timestamp::from_micros(row.int(5)?),
        created_at: Timestamp::from_micros(row.int(6)?),
        created_by: row.text(7)?.to_owned(),
    })
}

/// The newest version of an owner.
///
/// # Errors
/// Storage errors.
pub fn newest(tx: &mut Tx<'_>, owner: &[u8; 16]) -> Result<Option<SealedDetails>> {
    let sql = format!("SELECT {COLUMNS} FROM payment_details WHERE owner = $1 ORDER BY version DESC LIMIT 1");
    tx.query_opt(&sql, &[id(owner)])?.map(|row| from_row(&row)).transpose()
}

/// One version of an owner.
///
/// # Errors
/// Storage errors; [`Error::Damaged`] when it does not exist, since versions are never removed.
pub fn version(tx: &mut Tx<'_>, owner: &[u8; 16], version: i64) -> Result<SealedDetails> {
    let sql = format!("SELECT {COLUMNS} FROM payment_details WHERE owner = $1 AND version = $2");
    let row = tx.query_opt(&sql, &[id(owner), Value::Int(version)])?;
    let row = row.ok_or_else(|| Error::Damaged(format!("version {version} of payment details is lost")))?;
    from_row(&row)
}

/// When an owner's first version was saved.
///
/// # Errors
/// Storage errors.
pub fn first_saved_at(tx: &mut Tx<'_>, owner: &[u8; 16]) -> Result<Option<Timestamp>> {
    let sql = "SELECT created_at FROM payment_details WHERE owner = $1 AND version = 1";
    let row = tx.query_opt(sql, &[id(owner)])?;
    row.map(|row| Ok(Timestamp::from_micros(row.int(0)?))).transpose()
}

/// Notes that a publisher asks to be paid.
///
/// # Errors
/// Storage errors.
pub fn request(
    tx: &mut Tx<'_>,
    publisher: PublisherId,
    network: NetworkId,
    at: Timestamp,
    actor: &str,
) -> Result<()> {
    let sql = "INSERT INTO payout_requests (publisher_id, network_id, at, actor) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (publisher_id) DO UPDATE SET at = excluded.at, actor = excluded.actor";
    let values = [id(publisher.bytes()), id(network.bytes()), Value::Int(at.as_micros()), Value::from(actor)];
    tx.execute(sql, &values).map(drop)
}

/// When a publisher last asked to be paid.
///
/// # Errors
/// Storage errors.
pub fn requested_at(tx: &mut Tx<'_>, publisher: PublisherId) -> Result<Option<Timestamp>> {
    let sql = "SELECT at FROM payout_requests WHERE publisher_id = $1";
    let row = tx.query_opt(sql, &[id(publisher.bytes())])?;
    row.map(|row| Ok(Timestamp::from_micros(row.int(0)?))).transpose()
}
