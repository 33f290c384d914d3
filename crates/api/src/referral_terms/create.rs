//! `POST /api/v1/referral_terms`

use app::{command::Change, configuration::referral_terms};
use model::{Timestamp, referral::ReferralLevel};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ReferralLevelDraft, ReferralTermsView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// What the network is to pay for referrals.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferralTermsDraft {
    /// For conversions that are received from this moment on; a minute from now without it, and at the earliest.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_from: Option<Timestamp>,
    /// What whoever brought the publisher earns, then whoever brought that one; none ends referrals.
    #[schema(max_items = 2)]
    pub levels: Vec<ReferralLevelDraft>,
}

/// Says what the network pays to whoever brings publishers.
#[utoipa::path(post, path = "/api/v1/referral_terms", tag = "referrals", request_body = ReferralTermsDraft,
    responses((status = 201, description = "The terms", body = ReferralTermsView)))]
pub async fn create_referral_terms(write: Write<ReferralTermsDraft>) -> Result<Written, Problem> {
    let effect = |draft: &ReferralTermsDraft, change: &mut Change<'_, '_>| {
        let level = |level: &ReferralLevelDraft| {
            let ReferralLevelDraft { percent, amount, currency } = level.clone();
            ReferralLevel { percent, amount, currency }
        };
        referral_terms::create(change, draft.valid_from, draft.levels.iter().map(level).collect())
    };
    write.run("referral_terms.create", effect, |terms| created(&ReferralTermsView::from(terms))).await
}
