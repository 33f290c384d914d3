//! `POST /api/v1/payout_runs/{payout_run_id}/send`

use std::sync::Arc;

use app::{command::Change, payouts::send};
use model::PayoutRunId;

use super::PayoutRunDetail;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Makes the file of an approved run. From then on it counts as handed to the bank.
#[utoipa::path(post, path = "/api/v1/payout_runs/{payout_run_id}/send", tag = "payouts",
    responses((status = 200, description = "The run", body = PayoutRunDetail)))]
pub async fn send_payout_run(Id(id): Id<PayoutRunId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| send::send(change, &app.seal_keys, id);
    write.run("payout_run.send", effect, |seen| changed(&PayoutRunDetail::from(seen))).await
}
