//! Saved reports and schedules.

use model::{SavedReportId, ScheduleId, Timestamp, WebhookId, access::Membership};
use report::{Viewer, request::Request, schedule::When};
use serde::{Deserialize, Serialize};

use super::{
    Language, eyes,
    kept::{FoundBy, check_receivers, found, keep, kept},
};
use crate::{
    App,
    access::OUTPUT_CHANGE,
    command::Change,
    errors::Refusal,
    reporting::{export::Format, run},
};

/// Longest name.
const NAME_MAX: usize = 200;

/// From which side a report is made, for who stands on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportSide {
    /// The advertiser's.
    Advertiser,
    /// The publisher's.
    Publisher,
}

impl From<ReportSide> for Viewer {
    fn from(side: ReportSide) -> Self {
        match side {
            ReportSide::Advertiser => Self::Advertiser,
            ReportSide::Publisher => Self::Publisher,
        }
    }
}

/// A report that somebody wants again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReport {
    /// Id.
    pub id: SavedReportId,
    /// Its name.
    pub name: String,
    /// Whether the others of the party have it, too.
    pub shared: bool,
    /// The report.
    pub request: Request,
    /// From which side it is made.
    pub side: Option<ReportSide>,
    /// When it was saved.
    pub created_at: Timestamp,
}

/// A report that is sent again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Id.
    pub id: ScheduleId,
    /// The report.
    pub saved_report_id: SavedReportId,
    /// When.
    pub when: When,
    /// As which file.
    pub format: Format,
    /// To these mail addresses.
    pub mails: Vec<String>,
    /// To these webhooks.
    pub webhook_ids: Vec<WebhookId>,
    /// In which language mails are.
    pub language: Language,
    /// With whose eyes it looks.
    pub(super) membership: Membership,
    /// When it was made.
    pub created_at: Timestamp,
}

kept!(SavedReport = "saved_report");
kept!(Schedule = "schedule");

/// What a saved report is made of.
#[derive(Debug, Clone)]
pub struct SavedReportDraft {
    /// Its name.
    pub name: String,
    /// Whether the others of the party have it, too.
    pub shared: bool,
    /// The report.
    pub request: Request,
    /// From which side it is made.
    pub side: Option<ReportSide>,
}

/// Saves a report that its maker could run.
///
/// # Errors
/// `field_invalid`, `right_missing`; storage errors.
pub fn save_report(
    app: &App,
    change: &mut Change<'_, '_>,
    draft: &SavedReportDraft,
) -> Result<SavedReport, Refusal> {
    OUTPUT_CHANGE.check_role(change.actor)?;
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Refusal::field("name", format!("a name has 1 to {NAME_MAX} characters of one line")));
    }
    run::prepare(app, change.actor, &draft.request, draft.side.map(Into::into))?;
    let saved = SavedReport {
        id: SavedReportId::new(change.now, change.entropy),
        name: name.to_owned(),
        shared: draft.shared,
        request: draft.request.clone(),
        side: draft.side,
        created_at: change.now,
    };
    keep(change, &saved, FoundBy { shared: saved.shared, ..FoundBy::default() }, &saved.id)?;
    Ok(saved)
}

/// What a schedule is made of.
#[derive(Debug, Clone)]
pub struct ScheduleDraft {
    /// The report.
    pub saved_report_id: SavedReportId,
    /// When.
    pub when: When,
    /// As which file.
    pub format: Format,
    /// To these mail addresses.
    pub mails: Vec<String>,
    /// To these webhooks.
    pub webhook_ids: Vec<WebhookId>,
    /// In which language mails are.
    pub language: Language,
}

/// Makes a schedule, which is due for the first time after now.
///
/// # Errors
/// `field_invalid`, `not_found`, `right_missing`; storage errors.
pub fn schedule(change: &mut Change<'_, '_>, draft: ScheduleDraft) -> Result<Schedule, Refusal> {
    OUTPUT_CHANGE.check_role(change.actor)?;
    let report = draft.saved_report_id;
    found::<SavedReport>(change.tx, change.actor, report.bytes(), &format!("saved report {report}"))?;
    draft.when.check().map_err(|message| Refusal::field("when", message))?;
    check_receivers(change.tx, change.actor, &draft.mails, &draft.webhook_ids)?;
    let due_at = draft.when.after(change.now);
    let due_at = due_at.ok_or_else(|| Refusal::field("when", "this never comes"))?;
    let made = Schedule {
        id: ScheduleId::new(change.now, change.entropy),
        saved_report_id: draft.saved_report_id,
        when: draft.when,
        format: draft.format,
        mails: draft.mails,
        webhook_ids: draft.webhook_ids,
        language: draft.language,
        membership: eyes(change.actor),
        created_at: change.now,
    };
    let found_by = FoundBy { shared: true, due_at: Some(due_at), publisher_id: None };
    keep(change, &made, found_by, &made.id)?;
    Ok(made)
}
