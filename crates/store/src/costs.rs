//! What campaigns cost: days as they were said again and again, and the imports that said them.
//!
//! A row of a day is never changed but for the mark that it holds: what is said anew is a further row with the next number. So
//! it can be told at any time what was booked when, and an import can be undone.

use model::{
    AdvertiserId, CampaignId, CostImportId, Currency, Day, Money, NetworkId, Timestamp,
    exchange::ExchangePath,
};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id, search::Search};

/// What a campaign cost on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostDay {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The day, in the calendar of whoever said it.
    pub day: Day,
    /// 1, 2, 3, ... of the campaign's day.
    pub sequence: i64,
    /// Network.
    pub network_id: NetworkId,
    /// The import that said it.
    pub import_id: CostImportId,
    /// Whether it holds.
    pub holds: bool,
    /// False when the day is told no more.
    pub present: bool,
    /// What was spent.
    pub spend: Money,
    /// Impressions, when they were told.
    pub impressions: Option<i64>,
    /// Clicks, when they were told.
    pub clicks: Option<i64>,
    /// The currency of the network at that time.
    pub converted_currency: Currency,
    /// What was spent in it, in its units; none while no rate is stored.
    pub converted: Option<i64>,
    /// The stored rates that it rests on, where the currencies differ.
    pub rate: Option<ExchangePath>,
    /// When it was booked.
    pub at: Timestamp,
}

/// What was said at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostImport {
    /// Id.
    pub id: CostImportId,
    /// Network.
    pub network_id: NetworkId,
    /// Whose costs.
    pub advertiser_id: AdvertiserId,
    /// `file`, `api` or `undo`.
    pub kind: String,
    /// The file's name.
    pub file_name: Option<String>,
    /// Its SHA-256, hex.
    pub file_sha256: Option<String>,
    /// How it was read, as JSON.
    pub options: String,
    /// What became of its rows, as JSON.
    pub summary: String,
    /// The import that it undoes.
    pub undoes: Option<CostImportId>,
    /// The import that undid it.
    pub undone_by: Option<CostImportId>,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// A campaign's day with its number: what the outbox names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CostKey {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The day.
    pub day: Day,
    /// The number.
    pub sequence: i64,
}

/// Bytes of one key in the outbox: the campaign in 16, the day and the number in 4 each, big-endian.
const KEY_BYTES: usize = 24;

impl CostDay {
    /// Its key.
    pub const fn key(&self) -> CostKey {
        CostKey { campaign_id: self.campaign_id, day: self.day, sequence: self.sequence }
    }
}

/// Keys as the outbox holds them.
pub fn keys_to_bytes(keys: impl Iterator<Item = CostKey>) -> Vec<u8> {
    keys.flat_map(|key| {
        let day = i32::try_from(key.day.number()).unwrap_or(i32::MAX).to_be_bytes();
        let number = u32::try_from(key.sequence).unwrap_or(u32::MAX).to_be_bytes();
        let campaign: [u8; 16] = *key.campaign_id.bytes();
        campaign.into_iter().chain(day).chain(number)
    })
    .collect()
}

/// The keys of an entry of the outbox.
pub fn keys_in(body: &[u8]) -> Vec<CostKey> {
    let four = |bytes: &[u8]| <[u8; 4]>::try_from(bytes).ok();
    let key = |bytes: &[u8]| {
        let campaign: [u8; 16] = bytes[..16].try_into().ok()?;
        Some(CostKey {
            campaign_id: CampaignId::from_bytes(campaign),
            day: Day::from_number(i64::from(i32::from_be_bytes(four(&bytes[16..20])?)))?,
            sequence: i64::from(u32::from_be_bytes(four(&bytes[20..])?)),
        })
    };
    body.chunks_exact(KEY_BYTES).filter_map(key).collect()
}

const COLUMNS: &str = "campaign_id, day, sequence, network_id, import_id, holds, present, spend, currency, impressions, clicks, \
                       converted, converted_currency, rate, at";

/// Stores rows that hold from now on in place of those before them.
///
/// # Errors
/// Storage errors; a number that is there already is a unique violation.
pub fn book(tx: &mut Tx<'_>, days: &[CostDay]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "cost_days",
        columns: &[
            ("campaign_id", Kind::Bytes),
            ("day", Kind::Int),
            ("sequence", Kind::Int),
            ("network_id", Kind::Bytes),
            ("import_id", Kind::Bytes),
            ("holds", Kind::Int),
            ("present", Kind::Int),
            ("spend", Kind::Int),
            ("currency", Kind::Text),
            ("impressions", Kind::Int),
            ("clicks", Kind::Int),
            ("converted", Kind::Int),
            ("converted_currency", Kind::Text),
            ("rate", Kind::Text),
            ("at", Kind::Int),
        ],
        conflict: "",
    };
    let mut values = Vec::with_capacity(days.len() * INSERT.columns.len());
    for day in days {
        if day.sequence > 1 {
            let sql = "UPDATE cost_days SET holds = 0 WHERE campaign_id = $1 AND day = $2 AND holds = 1";
            tx.execute(sql, &[id(day.campaign_id.bytes()), Value::Int(day.day.number())])?;
        }
        let rate = day.rate.as_ref().map(serde_json::to_string).transpose();
        let rate = rate.map_err(|error| Error::Usage(error.to_string()))?;
        values.extend([
            id(day.campaign_id.bytes()),
            Value::Int(day.day.number()),
            Value::Int(day.sequence),
            id(day.network_id.bytes()),
            id(day.import_id.bytes()),
            Value::Int(1),
            Value::Int(i64::from(day.present)),
            Value::Int(day.spend.units()),
            Value::from(day.spend.currency().code()),
            day.impressions.map_or(Value::Null, Value::Int),
            day.clicks.map_or(Value::Null, Value::Int),
            day.converted.map_or(Value::Null, Value::Int),
            Value::from(day.converted_currency.code()),
            rate.map_or(Value::Null, Value::from),
            Value::Int(day.at.as_micros()),
        ]);
    }
    tx.insert_many(&INSERT, &values).map(drop)
}

fn from_row(row: &Row) -> Result<CostDay> {
    let campaign_id = CampaignId::from_bytes(row.id16(0)?);
    let damaged = |what: &str| Error::Damaged(format!("a day of the costs of {campaign_id}: {what}"));
    let currency = |column: usize| -> Result<Currency> {
        row.text(column)?.parse().map_err(|_| damaged("unknown currency"))
    };
    let rate = row.opt_text(13)?.map(serde_json::from_str).transpose();
    Ok(CostDay {
        campaign_id,
        day: Day::from_number(row.int(1)?).ok_or_else(|| damaged("no day"))?,
        sequence: row.int(2)?,
        network_id: NetworkId::from_bytes(row.id16(3)?),
        import_id: CostImportId::from_bytes(row.id16(4)?),
        holds: row.bool(5)?,
        present: row.bool(6)?,
        spend: Money::from_units(row.int(7)?, currency(8)?),
        impressions: row.opt_int(9)?,
        clicks: row.opt_int(10)?,
        converted: row.opt_int(11)?,
        converted_currency: currency(12)?,
        rate: rate.map_err(|_| damaged("unreadable rates"))?,
        at: Timestamp::from_micros(row.int(14)?),
    })
}

/// The rows of one campaign that hold, from one day to another, by day.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn holding(tx: &mut Tx<'_>, campaign: CampaignId, from: Day, to: Day) -> Result<Vec<CostDay>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cost_days WHERE campaign_id = $1 AND day >= $2 AND day <= $3 AND holds = 1 ORDER BY day"
    );
    let values = [id(campaign.bytes()), Value::Int(from.number()), Value::Int(to.number())];
    tx.query(&sql, &values)?.iter().map(from_row).collect()
}

/// Every row of a campaign's day, in the order of the numbers.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn history(tx: &mut Tx<'_>, campaign: CampaignId, day: Day) -> Result<Vec<CostDay>> {
    let sql =
        format!("SELECT {COLUMNS} FROM cost_days WHERE campaign_id = $1 AND day = $2 ORDER BY sequence");
    tx.query(&sql, &[id(campaign.bytes()), Value::Int(day.number())])?.iter().map(from_row).collect()
}

/// The rows that hold and were said by this import.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn holding_of_import(tx: &mut Tx<'_>, import: CostImportId) -> Result<Vec<CostDay>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cost_days WHERE import_id = $1 AND holds = 1 ORDER BY campaign_id, day"
    );
    tx.query(&sql, &[id(import.bytes())])?.iter().map(from_row).collect()
}

/// The rows of a network that hold and wait for a rate.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn waiting(tx: &mut Tx<'_>, network: NetworkId) -> Result<Vec<CostDay>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cost_days WHERE network_id = $1 AND holds = 1 AND converted IS NULL ORDER BY campaign_id, day"
    );
    tx.query(&sql, &[id(network.bytes())])?.iter().map(from_row).collect()
}

/// What a list of days is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct CostDayFilter {
    /// Of one of these campaigns; an empty list finds nothing.
    pub campaigns: Vec<CampaignId>,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day.
    pub to: Option<Day>,
    /// Only what waits for a rate.
    pub waiting: bool,
}

/// A page of days that hold and are told, by campaign and day, after the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    filter: &CostDayFilter,
    after: Option<(CampaignId, Day)>,
    limit: u32,
) -> Result<Vec<CostDay>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.equal("holds", Some(Value::Int(1)));
    search.equal("present", Some(Value::Int(1)));
    search.among("campaign_id", Some(filter.campaigns.as_slice()), |campaign| id(campaign.bytes()));
    search.compare("day", ">=", filter.from.map(|day| Value::Int(day.number())));
    search.compare("day", "<=", filter.to.map(|day| Value::Int(day.number())));
    if filter.waiting {
        search.also("converted IS NULL".to_owned());
    }
    if let Some((campaign, day)) = &after {
        let same = search.parameter(id(campaign.bytes()));
        let later = search.parameter(Value::Int(day.number()));
        search.also(format!("(campaign_id > {same} OR (campaign_id = {same} AND day > {later}))"));
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM cost_days {} ORDER BY campaign_id, day LIMIT {limit}",
        search.condition()
    );
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// Calls `each` with every row, the days of a campaign in their order and each in the order of its numbers.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<CostDay>) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM cost_days ORDER BY campaign_id, day, sequence");
    tx.query_each(&sql, &[], &mut |row| each(from_row(row)))
}

const IMPORT_COLUMNS: &str = "id, network_id, advertiser_id, kind, file_name, file_sha256, options, summary, undoes, undone_by, \
                              actor, at";

/// Stores an import.
///
/// # Errors
/// Storage errors.
pub fn insert_import(tx: &mut Tx<'_>, import: &CostImport) -> Result<()> {
    let sql = format!(
        "INSERT INTO cost_imports ({IMPORT_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    );
    let other = |one: &'_ Option<CostImportId>| -> Value<'static> {
        one.map_or(Value::Null, |it| Value::from(it.bytes().to_vec()))
    };
    let values = [
        id(import.id.bytes()),
        id(import.network_id.bytes()),
        id(import.advertiser_id.bytes()),
        Value::from(&import.kind),
        Value::from(import.file_name.as_deref()),
        Value::from(import.file_sha256.as_deref()),
        Value::from(&import.options),
        Value::from(&import.summary),
        other(&import.undoes),
        other(&import.undone_by),
        Value::from(&import.actor),
        Value::Int(import.at.as_micros()),
    ];
    tx.execute(&sql, &values).map(drop)
}

/// Notes that an import was undone; false when it was before.
///
/// # Errors
/// Storage errors.
pub fn undo(tx: &mut Tx<'_>, import: CostImportId, by: CostImportId) -> Result<bool> {
    let sql = "UPDATE cost_imports SET undone_by = $2 WHERE id = $1 AND undone_by IS NULL";
    Ok(tx.execute(sql, &[id(import.bytes()), id(by.bytes())])? == 1)
}

fn import_from_row(row: &Row) -> Result<CostImport> {
    Ok(CostImport {
        id: CostImportId::from_bytes(row.id16(0)?),
        network_id: NetworkId::from_bytes(row.id16(1)?),
        advertiser_id: AdvertiserId::from_bytes(row.id16(2)?),
        kind: row.text(3)?.to_owned(),
        file_name: row.opt_text(4)?.map(str::to_owned),
        file_sha256: row.opt_text(5)?.map(str::to_owned),
        options: row.text(6)?.to_owned(),
        summary: row.text(7)?.to_owned(),
        undoes: row.opt_id16(8)?.map(CostImportId::from_bytes),
        undone_by: row.opt_id16(9)?.map(CostImportId::from_bytes),
        actor: row.text(10)?.to_owned(),
        at: Timestamp::from_micros(row.int(11)?),
    })
}

/// The import with this id.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn import_by_id(tx: &mut Tx<'_>, import: CostImportId) -> Result<Option<CostImport>> {
    let sql = format!("SELECT {IMPORT_COLUMNS} FROM cost_imports WHERE id = $1");
    tx.query_opt(&sql, &[id(import.bytes())])?.map(|row| import_from_row(&row)).transpose()
}

/// A page of imports of these advertisers (of all when absent), newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list_imports(
    tx: &mut Tx<'_>,
    network: NetworkId,
    advertisers: Option<&[AdvertiserId]>,
    before: Option<CostImportId>,
    limit: u32,
) -> Result<Vec<CostImport>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.among("advertiser_id", advertisers, |advertiser| id(advertiser.bytes()));
    search.compare("id", "<", before.as_ref().map(|before| id(before.bytes())));
    let sql = format!(
        "SELECT {IMPORT_COLUMNS} FROM cost_imports {} ORDER BY id DESC LIMIT {limit}",
        search.condition()
    );
    tx.query(&sql, search.parameters())?.iter().map(import_from_row).collect()
}
