//! Exposures: when and where a campaign of an offline channel was seen or heard.

use serde::{Deserialize, Serialize};

use crate::{ids::*, time::Timestamp};

/// One slot of a campaign: a spot on television, an hour of a fair, a day on which a leaflet was handed out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Exposure {
    /// Id.
    pub id: ExposureId,
    /// Its network.
    pub network_id: NetworkId,
    /// Whose it is.
    pub advertiser_id: AdvertiserId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// What tells several of the same moment and place apart, such as the spot and the station; may be empty.
    pub name: String,
    /// Its first moment.
    pub starts_at: Timestamp,
    /// Its last moment, not before the first.
    pub ends_at: Timestamp,
    /// Two capital letters; empty where it was seen everywhere.
    pub country: String,
    /// ISO 3166-2 subdivision, such as `DE-BY`; empty where it was seen in the whole country.
    pub region: String,
    /// How many saw it, when that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impressions: Option<i64>,
    /// The code that it told people to order with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// When it was told.
    pub created_at: Timestamp,
}
