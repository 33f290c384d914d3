//! Cut ties: keys of customers that make no browsers one person.

pub mod create;
pub mod delete;
pub mod list;

use app::journeys::persons::CutTie;
use model::{AdvertiserId, CutTieId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A key that is shared by several people.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CutTieDraft {
    /// Whose customer.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The advertiser's own id; this or the hash.
    #[schema(example = "till-4")]
    pub customer_id: Option<String>,
    /// SHA-256 of an e-mail address, hex.
    pub email_sha256: Option<String>,
    /// Why.
    #[schema(example = "The till of the shop in Berlin")]
    pub reason: String,
}

/// A key that ties nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct CutTieView {
    /// Id.
    #[schema(value_type = String, example = "cut_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: CutTieId,
    /// Whose customer.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// `customer` or `email`; the key itself is stored as a mark that cannot be read back.
    #[schema(example = "customer")]
    pub kind: String,
    /// Why.
    pub reason: String,
    /// Who, as in the audit log.
    pub actor: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<CutTie> for CutTieView {
    fn from(row: CutTie) -> Self {
        let CutTie { id, advertiser_id, kind, reason, actor, at, .. } = row;
        Self { id, advertiser_id, kind, reason, actor, at }
    }
}
