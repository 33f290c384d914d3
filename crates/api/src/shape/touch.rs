//! Parts of touches.

use serde::Serialize;
use utoipa::ToSchema;

/// What is known of the visitor's device, place and request. Absent means unknown or not yours to see.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facts {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<String>,
    /// ISO 3166-2 subdivision.
    pub region: Option<String>,
    /// English name of the city.
    pub city: Option<String>,
    /// Number of the autonomous system.
    pub asn: Option<u32>,
    /// Carrier or internet provider.
    pub carrier: Option<String>,
    /// Kind of connection.
    pub connection: Option<String>,
    /// Whether the address belongs to a data centre.
    pub data_center: Option<bool>,
    /// `desktop`, `mobile`, `tablet`, `tv`, `console`, `bot`.
    pub device: Option<String>,
    /// Operating system.
    pub os: Option<String>,
    /// Its version.
    pub os_version: Option<String>,
    /// Browser.
    pub browser: Option<String>,
    /// First language of the request, primary subtag.
    pub language: Option<String>,
    /// Host of the page the visitor came from.
    pub referrer_host: Option<String>,
    /// User agent, cut to 512 bytes; for the operator.
    pub user_agent: Option<String>,
    /// Truncated address, /24 or /48; for the operator.
    pub address_prefix: Option<String>,
    /// Keyed hash of the address, hex; for the operator.
    pub address_hash: Option<String>,
}
