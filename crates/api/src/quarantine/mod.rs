//! Quarantine: requests that could not become touches or conversions, and why.

pub mod dismiss;
pub mod list;
pub mod replay;

use app::events::quarantine::Entry;
use model::{AdvertiserId, Code, ConversionId, NetworkId, QuarantineId, Timestamp};
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
    /// What became of it; none for an open one.
    pub solution: Option<SolutionView>,
}

/// What became of a request in quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub struct SolutionView {
    /// `replayed` or `dismissed`.
    #[schema(example = "replayed")]
    pub way: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom, as in the audit log.
    pub actor: String,
    /// The conversion that a replay led to; none when it was interrupted: replay it again then.
    #[schema(value_type = Option<String>)]
    pub conversion_id: Option<ConversionId>,
    /// Why it was dismissed.
    pub reason: Option<String>,
}

impl From<Entry> for QuarantineView {
    fn from(Entry { row, solution }: Entry) -> Self {
        Self {
            id: row.id,
            network_id: row.network_id,
            advertiser_id: row.advertiser_id,
            received_at: row.received_at,
            kind: row.kind,
            code: row.code,
            reason: row.reason,
            request: row.request,
            solution: solution.map(|solution| SolutionView {
                way: solution.way.word(),
                at: solution.at,
                actor: solution.actor,
                conversion_id: solution.conversion_id,
                reason: solution.reason,
            }),
        }
    }
}
