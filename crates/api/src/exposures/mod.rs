//! Exposures: when and where campaigns of offline channels were seen or heard.

pub mod create;
pub mod delete;
pub mod list;

use app::media::{Exposure, ExposureFilter};
use model::{AdvertiserId, CampaignId, ExposureId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::{page::IdCursor, query::Limit};

/// A time at which a campaign was seen or heard away from the network.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExposureView {
    /// Id.
    #[schema(value_type = String, example = "exo_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ExposureId,
    /// Whose it is.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The campaign.
    #[schema(value_type = String)]
    pub campaign_id: CampaignId,
    /// What tells several of the same moment and place apart.
    #[schema(example = "News at eight, spot 2")]
    pub name: String,
    /// First moment.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Last moment.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Country; empty where it was seen everywhere.
    #[schema(example = "DE")]
    pub country: String,
    /// Region; empty where it was seen in the whole country.
    #[schema(example = "DE-BY")]
    pub region: String,
    /// How many saw it.
    pub impressions: Option<i64>,
    /// The code that it told people to order with.
    #[schema(example = "TV10")]
    pub code: Option<String>,
    /// When it was told, or changed last.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Exposure> for ExposureView {
    fn from(slot: Exposure) -> Self {
        let Exposure {
            id,
            network_id: _,
            advertiser_id,
            campaign_id,
            name,
            starts_at,
            ends_at,
            country,
            region,
            impressions,
            code,
            created_at,
        } = slot;
        Self {
            id,
            advertiser_id,
            campaign_id,
            name,
            starts_at,
            ends_at,
            country,
            region,
            impressions,
            code,
            created_at,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExposureQuery {
    /// Only of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only of this campaign.
    #[param(value_type = Option<String>)]
    pub campaign_id: Option<CampaignId>,
    /// Beginning at this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Beginning before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}

impl ExposureQuery {
    /// What the list is narrowed to.
    pub const fn filter(&self) -> ExposureFilter {
        let Self { advertiser_id, campaign_id, from, to, .. } = *self;
        ExposureFilter { advertiser_id, campaign_id, from, to }
    }
}
