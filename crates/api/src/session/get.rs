//! `GET /api/v1/session`

use app::{
    errors::Refusal,
    people::{sessions, users},
};
use axum::Json;
use model::NetworkId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::{caller::Caller, problem::Problem},
    users::{MembershipView, UserView},
};

/// Who asks, and as what.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// The person, or the owner of the key.
    pub user: Option<UserView>,
    /// As what the request acts.
    pub acting_as: MembershipView,
    /// Send it as `x-csrf-token` with every write; none for an API key.
    pub csrf_token: Option<String>,
}

/// Who you are: the person behind the session or key, and as what you act.
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses((status = 200, description = "Who you are", body = SessionView)))]
pub async fn get_session(caller: Caller) -> Result<Json<SessionView>, Problem> {
    let csrf_token = caller.cookie.as_deref().map(sessions::csrf_token);
    let with_cookie = caller.cookie.is_some();
    caller
        .read("session.get", move |tx, actor| {
            let user = actor.user_id().map(|id| users::get(tx, actor, id)).transpose()?;
            // A key tells nothing about networks that it does not work in.
            let shown = |network: NetworkId| with_cookie || network == actor.network();
            Ok::<_, Refusal>(SessionView {
                user: user.map(|user| UserView::in_networks(user, shown)),
                acting_as: actor.membership.clone().into(),
                csrf_token: csrf_token.clone(),
            })
        })
        .await
}
