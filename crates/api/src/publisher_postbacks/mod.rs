//! Publishers' postbacks: addresses that are called when a conversion of a publisher is decided.

pub mod create;
pub mod delete;
pub mod list;

use app::outputs::postbacks::{PublisherPostback, Status};
use model::{ProgramId, PublisherId, PublisherPostbackId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A postback.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublisherPostbackView {
    /// Id.
    #[schema(value_type = String, example = "ppb_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: PublisherPostbackId,
    /// The publisher.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// Only conversions of this program.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Which decisions are told: `pending`, `approved`, `rejected`, `reversed`.
    #[schema(value_type = Vec<String>)]
    pub statuses: Vec<Status>,
    /// The address with its macros.
    #[schema(example = "https://tracker.example/p?click={ref_id}&sum={payout}&state={status}")]
    pub url: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<PublisherPostback> for PublisherPostbackView {
    fn from(postback: PublisherPostback) -> Self {
        let PublisherPostback { id, publisher_id, program_id, statuses, url, created_at } = postback;
        Self { id, publisher_id, program_id, statuses, url, created_at }
    }
}
