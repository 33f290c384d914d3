//! Statements of publishers: one row each, with the whole paper as JSON and the columns that are searched; and what a
//! publisher's account moved in a period.

use model::{
    Currency, NetworkId, ProgramId, PublisherId, StatementId, Timestamp, billing::Statement, touch::TouchKind,
};

use crate::{Error, Result, Row, Tx, Value, id, search::Search};

/// Stores a statement under its place in the series.
///
/// # Errors
/// [`Error::Unique`] for a period that has its statement already and a number that is taken; other storage errors.
pub fn insert(tx: &mut Tx<'_>, paper: &Statement, (year, ordinal): (i64, i64)) -> Result<()> {
    let body = serde_json::to_string(paper).map_err(|error| Error::Usage(error.to_string()))?;
    let sql = "INSERT INTO statements (id, network_id, publisher_id, year, ordinal, number, currency, period_start, \
               issued_at, opening, closing, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = [
        id(paper.id.bytes()),
        id(paper.network_id.bytes()),
        id(paper.publisher_id.bytes()),
        Value::Int(year),
        Value::Int(ordinal),
        Value::from(&paper.number),
        Value::from(paper.currency.code()),
        Value::Int(paper.period.start.as_micros()),
        Value::Int(paper.issued_at.as_micros()),
        Value::Int(paper.opening.units()),
        Value::Int(paper.closing.units()),
        Value::from(body),
    ];
    tx.execute(sql, &values).map(drop)
}

fn from_row(row: &Row) -> Result<Statement> {
    serde_json::from_str(row.text(0)?).map_err(|error| Error::Damaged(format!("statements: {error}")))
}

/// The statement with this id.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn by_id(tx: &mut Tx<'_>, paper: StatementId) -> Result<Option<Statement>> {
    let row = tx.query_opt("SELECT body FROM statements WHERE id = $1", &[id(paper.bytes())])?;
    row.map(|row| from_row(&row)).transpose()
}

/// What a list of statements is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct StatementFilter {
    /// Network.
    pub network: Option<NetworkId>,
    /// Publishers; an empty list finds nothing.
    pub publishers: Option<Vec<PublisherId>>,
    /// The beginning of their period.
    pub period_start: Option<Timestamp>,
    /// Currency.
    pub currency: Option<Currency>,
}

/// A page of statements, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &StatementFilter,
    before: Option<StatementId>,
    limit: u32,
) -> Result<Vec<Statement>> {
    let mut search = Search::new();
    search.equal("network_id", filter.network.as_ref().map(|it| id(it.bytes())));
    search.among("publisher_id", filter.publishers.as_deref(), |it| id(it.bytes()));
    search.equal("period_start", filter.period_start.map(|at| Value::Int(at.as_micros())));
    search.equal("currency", filter.currency.map(|currency| Value::from(currency.code())));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql = format!("SELECT body FROM statements {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// The beginning of the newest period of a publisher and currency that has its statement.
///
/// # Errors
/// Storage errors.
pub fn newest_period(
    tx: &mut Tx<'_>,
    publisher: PublisherId,
    currency: Currency,
) -> Result<Option<Timestamp>> {
    let sql = "SELECT MAX(period_start) FROM statements WHERE publisher_id = $1 AND currency = $2";
    let row = tx.query_opt(sql, &[id(publisher.bytes()), Value::from(currency.code())])?;
    Ok(row.map(|row| row.opt_int(0)).transpose()?.flatten().map(Timestamp::from_micros))
}

/// What an account was given and gave before a moment: credits less debits, posted.
///
/// # Errors
/// Storage errors.
pub fn posted_before(tx: &mut Tx<'_>, account: &[u8], before: Timestamp) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(CASE WHEN credit = $1 THEN amount ELSE 0 - amount END), 0) AS BIGINT) \
               FROM transfers WHERE (debit = $1 OR credit = $1) AND at < $2 AND phase IN (2, 3)";
    let values = [Value::from(account), Value::Int(before.as_micros())];
    tx.query_opt(sql, &values)?.map_or(Ok(0), |row| row.int(0))
}

/// What of one kind moved an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedRow {
    /// Number of the source's kind.
    pub source_kind: u8,
    /// Number of the leg.
    pub leg: i64,
    /// Whether the account was given it.
    pub credited: bool,
    /// The program, of conversions and touches.
    pub program: Option<ProgramId>,
    /// The action's word, of conversions.
    pub action: Option<String>,
    /// The kind of a touch.
    pub touch: Option<TouchKind>,
    /// How many sources.
    pub count: i64,
    /// How much, above zero.
    pub units: i64,
}

/// What moved an account in a period, summed by what it was.
///
/// # Errors
/// Storage errors.
pub fn moved(tx: &mut Tx<'_>, account: &[u8], from: Timestamp, before: Timestamp) -> Result<Vec<MovedRow>> {
    let sql = "SELECT kind, leg, credited, conversion_program, action, touch_program, touch_kind, \
               COUNT(DISTINCT source), CAST(SUM(amount) AS BIGINT) FROM \
               (SELECT t.source AS source, substr(t.source, 1, 1) AS kind, t.leg AS leg, t.amount AS amount, \
                CAST(CASE WHEN t.credit = $1 THEN 1 ELSE 0 END AS BIGINT) AS credited, c.program_id AS conversion_program, \
                c.action AS action, x.program_id AS touch_program, x.kind AS touch_kind \
                FROM transfers t LEFT JOIN conversions c ON c.id = substr(t.source, 2) \
                LEFT JOIN touches x ON x.id = substr(t.source, 2) \
                WHERE (t.debit = $1 OR t.credit = $1) AND t.at >= $2 AND t.at < $3 AND t.phase IN (2, 3)) moved \
               GROUP BY kind, leg, credited, conversion_program, action, touch_program, touch_kind";
    let values = [Value::from(account), Value::Int(from.as_micros()), Value::Int(before.as_micros())];
    tx.query(sql, &values)?.iter().map(moved_from_row).collect()
}

fn moved_from_row(row: &Row) -> Result<MovedRow> {
    let program = row.opt_id16(3)?.or(row.opt_id16(5)?);
    let kind = row.bytes(0)?.first().copied();
    Ok(MovedRow {
        source_kind: kind.ok_or_else(|| Error::Damaged("a transfer without a source".to_owned()))?,
        leg: row.int(1)?,
        credited: row.int(2)? == 1,
        program: program.map(ProgramId::from_bytes),
        action: row.opt_text(4)?.map(str::to_owned),
        touch: row.opt_int(6)?.and_then(TouchKind::from_number),
        count: row.int(7)?,
        units: row.int(8)?,
    })
}

/// A statement as it is stored, with the columns that its body does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The statement.
    pub paper: Statement,
    /// Whether the columns say what the body says.
    pub same: bool,
}

/// Calls `each` with every statement.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<Stored>) -> Result<()>) -> Result<()> {
    let sql = "SELECT body, id, network_id, publisher_id, number, currency, period_start, issued_at, opening, closing \
               FROM statements ORDER BY id";
    tx.query_each(sql, &[], &mut |row| each(stored_from_row(row)))
}

fn stored_from_row(row: &Row) -> Result<Stored> {
    let paper = from_row(row)?;
    let same = row.id16(1)? == *paper.id.bytes()
        && row.id16(2)? == *paper.network_id.bytes()
        && row.id16(3)? == *paper.publisher_id.bytes()
        && row.text(4)? == paper.number
        && row.text(5)? == paper.currency.code()
        && row.int(6)? == paper.period.start.as_micros()
        && row.int(7)? == paper.issued_at.as_micros()
        && row.int(8)? == paper.opening.units()
        && row.int(9)? == paper.closing.units();
    Ok(Stored { paper, same })
}
