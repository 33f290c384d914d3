//! `POST /api/v1/password_links/look`

use app::people::password_links;
use axum::Json;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::{problem::Problem, write::OpenWrite};

/// A link that somebody holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordLinkToken {
    /// The token.
    #[schema(example = "ml_uB0cPZ1yq2rT3sV4wX5yZ6aB7cD8eF9gH0iJ1kL2mN3")]
    pub token: String,
}

/// What a link is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordLinkSeen {
    /// `invitation` or `reset`.
    #[schema(example = "invitation")]
    pub purpose: &'static str,
    /// Whose name.
    pub name: String,
    /// With what he signs in.
    pub email: String,
    /// Until when it works.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// What a one-time link is for. It changes nothing; the token is in the body, so that no log has it. A link that is unknown, was used,
/// replaced or has ended is not found.
#[utoipa::path(post, path = "/api/v1/password_links/look", tag = "session", request_body = PasswordLinkToken,
    security(()), responses((status = 200, description = "What it is for", body = PasswordLinkSeen)))]
pub async fn look_at_password_link(
    write: OpenWrite<PasswordLinkToken>,
) -> Result<Json<PasswordLinkSeen>, Problem> {
    let OpenWrite { api, body: PasswordLinkToken { token }, .. } = write;
    let now = api.app.clock.now();
    let looked = api.app.store.read("password_link.look", move |tx| password_links::look(tx, &token, now));
    let seen = looked.await?;
    Ok(Json(PasswordLinkSeen {
        purpose: seen.purpose.word(),
        name: seen.name,
        email: seen.email,
        expires_at: seen.expires_at,
    }))
}
