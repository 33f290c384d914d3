//! `POST /api/v1/api_keys`

use app::{
    command::Change,
    errors::{ErrorCode, Refusal},
    people::{
        keys::{self, NewKey},
        users,
    },
    secrets_shown::Shown,
};
use model::{Timestamp, parties::ApiKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiKeyView;
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created_with_secret},
    },
    users::MembershipDraft,
};

/// A new API key.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyDraft {
    /// Shown name.
    #[schema(example = "Shop plug-in")]
    pub name: String,
    /// What it may do, never more than you; without it, what you may.
    pub membership: Option<MembershipDraft>,
    /// When it stops working; none never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// An API key with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyWithSecret {
    /// The key.
    pub key: ApiKeyView,
    /// Send it as `Authorization: Bearer mk_...`. Shown this once: `null` when the request is repeated with the same
    /// `Idempotency-Key`.
    #[schema(example = "mk_uB0cPZ1yq2rT3sV4wX5yZ6aB7cD8eF9gH0iJ1kL2mN3")]
    pub secret: Option<String>,
}

/// Makes a key for yourself.
#[utoipa::path(post, path = "/api/v1/api_keys", tag = "api_keys", request_body = ApiKeyDraft,
    responses((status = 201, description = "The key and its secret, shown this once", body = ApiKeyWithSecret)))]
pub async fn create_api_key(write: Write<ApiKeyDraft>) -> Result<Written, Problem> {
    let effect = |draft: &ApiKeyDraft, change: &mut Change<'_, '_>| {
        let nobody = || Refusal::new(ErrorCode::RightMissing, "a key belongs to a person");
        let owner = users::get(change.tx, change.actor, change.actor.user_id().ok_or_else(nobody)?)?;
        let own = change.actor.membership.clone();
        let network = change.actor.network();
        let membership = draft.membership.clone().map_or(own, |membership| membership.of(network));
        let new = NewKey { name: draft.name.clone(), membership, expires_at: draft.expires_at };
        keys::create(change, &owner, new)
    };
    let show = |(key, secret): (ApiKey, Shown)| {
        let secret = Some(secret.text().to_owned());
        created_with_secret(&ApiKeyWithSecret { key: key.into(), secret }, "secret")
    };
    write.run("api_key.create", effect, show).await
}
