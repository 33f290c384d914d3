//! Quarantine: requests that could not become touches or conversions, and why.

pub mod list;

use model::{AdvertiserId, Code, NetworkId, QuarantineId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A request that could not become a touch or a conversion.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuarantineView {
    /// Id.
    #[schema(value_type = String, example = "qua_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: QuarantineId,
    /// The network, when it could be told.
    #[schema(value_type = Option<String>)]
    pub network_id: Option<NetworkId>,
    /// The advertiser, when it could be told.
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// `touch` or `conversion`.
    pub kind: String,
    /// Why, as a code.
    #[schema(value_type = String, example = "token_invalid")]
    pub code: Code,
    /// Why, in words with the particulars.
    pub reason: String,
    /// The request without secrets, cut.
    pub request: String,
}
