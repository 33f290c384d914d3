//! `POST /api/v1/payout_runs/{payout_run_id}/approve`

use std::sync::Arc;

use app::{command::Change, payouts::approve};
use model::PayoutRunId;

use super::PayoutRunDetail;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Approves a run that somebody else proposed: its amounts are promised away from the balances.
#[utoipa::path(post, path = "/api/v1/payout_runs/{payout_run_id}/approve", tag = "payouts",
    responses((status = 200, description = "The run", body = PayoutRunDetail)))]
pub async fn approve_payout_run(Id(id): Id<PayoutRunId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| approve::approve(change, &app.seal_keys, id);
    write.run("payout_run.approve", effect, |seen| changed(&PayoutRunDetail::from(seen))).await
}
