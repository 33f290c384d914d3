//! Balances of publishers that were changed into another currency. A row is never changed; its transfers are in the ledger.

use model::{ExchangeId, Money, NetworkId, PublisherId, Timestamp, exchange::ExchangePath};

use crate::{Error, Result, Row, Tx, Value, id};

/// One change of currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRow {
    /// Id; the source of its transfers.
    pub id: ExchangeId,
    /// Network.
    pub network_id: NetworkId,
    /// Whose balance.
    pub publisher_id: PublisherId,
    /// What he gave.
    pub sold: Money,
    /// What he took.
    pub bought: Money,
    /// The stored rates that it rests on.
    pub path: ExchangePath,
    /// Who did it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str =
    "id, network_id, publisher_id, sold, sold_currency, bought, bought_currency, path, actor, at";

/// Stores a change of currency.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, row: &ExchangeRow) -> Result<()> {
    let path = serde_json::to_string(&row.path).map_err(|error| Error::Usage(error.to_string()))?;
    let sql = format!("INSERT INTO exchanges ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let values = [
        id(row.id.bytes()),
        id(row.network_id.bytes()),
        id(row.publisher_id.bytes()),
        Value::Int(row.sold.units()),
        Value::from(row.sold.currency().code()),
        Value::Int(row.bought.units()),
        Value::from(row.bought.currency().code()),
        Value::from(path),
        Value::from(&row.actor),
        Value::Int(row.at.as_micros()),
    ];
    tx.execute(&sql, &values)?;
    Ok(())
}

/// The changes of a publisher's balances, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_publisher(
    tx: &mut Tx<'_>,
    publisher: PublisherId,
    before: Option<ExchangeId>,
    limit: usize,
) -> Result<Vec<ExchangeRow>> {
    let before = before.unwrap_or(ExchangeId::from_bytes([255; 16]));
    let sql = format!(
        "SELECT {COLUMNS} FROM exchanges WHERE publisher_id = $1 AND id < $2 ORDER BY id DESC LIMIT {limit}"
    );
    tx.query(&sql, &[id(publisher.bytes()), id(before.bytes())])?.iter().map(from_row).collect()
}

/// The change of currency with this id.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn by_id(tx: &mut Tx<'_>, exchange: ExchangeId) -> Result<Option<ExchangeRow>> {
    let sql = format!("SELECT {COLUMNS} FROM exchanges WHERE id = $1");
    tx.query_opt(&sql, &[id(exchange.bytes())])?.map(|row| from_row(&row)).transpose()
}

/// Calls `each` with every row.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<ExchangeRow>) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM exchanges ORDER BY id");
    tx.query_each(&sql, &[], &mut |row| each(from_row(row)))
}

fn from_row(row: &Row) -> Result<ExchangeRow> {
    let exchange = ExchangeId::from_bytes(row.id16(0)?);
    let damaged = |what: &str| Error::Damaged(format!("exchange {exchange}: {what}"));
    let money = |units, code| money(row, units, code)?.ok_or_else(|| damaged("unknown currency"));
    Ok(ExchangeRow {
        id: exchange,
        network_id: NetworkId::from_bytes(row.id16(1)?),
        publisher_id: PublisherId::from_bytes(row.id16(2)?),
        sold: money(3, 4)?,
        bought: money(5, 6)?,
        path: serde_json::from_str(row.text(7)?).map_err(|_| damaged("unreadable rates"))?,
        actor: row.text(8)?.to_owned(),
        at: Timestamp::from_micros(row.int(9)?),
    })
}

/// Units in one column with their currency's code in another; `None` when that is no currency.
pub(crate) fn money(row: &Row, units: usize, code: usize) -> Result<Option<Money>> {
    let units = row.int(units)?;
    Ok(row.text(code)?.parse().ok().map(|currency| Money::from_units(units, currency)))
}
