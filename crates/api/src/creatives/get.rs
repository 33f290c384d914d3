//! `GET /api/v1/creatives/{creative_id}`

use app::configuration::creatives;
use axum::Json;
use model::CreativeId;

use super::CreativeView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One creative; of those that are not shown publishers see none.
#[utoipa::path(get, path = "/api/v1/creatives/{creative_id}", tag = "creatives",
    responses((status = 200, description = "The creative", body = CreativeView)))]
pub async fn get_creative(caller: Caller, Id(id): Id<CreativeId>) -> Result<Json<CreativeView>, Problem> {
    let now = caller.api.app.clock.now();
    caller
        .read("creative.get", move |tx, actor| Ok(CreativeView::at(creatives::get(tx, actor, id, now)?, now)))
        .await
}
