//! Campaigns: an advertiser's own media, and what tells that a visit came by one.

use serde::{Deserialize, Serialize};

use crate::{Channel, Day, ids::*, parties::Status, time::Timestamp};

/// What the address of a landing page, or the order, must hold; every member that is given. Values are compared without case.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CampaignRule {
    /// `utm_source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utm_source: Option<String>,
    /// `utm_medium`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utm_medium: Option<String>,
    /// `utm_campaign`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utm_campaign: Option<String>,
    /// `utm_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utm_id: Option<String>,
    /// A click id of an ad system, such as `gclid`, whatever its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub click_id: Option<String>,
    /// The code that came with the order, as an advertisement told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl CampaignRule {
    /// The rule that asks for the code of an order.
    pub fn of_code(code: &str) -> Self {
        Self { code: Some(code.to_owned()), ..Self::default() }
    }

    /// Whether it asks for the code of an order and nothing else.
    pub fn is_of_code(&self) -> bool {
        self.code.is_some() && self.conditions().count() == 1
    }

    /// Its conditions: the parameter, and the value it must have where that matters.
    pub fn conditions(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let utm = [
            ("utm_source", &self.utm_source),
            ("utm_medium", &self.utm_medium),
            ("utm_campaign", &self.utm_campaign),
            ("utm_id", &self.utm_id),
            ("code", &self.code),
        ];
        let utm = utm.into_iter().filter_map(|(name, value)| Some((name, Some(value.as_deref()?))));
        utm.chain(self.click_id.as_deref().map(|name| (name, None)))
    }
}

/// An advertiser's own paid or owned media activity on a channel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Campaign {
    /// Id.
    pub id: CampaignId,
    /// Its network.
    pub network_id: NetworkId,
    /// Whose it is.
    pub advertiser_id: AdvertiserId,
    /// The program that it leads to, when there is one in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_id: Option<ProgramId>,
    /// The channel.
    pub channel: Channel,
    /// Its name.
    pub name: String,
    /// Its id at the ad system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What tells that a visit came by it; any of these.
    #[serde(default)]
    pub rules: Vec<CampaignRule>,
    /// First day; none from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Day>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Day>,
    /// Whether it runs at present.
    #[serde(default)]
    pub status: Status,
    /// When it was made.
    pub created_at: Timestamp,
}
