//! `POST /api/v1/saved_reports`

use std::sync::Arc;

use app::{
    command::Change,
    outputs::reports::{self, ReportSide, SavedReportDraft},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::SavedReportView;
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
    reports::{ReportDraft, Side},
};

/// A report to be saved.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSavedReport {
    /// Its name.
    #[schema(example = "Orders of last week")]
    pub name: String,
    /// Whether the others of your party have it, too.
    #[serde(default)]
    pub shared: bool,
    /// The report; what concerns pages is not kept.
    pub report: ReportDraft,
}

/// Saves a report under a name, for yourself or for everybody who stands for the same advertisers and publishers in the same role.
/// A `period` such as `last_week` is kept as it is, and means another week each time.
#[utoipa::path(post, path = "/api/v1/saved_reports", tag = "reports", request_body = NewSavedReport,
    responses((status = 201, description = "The saved report", body = SavedReportView)))]
pub async fn create_saved_report(write: Write<NewSavedReport>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |body: &NewSavedReport, change: &mut Change<'_, '_>| {
        let side = body.report.side.map(|side| match side {
            Side::Advertiser => ReportSide::Advertiser,
            Side::Publisher => ReportSide::Publisher,
        });
        let request = body.report.request();
        let draft = SavedReportDraft { name: body.name.clone(), shared: body.shared, request, side };
        reports::save_report(&app, change, &draft)
    };
    write.run("saved_report.create", effect, |saved| created(&SavedReportView::from(saved))).await
}
