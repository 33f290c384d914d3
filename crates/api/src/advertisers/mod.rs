//! Advertisers: who pays for results.

pub mod create;
pub mod fund;
pub mod get;
pub mod list;
pub mod rotate_postback_token;
pub mod rotate_signing_secret;
pub mod update;

use model::{
    AdvertiserId, Money, NetworkId, Timestamp,
    parties::{Advertiser, Billing, PostbackAuth, Status},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shape;

/// What of an advertiser can be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvertiserDraft {
    /// Shown name.
    #[schema(example = "Flower Shop")]
    pub name: String,
    /// Whether it works at present; the operator's to set.
    #[serde(default)]
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// Prepaid or postpaid; the operator's to set.
    #[serde(default)]
    #[schema(value_type = shape::Billing)]
    pub billing: Billing,
    /// How postbacks are proven.
    #[serde(default)]
    pub postback: PostbackDraft,
    /// Below which amounts of prepaid money you are told, one for a currency.
    #[serde(default)]
    #[schema(value_type = Vec<shape::Money>)]
    pub alert_below: Vec<Money>,
}

/// How postbacks are proven, without the secrets: these have calls of their own.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PostbackDraft {
    /// Networks in CIDR notation that postbacks may come from; empty allows all.
    pub allowed_addresses: Vec<String>,
    /// Whether browser conversions (pixel, merit.js) are taken: they carry no proof.
    #[schema(default = true)]
    pub browser_conversions: bool,
    /// How old a signed postback may be, in seconds.
    #[schema(default = 300)]
    pub signature_age_seconds_max: u32,
}

impl From<&PostbackAuth> for PostbackDraft {
    fn from(auth: &PostbackAuth) -> Self {
        Self {
            allowed_addresses: auth.allowed_addresses.clone(),
            browser_conversions: auth.browser_conversions,
            signature_age_seconds_max: auth.signature_age_seconds_max,
        }
    }
}

impl Default for PostbackDraft {
    fn default() -> Self {
        (&PostbackAuth::default()).into()
    }
}

impl AdvertiserDraft {
    /// What of an advertiser can be changed.
    pub fn of(advertiser: &Advertiser) -> Self {
        Self {
            name: advertiser.name.clone(),
            status: advertiser.status,
            billing: advertiser.billing,
            postback: (&advertiser.postback).into(),
            alert_below: advertiser.alert_below.clone(),
        }
    }
    /// The advertiser with this id and with the secrets of `auth`.
    pub fn onto(
        self,
        id: AdvertiserId,
        network_id: NetworkId,
        created_at: Timestamp,
        auth: PostbackAuth,
    ) -> Advertiser {
        let Self { name, status, billing, postback, alert_below } = self;
        let PostbackDraft { allowed_addresses, browser_conversions, signature_age_seconds_max } = postback;
        let postback =
            PostbackAuth { allowed_addresses, browser_conversions, signature_age_seconds_max, ..auth };
        Advertiser { id, network_id, name, status, billing, postback, alert_below, created_at }
    }
}

/// An advertiser.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdvertiserView {
    /// Id.
    #[schema(value_type = String, example = "adv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: AdvertiserId,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// Shown name.
    pub name: String,
    /// Whether it works at present.
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// Prepaid or postpaid.
    #[schema(value_type = shape::Billing)]
    pub billing: Billing,
    /// How postbacks are proven.
    pub postback: PostbackDraft,
    /// Below which amounts of prepaid money its people are told.
    #[schema(value_type = Vec<shape::Money>)]
    pub alert_below: Vec<Money>,
    /// Whether there is a token for postbacks.
    pub has_postback_token: bool,
    /// Whether there is a secret for signed postbacks.
    pub has_signing_secret: bool,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Advertiser> for AdvertiserView {
    fn from(advertiser: Advertiser) -> Self {
        let Advertiser { id, network_id, name, status, billing, postback, alert_below, created_at } =
            advertiser;
        Self {
            id,
            network_id,
            name,
            status,
            billing,
            has_postback_token: postback.token_sha256.is_some(),
            has_signing_secret: postback.signing_secret.is_some(),
            postback: (&postback).into(),
            alert_below,
            created_at,
        }
    }
}

/// An advertiser with a secret that is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdvertiserWithSecret {
    /// The advertiser.
    pub advertiser: AdvertiserView,
    /// The secret; `null` when the request is repeated with the same `Idempotency-Key`.
    pub secret: Option<String>,
}
