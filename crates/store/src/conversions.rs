//! Conversions with their decisions and commission lines, and the keys that keep them single.
//!
//! `report` is what came in; it and the rows of `decisions` and `commission_lines` are never changed. The
//! standing columns of a conversion (state, code, commission, ...) mirror its newest decision, so that lists
//! are one query; `merit verify` compares both.

use model::{
    AdvertiserId, Code, ContractVersionId, ConversionId, Currency, LinkId, Money, Share, Timestamp, TouchId,
    conversion::{CommissionLine, ConversionReport, State},
    exchange::LineExchange,
};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id, touches::code_from};

/// A conversion as stored, with where it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// Id.
    pub id: ConversionId,
    /// Network.
    pub network_id: model::NetworkId,
    /// Who reported it.
    pub advertiser_id: AdvertiserId,
    /// Program, when it is known.
    pub program_id: Option<model::ProgramId>,
    /// The publisher with the greatest credit, when anybody earns.
    pub publisher_id: Option<model::PublisherId>,
    /// That publisher's touch.
    pub touch_id: Option<TouchId>,
    /// The action's word.
    pub action: String,
    /// When it came.
    pub received_at: Timestamp,
    /// When it happened, bounded by when it came; windows are judged on this.
    pub occurred_at: Timestamp,
    /// The shop's number of the order.
    pub order_id: Option<String>,
    /// Order value.
    pub amount: Option<Money>,
    /// State now.
    pub state: State,
    /// Code now.
    pub code: Code,
    /// Number of the newest decision.
    pub decision: i64,
    /// What publishers earn now (after reversals), in units of `commission_currency`.
    pub commission: i64,
    /// What the network earns now.
    pub fee: i64,
    /// Currency of commission and fee, when anybody earns.
    pub commission_currency: Option<Currency>,
    /// How much of the order has been taken back.
    pub reversed: Share,
    /// When a pending one is approved by itself.
    pub approve_at: Option<Timestamp>,
    /// For a duplicate: the conversion that counts.
    pub duplicate_of: Option<ConversionId>,
    /// What came in.
    pub report: ConversionReport,
}

impl Conversion {
    /// What publishers earn now.
    pub fn commission_money(&self) -> Option<Money> {
        self.commission_currency.map(|currency| Money::from_units(self.commission, currency))
    }
    /// What the network earns now.
    pub fn fee_money(&self) -> Option<Money> {
        self.commission_currency.map(|currency| Money::from_units(self.fee, currency))
    }
}

const CONVERSIONS: Insert = Insert {
    table: "conversions",
    columns: &[
        ("id", Kind::Bytes),
        ("network_id", Kind::Bytes),
        ("advertiser_id", Kind::Bytes),
        ("program_id", Kind::Bytes),
        ("publisher_id", Kind::Bytes),
        ("touch_id", Kind::Bytes),
        ("action", Kind::Text),
        ("received_at", Kind::Int),
        ("occurred_at", Kind::Int),
        ("order_id", Kind::Text),
        ("amount", Kind::Int),
        ("currency", Kind::Text),
        ("state", Kind::Text),
        ("code", Kind::Int),
        ("decision", Kind::Int),
        ("commission", Kind::Int),
        ("fee", Kind::Int),
        ("commission_currency", Kind::Text),
        ("reversed", Kind::Text),
        ("approve_at", Kind::Int),
        ("duplicate_of", Kind::Bytes),
        ("report", Kind::Text),
    ],
    conflict: "",
};

const COLUMNS: &str = "id, network_id, advertiser_id, program_id, publisher_id, touch_id, action, received_at, occurred_at, \
                       order_id, amount, currency, state, code, decision, commission, fee, commission_currency, reversed, \
                       approve_at, duplicate_of, report";

/// The JSON text of a report; made where there is time, off the writer.
pub fn report_json(report: &ConversionReport) -> String {
    serde_json::to_string(report).expect("a report holds only strings, numbers and maps with string keys")
}

fn text(value: Option<&str>) -> Value<'_> {
    value.map_or(Value::Null, Value::from)
}

/// Stores conversions, each with the text made by [`report_json`].
///
/// # Errors
/// Storage errors.
pub fn insert<'a>(
    tx: &mut Tx<'_>,
    rows: impl ExactSizeIterator<Item = (&'a Conversion, &'a str)>,
) -> Result<()> {
    let mut values = Vec::with_capacity(rows.len() * CONVERSIONS.columns.len());
    for (row, report) in rows {
        values.extend([
            id(row.id.bytes()),
            id(row.network_id.bytes()),
            id(row.advertiser_id.bytes()),
            row.program_id.as_ref().map_or(Value::Null, |it| id(it.bytes())),
            row.publisher_id.as_ref().map_or(Value::Null, |it| id(it.bytes())),
            row.touch_id.as_ref().map_or(Value::Null, |it| id(it.bytes())),
            Value::from(row.action.as_str()),
            Value::Int(row.received_at.as_micros()),
            Value::Int(row.occurred_at.as_micros()),
            text(row.order_id.as_deref()),
            row.amount.map_or(Value::Null, |amount| Value::Int(amount.units())),
            text(row.amount.map(|amount| amount.currency().code())),
            Value::from(row.state.word()),
            Value::Int(i64::from(row.code.number())),
            Value::Int(row.decision),
            Value::Int(row.commission),
            Value::Int(row.fee),
            text(row.commission_currency.map(Currency::code)),
            Value::from(row.reversed.to_string()),
            row.approve_at.map_or(Value::Null, |at| Value::Int(at.as_micros())),
            row.duplicate_of.as_ref().map_or(Value::Null, |it| id(it.bytes())),
            Value::from(report),
        ]);
    }
    tx.insert_many(&CONVERSIONS, &values)?;
    Ok(())
}

fn from_row(row: &Row) -> Result<Conversion> {
    let conversion = ConversionId::from_bytes(row.id16(0)?);
    let damaged = |what: &str| Error::Damaged(format!("conversion {conversion}: {what}"));
    let currency = |text: Option<&str>| match text {
        None => Ok(None),
        Some(code) => code.parse::<Currency>().map(Some).map_err(|error| damaged(&error.to_string())),
    };
    let amount_currency = currency(row.opt_text(11)?)?;
    Ok(Conversion {
        id: conversion,
        network_id: model::NetworkId::from_bytes(row.id16(1)?),
        advertiser_id: AdvertiserId::from_bytes(row.id16(2)?),
        program_id: row.opt_id16(3)?.map(model::ProgramId::from_bytes),
        publisher_id: row.opt_id16(4)?.map(model::PublisherId::from_bytes),
        touch_id: row.opt_id16(5)?.map(TouchId::from_bytes),
        action: row.text(6)?.to_owned(),
        received_at: Timestamp::from_micros(row.int(7)?),
        occurred_at: Timestamp::from_micros(row.int(8)?),
        order_id: row.opt_text(9)?.map(str::to_owned),
        amount: match (row.opt_int(10)?, amount_currency) {
            (Some(units), Some(currency)) => Some(Money::from_units(units, currency)),
            (None, None) => None,
            _ => return Err(damaged("amount without currency or currency without amount")),
        },
        state: State::from_word(row.text(12)?).ok_or_else(|| damaged("unknown state"))?,
        code: code_from(row.int(13)?).ok_or_else(|| damaged("unknown code"))?,
        decision: row.int(14)?,
        commission: row.int(15)?,
        fee: row.int(16)?,
        commission_currency: currency(row.opt_text(17)?)?,
        reversed: share(row.text(18)?).ok_or_else(|| damaged("unreadable reversed share"))?,
        approve_at: row.opt_int(19)?.map(Timestamp::from_micros),
        duplicate_of: row.opt_id16(20)?.map(ConversionId::from_bytes),
        report: serde_json::from_str(row.text(21)?).map_err(|error| damaged(&format!("report: {error}")))?,
    })
}

/// A stored share; unlike shares from outside it may be zero and have any denominator.
pub(crate) fn share(text: &str) -> Option<Share> {
    let (numerator, denominator) = text.split_once('/')?;
    Share::new(numerator.parse().ok()?, denominator.parse().ok()?)
}

/// The conversion with this id.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn by_id(tx: &mut Tx<'_>, conversion: ConversionId) -> Result<Option<Conversion>> {
    Ok(by_ids(tx, &[conversion])?.pop())
}

/// The conversions with these ids, in any order; missing ones are left out.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[ConversionId]) -> Result<Vec<Conversion>> {
    let keys: Vec<Value<'_>> = ids.iter().map(|it| id(it.bytes())).collect();
    let sql = format!("SELECT {COLUMNS} FROM conversions WHERE id = $key");
    tx.query_keys(&sql, Kind::Bytes, &keys, &[])?.iter().map(from_row).collect()
}

/// What a list of conversions is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct ConversionFilter {
    /// Network; always set by callers that act for a party.
    pub network: Option<model::NetworkId>,
    /// Advertisers; an empty list finds nothing.
    pub advertisers: Option<Vec<AdvertiserId>>,
    /// Publishers that earn on it; an empty list finds nothing.
    pub publishers: Option<Vec<model::PublisherId>>,
    /// For managers of both sides: conversions of `advertisers` or of `publishers`, instead of both.
    pub either_side: bool,
    /// Program.
    pub program: Option<model::ProgramId>,
    /// State.
    pub state: Option<State>,
    /// One of these states; an empty list does not narrow.
    pub states: Vec<State>,
    /// Code.
    pub code: Option<Code>,
    /// Action.
    pub action: Option<String>,
    /// Order.
    pub order_id: Option<String>,
    /// First moment of receipt.
    pub from: Option<Timestamp>,
    /// First moment after.
    pub to: Option<Timestamp>,
    /// Only what waits and is approved by itself before this moment.
    pub approve_before: Option<Timestamp>,
}

/// A page of conversions, newest first, before the cursor `before`.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &ConversionFilter,
    before: Option<ConversionId>,
    limit: u32,
) -> Result<Vec<Conversion>> {
    let mut search = crate::search::Search::new();
    search.equal("network_id", filter.network.as_ref().map(|it| id(it.bytes())));
    let advertisers = filter.advertisers.as_deref().map(|list| {
        let places: Vec<String> = list.iter().map(|it| search.parameter(id(it.bytes()))).collect();
        if places.is_empty() {
            "1 = 0".to_owned()
        } else {
            format!("advertiser_id IN ({})", places.join(", "))
        }
    });
    let publishers = filter.publishers.as_deref().map(|list| {
        let places: Vec<String> = list.iter().map(|it| search.parameter(id(it.bytes()))).collect();
        if places.is_empty() {
            "1 = 0".to_owned()
        } else {
            let places = places.join(", ");
            format!("id IN (SELECT conversion_id FROM commission_lines WHERE publisher_id IN ({places}))")
        }
    });
    match (advertisers, publishers) {
        (Some(one), Some(other)) if filter.either_side => search.also(format!("({one} OR {other})")),
        (one, other) => one.into_iter().chain(other).for_each(|condition| search.also(condition)),
    }
    search.equal("program_id", filter.program.as_ref().map(|it| id(it.bytes())));
    search.equal("state", filter.state.map(|state| Value::from(state.word())));
    if !filter.states.is_empty() {
        let words: Vec<String> =
            filter.states.iter().map(|state| search.parameter(Value::from(state.word()))).collect();
        search.also(format!("state IN ({})", words.join(", ")));
    }
    search.equal("code", filter.code.map(|code| Value::Int(i64::from(code.number()))));
    search.equal("action", filter.action.as_deref().map(Value::from));
    search.equal("order_id", filter.order_id.as_deref().map(Value::from));
    search.compare("received_at", ">=", filter.from.map(|at| Value::Int(at.as_micros())));
    search.compare("received_at", "<", filter.to.map(|at| Value::Int(at.as_micros())));
    if let Some(moment) = filter.approve_before {
        search.also("state = 'pending'".to_owned());
        search.compare("approve_at", "<", Some(Value::Int(moment.as_micros())));
    }
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql =
        format!("SELECT {COLUMNS} FROM conversions {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// Pending conversions whose hold has ended, longest waiting first.
///
/// # Errors
/// Storage errors.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<ConversionId>> {
    let sql = format!(
        "SELECT id FROM conversions WHERE state = 'pending' AND approve_at <= $1 ORDER BY approve_at, id LIMIT {limit}"
    );
    let rows = tx.query(&sql, &[Value::Int(now.as_micros())])?;
    rows.iter().map(|row| Ok(ConversionId::from_bytes(row.id16(0)?))).collect()
}

/// Which conversions [`of_orders`] looks for.
#[derive(Debug, Clone, Copy)]
pub struct OfOrders<'a> {
    /// Network.
    pub network: model::NetworkId,
    /// Advertisers; `None` for all, an empty list finds nothing.
    pub advertisers: Option<&'a [AdvertiserId]>,
    /// Numbers of the orders.
    pub orders: &'a [String],
    /// The action; `None` for all.
    pub action: Option<&'a str>,
    /// One of these states.
    pub states: &'a [State],
}

/// Up to `limit` conversions of these orders, newest first. Everything is narrowed before the limit is counted: an order
/// number is the shop's own word, and another's rows with the same one must not push its rows out.
///
/// # Errors
/// Storage errors.
pub fn of_orders(tx: &mut Tx<'_>, wanted: &OfOrders<'_>, limit: u32) -> Result<Vec<Conversion>> {
    let mut search = crate::search::Search::new();
    search.equal("network_id", Some(id(wanted.network.bytes())));
    search.among("advertiser_id", wanted.advertisers, |it| id(it.bytes()));
    search.among("order_id", Some(wanted.orders), |order| Value::from(order.as_str()));
    search.equal("action", wanted.action.map(Value::from));
    search.among("state", Some(wanted.states), |state| Value::from(state.word()));
    let sql =
        format!("SELECT {COLUMNS} FROM conversions {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// When the newest conversion was received.
///
/// # Errors
/// Storage errors.
pub fn newest_received(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let row = tx.query_opt("SELECT received_at FROM conversions ORDER BY id DESC LIMIT 1", &[])?;
    row.map(|row| row.int(0).map(Timestamp::from_micros)).transpose()
}

/// Pending conversions that are approved by themselves before `moment` and of which nobody was warned for that date,
/// soonest first.
///
/// # Errors
/// Storage errors.
pub fn unwarned(tx: &mut Tx<'_>, moment: Timestamp, limit: u32) -> Result<Vec<(ConversionId, Timestamp)>> {
    let sql = format!(
        "SELECT id, approve_at FROM conversions WHERE state = 'pending' AND approve_at <= $1 AND NOT EXISTS \
         (SELECT 1 FROM approval_warnings w WHERE w.conversion_id = conversions.id \
         AND w.approve_at = conversions.approve_at) ORDER BY approve_at, id LIMIT {limit}"
    );
    let rows = tx.query(&sql, &[Value::Int(moment.as_micros())])?;
    rows.iter()
        .map(|row| Ok((ConversionId::from_bytes(row.id16(0)?), Timestamp::from_micros(row.int(1)?))))
        .collect()
}

/// Notes that both parties are warned of these approvals.
///
/// # Errors
/// Storage errors; a warning that was noted before is a unique violation.
pub fn insert_warnings(tx: &mut Tx<'_>, at: Timestamp, warned: &[(ConversionId, Timestamp)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "approval_warnings",
        columns: &[("conversion_id", Kind::Bytes), ("approve_at", Kind::Int), ("at", Kind::Int)],
        conflict: "",
    };
    let mut values = Vec::with_capacity(warned.len() * INSERT.columns.len());
    for (conversion, approve_at) in warned {
        values.extend([
            id(conversion.bytes()),
            Value::Int(approve_at.as_micros()),
            Value::Int(at.as_micros()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// Calls `each` with every stored conversion in the order of their ids.
///
/// # Errors
/// Storage errors, damaged rows and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<Conversion>) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM conversions ORDER BY id");
    tx.query_each(&sql, &[], &mut |row| each(from_row(row)))
}

/// Where a conversion stands after a new decision.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// State.
    pub state: State,
    /// Code.
    pub code: Code,
    /// Number of the newest decision.
    pub decision: i64,
    /// What publishers earn now.
    pub commission: i64,
    /// What the network earns now.
    pub fee: i64,
    /// How much of the order has been taken back.
    pub reversed: Share,
    /// When a pending one is approved by itself.
    pub approve_at: Option<Timestamp>,
}

/// Mirrors a new decision in the conversion's standing columns, if its newest decision is still the one before.
/// Returns whether it was; `false` means that somebody else decided in between.
///
/// # Errors
/// Storage errors.
pub fn set_standing(tx: &mut Tx<'_>, conversion: ConversionId, standing: &Standing) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE conversions SET state = $1, code = $2, decision = $3, commission = $4, fee = $5, reversed = $6, \
         approve_at = $7 WHERE id = $8 AND decision = $9",
        &[
            Value::from(standing.state.word()),
            Value::Int(i64::from(standing.code.number())),
            Value::Int(standing.decision),
            Value::Int(standing.commission),
            Value::Int(standing.fee),
            Value::from(standing.reversed.to_string()),
            standing.approve_at.map_or(Value::Null, |at| Value::Int(at.as_micros())),
            id(conversion.bytes()),
            Value::Int(standing.decision - 1),
        ],
    )?;
    Ok(changed == 1)
}

/// Stores the commission lines of conversions.
///
/// # Errors
/// Storage errors.
pub fn insert_lines<'a>(
    tx: &mut Tx<'_>,
    lines: impl Iterator<Item = (ConversionId, i64, &'a CommissionLine)>,
) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "commission_lines",
        columns: &[
            ("conversion_id", Kind::Bytes),
            ("line", Kind::Int),
            ("publisher_id", Kind::Bytes),
            ("touch_id", Kind::Bytes),
            ("link_id", Kind::Bytes),
            ("contract_version_id", Kind::Bytes),
            ("rule", Kind::Text),
            ("credit", Kind::Text),
            ("commission", Kind::Int),
            ("fixed", Kind::Int),
            ("fee", Kind::Int),
            ("currency", Kind::Text),
            ("exchange", Kind::Text),
        ],
        conflict: "",
    };
    let mut values = Vec::new();
    for (conversion, place, line) in lines {
        values.extend([
            Value::from(conversion.bytes().to_vec()),
            Value::Int(place),
            id(line.publisher_id.bytes()),
            id(line.touch_id.bytes()),
            id(line.link_id.bytes()),
            id(line.contract_version_id.bytes()),
            Value::from(line.rule.as_str()),
            Value::from(line.credit.to_string()),
            Value::Int(line.commission.units()),
            Value::Int(line.fixed.units()),
            Value::Int(line.fee.units()),
            Value::from(line.commission.currency().code()),
            line.exchange.as_ref().map_or(Value::Null, |exchange| Value::from(exchange_json(exchange))),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

fn exchange_json(exchange: &LineExchange) -> String {
    serde_json::to_string(exchange).expect("amounts, fractions and days are strings")
}

/// The commission lines of these conversions, by conversion and place.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn lines(
    tx: &mut Tx<'_>,
    conversions: &[ConversionId],
) -> Result<Vec<(ConversionId, i64, CommissionLine)>> {
    let keys: Vec<Value<'_>> = conversions.iter().map(|it| id(it.bytes())).collect();
    let rows = tx.query_keys(
        "SELECT conversion_id, line, publisher_id, touch_id, link_id, contract_version_id, rule, credit, commission, fixed, \
         fee, currency, exchange FROM commission_lines WHERE conversion_id = $key",
        Kind::Bytes,
        &keys,
        &[],
    )?;
    let mut lines = rows.iter().map(line_from_row).collect::<Result<Vec<_>>>()?;
    lines.sort_unstable_by_key(|(conversion, place, _)| (*conversion, *place));
    Ok(lines)
}

fn line_from_row(row: &Row) -> Result<(ConversionId, i64, CommissionLine)> {
    let conversion = ConversionId::from_bytes(row.id16(0)?);
    let damaged = |what: &str| Error::Damaged(format!("commission line of {conversion}: {what}"));
    let currency: Currency = row.text(11)?.parse().map_err(|_| damaged("unknown currency"))?;
    let line = CommissionLine {
        publisher_id: model::PublisherId::from_bytes(row.id16(2)?),
        touch_id: TouchId::from_bytes(row.id16(3)?),
        link_id: LinkId::from_bytes(row.id16(4)?),
        contract_version_id: ContractVersionId::from_bytes(row.id16(5)?),
        rule: row.text(6)?.to_owned(),
        credit: share(row.text(7)?).ok_or_else(|| damaged("unreadable credit"))?,
        commission: Money::from_units(row.int(8)?, currency),
        fixed: Money::from_units(row.int(9)?, currency),
        fee: Money::from_units(row.int(10)?, currency),
        exchange: row
            .opt_text(12)?
            .map(serde_json::from_str)
            .transpose()
            .map_err(|_| damaged("unreadable exchange"))?,
    };
    Ok((conversion, row.int(1)?, line))
}

/// The conversions that hold these keys.
///
/// # Errors
/// Storage errors.
pub fn dedup_find(tx: &mut Tx<'_>, keys: &[[u8; 16]]) -> Result<Vec<([u8; 16], ConversionId)>> {
    let values: Vec<Value<'_>> = keys.iter().map(id).collect();
    let rows = tx.query_keys(
        "SELECT key, conversion_id FROM dedup_keys WHERE key = $key",
        Kind::Bytes,
        &values,
        &[],
    )?;
    rows.iter().map(|row| Ok((row.id16(0)?, ConversionId::from_bytes(row.id16(1)?)))).collect()
}

/// Claims keys for conversions, for ever. A key that is taken is a unique violation.
///
/// # Errors
/// Storage errors.
pub fn dedup_claim(tx: &mut Tx<'_>, keys: &[([u8; 16], ConversionId)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "dedup_keys",
        columns: &[("key", Kind::Bytes), ("conversion_id", Kind::Bytes)],
        conflict: "",
    };
    let values: Vec<Value<'_>> =
        keys.iter().flat_map(|(key, conversion)| [id(key), id(conversion.bytes())]).collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// How many keys each conversion of the store holds.
///
/// # Errors
/// Storage errors.
pub fn dedup_all(tx: &mut Tx<'_>) -> Result<Vec<([u8; 16], ConversionId)>> {
    let rows = tx.query("SELECT key, conversion_id FROM dedup_keys", &[])?;
    rows.iter().map(|row| Ok((row.id16(0)?, ConversionId::from_bytes(row.id16(1)?)))).collect()
}
