//! `GET /api/v1/statements/{statement_id}/pdf`

use app::billing::look;
use axum::response::Response;
use model::StatementId;

use crate::http::{
    caller::Caller,
    paper::{PaperQuery, drawn},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// A statement as PDF, in English, Vietnamese or Persian; the same bytes however often it is downloaded.
#[utoipa::path(get, path = "/api/v1/statements/{statement_id}/pdf", tag = "invoices", params(PaperQuery),
    responses((status = 200, description = "The statement", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn get_statement_pdf(
    caller: Caller,
    Id(id): Id<StatementId>,
    Filters(query): Filters<PaperQuery>,
) -> Result<Response, Problem> {
    let Caller { actor, api, .. } = caller;
    let statement = api.app.store.read("statement.pdf", move |tx| look::statement(tx, &actor, id)).await?;
    let number = statement.number.clone();
    drawn(&number, query.language, move |language| documents::statement_pdf(&statement, language)).await
}
