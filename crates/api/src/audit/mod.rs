//! The audit log: who changed what.

pub mod list;

use model::{AuditId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::http::{page::IdCursor, query::Limit};

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Id.
    #[schema(value_type = String, example = "aud_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: AuditId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who: `user:usr_..`, `key:key_..` or `system`.
    pub actor: String,
    /// What was done, such as `program.create`.
    pub action: String,
    /// To what: the id of the object.
    pub object: String,
    /// The new object, or the members that changed with both values. Secrets are never in it.
    #[schema(value_type = Object)]
    pub change: Value,
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Only changes of the object with this id.
    pub object: Option<String>,
    /// Only changes by this actor, such as `user:usr_..`.
    pub actor: Option<String>,
    /// Only this kind of change, such as `program.update`.
    pub action: Option<String>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
