//! Invoices, credit notes and payment receipts: the papers between the network and its advertisers.

pub mod create;
pub mod get;
pub mod list;
pub mod pdf;

use app::billing::{
    issue::{Issued, LeftOut},
    look::PaperSeen,
};
use model::{
    AdvertiserId, Currency, InvoiceId, Money,
    billing::{Invoice, PaperKind, Span},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// An invoice, a credit note or a payment receipt. It is never changed; what became of an invoice stands beside it.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceView {
    /// The paper.
    #[serde(flatten)]
    #[schema(value_type = shape::billing::Invoice)]
    pub paper: Invoice,
    /// Of an invoice: `open`, `partly_paid`, `paid`, `credited` or `prepaid`.
    pub state: Option<&'static str>,
    /// Of an invoice: what credit notes took off it, taxes included.
    #[schema(value_type = Option<shape::Money>)]
    pub credited: Option<Money>,
    /// Of an invoice: what was paid of it.
    #[schema(value_type = Option<shape::Money>)]
    pub paid: Option<Money>,
    /// Of an invoice: what is still to be paid.
    #[schema(value_type = Option<shape::Money>)]
    pub open: Option<Money>,
}

impl From<PaperSeen> for InvoiceView {
    fn from(PaperSeen { paper, settlement }: PaperSeen) -> Self {
        Self {
            paper,
            state: settlement.map(|it| it.state.word()),
            credited: settlement.map(|it| it.credited),
            paid: settlement.map(|it| it.paid),
            open: settlement.map(|it| it.open),
        }
    }
}

/// An advertiser who got no invoice although there was something to bill.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutView {
    /// Who.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// In which currency.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// `no_billing_profile` or `later_period_closed`.
    pub reason: &'static str,
}

/// What closing a month did.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedView {
    /// The month.
    #[schema(value_type = shape::billing::Span)]
    pub period: Span,
    /// Invoices and credit notes that were issued now.
    #[schema(value_type = Vec<shape::billing::Invoice>)]
    pub issued: Vec<Invoice>,
    /// Those that the month had before.
    #[schema(value_type = Vec<shape::billing::Invoice>)]
    pub existing: Vec<Invoice>,
    /// Who got none although there was something to bill.
    pub left_out: Vec<LeftOutView>,
}

impl From<Issued> for IssuedView {
    fn from(Issued { period, issued, existing, left_out }: Issued) -> Self {
        let view = |LeftOut { advertiser_id, currency, reason }| LeftOutView {
            advertiser_id,
            currency,
            reason: app::billing::issue::NotInvoiced::word(reason),
        };
        Self { period, issued, existing, left_out: left_out.into_iter().map(view).collect() }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InvoiceQuery {
    /// Only of this kind.
    #[param(value_type = Option<shape::billing::PaperKind>)]
    pub kind: Option<PaperKind>,
    /// Only of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only credit notes for this invoice and payment receipts of its payments.
    #[param(value_type = Option<String>)]
    pub refers_to: Option<InvoiceId>,
    /// Only of this month of the network's zone, such as `2026-10`.
    pub period: Option<String>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
