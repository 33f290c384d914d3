//! `DELETE /api/v1/saved_reports/{saved_report_id}`

use app::{
    command::Change,
    outputs::{kept, reports::SavedReport},
};
use model::SavedReportId;

use super::SavedReportView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Removes a saved report. Schedules of it stay, and what they send fails, until they are removed, too.
#[utoipa::path(delete, path = "/api/v1/saved_reports/{saved_report_id}", tag = "reports",
    responses((status = 200, description = "What was removed", body = SavedReportView)))]
pub async fn delete_saved_report(
    Id(id): Id<SavedReportId>,
    write: Write<NoBody>,
) -> Result<Written, Problem> {
    let effect =
        move |_: &NoBody, change: &mut Change<'_, '_>| kept::delete::<SavedReport>(change, id.bytes(), &id);
    write.run("saved_report.delete", effect, |saved| changed(&SavedReportView::from(saved))).await
}
