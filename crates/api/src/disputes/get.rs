//! `GET /api/v1/disputes/{dispute_id}`

use app::events::disputes;
use axum::Json;
use model::DisputeId;

use super::DisputeView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One dispute of yours, from either side.
#[utoipa::path(get, path = "/api/v1/disputes/{dispute_id}", tag = "disputes",
    responses((status = 200, description = "The dispute", body = DisputeView)))]
pub async fn get_dispute(caller: Caller, Id(id): Id<DisputeId>) -> Result<Json<DisputeView>, Problem> {
    caller.read("dispute.get", move |tx, actor| Ok(disputes::get(tx, actor, id)?.into())).await
}
