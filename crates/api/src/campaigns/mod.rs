//! Campaigns: an advertiser's own media activity on a channel.

pub mod create;
pub mod get;
pub mod list;
pub mod update;

use model::{
    AdvertiserId, CampaignId, Channel, Day, NetworkId, ProgramId, Timestamp,
    campaign::{Campaign, CampaignRule},
    parties::Status,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// What of a campaign can be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignDraft {
    /// Whose it is; fixed once it is set.
    #[schema(value_type = String, example = "adv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub advertiser_id: AdvertiserId,
    /// The program that it leads to, when there is one in particular; fixed once it is set.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// The channel; fixed once it is set. Publishers are paid by contracts and nobody buys direct visits, so those two have no
    /// campaigns.
    #[schema(value_type = shape::Channel)]
    pub channel: Channel,
    /// Its name, once among those of its advertiser on its channel.
    #[schema(example = "Brand – Search")]
    pub name: String,
    /// Its id at the ad system.
    #[serde(default)]
    #[schema(example = "1234567890")]
    pub external_id: Option<String>,
    /// What tells that a visitor came by it: any of these. Without rules it is told by its id or name in `utm_id` or `utm_campaign`.
    #[serde(default)]
    #[schema(value_type = Vec<shape::CampaignRule>)]
    pub rules: Vec<CampaignRule>,
    /// First day; none from the beginning.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub starts_on: Option<Day>,
    /// Last day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub ends_on: Option<Day>,
    /// Whether it runs at present.
    #[serde(default)]
    #[schema(value_type = shape::Status)]
    pub status: Status,
}

impl CampaignDraft {
    /// What of a campaign can be changed.
    pub fn of(campaign: Campaign) -> Self {
        let Campaign {
            advertiser_id,
            program_id,
            channel,
            name,
            external_id,
            rules,
            starts_on,
            ends_on,
            status,
            ..
        } = campaign;
        Self { advertiser_id, program_id, channel, name, external_id, rules, starts_on, ends_on, status }
    }

    /// The campaign with what cannot be written.
    pub fn onto(self, id: CampaignId, network_id: NetworkId, created_at: Timestamp) -> Campaign {
        let Self { advertiser_id, program_id, channel, name, external_id, rules, starts_on, ends_on, status } =
            self;
        Campaign {
            id,
            network_id,
            advertiser_id,
            program_id,
            channel,
            name,
            external_id,
            rules,
            starts_on,
            ends_on,
            status,
            created_at,
        }
    }
}

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignView {
    /// Id.
    #[schema(value_type = String, example = "cmp_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: CampaignId,
    /// What can be written.
    #[serde(flatten)]
    pub campaign: CampaignDraft,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Campaign> for CampaignView {
    fn from(campaign: Campaign) -> Self {
        Self { id: campaign.id, created_at: campaign.created_at, campaign: CampaignDraft::of(campaign) }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CampaignQuery {
    /// Only of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only on this channel.
    #[param(value_type = Option<shape::Channel>)]
    pub channel: Option<Channel>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
