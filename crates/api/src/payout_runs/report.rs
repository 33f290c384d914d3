//! `POST /api/v1/payout_runs/{payout_run_id}/report`

use app::{
    command::Change,
    payouts::settle::{self, Format},
};
use model::PayoutRunId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::BankReportView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// What the bank answered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankReport {
    /// In which format.
    pub format: BankReportFormat,
    /// The text of the file.
    pub content: String,
}

/// In which format a bank's report comes.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub enum BankReportFormat {
    /// ISO 20022 pain.002.
    #[serde(rename = "pain.002")]
    Pain002,
    /// Columns `payout_id`, `status` (`confirmed` or `failed`) and `reason`.
    #[serde(rename = "csv")]
    Csv,
}

/// Takes in what the bank answered about a run. The same report again changes nothing.
#[utoipa::path(post, path = "/api/v1/payout_runs/{payout_run_id}/report", tag = "payouts", request_body = BankReport,
    responses((status = 200, description = "What was done", body = BankReportView)))]
pub async fn report_payout_run(
    Id(id): Id<PayoutRunId>,
    write: Write<BankReport>,
) -> Result<Written, Problem> {
    let effect = move |body: &BankReport, change: &mut Change<'_, '_>| {
        let format = match body.format {
            BankReportFormat::Pain002 => Format::Pain002,
            BankReportFormat::Csv => Format::Csv,
        };
        settle::report(change, id, format, &body.content)
    };
    write.run("payout_run.report", effect, |done| changed(&BankReportView::from(done))).await
}
