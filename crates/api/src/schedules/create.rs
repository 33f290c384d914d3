//! `POST /api/v1/schedules`

use app::{
    command::Change,
    outputs::{
        Language, due,
        reports::{self, ScheduleDraft},
    },
    reporting::export::Format,
};
use model::{SavedReportId, WebhookId};
use report::schedule::When;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ScheduleView;
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// What is sent, when and to whom.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSchedule {
    /// The report.
    #[schema(value_type = String)]
    pub saved_report_id: SavedReportId,
    /// `{"every": "day", "hour": 7, "minute": 30, "zone": "Asia/Tehran"}`; `every` is also `{"week": 1}` for each Monday
    /// or `{"month": 31}` for each last of a month.
    #[schema(value_type = Object)]
    pub when: When,
    /// `csv`, `xlsx` or `parquet`.
    #[schema(value_type = String, example = "xlsx")]
    pub format: Format,
    /// Mail addresses.
    #[serde(default)]
    pub mails: Vec<String>,
    /// Webhooks.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub webhook_ids: Vec<WebhookId>,
    /// Language of mails: `en`, when absent, `vi` or `fa`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub language: Language,
}

/// Has a saved report sent again and again, as you may see it: once to each receiver for each moment that it is due. A range such as
/// `last_week` is that of the due moment. What became of it is among the deliveries.
#[utoipa::path(post, path = "/api/v1/schedules", tag = "reports", request_body = NewSchedule,
    responses((status = 201, description = "The schedule", body = ScheduleView)))]
pub async fn create_schedule(write: Write<NewSchedule>) -> Result<Written, Problem> {
    let effect = |body: &NewSchedule, change: &mut Change<'_, '_>| {
        let NewSchedule { saved_report_id, when, format, mails, webhook_ids, language } = body.clone();
        let draft = ScheduleDraft { saved_report_id, when, format, mails, webhook_ids, language };
        let schedule = reports::schedule(change, draft)?;
        let due_at = due::next_of(change.tx, &schedule)?;
        Ok((schedule, due_at))
    };
    write.run("schedule.create", effect, |(made, due_at)| created(&ScheduleView::new(made, due_at))).await
}
