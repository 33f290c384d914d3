//! Touches: impressions, clicks and visits, with the verdict on each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{codes::Code, ids::*, money::Money, time::Timestamp};

/// The kind of contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TouchKind {
    /// A banner was loaded.
    Impression,
    /// A tracking link was followed.
    Click,
    /// A landing page with a link's id was seen by the browser script, without a redirect. Earns like a click.
    Visit,
    /// A publisher's coupon that came with a conversion. It is never stored as a touch; the conversion tells of it.
    Coupon,
}

impl TouchKind {
    /// The number in storage; never changed.
    pub const fn number(self) -> i64 {
        match self {
            Self::Impression => 1,
            Self::Click => 2,
            Self::Visit => 3,
            Self::Coupon => 4,
        }
    }
    /// The kind of this stored number.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Impression,
            2 => Self::Click,
            3 => Self::Visit,
            4 => Self::Coupon,
            _ => return None,
        })
    }
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::Click => "click",
            Self::Visit => "visit",
            Self::Coupon => "coupon",
        }
    }
    /// True for kinds that earn like a click.
    pub const fn is_click(self) -> bool {
        matches!(self, Self::Click | Self::Visit)
    }
}

/// What the visitor allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// Storing identifiers is allowed.
    Granted,
    /// It is not.
    Denied,
    /// Nobody said.
    #[default]
    Unknown,
}

/// What is known of the visitor's device, place and request. Absent means unknown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Facts {
    /// ISO 3166-1 alpha-2, upper case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// ISO 3166-2 subdivision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// English name of the city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Number of the autonomous system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asn: Option<u32>,
    /// Carrier or internet provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// Kind of connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// Whether the address belongs to a data centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_center: Option<bool>,
    /// `desktop`, `mobile`, `tablet`, `tv`, `console`, `bot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
    /// Browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// First language of the request, primary subtag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Host of the page the visitor came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer_host: Option<String>,
    /// User agent, cut to 512 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Truncated address: /24 or /48.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_prefix: Option<String>,
    /// Keyed hash of the address, hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_hash: Option<String>,
}

/// What came with a link: sub ids, source, the publisher's own click id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct LinkParameters {
    /// `sub1` to `sub10` and `source`, by name; up to 500 bytes each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub subs: BTreeMap<String, String>,
    /// The publisher's own click id, returned in his postbacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_id: Option<String>,
    /// Verified deep link, when one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The creative that carried the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creative: Option<CreativeId>,
}

/// Money that a touch itself earned (pay per click, per thousand impressions).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TouchEarning {
    /// Version of the contract that paid.
    pub contract_version_id: ContractVersionId,
    /// Rule within it.
    pub rule: String,
    /// How many impressions of this rule and publisher came before (for exact parts of a price per thousand).
    pub ordinal: i64,
    /// What the publisher earns.
    pub commission: Money,
    /// What the network earns.
    pub fee: Money,
}

/// One contact, with its verdict, as stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Touch {
    /// Id; the click id carries it.
    pub id: TouchId,
    /// Kind.
    pub kind: TouchKind,
    /// Network.
    pub network_id: NetworkId,
    /// Link that was followed.
    pub link_id: LinkId,
    /// Program of the link.
    pub program_id: ProgramId,
    /// Publisher of the link.
    pub publisher_id: PublisherId,
    /// Advertiser of the program.
    pub advertiser_id: AdvertiserId,
    /// When it reached us.
    pub received_at: Timestamp,
    /// The verdict.
    pub code: Code,
    /// First of this visitor within the program's unique window, and counted.
    pub unique: bool,
    /// The browser, when it may be remembered.
    pub visitor_id: Option<VisitorId>,
    /// Consent at that moment.
    pub consent: ConsentState,
    /// Where the consent was read from, such as `consent`, `gdpr_consent`, `sec-gpc`, `default`.
    pub consent_source: String,
    /// Where the visitor was sent.
    pub destination: Option<String>,
    /// Device, place and request.
    pub facts: Facts,
    /// Sub ids and the like.
    pub parameters: LinkParameters,
    /// Money earned by the touch itself.
    pub earning: Option<TouchEarning>,
}
