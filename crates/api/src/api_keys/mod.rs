//! API keys: a subset of their owner's rights, for programs.

pub mod create;
pub mod list;
pub mod revoke;

use model::{
    ApiKeyId, Timestamp, UserId,
    parties::{ApiKey, Status},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{shape, users::MembershipView};

/// An API key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyView {
    /// Id.
    #[schema(value_type = String, example = "key_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ApiKeyId,
    /// The person it belongs to; a disabled owner disables the key.
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// Shown name.
    pub name: String,
    /// What it may do.
    pub membership: MembershipView,
    /// Whether it works; `closed` is revoked.
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// When it stops working; none never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        let ApiKey { id, user_id, name, membership, status, expires_at, created_at, .. } = key;
        Self { id, user_id, name, membership: membership.into(), status, expires_at, created_at }
    }
}
