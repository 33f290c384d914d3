//! Results of advertisers that no publisher is paid for, with the channel and campaign that they stand with in reports.
//!
//! A row is never changed but for the mark that it holds: what is told anew is a further row with the next number. Its fact is what
//! holds now less what held before.

use std::collections::HashMap;

use model::{AdvertiserId, CampaignId, Channel, ConversionId, Money, NetworkId, Timestamp};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id, proofs::DecisionKey};

/// The kind of the outbox's entries about own results.
pub const OWN_RESULTS: &str = "own_results";

/// How a result stands that no publisher is paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnResult {
    /// The conversion that tells of it.
    pub conversion_id: ConversionId,
    /// 1, 2, 3, ... of the conversion.
    pub sequence: i64,
    /// Whether it holds.
    pub holds: bool,
    /// False when it stands no more.
    pub present: bool,
    /// The same for every report of one business event.
    pub event: [u8; 16],
    /// Network.
    pub network_id: NetworkId,
    /// Advertiser.
    pub advertiser_id: AdvertiserId,
    /// When the conversion was received.
    pub received_at: Timestamp,
    /// The channel that it stands with.
    pub channel: Channel,
    /// The campaign.
    pub campaign_id: Option<CampaignId>,
    /// What the order is worth, where there is one.
    pub amount: Option<Money>,
    /// What channel and campaign were told by, as JSON.
    pub way: String,
    /// When it was told so.
    pub at: Timestamp,
}

const COLUMNS: &str = "conversion_id, sequence, holds, present, event, network_id, advertiser_id, received_at, channel, \
                       campaign_id, amount, currency, way, at";

/// Stores rows that hold from now on in place of those before them, and gives their keys for the outbox; of a conversion its rows in
/// their order.
///
/// # Errors
/// Storage errors; a number that is there already is a unique violation.
pub fn append(tx: &mut Tx<'_>, rows: &[OwnResult]) -> Result<Vec<u8>> {
    const INSERT: Insert = Insert {
        table: "own_results",
        columns: &[
            ("conversion_id", Kind::Bytes),
            ("sequence", Kind::Int),
            ("holds", Kind::Int),
            ("present", Kind::Int),
            ("event", Kind::Bytes),
            ("network_id", Kind::Bytes),
            ("advertiser_id", Kind::Bytes),
            ("received_at", Kind::Int),
            ("channel", Kind::Text),
            ("campaign_id", Kind::Bytes),
            ("amount", Kind::Int),
            ("currency", Kind::Text),
            ("way", Kind::Text),
            ("at", Kind::Int),
        ],
        conflict: "",
    };
    let mut values = Vec::with_capacity(rows.len() * INSERT.columns.len());
    let mut keys = Vec::with_capacity(rows.len() * 20);
    let numbers = rows.iter().map(|row| (row.conversion_id, row.sequence));
    let last: HashMap<ConversionId, i64> = numbers.collect();
    for row in rows {
        if row.sequence > 1 {
            let sql = "UPDATE own_results SET holds = 0 WHERE conversion_id = $1 AND holds = 1";
            tx.execute(sql, &[id(row.conversion_id.bytes())])?;
        }
        keys.extend_from_slice(row.conversion_id.bytes());
        keys.extend_from_slice(&u32::try_from(row.sequence).unwrap_or(u32::MAX).to_be_bytes());
        values.extend([
            id(row.conversion_id.bytes()),
            Value::Int(row.sequence),
            Value::Int(i64::from(last.get(&row.conversion_id) == Some(&row.sequence))),
            Value::Int(i64::from(row.present)),
            Value::from(row.event.as_slice()),
            id(row.network_id.bytes()),
            id(row.advertiser_id.bytes()),
            Value::Int(row.received_at.as_micros()),
            Value::from(row.channel.word()),
            row.campaign_id.as_ref().map_or(Value::Null, |campaign| id(campaign.bytes())),
            row.amount.map_or(Value::Null, |amount| Value::Int(amount.units())),
            row.amount.map_or(Value::Null, |amount| Value::from(amount.currency().code())),
            Value::from(row.way.as_str()),
            Value::Int(row.at.as_micros()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(keys)
}

/// The keys of an entry of the outbox: conversions with the numbers of their rows.
pub fn keys_in(body: &[u8]) -> Vec<DecisionKey> {
    crate::proofs::decisions_in(body)
}

fn from_row(row: &Row) -> Result<OwnResult> {
    let conversion_id = ConversionId::from_bytes(row.id16(0)?);
    let damaged = |what: &str| Error::Damaged(format!("own result {conversion_id}: {what}"));
    let amount = match (row.opt_int(10)?, row.opt_text(11)?) {
        (Some(units), Some(currency)) => {
            Some(Money::from_units(units, currency.parse().map_err(|_| damaged("unknown currency"))?))
        }
        (None, None) => None,
        _ => return Err(damaged("an amount without a currency")),
    };
    Ok(OwnResult {
        conversion_id,
        sequence: row.int(1)?,
        holds: row.bool(2)?,
        present: row.bool(3)?,
        event: row.id16(4)?,
        network_id: NetworkId::from_bytes(row.id16(5)?),
        advertiser_id: AdvertiserId::from_bytes(row.id16(6)?),
        received_at: Timestamp::from_micros(row.int(7)?),
        channel: row.text(8)?.parse().map_err(|_| damaged("unknown channel"))?,
        campaign_id: row.opt_id16(9)?.map(CampaignId::from_bytes),
        amount,
        way: row.text(12)?.to_owned(),
        at: Timestamp::from_micros(row.int(13)?),
    })
}

fn of_keys(tx: &mut Tx<'_>, column: &str, condition: &str, keys: &[Value<'_>]) -> Result<Vec<OwnResult>> {
    let sql = format!("SELECT {COLUMNS} FROM own_results WHERE {column} = $key {condition}");
    let rows = tx.query_keys(&sql, Kind::Bytes, keys, &[])?;
    let mut found = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    found.sort_unstable_by_key(|row| (row.conversion_id, row.sequence));
    Ok(found)
}

/// Every row of these conversions, by conversion and number.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn histories(tx: &mut Tx<'_>, conversions: &[ConversionId]) -> Result<Vec<OwnResult>> {
    let keys: Vec<Value<'_>> = conversions.iter().map(|it| id(it.bytes())).collect();
    of_keys(tx, "conversion_id", "", &keys)
}

/// The rows that hold of these business events, by conversion.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_events(tx: &mut Tx<'_>, events: &[[u8; 16]]) -> Result<Vec<OwnResult>> {
    let keys: Vec<Value<'_>> = events.iter().map(|event| Value::from(event.as_slice())).collect();
    of_keys(tx, "event", "AND holds = 1", &keys)
}

/// A page of the results of an advertiser that stand, received from this moment on, in the order of their ids after `after`.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn standing(
    tx: &mut Tx<'_>,
    advertiser: AdvertiserId,
    since: Timestamp,
    after: Option<(Timestamp, ConversionId)>,
    limit: u32,
) -> Result<Vec<OwnResult>> {
    let (at, last) = after.unwrap_or((since, ConversionId::from_bytes([0; 16])));
    let sql = format!(
        "SELECT {COLUMNS} FROM own_results WHERE advertiser_id = $1 AND holds = 1 AND present = 1 AND received_at >= $2 \
         AND (received_at > $2 OR conversion_id > $3) ORDER BY received_at, conversion_id LIMIT {limit}"
    );
    let values = [id(advertiser.bytes()), Value::Int(at.as_micros()), id(last.bytes())];
    tx.query(&sql, &values)?.iter().map(from_row).collect()
}

/// When the first of all rows was told.
///
/// # Errors
/// Storage errors.
pub fn first_at(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let row = tx.query_opt("SELECT MIN(received_at) FROM own_results", &[])?;
    Ok(row.map(|row| row.opt_int(0)).transpose()?.flatten().map(Timestamp::from_micros))
}

/// Calls `each` with every row, those of a conversion in the order of their numbers.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<OwnResult>) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM own_results ORDER BY conversion_id, sequence");
    tx.query_each(&sql, &[], &mut |row| each(from_row(row)))
}
