//! Terms of referrals: what the network pays to whoever brings publishers.

pub mod create;
pub mod list;

use model::{
    Currency, ReferralTermsId, Timestamp,
    referral::{ReferralLevel, ReferralTerms},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What one level earns: either a percent of the commission, in its own currency, or a fixed sum for each conversion that earns a
/// commission.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferralLevelDraft {
    /// Percent as decimal text, up to four places.
    #[serde(default)]
    #[schema(example = "5")]
    pub percent: Option<String>,
    /// A fixed sum as decimal text.
    #[serde(default)]
    pub amount: Option<String>,
    /// The currency of the fixed sum, ISO 4217.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub currency: Option<Currency>,
}

/// What the network pays for referrals from a moment on, until later terms hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralTermsView {
    /// Id.
    #[schema(value_type = String, example = "rft_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ReferralTermsId,
    /// For conversions that were received from this moment on.
    #[schema(value_type = String, format = DateTime)]
    pub valid_from: Timestamp,
    /// What whoever brought the publisher earns, then whoever brought that one.
    pub levels: Vec<ReferralLevelDraft>,
    /// When they were made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<ReferralTerms> for ReferralTermsView {
    fn from(terms: ReferralTerms) -> Self {
        let level = |level: ReferralLevel| {
            let ReferralLevel { percent, amount, currency } = level;
            ReferralLevelDraft { percent, amount, currency }
        };
        Self {
            id: terms.id,
            valid_from: terms.valid_from,
            levels: terms.levels.into_iter().map(level).collect(),
            created_at: terms.created_at,
        }
    }
}
