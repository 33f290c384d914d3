//! `GET /api/v1/publisher_groups/{group_id}`

use app::configuration::groups;
use axum::Json;
use model::PublisherGroupId;

use super::PublisherGroupView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One group.
#[utoipa::path(get, path = "/api/v1/publisher_groups/{group_id}", tag = "publisher_groups",
    responses((status = 200, description = "The group", body = PublisherGroupView)))]
pub async fn get_publisher_group(
    caller: Caller,
    Id(id): Id<PublisherGroupId>,
) -> Result<Json<PublisherGroupView>, Problem> {
    caller.read("publisher_group.get", move |tx, actor| Ok(groups::get(tx, actor, id)?.0.into())).await
}
