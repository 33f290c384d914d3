//! Papers as the parties see them: an advertiser his invoices, a publisher his statements, the operator all of his network.

use model::{
    AdvertiserId, InvoiceId, Money, PublisherId, StatementId,
    billing::{Invoice, PaperKind, Statement},
    calendar,
};
use store::{
    Tx,
    billing::{invoices, statements},
};

use super::{InvoiceFilter, StatementFilter, network_of};
use crate::{
    access::Actor,
    errors::{ErrorCode, Refusal},
    events::page_size,
};

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceState {
    /// Nothing of it is paid.
    Open,
    /// Something of it is paid or credited, and something is open.
    PartlyPaid,
    /// Nothing is open any more.
    Paid,
    /// All of it was credited.
    Credited,
    /// It was settled from what the advertiser had paid in advance.
    Prepaid,
}

impl InvoiceState {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::PartlyPaid => "partly_paid",
            Self::Paid => "paid",
            Self::Credited => "credited",
            Self::Prepaid => "prepaid",
        }
    }
}

/// What became of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// Where it stands.
    pub state: InvoiceState,
    /// What credit notes took off it, gross.
    pub credited: Money,
    /// What was paid of it.
    pub paid: Money,
    /// What is still to be paid; never below zero.
    pub open: Money,
}

/// What became of an invoice, for use cases that have checked who asks.
///
/// # Errors
/// Storage errors.
pub(super) fn settlement(tx: &mut Tx<'_>, invoice: &Invoice) -> Result<Settlement, Refusal> {
    let settled = invoices::settled(tx, invoice.id)?;
    let money = |units| Money::from_units(units, invoice.currency);
    let gross = invoice.gross.units();
    let left = gross.saturating_sub(settled.credited).saturating_sub(settled.paid).max(0);
    let state = match (invoice.prepaid, left) {
        (_, _) if settled.credited >= gross && gross > 0 => InvoiceState::Credited,
        (true, _) => InvoiceState::Prepaid,
        (false, 0) => InvoiceState::Paid,
        (false, left) if left < gross => InvoiceState::PartlyPaid,
        (false, _) => InvoiceState::Open,
    };
    let open = if invoice.prepaid { 0 } else { left };
    Ok(Settlement { state, credited: money(settled.credited), paid: money(settled.paid), open: money(open) })
}

/// A paper with what became of it, when it is an invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperSeen {
    /// The paper.
    pub paper: Invoice,
    /// What became of an invoice.
    pub settlement: Option<Settlement>,
}

impl PaperSeen {
    /// The paper with what became of it.
    ///
    /// # Errors
    /// Storage errors.
    pub fn new(tx: &mut Tx<'_>, paper: Invoice) -> Result<Self, Refusal> {
        let is_invoice = paper.kind == PaperKind::Invoice;
        let settlement = is_invoice.then(|| settlement(tx, &paper)).transpose()?;
        Ok(Self { paper, settlement })
    }
}

/// One invoice, credit note or payment receipt.
///
/// # Errors
/// `not_found`; storage errors.
pub fn paper(tx: &mut Tx<'_>, actor: &Actor, id: InvoiceId) -> Result<PaperSeen, Refusal> {
    let sees = |paper: &Invoice| actor.eyes(paper.network_id, Some(paper.advertiser_id), None).advertiser;
    let found = invoices::by_id(tx, id)?.filter(sees);
    PaperSeen::new(tx, found.ok_or_else(|| Refusal::not_found(format!("invoice {id}")))?)
}

/// What a list of papers is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct WantedPapers {
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// The kind.
    pub kind: Option<PaperKind>,
    /// The invoice that they refer to.
    pub refers_to: Option<InvoiceId>,
    /// The month that they close, such as `2026-10`.
    pub period: Option<String>,
}

fn no_month(text: &str) -> Refusal {
    let field = Some("period".to_owned());
    let message = format!("`{text}` is no month; write it as 2026-10");
    Refusal { field, ..Refusal::new(ErrorCode::ParameterInvalid, message) }
}

/// The beginning of a month that a list is narrowed to.
fn period_start(
    tx: &mut Tx<'_>,
    actor: &Actor,
    period: Option<&str>,
) -> Result<Option<model::Timestamp>, Refusal> {
    let Some(text) = period else { return Ok(None) };
    let zone = network_of(tx, actor.network())?.zone;
    calendar::month(&zone, text).map(|(start, _)| Some(start)).ok_or_else(|| no_month(text))
}

/// Those of `own` (all of the network when none) that are wanted.
fn narrowed<T: Copy + PartialEq>(own: Option<&[T]>, wanted: Option<T>) -> Option<Vec<T>> {
    match (own, wanted) {
        (None, None) => None,
        (None, Some(wanted)) => Some(vec![wanted]),
        (Some(own), None) => Some(own.to_vec()),
        (Some(own), Some(wanted)) => Some(own.iter().copied().filter(|one| *one == wanted).collect()),
    }
}

/// A page of papers, newest first.
///
/// # Errors
/// `parameter_invalid`; storage errors.
pub fn papers(
    tx: &mut Tx<'_>,
    actor: &Actor,
    wanted: &WantedPapers,
    before: Option<InvoiceId>,
    limit: usize,
) -> Result<Vec<PaperSeen>, Refusal> {
    let filter = InvoiceFilter {
        network: Some(actor.network()),
        advertisers: narrowed(actor.advertisers(), wanted.advertiser_id),
        kind: wanted.kind,
        refers_to: wanted.refers_to,
        period_start: period_start(tx, actor, wanted.period.as_deref())?,
        currency: None,
    };
    let found = invoices::list(tx, &filter, before, page_size(limit))?;
    found.into_iter().map(|paper| PaperSeen::new(tx, paper)).collect()
}

/// One statement.
///
/// # Errors
/// `not_found`; storage errors.
pub fn statement(tx: &mut Tx<'_>, actor: &Actor, id: StatementId) -> Result<Statement, Refusal> {
    let sees = |paper: &Statement| actor.eyes(paper.network_id, None, Some(paper.publisher_id)).publisher;
    let found = statements::by_id(tx, id)?.filter(sees);
    found.ok_or_else(|| Refusal::not_found(format!("statement {id}")))
}

/// A page of statements, newest first.
///
/// # Errors
/// `parameter_invalid`; storage errors.
pub fn statements(
    tx: &mut Tx<'_>,
    actor: &Actor,
    publisher: Option<PublisherId>,
    period: Option<&str>,
    before: Option<StatementId>,
    limit: usize,
) -> Result<Vec<Statement>, Refusal> {
    let filter = StatementFilter {
        network: Some(actor.network()),
        publishers: narrowed(actor.publishers(), publisher),
        period_start: period_start(tx, actor, period)?,
        currency: None,
    };
    Ok(statements::list(tx, &filter, before, page_size(limit))?)
}
