//! `GET /api/v1/setup`

use app::{errors::Refusal, people::setup};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Api, http::problem::Problem};

/// Whether the installation waits for its first start.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupView {
    /// True while there is nobody: send `POST /api/v1/setup`.
    pub open: bool,
    /// Whether whoever forgot his password is mailed a link: `POST /api/v1/password_resets`.
    pub password_mails: bool,
}

/// Whether the installation waits for its first start.
#[utoipa::path(get, path = "/api/v1/setup", tag = "setup", security(()),
    responses((status = 200, description = "The state", body = SetupView)))]
pub async fn get_setup(State(api): State<Api>) -> Result<Json<SetupView>, Problem> {
    let open = api.app.store.read("setup.get", setup::is_open).await.map_err(Refusal::from)?;
    Ok(Json(SetupView { open, password_mails: api.settings.console_address.is_some() }))
}
