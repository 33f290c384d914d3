//! Saved reports: reports that somebody wants again.

pub mod create;
pub mod delete;
pub mod list;

use app::outputs::reports::{ReportSide, SavedReport};
use model::{SavedReportId, Timestamp};
use report::request::Request;
use serde::Serialize;
use utoipa::ToSchema;

/// A saved report.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedReportView {
    /// Id.
    #[schema(value_type = String, example = "svr_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: SavedReportId,
    /// Its name.
    pub name: String,
    /// Whether the others of your party have it, too.
    pub shared: bool,
    /// The report, as `POST /api/v1/reports` takes it.
    #[schema(value_type = Object)]
    pub report: Request,
    /// From which side it is made: `advertiser` or `publisher`.
    #[schema(value_type = Option<String>)]
    pub side: Option<ReportSide>,
    /// When it was saved.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<SavedReport> for SavedReportView {
    fn from(saved: SavedReport) -> Self {
        let SavedReport { id, name, shared, request, side, created_at } = saved;
        Self { id, name, shared, report: request, side, created_at }
    }
}
