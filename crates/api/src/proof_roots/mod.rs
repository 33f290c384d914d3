//! The roots of each day's decisions, for whoever wants to keep them.

pub mod list;

use app::proof::SignedRoot;
use model::{Day, NetworkId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::http::{page::Cursor, query::Limit};

/// The record of a UTC day: keep it, and nothing of that day or before can be changed unseen.
#[derive(Debug, Serialize, ToSchema)]
pub struct RootRecordView {
    /// The network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// The UTC day.
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    /// How many decisions the tree holds.
    pub leaves: u64,
    /// Root of the Merkle tree over them (RFC 6962, SHA-256), in hex.
    pub root: String,
    /// SHA-256 of the record before in canonical JSON, in hex; zeros when there is none.
    pub previous: String,
}

/// A record with its hash and the installation's signature.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedRootView {
    /// The record.
    pub record: RootRecordView,
    /// SHA-256 of the record in canonical JSON, in hex: `previous` of the next one.
    pub record_sha256: String,
    /// Ed25519 over the record in canonical JSON: `algorithm`, `public_key`, `value`.
    #[schema(value_type = Object)]
    pub signature: Value,
}

impl From<SignedRoot> for SignedRootView {
    fn from(root: SignedRoot) -> Self {
        let app::proof::RootRecord { network_id, day, leaves, root: hash, previous } = root.record;
        Self {
            record: RootRecordView { network_id, day, leaves, root: hash, previous },
            record_sha256: root.record_sha256,
            signature: serde_json::to_value(root.signature).expect("a signature is three strings"),
        }
    }
}

/// What a page is asked with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProofRootQuery {
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}
