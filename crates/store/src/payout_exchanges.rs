//! What payout runs change into the currency that a publisher is paid in. A row says what was proposed and is never changed,
//! but for the exchange that it became.

use model::{ExchangeId, Money, PayoutId, PayoutRunId, PublisherId, exchange::ExchangePath};

use crate::{Error, Kind, Result, Row, Tx, Value, exchanges, id};

/// One balance that a run changes into another currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutExchange {
    /// The payment that it is for.
    pub payout_id: PayoutId,
    /// Its run.
    pub run_id: PayoutRunId,
    /// Whose balance.
    pub publisher_id: PublisherId,
    /// What he gives.
    pub sold: Money,
    /// What he takes.
    pub bought: Money,
    /// The stored rates that it rests on.
    pub path: ExchangePath,
    /// What it became, once the run was approved.
    pub exchange_id: Option<ExchangeId>,
}

const COLUMNS: &str =
    "payout_id, run_id, publisher_id, sold, sold_currency, bought, bought_currency, path, exchange_id";

/// Stores what is proposed.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, rows: &[PayoutExchange]) -> Result<()> {
    let sql = format!("INSERT INTO payout_exchanges ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    for row in rows {
        let path = serde_json::to_string(&row.path).map_err(|error| Error::Usage(error.to_string()))?;
        let values = [
            id(row.payout_id.bytes()),
            id(row.run_id.bytes()),
            id(row.publisher_id.bytes()),
            Value::Int(row.sold.units()),
            Value::from(row.sold.currency().code()),
            Value::Int(row.bought.units()),
            Value::from(row.bought.currency().code()),
            Value::from(path),
            row.exchange_id.as_ref().map_or(Value::Null, |exchange| id(exchange.bytes())),
        ];
        tx.execute(&sql, &values)?;
    }
    Ok(())
}

/// Notes what a proposed one became; false when it had become something before.
///
/// # Errors
/// Storage errors.
pub fn done(tx: &mut Tx<'_>, row: &PayoutExchange, exchange: ExchangeId) -> Result<bool> {
    let sql = "UPDATE payout_exchanges SET exchange_id = $3 \
               WHERE payout_id = $1 AND sold_currency = $2 AND exchange_id IS NULL";
    let currency = Value::from(row.sold.currency().code());
    Ok(tx.execute(sql, &[id(row.payout_id.bytes()), currency, id(exchange.bytes())])? == 1)
}

/// Those of a run, by payment and currency.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_run(tx: &mut Tx<'_>, run: PayoutRunId) -> Result<Vec<PayoutExchange>> {
    let sql =
        format!("SELECT {COLUMNS} FROM payout_exchanges WHERE run_id = $1 ORDER BY payout_id, sold_currency");
    tx.query(&sql, &[id(run.bytes())])?.iter().map(from_row).collect()
}

/// Those of one payment, by currency.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_payout(tx: &mut Tx<'_>, payout: PayoutId) -> Result<Vec<PayoutExchange>> {
    let sql = format!("SELECT {COLUMNS} FROM payout_exchanges WHERE payout_id = $1 ORDER BY sold_currency");
    tx.query(&sql, &[id(payout.bytes())])?.iter().map(from_row).collect()
}

/// Those of these publishers that were carried out.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_publishers(tx: &mut Tx<'_>, publishers: &[PublisherId]) -> Result<Vec<PayoutExchange>> {
    let keys: Vec<Value<'_>> = publishers.iter().map(|it| id(it.bytes())).collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM payout_exchanges WHERE publisher_id = $key AND exchange_id IS NOT NULL"
    );
    tx.query_keys(&sql, Kind::Bytes, &keys, &[])?.iter().map(from_row).collect()
}

/// Calls `each` with every row.
///
/// # Errors
/// Storage errors and whatever `each` returns; a row that cannot be read is given as its error.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<PayoutExchange>) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM payout_exchanges ORDER BY payout_id, sold_currency");
    tx.query_each(&sql, &[], &mut |row| each(from_row(row)))
}

fn from_row(row: &Row) -> Result<PayoutExchange> {
    let payout_id = PayoutId::from_bytes(row.id16(0)?);
    let damaged = |what: &str| Error::Damaged(format!("exchange of payout {payout_id}: {what}"));
    let money = |units, code| exchanges::money(row, units, code)?.ok_or_else(|| damaged("unknown currency"));
    Ok(PayoutExchange {
        payout_id,
        run_id: PayoutRunId::from_bytes(row.id16(1)?),
        publisher_id: PublisherId::from_bytes(row.id16(2)?),
        sold: money(3, 4)?,
        bought: money(5, 6)?,
        path: serde_json::from_str(row.text(7)?).map_err(|_| damaged("unreadable rates"))?,
        exchange_id: row.opt_id16(8)?.map(ExchangeId::from_bytes),
    })
}
