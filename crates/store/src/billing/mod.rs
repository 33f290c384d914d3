//! Papers about money in storage: profiles, numbers, invoices with the entries they hold, and statements.
//!
//! Whatever is written here is never changed. A number is taken in the transaction of its paper, so a paper that is rolled
//! back leaves no gap.

pub mod entries;
pub mod invoices;
pub mod statements;

use model::{NetworkId, Timestamp};

use crate::{Error, Result, Row, Tx, Value, id};

/// One version of somebody's billing profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRow {
    /// The network, advertiser or publisher.
    pub owner: [u8; 16],
    /// 1, 2, 3, ... within the owner.
    pub version: i64,
    /// The network.
    pub network_id: NetworkId,
    /// When it was saved.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// JSON of the profile.
    pub body: String,
}

const PROFILE_COLUMNS: &str = "owner, version, network_id, created_at, created_by, body";

/// Stores a version.
///
/// # Errors
/// [`Error::Unique`] when somebody stored that version at the same moment; other storage errors.
pub fn insert_profile(tx: &mut Tx<'_>, row: &ProfileRow) -> Result<()> {
    let sql = format!("INSERT INTO billing_profiles ({PROFILE_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)");
    let values = [
        id(&row.owner),
        Value::Int(row.version),
        id(row.network_id.bytes()),
        Value::Int(row.created_at.as_micros()),
        Value::from(&row.created_by),
        Value::from(&row.body),
    ];
    tx.execute(&sql, &values).map(drop)
}

/// The newest version of an owner.
///
/// # Errors
/// Storage errors.
pub fn newest_profile(tx: &mut Tx<'_>, owner: &[u8; 16]) -> Result<Option<ProfileRow>> {
    let sql = format!(
        "SELECT {PROFILE_COLUMNS} FROM billing_profiles WHERE owner = $1 ORDER BY version DESC LIMIT 1"
    );
    let row = tx.query_opt(&sql, &[id(owner)])?;
    row.map(|row| {
        Ok(ProfileRow {
            owner: row.id16(0)?,
            version: row.int(1)?,
            network_id: NetworkId::from_bytes(row.id16(2)?),
            created_at: Timestamp::from_micros(row.int(3)?),
            created_by: row.text(4)?.to_owned(),
            body: row.text(5)?.to_owned(),
        })
    })
    .transpose()
}

/// Takes the next number of a series: 1, 2, 3, ... Whoever takes one waits for the other to commit.
///
/// # Errors
/// Storage errors.
pub fn next_number(tx: &mut Tx<'_>, network: NetworkId, series: &str, year: i64) -> Result<i64> {
    let sql = "INSERT INTO number_series (network_id, series, year, last) VALUES ($1, $2, $3, 1) \
               ON CONFLICT (network_id, series, year) DO UPDATE SET last = number_series.last + 1 RETURNING last";
    let row = tx.query_opt(sql, &[id(network.bytes()), Value::from(series), Value::Int(year)])?;
    row.ok_or_else(|| Error::Damaged(format!("the series {series} gave no number")))?.int(0)
}

/// A series of numbers as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRow {
    /// The network.
    pub network_id: NetworkId,
    /// Whose numbers.
    pub series: String,
    /// The year; 0 where the years do not begin anew.
    pub year: i64,
    /// The last number given out.
    pub last: i64,
    /// How many papers have a number of it.
    pub papers: i64,
    /// The least and the greatest of them.
    pub range: (i64, i64),
}

/// Every series of invoices, credit notes and payment receipts, or of statements, with what is numbered by it.
///
/// # Errors
/// Storage errors.
pub fn series(tx: &mut Tx<'_>) -> Result<Vec<SeriesRow>> {
    let sql = "SELECT s.network_id, s.series, s.year, s.last, COUNT(p.ordinal), COALESCE(MIN(p.ordinal), 0), \
               COALESCE(MAX(p.ordinal), 0) FROM number_series s LEFT JOIN \
               (SELECT network_id, kind AS series, year, ordinal FROM invoices UNION ALL \
                SELECT network_id, 'statement' AS series, year, ordinal FROM statements) p \
               ON p.network_id = s.network_id AND p.series = s.series AND p.year = s.year \
               GROUP BY s.network_id, s.series, s.year, s.last ORDER BY s.network_id, s.series, s.year";
    tx.query(sql, &[])?.iter().map(series_from_row).collect()
}

fn series_from_row(row: &Row) -> Result<SeriesRow> {
    Ok(SeriesRow {
        network_id: NetworkId::from_bytes(row.id16(0)?),
        series: row.text(1)?.to_owned(),
        year: row.int(2)?,
        last: row.int(3)?,
        papers: row.int(4)?,
        range: (row.int(5)?, row.int(6)?),
    })
}
