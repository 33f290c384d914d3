//! `POST /api/v1/payout_runs/{payout_run_id}/cancel`

use std::sync::Arc;

use app::{command::Change, payouts::approve};
use model::PayoutRunId;

use super::PayoutRunDetail;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Gives up a run whose file was not made yet; what was promised is free again.
#[utoipa::path(post, path = "/api/v1/payout_runs/{payout_run_id}/cancel", tag = "payouts",
    responses((status = 200, description = "The run", body = PayoutRunDetail)))]
pub async fn cancel_payout_run(Id(id): Id<PayoutRunId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| approve::cancel(change, &app.seal_keys, id);
    write.run("payout_run.cancel", effect, |seen| changed(&PayoutRunDetail::from(seen))).await
}
