//! `GET /api/v1/statements/{statement_id}`

use app::billing::look;
use axum::Json;
use model::StatementId;

use super::StatementView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One statement.
#[utoipa::path(get, path = "/api/v1/statements/{statement_id}", tag = "invoices",
    responses((status = 200, description = "The statement", body = StatementView)))]
pub async fn get_statement(caller: Caller, Id(id): Id<StatementId>) -> Result<Json<StatementView>, Problem> {
    caller.read("statement.get", move |tx, actor| Ok(look::statement(tx, actor, id)?.into())).await
}
