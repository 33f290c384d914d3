//! Invoices, credit notes and payment receipts: one row each, with the whole paper as JSON and the columns that are searched.

use model::{
    AdvertiserId, Currency, InvoiceId, NetworkId, Timestamp,
    billing::{Invoice, PaperKind},
};

use crate::{Error, Result, Row, Tx, Value, id, search::Search};

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Damaged(format!("invoices: {error}"))
}

/// Stores a paper under its place in the series of its kind.
///
/// # Errors
/// [`Error::Unique`] for a period that is closed already and a number that is taken; other storage errors.
pub fn insert(tx: &mut Tx<'_>, paper: &Invoice, (year, ordinal): (i64, i64)) -> Result<()> {
    let body = serde_json::to_string(paper).map_err(|error| Error::Usage(error.to_string()))?;
    let sql = "INSERT INTO invoices (id, network_id, advertiser_id, kind, year, ordinal, number, currency, period_start, \
               refers_to, issued_at, net, billed, gross, body) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let values = [
        id(paper.id.bytes()),
        id(paper.network_id.bytes()),
        id(paper.advertiser_id.bytes()),
        Value::from(paper.kind.word()),
        Value::Int(year),
        Value::Int(ordinal),
        Value::from(&paper.number),
        Value::from(paper.currency.code()),
        paper.period.map_or(Value::Null, |period| Value::Int(period.start.as_micros())),
        paper.refers_to.as_ref().map_or(Value::Null, |other| id(other.id.bytes())),
        Value::Int(paper.issued_at.as_micros()),
        Value::Int(paper.net.units()),
        Value::Int(paper.billed.units()),
        Value::Int(paper.gross.units()),
        Value::from(body),
    ];
    tx.execute(sql, &values).map(drop)
}

fn from_row(row: &Row) -> Result<Invoice> {
    serde_json::from_str(row.text(0)?).map_err(damaged)
}

/// The paper with this id.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn by_id(tx: &mut Tx<'_>, paper: InvoiceId) -> Result<Option<Invoice>> {
    let row = tx.query_opt("SELECT body FROM invoices WHERE id = $1", &[id(paper.bytes())])?;
    row.map(|row| from_row(&row)).transpose()
}

/// What a list of papers is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct InvoiceFilter {
    /// Network.
    pub network: Option<NetworkId>,
    /// Advertisers; an empty list finds nothing.
    pub advertisers: Option<Vec<AdvertiserId>>,
    /// Kind.
    pub kind: Option<PaperKind>,
    /// The invoice that they refer to.
    pub refers_to: Option<InvoiceId>,
    /// The beginning of their period.
    pub period_start: Option<Timestamp>,
    /// Currency.
    pub currency: Option<Currency>,
}

/// A page of papers, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &InvoiceFilter,
    before: Option<InvoiceId>,
    limit: u32,
) -> Result<Vec<Invoice>> {
    let mut search = Search::new();
    search.equal("network_id", filter.network.as_ref().map(|it| id(it.bytes())));
    search.among("advertiser_id", filter.advertisers.as_deref(), |it| id(it.bytes()));
    search.equal("kind", filter.kind.map(|kind| Value::from(kind.word())));
    search.equal("refers_to", filter.refers_to.as_ref().map(|it| id(it.bytes())));
    search.equal("period_start", filter.period_start.map(|at| Value::Int(at.as_micros())));
    search.equal("currency", filter.currency.map(|currency| Value::from(currency.code())));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql = format!("SELECT body FROM invoices {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// What stands against an advertiser's papers of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// What all of them together leave below a coin.
    pub carried: i64,
    /// The beginning of the newest period that is closed.
    pub newest_period: Option<Timestamp>,
}

/// What the papers of an advertiser and currency carry to the next one.
///
/// # Errors
/// Storage errors.
pub fn standing(tx: &mut Tx<'_>, advertiser: AdvertiserId, currency: Currency) -> Result<Standing> {
    let sql = "SELECT CAST(COALESCE(SUM(CASE WHEN kind = 'invoice' THEN net - billed ELSE billed - net END), 0) \
               AS BIGINT), MAX(period_start) FROM invoices \
               WHERE advertiser_id = $1 AND currency = $2 AND kind IN ('invoice', 'credit_note')";
    let row = tx.query_opt(sql, &[id(advertiser.bytes()), Value::from(currency.code())])?;
    row.map_or(Ok(Standing::default()), |row| {
        Ok(Standing { carried: row.int(0)?, newest_period: row.opt_int(1)?.map(Timestamp::from_micros) })
    })
}

/// What was credited of an invoice and paid of it, both gross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    /// By credit notes.
    pub credited: i64,
    /// By payments.
    pub paid: i64,
}

/// What was credited and paid of an invoice.
///
/// # Errors
/// Storage errors.
pub fn settled(tx: &mut Tx<'_>, invoice: InvoiceId) -> Result<Settled> {
    let sql = "SELECT kind, CAST(SUM(gross) AS BIGINT) FROM invoices WHERE refers_to = $1 GROUP BY kind";
    let mut settled = Settled::default();
    for row in tx.query(sql, &[id(invoice.bytes())])? {
        match PaperKind::from_word(row.text(0)?) {
            Some(PaperKind::CreditNote) => settled.credited = row.int(1)?,
            Some(PaperKind::PaymentReceipt) => settled.paid = row.int(1)?,
            _ => return Err(damaged("a reference from another kind of paper")),
        }
    }
    Ok(settled)
}

/// A paper as it is stored, with the columns that its body does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The paper.
    pub paper: Invoice,
    /// Year of its number; 0 where the years do not begin anew.
    pub year: i64,
    /// Place in the series.
    pub ordinal: i64,
    /// Whether the other columns say what the body says.
    pub same: bool,
}

/// Calls `each` with every paper, in the order of issue within an advertiser and currency.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<Stored>) -> Result<()>) -> Result<()> {
    let sql = "SELECT body, id, network_id, advertiser_id, kind, number, currency, period_start, refers_to, issued_at, \
               net, billed, gross, year, ordinal FROM invoices ORDER BY advertiser_id, currency, issued_at, \
               CASE WHEN kind = 'invoice' THEN 0 ELSE 1 END, ordinal";
    tx.query_each(sql, &[], &mut |row| each(stored_from_row(row)))
}

fn stored_from_row(row: &Row) -> Result<Stored> {
    let paper = from_row(row)?;
    let refers = paper.refers_to.as_ref().map(|other| *other.id.bytes());
    let same = row.id16(1)? == *paper.id.bytes()
        && row.id16(2)? == *paper.network_id.bytes()
        && row.id16(3)? == *paper.advertiser_id.bytes()
        && row.text(4)? == paper.kind.word()
        && row.text(5)? == paper.number
        && row.text(6)? == paper.currency.code()
        && row.opt_int(7)? == paper.period.map(|period| period.start.as_micros())
        && row.opt_id16(8)? == refers
        && row.int(9)? == paper.issued_at.as_micros()
        && row.int(10)? == paper.net.units()
        && row.int(11)? == paper.billed.units()
        && row.int(12)? == paper.gross.units();
    Ok(Stored { paper, year: row.int(13)?, ordinal: row.int(14)?, same })
}
