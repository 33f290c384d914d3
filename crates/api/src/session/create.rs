//! `POST /api/v1/session`

use app::people::sessions::{self, SESSION_SECONDS};
use axum::{
    Extension,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ClientAddress,
    http::{problem::Problem, write::OpenWrite},
    users::UserView,
};

/// Who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// E-mail address.
    #[schema(example = "ana@partners.example")]
    pub email: String,
    /// Password.
    #[schema(format = Password)]
    pub password: String,
    /// What the authenticator app shows now, or a recovery code; for whoever has a second factor.
    #[schema(example = "287082")]
    pub code: Option<String>,
}

/// A session that has begun; its cookie is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInView {
    /// The person, with what he may do in each network.
    pub user: UserView,
    /// Send it as `x-csrf-token` with every write.
    pub csrf_token: String,
    /// When the session ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Signs a person in and sets the session's cookie. Whoever has a second factor is told so (`second_factor_needed`) once the password
/// is right, and sends the same again with `code`.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignIn, security(()),
    responses((status = 201, description = "The session", body = SignedInView)))]
pub async fn create_session(
    address: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
    write: OpenWrite<SignIn>,
) -> Result<Response, Problem> {
    let dry_run = write.is_dry_run();
    let OpenWrite { api, body: SignIn { email, password, code }, .. } = write;
    let address = address.map(|Extension(ClientAddress(address))| address);
    let user_agent = headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).map(str::to_owned);
    let wanted = sessions::SignIn { address, email, password, code, user_agent, dry_run };
    let signed_in = sessions::sign_in(&api.app, &api.attempts, wanted).await?;
    let view = SignedInView {
        user: UserView::in_networks(signed_in.user, |_| true),
        csrf_token: signed_in.csrf_token,
        expires_at: signed_in.session.expires_at,
    };
    let mut response = (StatusCode::CREATED, axum::Json(view)).into_response();
    if !dry_run {
        super::set_cookie(&mut response, &api, Some(signed_in.token.text()), SESSION_SECONDS);
    }
    Ok(response)
}
