//! The network: settings of the tenant.

pub mod get;
pub mod update;

use model::{
    Currency, NetworkId, Timestamp,
    calendar::Zone,
    parties::{DISPUTE_DAYS, Network, UnknownConsent},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shape;

/// Settings of a network.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkDraft {
    /// Shown name.
    #[schema(example = "Example Partners")]
    pub name: String,
    /// Currency of fees and reports, ISO 4217.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    /// Zone of days and months, an IANA name.
    #[schema(value_type = String, example = "Asia/Ho_Chi_Minh")]
    pub zone: Zone,
    /// Where refused clicks go when their program has no fallback; none shows a plain page.
    #[serde(default)]
    pub fallback_url: Option<String>,
    /// What a visitor whose consent is not known may be given.
    #[serde(default)]
    #[schema(value_type = shape::UnknownConsent)]
    pub unknown_consent: UnknownConsent,
    /// How many days old an exchange rate may be to convert an amount: 0 to 365.
    #[serde(default = "seven_days")]
    #[schema(minimum = 0, maximum = 365)]
    pub exchange_days_max: u16,
    /// Within how many days a dispute is to be answered.
    #[serde(default = "dispute_days")]
    #[schema(required = false, default = 30, minimum = 1, maximum = 365)]
    pub dispute_days: u16,
    /// After how many days clicks, views and visits lose in reports what is of one visitor alone: ids, and the moment within a quarter of
    /// an hour. Sums stay; visitors of those days (`reach`) cannot be counted any more. 1 to 3650; absent keeps it.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3650)]
    pub touch_detail_days: Option<u16>,
}

const fn seven_days() -> u16 {
    7
}

const fn dispute_days() -> u16 {
    DISPUTE_DAYS
}

impl NetworkDraft {
    /// What of a network can be changed.
    pub fn of(network: &Network) -> Self {
        Self {
            name: network.name.clone(),
            currency: network.currency,
            zone: network.zone.clone(),
            fallback_url: network.fallback_url.clone(),
            unknown_consent: network.unknown_consent,
            exchange_days_max: network.exchange_days_max,
            dispute_days: network.dispute_days,
            touch_detail_days: network.touch_detail_days,
        }
    }
    /// The network with these settings.
    pub fn onto(self, network: &Network) -> Network {
        let Self {
            name,
            currency,
            zone,
            fallback_url,
            unknown_consent,
            exchange_days_max,
            dispute_days,
            touch_detail_days,
        } = self;
        Network {
            id: network.id,
            name,
            currency,
            zone,
            fallback_url,
            unknown_consent,
            exchange_days_max,
            dispute_days,
            touch_detail_days,
            created_at: network.created_at,
        }
    }
}

/// A network.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkView {
    /// Id.
    #[schema(value_type = String, example = "net_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: NetworkId,
    /// Shown name.
    pub name: String,
    /// Currency of fees and reports.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Zone of days and months.
    #[schema(value_type = String)]
    pub zone: Zone,
    /// Where refused clicks go when their program has no fallback.
    pub fallback_url: Option<String>,
    /// What a visitor whose consent is not known may be given.
    #[schema(value_type = shape::UnknownConsent)]
    pub unknown_consent: UnknownConsent,
    /// How many days old an exchange rate may be to convert an amount.
    pub exchange_days_max: u16,
    /// Within how many days a dispute is to be answered.
    pub dispute_days: u16,
    /// After how many days touches lose in reports what is of one visitor alone.
    pub touch_detail_days: Option<u16>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Network> for NetworkView {
    fn from(network: Network) -> Self {
        let Network {
            id,
            name,
            currency,
            zone,
            fallback_url,
            unknown_consent,
            exchange_days_max,
            dispute_days,
            touch_detail_days,
            created_at,
        } = network;
        Self {
            id,
            name,
            currency,
            zone,
            fallback_url,
            unknown_consent,
            exchange_days_max,
            dispute_days,
            touch_detail_days,
            created_at,
        }
    }
}
