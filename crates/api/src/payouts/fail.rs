//! `POST /api/v1/payouts/{payout_id}/fail`

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

/// Why a payment failed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutFailure {
    /// The bank's code or words; the publisher reads them.
    #[schema(example = "AC04 account closed")]
    pub reason: String,
}

/// Says that a payment failed, or came back after it had been confirmed; its amount is back on the balance.
#[utoipa::path(post, path = "/api/v1/payouts/{payout_id}/fail", tag = "payouts", request_body = PayoutFailure,
    responses((status = 200, description = "The payment", body = PayoutView)))]
pub async fn fail_payout(Id(id): Id<PayoutId>, write: Write<PayoutFailure>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |body: &PayoutFailure, change: &mut Change<'_, '_>| {
        settle::fail(change, &app.seal_keys, id, &body.reason)
    };
    write.run("payout.fail", effect, |seen| changed(&PayoutView::from(seen))).await
}
