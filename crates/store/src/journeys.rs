//! What journeys are made of, page after page in the order of ids: touches, visits and results, each as narrow as journeys need them.
//!
//! A page is read whole, whosever its rows are: so each statement has an end, however little of it is wanted.

use model::{
    AdvertiserId, Code, ConversionId, LinkId, Money, NetworkId, ProgramId, PublisherId, Timestamp, TouchId,
    VisitorId,
    conversion::{ConversionReport, State},
    touch::{LinkParameters, TouchKind},
};
use serde::Deserialize;

use crate::{Error, Kind, Result, Row, Tx, Value, conversions::share, id, touches::code_from};

/// A touch of a publisher's link.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Id.
    pub id: TouchId,
    /// Network.
    pub network_id: NetworkId,
    /// Advertiser.
    pub advertiser_id: AdvertiserId,
    /// Program.
    pub program_id: ProgramId,
    /// Publisher.
    pub publisher_id: PublisherId,
    /// Link.
    pub link_id: LinkId,
    /// Kind.
    pub kind: TouchKind,
    /// When it reached us.
    pub received_at: Timestamp,
    /// The verdict.
    pub code: Code,
    /// The browser, when it may be remembered.
    pub visitor_id: Option<VisitorId>,
    /// The link's parameter `source`, when it was asked for.
    pub source: Option<String>,
}

/// A visit that no publisher's link brought.
#[derive(Debug, Clone)]
pub struct Landing {
    /// Id.
    pub id: TouchId,
    /// Network.
    pub network_id: NetworkId,
    /// Advertiser.
    pub advertiser_id: AdvertiserId,
    /// Program.
    pub program_id: ProgramId,
    /// When it reached us.
    pub received_at: Timestamp,
    /// The verdict.
    pub code: Code,
    /// The browser, when it may be remembered.
    pub visitor_id: Option<VisitorId>,
    /// The text of its arrival; see [`crate::visits::arrival`].
    pub arrival: String,
    /// From where it came, when that was asked for.
    pub place: Place,
}

/// The place of a visitor, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Place {
    /// Two capital letters.
    pub country: Option<String>,
    /// ISO 3166-2 subdivision.
    pub region: Option<String>,
}

/// A conversion as journeys end with it.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Id.
    pub id: ConversionId,
    /// Network.
    pub network_id: NetworkId,
    /// Advertiser.
    pub advertiser_id: AdvertiserId,
    /// Program, when it is known.
    pub program_id: Option<ProgramId>,
    /// When it came.
    pub received_at: Timestamp,
    /// When it happened, bounded by when it came.
    pub occurred_at: Timestamp,
    /// State now.
    pub state: State,
    /// Whether it stands as a result that no publisher is paid for.
    pub own: bool,
    /// What is left of its value.
    pub value: Option<Money>,
    /// What came in.
    pub report: ConversionReport,
}

/// The touches after this id, in the order of their ids; `with_source` says whether links' parameters are read.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn contacts(tx: &mut Tx<'_>, after: TouchId, limit: u32, with_source: bool) -> Result<Vec<Contact>> {
    #[derive(Deserialize)]
    struct Details {
        #[serde(default)]
        parameters: LinkParameters,
    }
    let details = if with_source { "details" } else { "NULL" };
    let sql = format!(
        "SELECT id, network_id, advertiser_id, program_id, publisher_id, link_id, kind, received_at, code, visitor_id, {details} \
         FROM touches WHERE id > $1 ORDER BY id LIMIT {limit}"
    );
    let read = |row: &Row| {
        let touch = TouchId::from_bytes(row.id16(0)?);
        let damaged = |what: &str| Error::Damaged(format!("touch {touch}: {what}"));
        let source = match row.opt_text(10)? {
            None => None,
            Some(text) => {
                let details: Details =
                    serde_json::from_str(text).map_err(|error| damaged(&format!("details: {error}")))?;
                details.parameters.subs.get("source").cloned()
            }
        };
        Ok(Contact {
            id: touch,
            network_id: NetworkId::from_bytes(row.id16(1)?),
            advertiser_id: AdvertiserId::from_bytes(row.id16(2)?),
            program_id: ProgramId::from_bytes(row.id16(3)?),
            publisher_id: PublisherId::from_bytes(row.id16(4)?),
            link_id: LinkId::from_bytes(row.id16(5)?),
            kind: TouchKind::from_number(row.int(6)?).ok_or_else(|| damaged("unknown kind"))?,
            received_at: Timestamp::from_micros(row.int(7)?),
            code: code_from(row.int(8)?).ok_or_else(|| damaged("unknown code"))?,
            visitor_id: row.opt_id16(9)?.map(VisitorId::from_bytes),
            source,
        })
    };
    tx.query(&sql, &[id(after.bytes())])?.iter().map(read).collect()
}

/// The visits after this id, in the order of their ids; `with_place` says whether it is read where they came from.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn landings(tx: &mut Tx<'_>, after: TouchId, limit: u32, with_place: bool) -> Result<Vec<Landing>> {
    #[derive(Deserialize)]
    struct Details {
        #[serde(default)]
        facts: Place,
    }
    let details = if with_place { "details" } else { "NULL" };
    let sql = format!(
        "SELECT id, network_id, advertiser_id, program_id, received_at, code, visitor_id, arrival, {details} FROM visits \
         WHERE id > $1 ORDER BY id LIMIT {limit}"
    );
    let read = |row: &Row| {
        let unknown = || Error::Damaged("visit: unknown code".to_owned());
        let place = match row.opt_text(8)? {
            None => Place::default(),
            Some(text) => {
                let details: Details = serde_json::from_str(text)
                    .map_err(|error| Error::Damaged(format!("details of a visit: {error}")))?;
                details.facts
            }
        };
        Ok(Landing {
            id: TouchId::from_bytes(row.id16(0)?),
            network_id: NetworkId::from_bytes(row.id16(1)?),
            advertiser_id: AdvertiserId::from_bytes(row.id16(2)?),
            program_id: ProgramId::from_bytes(row.id16(3)?),
            received_at: Timestamp::from_micros(row.int(4)?),
            code: code_from(row.int(5)?).ok_or_else(unknown)?,
            visitor_id: row.opt_id16(6)?.map(VisitorId::from_bytes),
            arrival: row.text(7)?.to_owned(),
            place,
        })
    };
    tx.query(&sql, &[id(after.bytes())])?.iter().map(read).collect()
}

/// The conversions after this id, in the order of their ids.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn endings(tx: &mut Tx<'_>, after: ConversionId, limit: u32) -> Result<Vec<Ending>> {
    let sql = format!(
        "SELECT c.id, c.network_id, c.advertiser_id, c.program_id, c.received_at, c.occurred_at, c.state, c.amount, c.currency, \
         c.reversed, o.conversion_id, o.amount, o.currency, c.report \
         FROM (SELECT * FROM conversions WHERE id > $1 ORDER BY id LIMIT {limit}) c \
         LEFT JOIN own_results o ON o.conversion_id = c.id AND o.holds = 1 AND o.present = 1 ORDER BY c.id"
    );
    let read = |row: &Row| {
        let conversion = ConversionId::from_bytes(row.id16(0)?);
        let damaged = |what: &str| Error::Damaged(format!("conversion {conversion}: {what}"));
        let money = |amount: usize, currency: usize| -> Result<Option<Money>> {
            let (Some(units), Some(currency)) = (row.opt_int(amount)?, row.opt_text(currency)?) else {
                return Ok(None);
            };
            let currency = currency.parse().map_err(|_| damaged("unknown currency"))?;
            Ok(Some(Money::from_units(units, currency)))
        };
        let own = row.opt_id16(10)?.is_some();
        let value = if own {
            money(11, 12)?
        } else {
            let reversed = share(row.text(9)?).ok_or_else(|| damaged("unreadable reversed share"))?;
            match money(7, 8)? {
                None => None,
                Some(amount) => {
                    let back = reversed.floor_of(amount.units()).ok_or_else(|| damaged("reversed"))?;
                    Some(Money::from_units(amount.units() - back, amount.currency()))
                }
            }
        };
        Ok(Ending {
            id: conversion,
            network_id: NetworkId::from_bytes(row.id16(1)?),
            advertiser_id: AdvertiserId::from_bytes(row.id16(2)?),
            program_id: row.opt_id16(3)?.map(ProgramId::from_bytes),
            received_at: Timestamp::from_micros(row.int(4)?),
            occurred_at: Timestamp::from_micros(row.int(5)?),
            state: State::from_word(row.text(6)?).ok_or_else(|| damaged("unknown state"))?,
            own,
            value,
            report: serde_json::from_str(row.text(13)?)
                .map_err(|error| damaged(&format!("report: {error}")))?,
        })
    };
    tx.query(&sql, &[id(after.bytes())])?.iter().map(read).collect()
}

/// The browsers of those of these touches that may be remembered.
///
/// # Errors
/// Storage errors.
pub fn browsers(tx: &mut Tx<'_>, touches: &[TouchId]) -> Result<Vec<(TouchId, VisitorId)>> {
    let keys: Vec<Value<'_>> = touches.iter().map(|touch| id(touch.bytes())).collect();
    let sql = "SELECT id, visitor_id FROM touches WHERE id = $key AND visitor_id IS NOT NULL";
    let rows = tx.query_keys(sql, Kind::Bytes, &keys, &[])?;
    rows.iter()
        .map(|row| Ok((TouchId::from_bytes(row.id16(0)?), VisitorId::from_bytes(row.id16(1)?))))
        .collect()
}
