//! One's own sessions: in which browsers one is signed in.

pub mod end;
pub mod end_others;
pub mod list;

use model::{SessionId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A browser in which one is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnSessionView {
    /// Id.
    #[schema(value_type = String, example = "ses_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: SessionId,
    /// As the browser names itself.
    pub user_agent: Option<String>,
    /// True for the one that asks.
    pub current: bool,
    /// When one signed in.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}
