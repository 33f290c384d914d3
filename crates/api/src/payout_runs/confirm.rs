//! `POST /api/v1/payout_runs/{payout_run_id}/confirm`

use app::{command::Change, payouts::settle};
use model::PayoutRunId;

use super::BankReportView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Says that the bank paid everything of a run that is still with it.
#[utoipa::path(post, path = "/api/v1/payout_runs/{payout_run_id}/confirm", tag = "payouts",
    responses((status = 200, description = "What was done", body = BankReportView)))]
pub async fn confirm_payout_run(Id(id): Id<PayoutRunId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| settle::confirm_run(change, id);
    write.run("payout_run.confirm", effect, |done| changed(&BankReportView::from(done))).await
}
