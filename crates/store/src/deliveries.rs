//! What is to go out: one row for each thing and receiver, claimed by a worker, and a row for each attempt.

use model::{DeliveryId, NetworkId, Timestamp};

use crate::{Claim, Error, Insert, Kind, Result, Row, Tx, Value, id, search::Search};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is to be tried.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It is not tried any more.
    Failed,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Id.
    pub id: DeliveryId,
    /// Network.
    pub network_id: NetworkId,
    /// The side that wants it.
    pub party: String,
    /// What it is about and for whom: there is one delivery of each.
    pub key: String,
    /// `mail`, `webhook` or `postback`.
    pub channel: String,
    /// A mail address, or the id of the webhook or postback.
    pub target: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was wanted.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// What is sent.
    pub body: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// 1 for the first.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Whether the receiver took it.
    pub delivered: bool,
    /// What was said.
    pub words: String,
}

const COLUMNS: &str =
    "id, network_id, party, key, channel, target, state, attempts, created_at, next_at, body";

/// Adds deliveries; what was wanted before stays as it is.
///
/// # Errors
/// Storage errors.
pub fn want(tx: &mut Tx<'_>, wanted: &[Delivery]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "deliveries",
        columns: &[
            ("id", Kind::Bytes),
            ("network_id", Kind::Bytes),
            ("party", Kind::Text),
            ("key", Kind::Text),
            ("channel", Kind::Text),
            ("target", Kind::Text),
            ("state", Kind::Text),
            ("attempts", Kind::Int),
            ("created_at", Kind::Int),
            ("next_at", Kind::Int),
            ("claimed_until", Kind::Int),
            ("body", Kind::Text),
        ],
        conflict: "ON CONFLICT (key) DO NOTHING",
    };
    let mut values = Vec::with_capacity(wanted.len() * INSERT.columns.len());
    for it in wanted {
        values.extend([
            id(it.id.bytes()),
            id(it.network_id.bytes()),
            Value::from(&it.party),
            Value::from(&it.key),
            Value::from(&it.channel),
            Value::from(&it.target),
            Value::from(it.state.word()),
            Value::Int(it.attempts),
            Value::Int(it.created_at.as_micros()),
            Value::Int(it.next_at.as_micros()),
            Value::Int(0),
            Value::from(&it.body),
        ]);
    }
    tx.insert_many(&INSERT, &values).map(drop)
}

/// Notes of those whose claim ran out that nobody told how the attempt ended, and gives up those that were tried so often; answers with how
/// many were left.
///
/// # Errors
/// Storage errors.
pub fn left(tx: &mut Tx<'_>, now: Timestamp, attempts_max: i64, words: &str) -> Result<u64> {
    let note = "INSERT INTO delivery_attempts (delivery_id, number, at, delivered, words) \
                SELECT id, attempts, claimed_until, 0, $2 FROM deliveries WHERE claimed_until > 0 AND claimed_until <= $1 \
                ON CONFLICT (delivery_id, number) DO NOTHING";
    let now = Value::Int(now.as_micros());
    if tx.execute(note, &[now.clone(), Value::from(words)])? == 0 {
        return Ok(0);
    }
    let free = "UPDATE deliveries SET claimed_until = 0, state = CASE WHEN attempts >= $2 THEN 'failed' ELSE state END \
                WHERE claimed_until > 0 AND claimed_until <= $1";
    tx.execute(free, &[now, Value::Int(attempts_max)])
}

/// Takes some that are due, for as long as `until`; the attempt counts from here, also when whoever took it dies.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn claim(tx: &mut Tx<'_>, now: Timestamp, until: Timestamp, limit: u32) -> Result<Vec<Delivery>> {
    const CLAIM: Claim = Claim {
        table: "deliveries",
        key: "id",
        ready: "state = 'waiting' AND next_at <= $1 AND claimed_until = 0",
        order: "next_at, id",
        set: "claimed_until = $2, attempts = attempts + 1",
        returning: COLUMNS,
    };
    let rows = tx.claim(&CLAIM, limit, &[Value::Int(now.as_micros()), Value::Int(until.as_micros())])?;
    rows.iter().map(from_row).collect()
}

/// Notes how an attempt ended, and where the delivery stands then. Nothing happens when the claim ran out before.
///
/// # Errors
/// Storage errors.
pub fn note(
    tx: &mut Tx<'_>,
    delivery: DeliveryId,
    attempt: &Attempt,
    (state, next_at): (DeliveryState, Timestamp),
) -> Result<()> {
    let set = "UPDATE deliveries SET state = $3, next_at = $4, claimed_until = 0 \
               WHERE id = $1 AND attempts = $2 AND claimed_until > 0";
    let values = [
        id(delivery.bytes()),
        Value::Int(attempt.number),
        Value::from(state.word()),
        Value::Int(next_at.as_micros()),
    ];
    if tx.execute(set, &values)? == 0 {
        return Ok(());
    }
    let sql = "INSERT INTO delivery_attempts (delivery_id, number, at, delivered, words) VALUES ($1, $2, $3, $4, $5)";
    let values = [
        id(delivery.bytes()),
        Value::Int(attempt.number),
        Value::Int(attempt.at.as_micros()),
        Value::Int(i64::from(attempt.delivered)),
        Value::from(&attempt.words),
    ];
    tx.execute(sql, &values).map(drop)
}

/// Leaves a receiver alone until a moment: what waits for him is not tried before.
///
/// # Errors
/// Storage errors.
pub fn spare(tx: &mut Tx<'_>, target: &str, until: Timestamp) -> Result<()> {
    let sql = "UPDATE deliveries SET next_at = $2 WHERE target = $1 AND state = 'waiting' AND next_at < $2 AND claimed_until = 0";
    tx.execute(sql, &[Value::from(target), Value::Int(until.as_micros())]).map(drop)
}

/// Forgets what ended before a moment, with its attempts, some at a time; answers with how many.
///
/// # Errors
/// Storage errors.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    let old =
        "SELECT id FROM deliveries WHERE state <> 'waiting' AND next_at < $1 ORDER BY next_at, id LIMIT 2000";
    let before = Value::Int(before.as_micros());
    tx.execute(
        &format!("DELETE FROM delivery_attempts WHERE delivery_id IN ({old})"),
        std::slice::from_ref(&before),
    )?;
    tx.execute(&format!("DELETE FROM deliveries WHERE id IN ({old})"), &[before])
}

/// Has a failed one tried again from now on.
///
/// # Errors
/// Storage errors.
pub fn retry(tx: &mut Tx<'_>, delivery: DeliveryId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE deliveries SET state = 'waiting', next_at = $2, claimed_until = 0 \
               WHERE id = $1 AND state = 'failed'";
    tx.execute(sql, &[id(delivery.bytes()), Value::Int(now.as_micros())]).map(drop)
}

/// The delivery with this id.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn by_id(tx: &mut Tx<'_>, delivery: DeliveryId) -> Result<Option<Delivery>> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = $1");
    tx.query_opt(&sql, &[id(delivery.bytes())])?.map(|row| from_row(&row)).transpose()
}

/// Deliveries of a network, newest first, before the cursor; of a party where one is named, and the postbacks of others that are named.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    of: Option<(&str, &[String])>,
    state: Option<DeliveryState>,
    before: Option<DeliveryId>,
    limit: u32,
) -> Result<Vec<Delivery>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    if let Some((party, others)) = of {
        let own = search.parameter(Value::from(party));
        let others: Vec<String> = others.iter().map(|it| search.parameter(Value::from(it))).collect();
        search.also(match others.is_empty() {
            true => format!("party = {own}"),
            false => format!("(party = {own} OR channel = 'postback' AND party IN ({}))", others.join(", ")),
        });
    }
    search.equal("state", state.map(|state| Value::from(state.word())));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql =
        format!("SELECT {COLUMNS} FROM deliveries {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// The attempts of a delivery, the first one first.
///
/// # Errors
/// Storage errors.
pub fn attempts(tx: &mut Tx<'_>, delivery: DeliveryId) -> Result<Vec<Attempt>> {
    let sql =
        "SELECT number, at, delivered, words FROM delivery_attempts WHERE delivery_id = $1 ORDER BY number";
    let attempt = |row: &Row| {
        Ok(Attempt {
            number: row.int(0)?,
            at: Timestamp::from_micros(row.int(1)?),
            delivered: row.int(2)? == 1,
            words: row.text(3)?.to_owned(),
        })
    };
    tx.query(sql, &[id(delivery.bytes())])?.iter().map(attempt).collect()
}

fn from_row(row: &Row) -> Result<Delivery> {
    let state =
        DeliveryState::ALL.into_iter().find(|state| row.text(6).is_ok_and(|word| word == state.word()));
    Ok(Delivery {
        id: DeliveryId::from_bytes(row.id16(0)?),
        network_id: NetworkId::from_bytes(row.id16(1)?),
        party: row.text(2)?.to_owned(),
        key: row.text(3)?.to_owned(),
        channel: row.text(4)?.to_owned(),
        target: row.text(5)?.to_owned(),
        state: state.ok_or_else(|| Error::Damaged("deliveries: an unknown state".to_owned()))?,
        attempts: row.int(7)?,
        created_at: Timestamp::from_micros(row.int(8)?),
        next_at: Timestamp::from_micros(row.int(9)?),
        body: row.text(10)?.to_owned(),
    })
}
