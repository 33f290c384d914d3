//! When and where campaigns of offline channels were seen or heard.
//!
//! A slot is known again by its campaign, first moment, place and name. What is told of it anew replaces what stood; the audit log keeps who
//! said so. Nothing about money rests on these rows.

use model::{AdvertiserId, CampaignId, ExposureId, NetworkId, Timestamp, exposure::Exposure};

use crate::{Insert, Kind, Result, Row, Tx, Value, id, search::Search};

const COLUMNS: &str = "id, network_id, advertiser_id, campaign_id, name, starts_at, ends_at, country, region, impressions, code, \
                       created_at";

fn from_row(row: &Row) -> Result<Exposure> {
    Ok(Exposure {
        id: ExposureId::from_bytes(row.id16(0)?),
        network_id: NetworkId::from_bytes(row.id16(1)?),
        advertiser_id: AdvertiserId::from_bytes(row.id16(2)?),
        campaign_id: CampaignId::from_bytes(row.id16(3)?),
        name: row.text(4)?.to_owned(),
        starts_at: Timestamp::from_micros(row.int(5)?),
        ends_at: Timestamp::from_micros(row.int(6)?),
        country: row.text(7)?.to_owned(),
        region: row.text(8)?.to_owned(),
        impressions: row.opt_int(9)?,
        code: row.opt_text(10)?.map(str::to_owned),
        created_at: Timestamp::from_micros(row.int(11)?),
    })
}

/// Stores new slots.
///
/// # Errors
/// Storage errors; a slot that is there already is a unique violation.
pub fn insert(tx: &mut Tx<'_>, exposures: &[Exposure]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "exposures",
        columns: &[
            ("id", Kind::Bytes),
            ("network_id", Kind::Bytes),
            ("advertiser_id", Kind::Bytes),
            ("campaign_id", Kind::Bytes),
            ("name", Kind::Text),
            ("starts_at", Kind::Int),
            ("ends_at", Kind::Int),
            ("country", Kind::Text),
            ("region", Kind::Text),
            ("impressions", Kind::Int),
            ("code", Kind::Text),
            ("created_at", Kind::Int),
        ],
        conflict: "",
    };
    if exposures.is_empty() {
        return Ok(());
    }
    let mut values = Vec::with_capacity(exposures.len() * INSERT.columns.len());
    for one in exposures {
        values.extend([
            id(one.id.bytes()),
            id(one.network_id.bytes()),
            id(one.advertiser_id.bytes()),
            id(one.campaign_id.bytes()),
            Value::from(&one.name),
            Value::Int(one.starts_at.as_micros()),
            Value::Int(one.ends_at.as_micros()),
            Value::from(&one.country),
            Value::from(&one.region),
            one.impressions.map_or(Value::Null, Value::Int),
            Value::from(one.code.as_deref()),
            Value::Int(one.created_at.as_micros()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// Replaces what is told of a slot beside what it is known by.
///
/// # Errors
/// Storage errors.
pub fn update(tx: &mut Tx<'_>, exposure: &Exposure) -> Result<()> {
    let sql = "UPDATE exposures SET ends_at = $1, impressions = $2, code = $3, created_at = $4 WHERE id = $5";
    let values = [
        Value::Int(exposure.ends_at.as_micros()),
        exposure.impressions.map_or(Value::Null, Value::Int),
        Value::from(exposure.code.as_deref()),
        Value::Int(exposure.created_at.as_micros()),
        id(exposure.id.bytes()),
    ];
    tx.execute(sql, &values).map(drop)
}

/// Takes a slot away; tells whether it was there.
///
/// # Errors
/// Storage errors.
pub fn delete(tx: &mut Tx<'_>, exposure: ExposureId) -> Result<bool> {
    Ok(tx.execute("DELETE FROM exposures WHERE id = $1", &[id(exposure.bytes())])? == 1)
}

/// The slot with this id.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn by_id(tx: &mut Tx<'_>, exposure: ExposureId) -> Result<Option<Exposure>> {
    let sql = format!("SELECT {COLUMNS} FROM exposures WHERE id = $1");
    tx.query_opt(&sql, &[id(exposure.bytes())])?.map(|row| from_row(&row)).transpose()
}

/// The slots of a campaign that begin between two moments, both included.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_campaign(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Exposure>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM exposures WHERE campaign_id = $1 AND starts_at >= $2 AND starts_at <= $3 ORDER BY starts_at, id"
    );
    let values = [id(campaign.bytes()), Value::Int(from.as_micros()), Value::Int(to.as_micros())];
    tx.query(&sql, &values)?.iter().map(from_row).collect()
}

/// What a list of slots is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExposureFilter {
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// The campaign.
    pub campaign_id: Option<CampaignId>,
    /// Beginning at this moment or later.
    pub from: Option<Timestamp>,
    /// Beginning before this moment.
    pub to: Option<Timestamp>,
}

/// A page of slots, those that were told last first.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    advertisers: Option<&[AdvertiserId]>,
    filter: &ExposureFilter,
    before: Option<ExposureId>,
    limit: u32,
) -> Result<Vec<Exposure>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.among("advertiser_id", advertisers, |advertiser| id(advertiser.bytes()));
    search.equal("advertiser_id", filter.advertiser_id.as_ref().map(|one| id(one.bytes())));
    search.equal("campaign_id", filter.campaign_id.as_ref().map(|one| id(one.bytes())));
    search.compare("starts_at", ">=", filter.from.map(|from| Value::Int(from.as_micros())));
    search.compare("starts_at", "<", filter.to.map(|to| Value::Int(to.as_micros())));
    search.compare("id", "<", before.as_ref().map(|before| id(before.bytes())));
    let sql =
        format!("SELECT {COLUMNS} FROM exposures {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}
