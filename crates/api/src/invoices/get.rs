//! `GET /api/v1/invoices/{invoice_id}`

use app::billing::look;
use axum::Json;
use model::InvoiceId;

use super::InvoiceView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One invoice, credit note or payment receipt, and what became of it.
#[utoipa::path(get, path = "/api/v1/invoices/{invoice_id}", tag = "invoices",
    responses((status = 200, description = "The paper", body = InvoiceView)))]
pub async fn get_invoice(caller: Caller, Id(id): Id<InvoiceId>) -> Result<Json<InvoiceView>, Problem> {
    caller.read("invoice.get", move |tx, actor| Ok(look::paper(tx, actor, id)?.into())).await
}
