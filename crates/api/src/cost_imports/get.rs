//! `GET /api/v1/cost_imports/{cost_import_id}`

use app::media::imports;
use axum::Json;
use model::CostImportId;

use super::CostImportView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One import of costs.
#[utoipa::path(get, path = "/api/v1/cost_imports/{cost_import_id}", tag = "campaigns",
    responses((status = 200, description = "The import", body = CostImportView)))]
pub async fn get_cost_import(
    caller: Caller,
    Id(id): Id<CostImportId>,
) -> Result<Json<CostImportView>, Problem> {
    caller.read("cost_import.get", move |tx, actor| CostImportView::of(&imports::get(tx, actor, id)?)).await
}
