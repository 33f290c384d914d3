//! `GET /api/v1/touches/{touch_id}`

use app::events::touches;
use axum::Json;
use model::TouchId;

use super::TouchView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One touch of yours, or of a program of yours.
#[utoipa::path(get, path = "/api/v1/touches/{touch_id}", tag = "touches",
    responses((status = 200, description = "The touch", body = TouchView)))]
pub async fn get_touch(caller: Caller, Id(id): Id<TouchId>) -> Result<Json<TouchView>, Problem> {
    caller
        .read("touch.get", move |tx, actor| {
            let (touch, eyes) = touches::get(tx, actor, id)?;
            Ok(TouchView::new(touch, eyes))
        })
        .await
}
