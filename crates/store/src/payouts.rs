//! Payout runs and the payments in them. A state moves only from the one that was read, so of two people who do
//! the same thing at once one finds that nothing is left to do.

use model::{
    Currency, Money, NetworkId, PayoutId, PayoutRunId, PublisherId, Timestamp, UserId,
    payout::{PaymentMethod, Payout, PayoutRunState, PayoutState},
};

use crate::{Error, Kind, Result, Row, Tx, Value, id, search::Search};

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutRun {
    /// Id; also the message id of its file.
    pub id: PayoutRunId,
    /// The network.
    pub network_id: NetworkId,
    /// Where it stands.
    pub state: PayoutRunState,
    /// How everybody in it is paid.
    pub method: PaymentMethod,
    /// In which currency.
    pub currency: Currency,
    /// Everything posted before this moment is paid.
    pub period_end: Timestamp,
    /// JSON of who is not paid and why.
    pub not_paid: String,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// By whom, as in the audit log.
    pub proposed_by: String,
    /// The person behind that.
    pub proposer: Option<UserId>,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// By whom.
    pub approved_by: Option<String>,
    /// When its file was made.
    pub sent_at: Option<Timestamp>,
    /// Its file.
    pub file: Option<FileRow>,
}

/// The file of a run, without its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
}

const RUN_COLUMNS: &str = "id, network_id, state, method, currency, period_end, not_paid, proposed_at, proposed_by, \
                           proposer, approved_at, approved_by, sent_at, file_name, file_type";

/// Stores a new run, which has no file yet.
///
/// # Errors
/// Storage errors.
pub fn insert_run(tx: &mut Tx<'_>, run: &PayoutRun) -> Result<()> {
    let sql = "INSERT INTO payout_runs (id, network_id, state, method, currency, period_end, not_paid, proposed_at, \
               proposed_by, proposer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = [
        id(run.id.bytes()),
        id(run.network_id.bytes()),
        Value::from(run.state.word()),
        Value::from(run.method.word()),
        Value::from(run.currency.code()),
        Value::Int(run.period_end.as_micros()),
        Value::from(&run.not_paid),
        Value::Int(run.proposed_at.as_micros()),
        Value::from(&run.proposed_by),
        run.proposer.as_ref().map_or(Value::Null, |user| id(user.bytes())),
    ];
    tx.execute(sql, &values).map(drop)
}

fn damaged(what: &str) -> Error {
    Error::Damaged(format!("payouts: unreadable {what}"))
}

fn moment(row: &Row, place: usize) -> Result<Option<Timestamp>> {
    Ok(row.opt_int(place)?.map(Timestamp::from_micros))
}

fn run_from_row(row: &Row) -> Result<PayoutRun> {
    let file = match row.opt_text(13)? {
        None => None,
        Some(name) => Some(FileRow { name: name.to_owned(), media_type: row.text(14)?.to_owned() }),
    };
    Ok(PayoutRun {
        id: PayoutRunId::from_bytes(row.id16(0)?),
        network_id: NetworkId::from_bytes(row.id16(1)?),
        state: PayoutRunState::from_word(row.text(2)?).ok_or_else(|| damaged("state"))?,
        method: PaymentMethod::from_word(row.text(3)?).ok_or_else(|| damaged("method"))?,
        currency: row.text(4)?.parse().map_err(|_| damaged("currency"))?,
        period_end: Timestamp::from_micros(row.int(5)?),
        not_paid: row.text(6)?.to_owned(),
        proposed_at: Timestamp::from_micros(row.int(7)?),
        proposed_by: row.text(8)?.to_owned(),
        proposer: row.opt_id16(9)?.map(UserId::from_bytes),
        approved_at: moment(row, 10)?,
        approved_by: row.opt_text(11)?.map(str::to_owned),
        sent_at: moment(row, 12)?,
        file,
    })
}

/// The run with this id.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn run(tx: &mut Tx<'_>, run: PayoutRunId) -> Result<Option<PayoutRun>> {
    let sql = format!("SELECT {RUN_COLUMNS} FROM payout_runs WHERE id = $1");
    tx.query_opt(&sql, &[id(run.bytes())])?.map(|row| run_from_row(&row)).transpose()
}

/// A page of a network's runs, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list_runs(
    tx: &mut Tx<'_>,
    network: NetworkId,
    state: Option<PayoutRunState>,
    before: Option<PayoutRunId>,
    limit: u32,
) -> Result<Vec<PayoutRun>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.equal("state", state.map(|state| Value::from(state.word())));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let condition = search.condition();
    let sql = format!("SELECT {RUN_COLUMNS} FROM payout_runs {condition} ORDER BY id DESC LIMIT {limit}");
    tx.query(&sql, search.parameters())?.iter().map(run_from_row).collect()
}

/// Moves a run on from one state to the next; false when it is not in that state any more.
///
/// # Errors
/// Storage errors.
pub fn move_run(tx: &mut Tx<'_>, run: PayoutRunId, from: PayoutRunState, to: PayoutRunState) -> Result<bool> {
    let sql = "UPDATE payout_runs SET state = $3 WHERE id = $1 AND state = $2";
    Ok(tx.execute(sql, &[id(run.bytes()), Value::from(from.word()), Value::from(to.word())])? == 1)
}

/// Notes who approved a run.
///
/// # Errors
/// Storage errors.
pub fn note_approval(tx: &mut Tx<'_>, run: PayoutRunId, at: Timestamp, by: &str) -> Result<()> {
    let sql = "UPDATE payout_runs SET approved_at = $2, approved_by = $3 WHERE id = $1";
    tx.execute(sql, &[id(run.bytes()), Value::Int(at.as_micros()), Value::from(by)]).map(drop)
}

/// Keeps the file of a run.
///
/// # Errors
/// Storage errors.
pub fn keep_file(
    tx: &mut Tx<'_>,
    run: PayoutRunId,
    file: &FileRow,
    (key_number, sealed): (i64, &[u8]),
    at: Timestamp,
) -> Result<()> {
    let sql = "UPDATE payout_runs SET file_name = $2, file_type = $3, file_key = $4, file_sealed = $5, \
               sent_at = $6 WHERE id = $1 AND file_sealed IS NULL";
    let values = [
        id(run.bytes()),
        Value::from(&file.name),
        Value::from(&file.media_type),
        Value::Int(key_number),
        Value::from(sealed),
        Value::Int(at.as_micros()),
    ];
    match tx.execute(sql, &values)? {
        1 => Ok(()),
        _ => Err(damaged("run: it has a file already")),
    }
}

/// Key number and sealed bytes of a run's file.
///
/// # Errors
/// Storage errors.
pub fn sealed_file(tx: &mut Tx<'_>, run: PayoutRunId) -> Result<Option<(i64, Vec<u8>)>> {
    let sql = "SELECT file_key, file_sealed FROM payout_runs WHERE id = $1 AND file_sealed IS NOT NULL";
    let row = tx.query_opt(sql, &[id(run.bytes())])?;
    row.map(|row| Ok((row.int(0)?, row.bytes(1)?.to_vec()))).transpose()
}

const COLUMNS: &str = "id, run_id, publisher_id, state, currency, payable, gross, withheld, details_version, period_end, \
                       covered_from, reason, approved_at, settled_at";

/// Stores new payments.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, network: NetworkId, payouts: &[Payout]) -> Result<()> {
    let sql = format!(
        "INSERT INTO payouts (network_id, {COLUMNS}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    for payout in payouts {
        let optional = |at: Option<Timestamp>| at.map_or(Value::Null, |at| Value::Int(at.as_micros()));
        let values = [
            id(network.bytes()),
            id(payout.id.bytes()),
            id(payout.run_id.bytes()),
            id(payout.publisher_id.bytes()),
            Value::from(payout.state.word()),
            Value::from(payout.gross.currency().code()),
            Value::Int(payout.payable.units()),
            Value::Int(payout.gross.units()),
            Value::Int(payout.withheld.units()),
            Value::Int(payout.details_version),
            Value::Int(payout.period_end.as_micros()),
            Value::Int(payout.covered_from.as_micros()),
            Value::from(payout.reason.as_deref()),
            optional(payout.approved_at),
            optional(payout.settled_at),
        ];
        tx.execute(&sql, &values)?;
    }
    Ok(())
}

fn from_row(row: &Row) -> Result<Payout> {
    let currency: Currency = row.text(4)?.parse().map_err(|_| damaged("currency"))?;
    Ok(Payout {
        id: PayoutId::from_bytes(row.id16(0)?),
        run_id: PayoutRunId::from_bytes(row.id16(1)?),
        publisher_id: PublisherId::from_bytes(row.id16(2)?),
        state: PayoutState::from_word(row.text(3)?).ok_or_else(|| damaged("state"))?,
        payable: Money::from_units(row.int(5)?, currency),
        gross: Money::from_units(row.int(6)?, currency),
        withheld: Money::from_units(row.int(7)?, currency),
        details_version: row.int(8)?,
        period_end: Timestamp::from_micros(row.int(9)?),
        covered_from: Timestamp::from_micros(row.int(10)?),
        reason: row.opt_text(11)?.map(str::to_owned),
        approved_at: moment(row, 12)?,
        settled_at: moment(row, 13)?,
    })
}

/// The payment with this id, and its network.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn by_id(tx: &mut Tx<'_>, payout: PayoutId) -> Result<Option<(NetworkId, Payout)>> {
    let sql = format!("SELECT {COLUMNS}, network_id FROM payouts WHERE id = $1");
    let row = tx.query_opt(&sql, &[id(payout.bytes())])?;
    row.map(|row| Ok((NetworkId::from_bytes(row.id16(14)?), from_row(&row)?))).transpose()
}

/// The payments of a run, by id.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_run(tx: &mut Tx<'_>, run: PayoutRunId) -> Result<Vec<Payout>> {
    let sql = format!("SELECT {COLUMNS} FROM payouts WHERE run_id = $1 ORDER BY id");
    tx.query(&sql, &[id(run.bytes())])?.iter().map(from_row).collect()
}

/// Every payment to these publishers, by id.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn of_publishers(tx: &mut Tx<'_>, publishers: &[PublisherId]) -> Result<Vec<Payout>> {
    let keys: Vec<Value<'_>> = publishers.iter().map(|it| id(it.bytes())).collect();
    let sql = format!("SELECT {COLUMNS} FROM payouts WHERE publisher_id = $key");
    let rows = tx.query_keys(&sql, Kind::Bytes, &keys, &[])?;
    let mut payouts = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    payouts.sort_unstable_by_key(|payout| payout.id);
    Ok(payouts)
}

/// What a list of payments is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct PayoutFilter {
    /// Publishers; `None` for all.
    pub publishers: Option<Vec<PublisherId>>,
    /// The run.
    pub run: Option<PayoutRunId>,
    /// States; `None` for all.
    pub states: Option<Vec<PayoutState>>,
}

/// A page of a network's payments, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    filter: &PayoutFilter,
    before: Option<PayoutId>,
    limit: u32,
) -> Result<Vec<Payout>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.equal("run_id", filter.run.as_ref().map(|it| id(it.bytes())));
    search.among("publisher_id", filter.publishers.as_deref(), |it| id(it.bytes()));
    search.among("state", filter.states.as_deref(), |state| Value::from(state.word()));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let condition = search.condition();
    let sql = format!("SELECT {COLUMNS} FROM payouts {condition} ORDER BY id DESC LIMIT {limit}");
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// Moves a payment on from the state `from` to what `after` says; false when it is not in that state any more.
///
/// # Errors
/// Storage errors; [`Error::Unique`] when the publisher has another payment on its way.
pub fn advance(tx: &mut Tx<'_>, from: PayoutState, after: &Payout) -> Result<bool> {
    let sql = "UPDATE payouts SET state = $3, reason = $4, approved_at = $5, settled_at = $6, covered_from = $7 \
               WHERE id = $1 AND state = $2";
    let optional = |at: Option<Timestamp>| at.map_or(Value::Null, |at| Value::Int(at.as_micros()));
    let values = [
        id(after.id.bytes()),
        Value::from(from.word()),
        Value::from(after.state.word()),
        Value::from(after.reason.as_deref()),
        optional(after.approved_at),
        optional(after.settled_at),
        Value::Int(after.covered_from.as_micros()),
    ];
    Ok(tx.execute(sql, &values)? == 1)
}

/// Calls `each` with every payment and its network.
///
/// # Errors
/// Storage errors and whatever `each` returns; a row that cannot be read is given as its error.
pub fn for_each(
    tx: &mut Tx<'_>,
    each: &mut dyn FnMut(Result<(NetworkId, Payout)>) -> Result<()>,
) -> Result<()> {
    let sql = format!("SELECT {COLUMNS}, network_id FROM payouts ORDER BY id");
    tx.query_each(&sql, &[], &mut |row| {
        each(from_row(row).and_then(|payout| Ok((NetworkId::from_bytes(row.id16(14)?), payout))))
    })
}

/// What was credited to an account before `credits_before`, less what was taken back of it before `debits_before`.
/// Payments are neither: a payment that came back is no earning.
///
/// # Errors
/// Storage errors.
pub fn posted_before(
    tx: &mut Tx<'_>,
    account: &[u8],
    credits_before: Timestamp,
    debits_before: Timestamp,
) -> Result<i64> {
    let mut sums = [0_i64; 2];
    for (sum, (side, before)) in sums.iter_mut().zip([("credit", credits_before), ("debit", debits_before)]) {
        // Kind 4 of a source is a payment.
        let sql = format!(
            "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM transfers \
             WHERE {side} = $1 AND at < $2 AND phase IN (2, 3) AND substr(source, 1, 1) <> $3"
        );
        let values = [Value::from(account), Value::Int(before.as_micros()), Value::from(vec![4_u8])];
        *sum = tx.query_opt(&sql, &values)?.map_or(Ok(0), |row| row.int(0))?;
    }
    let [credited, debited] = sums;
    Ok(credited.saturating_sub(debited))
}

/// What was posted to these accounts from `from` on, by account; accounts without anything are left out.
///
/// # Errors
/// Storage errors.
pub fn credited_since(tx: &mut Tx<'_>, accounts: &[Vec<u8>], from: Timestamp) -> Result<Vec<(Vec<u8>, i64)>> {
    // Phases 2 and 3 move money; the others promise it.
    let sql = "SELECT credit, CAST(SUM(amount) AS BIGINT) FROM transfers \
               WHERE credit = $key AND at >= $1 AND phase IN (2, 3) GROUP BY credit";
    let keys: Vec<Value<'_>> = accounts.iter().map(|key| Value::from(key.as_slice())).collect();
    let rows = tx.query_keys(sql, Kind::Bytes, &keys, &[Value::Int(from.as_micros())])?;
    rows.iter().map(|row| Ok((row.bytes(0)?.to_vec(), row.int(1)?))).collect()
}
