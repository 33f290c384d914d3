//! Keys of customers that tie no browsers together: what an advertiser knows to be shared by several people.
//!
//! Only journeys look at them. A row that is taken away lets the key tie again, as if nothing had been.

use model::{AdvertiserId, CutTieId, NetworkId, Timestamp};

use crate::{Error, Result, Row, Tx, Value, id, search::Search};

/// A key that ties nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutTie {
    /// Id.
    pub id: CutTieId,
    /// Network.
    pub network_id: NetworkId,
    /// Whose customer it is.
    pub advertiser_id: AdvertiserId,
    /// The mark under which the customer is remembered.
    pub account: [u8; 16],
    /// `customer` or `email`.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// Who, as in the audit log.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "id, network_id, advertiser_id, account, kind, reason, actor, at";

fn from_row(row: &Row) -> Result<CutTie> {
    Ok(CutTie {
        id: CutTieId::from_bytes(row.id16(0)?),
        network_id: NetworkId::from_bytes(row.id16(1)?),
        advertiser_id: AdvertiserId::from_bytes(row.id16(2)?),
        account: row.id16(3)?,
        kind: row.text(4)?.to_owned(),
        reason: row.text(5)?.to_owned(),
        actor: row.text(6)?.to_owned(),
        at: Timestamp::from_micros(row.int(7)?),
    })
}

/// Cuts a tie.
///
/// # Errors
/// [`Error::Unique`] when it is cut already; other storage errors.
pub fn insert(tx: &mut Tx<'_>, cut: &CutTie) -> Result<()> {
    let sql = format!("INSERT INTO cut_ties ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    let values = [
        id(cut.id.bytes()),
        id(cut.network_id.bytes()),
        id(cut.advertiser_id.bytes()),
        id(&cut.account),
        Value::from(&cut.kind),
        Value::from(&cut.reason),
        Value::from(&cut.actor),
        Value::Int(cut.at.as_micros()),
    ];
    tx.execute(&sql, &values).map(drop)
}

/// Lets a key tie again.
///
/// # Errors
/// [`Error::Damaged`] when there is no such row; other storage errors.
pub fn delete(tx: &mut Tx<'_>, cut: CutTieId) -> Result<()> {
    match tx.execute("DELETE FROM cut_ties WHERE id = $1", &[id(cut.bytes())])? {
        1 => Ok(()),
        _ => Err(Error::Damaged(format!("cut tie {cut} is gone"))),
    }
}

/// The row with this id.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn by_id(tx: &mut Tx<'_>, cut: CutTieId) -> Result<Option<CutTie>> {
    let sql = format!("SELECT {COLUMNS} FROM cut_ties WHERE id = $1");
    tx.query_opt(&sql, &[id(cut.bytes())])?.map(|row| from_row(&row)).transpose()
}

/// The row of a customer's mark.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_account(tx: &mut Tx<'_>, account: &[u8; 16]) -> Result<Option<CutTie>> {
    let sql = format!("SELECT {COLUMNS} FROM cut_ties WHERE account = $1");
    tx.query_opt(&sql, &[id(account)])?.map(|row| from_row(&row)).transpose()
}

/// A page of rows, newest first.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    advertisers: Option<&[AdvertiserId]>,
    before: Option<CutTieId>,
    limit: u32,
) -> Result<Vec<CutTie>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.among("advertiser_id", advertisers, |advertiser| id(advertiser.bytes()));
    search.compare("id", "<", before.as_ref().map(|before| id(before.bytes())));
    let sql = format!("SELECT {COLUMNS} FROM cut_ties {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}
