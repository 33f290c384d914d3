//! Billing profiles: names, addresses and taxes as they stand on invoices and statements.

pub mod get_advertiser;
pub mod get_issuer;
pub mod get_publisher;
pub mod put_advertiser;
pub mod put_issuer;
pub mod put_publisher;

use app::billing::profiles::Profile;
use model::{
    Timestamp,
    billing::{BillingProfile, IssuerProfile},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape;

/// To whom invoices or statements are written.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillingProfileView {
    /// 1, 2, 3, ...: every change is a new version; papers that were issued keep what they show.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    #[schema(value_type = shape::billing::BillingProfile)]
    pub profile: BillingProfile,
    /// When this version was saved.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

impl From<Profile<BillingProfile>> for BillingProfileView {
    fn from(Profile { version, profile, created_at, created_by }: Profile<BillingProfile>) -> Self {
        Self { version, profile, created_at, created_by }
    }
}

/// Who writes the papers of a network.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuerProfileView {
    /// 1, 2, 3, ...: every change is a new version; papers that were issued keep what they show.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    #[schema(value_type = shape::billing::IssuerProfile)]
    pub profile: IssuerProfile,
    /// When this version was saved.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

impl From<Profile<IssuerProfile>> for IssuerProfileView {
    fn from(Profile { version, profile, created_at, created_by }: Profile<IssuerProfile>) -> Self {
        Self { version, profile, created_at, created_by }
    }
}
