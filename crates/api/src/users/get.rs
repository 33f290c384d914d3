//! `GET /api/v1/users/{user_id}`

use app::people::users;
use axum::Json;
use model::UserId;

use super::UserView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One person: yourself, or for the operator anybody of the network.
#[utoipa::path(get, path = "/api/v1/users/{user_id}", tag = "users",
    responses((status = 200, description = "The person", body = UserView)))]
pub async fn get_user(caller: Caller, Id(id): Id<UserId>) -> Result<Json<UserView>, Problem> {
    caller.read("user.get", move |tx, actor| Ok(UserView::new(users::get(tx, actor, id)?, actor))).await
}
