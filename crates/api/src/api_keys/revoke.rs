//! `POST /api/v1/api_keys/{api_key_id}/revoke`

use app::{command::Change, people::keys};
use model::ApiKeyId;

use super::ApiKeyView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Stops a key for good.
#[utoipa::path(post, path = "/api/v1/api_keys/{api_key_id}/revoke", tag = "api_keys",
    responses((status = 200, description = "The revoked key", body = ApiKeyView)))]
pub async fn revoke_api_key(Id(id): Id<ApiKeyId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| keys::revoke(change, id);
    write.run("api_key.revoke", effect, |key| changed(&ApiKeyView::from(key))).await
}
