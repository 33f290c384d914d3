//! `GET /api/v1/links/{link_id}`

use app::configuration::links;
use axum::Json;
use model::LinkId;

use super::LinkView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One link: your own, or one to a program of yours.
#[utoipa::path(get, path = "/api/v1/links/{link_id}", tag = "links",
    responses((status = 200, description = "The link", body = LinkView)))]
pub async fn get_link(caller: Caller, Id(id): Id<LinkId>) -> Result<Json<LinkView>, Problem> {
    caller.read("link.get", move |tx, actor| Ok(links::get(tx, actor, id)?.0.into())).await
}
