//! Schedules: saved reports that are sent again and again.

pub mod create;
pub mod delete;
pub mod list;

use app::{
    outputs::{Language, reports::Schedule},
    reporting::export::Format,
};
use model::{SavedReportId, ScheduleId, Timestamp, WebhookId};
use report::schedule::When;
use serde::Serialize;
use utoipa::ToSchema;

/// A schedule.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleView {
    /// Id.
    #[schema(value_type = String, example = "sch_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ScheduleId,
    /// The report.
    #[schema(value_type = String)]
    pub saved_report_id: SavedReportId,
    /// When it is due.
    #[schema(value_type = Object)]
    pub when: When,
    /// When it is due next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// `csv`, `xlsx` or `parquet`.
    #[schema(value_type = String)]
    pub format: Format,
    /// Mail addresses.
    pub mails: Vec<String>,
    /// Webhooks.
    #[schema(value_type = Vec<String>)]
    pub webhook_ids: Vec<WebhookId>,
    /// Language of mails: `en`, `vi` or `fa`.
    #[schema(value_type = String)]
    pub language: Language,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl ScheduleView {
    /// As it is shown.
    pub fn new(schedule: Schedule, due_at: Option<Timestamp>) -> Self {
        let Schedule { id, saved_report_id, when, format, mails, webhook_ids, language, created_at, .. } =
            schedule;
        Self { id, saved_report_id, when, due_at, format, mails, webhook_ids, language, created_at }
    }
}
