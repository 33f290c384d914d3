//! Referrals: their rows and the decisions on them.

use model::{ConversionId, Currency, Money, NetworkId, PublisherId, ReferralId, Timestamp};

use crate::{Error, Kind, Result, Row, Tx, Value, id, search::Search};

/// What a publisher earns on the commission of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Id; the source of its transfers.
    pub id: ReferralId,
    /// The network, which pays.
    pub network_id: NetworkId,
    /// Who earns.
    pub publisher_id: PublisherId,
    /// Whose commission it is a share of.
    pub from_publisher_id: PublisherId,
    /// The conversion.
    pub conversion_id: ConversionId,
    /// 1 for whoever brought him, 2 for whoever brought that one.
    pub level: i64,
    /// What it is worth on the whole commission that was earned by now.
    pub earned: Money,
    /// What of it is taken back.
    pub taken_back: Money,
    /// When it was first earned.
    pub at: Timestamp,
}

/// One decision on a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralDecisionRow {
    /// The referral.
    pub referral_id: ReferralId,
    /// 1, 2, 3, ... within the referral.
    pub sequence: i64,
    /// What is taken back in all, in units of the referral's currency.
    pub taken_back: i64,
    /// The receipt, canonical JSON.
    pub receipt: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str =
    "id, network_id, publisher_id, from_publisher_id, conversion_id, level, earned, taken_back, currency, at";

fn from_row(row: &Row) -> Result<Referral> {
    let referral = ReferralId::from_bytes(row.id16(0)?);
    let unknown = |_| Error::Damaged(format!("referral {referral}: unknown currency"));
    let currency: Currency = row.text(8)?.parse().map_err(unknown)?;
    Ok(Referral {
        id: referral,
        network_id: NetworkId::from_bytes(row.id16(1)?),
        publisher_id: PublisherId::from_bytes(row.id16(2)?),
        from_publisher_id: PublisherId::from_bytes(row.id16(3)?),
        conversion_id: ConversionId::from_bytes(row.id16(4)?),
        level: row.int(5)?,
        earned: Money::from_units(row.int(6)?, currency),
        taken_back: Money::from_units(row.int(7)?, currency),
        at: Timestamp::from_micros(row.int(9)?),
    })
}

/// Stores a new referral.
///
/// # Errors
/// [`Error::Unique`] when the commission earned it before; other storage errors.
pub fn insert(tx: &mut Tx<'_>, referral: &Referral) -> Result<()> {
    let sql = format!("INSERT INTO referrals ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let values = [
        id(referral.id.bytes()),
        id(referral.network_id.bytes()),
        id(referral.publisher_id.bytes()),
        id(referral.from_publisher_id.bytes()),
        id(referral.conversion_id.bytes()),
        Value::Int(referral.level),
        Value::Int(referral.earned.units()),
        Value::Int(referral.taken_back.units()),
        Value::from(referral.earned.currency().code()),
        Value::Int(referral.at.as_micros()),
    ];
    tx.execute(&sql, &values).map(drop)
}

/// Notes what a referral has earned by now, and what of that is taken back.
///
/// # Errors
/// Storage errors.
pub fn set_amounts(tx: &mut Tx<'_>, referral: ReferralId, earned: Money, taken_back: Money) -> Result<()> {
    let sql = "UPDATE referrals SET earned = $2, taken_back = $3 WHERE id = $1";
    let values = [id(referral.bytes()), Value::Int(earned.units()), Value::Int(taken_back.units())];
    tx.execute(sql, &values).map(drop)
}

/// Stores a decision.
///
/// # Errors
/// Storage errors.
pub fn insert_decision(tx: &mut Tx<'_>, row: &ReferralDecisionRow) -> Result<()> {
    let sql = "INSERT INTO referral_decisions (referral_id, sequence, taken_back, receipt, at) \
               VALUES ($1, $2, $3, $4, $5)";
    let values = [
        id(row.referral_id.bytes()),
        Value::Int(row.sequence),
        Value::Int(row.taken_back),
        Value::from(&row.receipt),
        Value::Int(row.at.as_micros()),
    ];
    tx.execute(sql, &values).map(drop)
}

/// The referrals that these conversions earned, by conversion, publisher and level.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_conversions(tx: &mut Tx<'_>, conversions: &[ConversionId]) -> Result<Vec<Referral>> {
    let keys: Vec<Value<'_>> = conversions.iter().map(|it| id(it.bytes())).collect();
    let sql = format!("SELECT {COLUMNS} FROM referrals WHERE conversion_id = $key");
    let rows = tx.query_keys(&sql, Kind::Bytes, &keys, &[])?;
    let mut found = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    found.sort_unstable_by_key(|one| (one.conversion_id, one.from_publisher_id, one.level));
    Ok(found)
}

/// The referrals with these ids, in any order; missing ones are left out.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn by_ids(tx: &mut Tx<'_>, referrals: &[ReferralId]) -> Result<Vec<Referral>> {
    let keys: Vec<Value<'_>> = referrals.iter().map(|it| id(it.bytes())).collect();
    let sql = format!("SELECT {COLUMNS} FROM referrals WHERE id = $key");
    tx.query_keys(&sql, Kind::Bytes, &keys, &[])?.iter().map(from_row).collect()
}

/// The decisions on these referrals, by referral and number.
///
/// # Errors
/// Storage errors.
pub fn decisions(tx: &mut Tx<'_>, referrals: &[ReferralId]) -> Result<Vec<ReferralDecisionRow>> {
    let keys: Vec<Value<'_>> = referrals.iter().map(|it| id(it.bytes())).collect();
    let sql = "SELECT referral_id, sequence, taken_back, receipt, at FROM referral_decisions WHERE referral_id = $key";
    let rows = tx.query_keys(sql, Kind::Bytes, &keys, &[])?;
    let read = |row: &Row| {
        Ok(ReferralDecisionRow {
            referral_id: ReferralId::from_bytes(row.id16(0)?),
            sequence: row.int(1)?,
            taken_back: row.int(2)?,
            receipt: row.text(3)?.to_owned(),
            at: Timestamp::from_micros(row.int(4)?),
        })
    };
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    found.sort_unstable_by_key(|row| (row.referral_id, row.sequence));
    Ok(found)
}

/// A page of a network's referrals, newest first, before the cursor; of `publishers` only, when they are given.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    publishers: Option<&[PublisherId]>,
    before: Option<ReferralId>,
    limit: u32,
) -> Result<Vec<Referral>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.among("publisher_id", publishers, |it| id(it.bytes()));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql =
        format!("SELECT {COLUMNS} FROM referrals {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// The conversions that referrals name and that do not exist, at most a hundred.
///
/// # Errors
/// Storage errors.
pub fn without_conversion(tx: &mut Tx<'_>) -> Result<Vec<ConversionId>> {
    let sql = "SELECT DISTINCT conversion_id FROM referrals WHERE NOT EXISTS \
               (SELECT 1 FROM conversions WHERE conversions.id = referrals.conversion_id) LIMIT 100";
    tx.query(sql, &[])?.iter().map(|row| Ok(ConversionId::from_bytes(row.id16(0)?))).collect()
}
