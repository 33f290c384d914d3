//! Referrals: what a publisher earns for having brought another.

use serde::{Deserialize, Serialize};

use crate::{
    currency::Currency,
    ids::{NetworkId, ReferralTermsId},
    time::Timestamp,
};

/// The most levels: who brought a publisher, and who brought him.
pub const LEVELS_MAX: usize = 2;

/// What a network pays for referrals from a moment on, until later terms hold. They are never changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferralTerms {
    /// Id.
    pub id: ReferralTermsId,
    /// The network, which pays.
    pub network_id: NetworkId,
    /// Conversions that were received from this moment on.
    pub valid_from: Timestamp,
    /// What whoever brought the publisher earns, then whoever brought that one; none ends referrals.
    pub levels: Vec<ReferralLevel>,
    /// When they were made.
    pub created_at: Timestamp,
}

/// What one level earns: a percent of the commission, or a fixed sum for each conversion that earns one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralLevel {
    /// Percent of the commission as decimal text, up to four places, in the commission's own currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// A fixed sum as decimal text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The currency of the fixed sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}
