//! `GET /api/v1/invoices`

use app::billing::look::{self, PaperSeen, WantedPapers};
use axum::Json;
use model::InvoiceId;

use super::{InvoiceQuery, InvoiceView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Invoices, credit notes and payment receipts, newest first: all of the network for the operator, else those of the advertisers
/// one acts for.
#[utoipa::path(get, path = "/api/v1/invoices", tag = "invoices", params(InvoiceQuery),
    responses((status = 200, description = "A page of papers", body = Page<InvoiceView>)))]
pub async fn list_invoices(
    caller: Caller,
    Filters(query): Filters<InvoiceQuery>,
) -> Result<Json<Page<InvoiceView>>, Problem> {
    let before = query.cursor.map(|cursor| InvoiceId::from_bytes(cursor.bytes()));
    let wanted = WantedPapers {
        advertiser_id: query.advertiser_id,
        kind: query.kind,
        refers_to: query.refers_to,
        period: query.period,
    };
    caller
        .read("invoice.list", move |tx, actor| {
            let found = look::papers(tx, actor, &wanted, before, asked(query.limit))?;
            let cursor = |seen: &PaperSeen| seen.paper.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, InvoiceView::from))
        })
        .await
}
