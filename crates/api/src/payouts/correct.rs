//! `POST /api/v1/payouts/{payout_id}/correct`

use std::sync::Arc;

use app::{command::Change, payouts::settle};
use model::PayoutId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::PayoutView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Why a payment counts as paid after all.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutCorrection {
    /// How it came out; the publisher reads it.
    #[schema(example = "The bank's statement of 3 May shows it as paid")]
    pub reason: String,
}

/// Says that a payment that had failed or come back was paid after all. Its amount is taken from the balance again, which may go below
/// zero; later earnings work it off.
#[utoipa::path(post, path = "/api/v1/payouts/{payout_id}/correct", tag = "payouts", request_body = PayoutCorrection,
    responses((status = 200, description = "The payment", body = PayoutView)))]
pub async fn correct_payout(
    Id(id): Id<PayoutId>,
    write: Write<PayoutCorrection>,
) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |body: &PayoutCorrection, change: &mut Change<'_, '_>| {
        settle::correct(change, &app.seal_keys, id, &body.reason)
    };
    write.run("payout.correct", effect, |seen| changed(&PayoutView::from(seen))).await
}
