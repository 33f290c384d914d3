//! `GET /api/v1/invoices/{invoice_id}/pdf`

use app::billing::look;
use axum::response::Response;
use model::InvoiceId;

use crate::http::{
    caller::Caller,
    paper::{PaperQuery, drawn},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// An invoice, credit note or payment receipt as PDF, in English, Vietnamese or Persian; the same bytes however often it is
/// downloaded.
#[utoipa::path(get, path = "/api/v1/invoices/{invoice_id}/pdf", tag = "invoices", params(PaperQuery),
    responses((status = 200, description = "The paper", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn get_invoice_pdf(
    caller: Caller,
    Id(id): Id<InvoiceId>,
    Filters(query): Filters<PaperQuery>,
) -> Result<Response, Problem> {
    let Caller { actor, api, .. } = caller;
    let seen = api.app.store.read("invoice.pdf", move |tx| look::paper(tx, &actor, id)).await?;
    let number = seen.paper.number.clone();
    drawn(&number, query.language, move |language| documents::invoice_pdf(&seen.paper, language)).await
}
