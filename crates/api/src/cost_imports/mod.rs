//! What was said at once about the costs of campaigns: files, days over the API, and undoings.

pub mod create;
pub mod get;
pub mod list;
pub mod undo;

use std::collections::BTreeMap;

use app::{
    errors::Refusal,
    media::{
        CostImport, Question,
        imports::{self, Summary},
    },
};
use model::{AdvertiserId, CostImportId, Day, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What became of what was said at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostImportView {
    /// Id.
    #[schema(value_type = String, example = "cim_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: CostImportId,
    /// Whose costs.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// `file`, `api`, or `undo`.
    pub kind: String,
    /// The file's name.
    pub file_name: Option<String>,
    /// SHA-256 of the file, hex.
    pub file_sha256: Option<String>,
    /// How it was read.
    #[schema(value_type = Object)]
    pub options: Value,
    /// What became of its days.
    pub days: BookedDaysView,
    /// Campaigns that it tells of.
    pub campaigns: u64,
    /// Campaigns that it made.
    pub campaigns_made: u64,
    /// The first day.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Day>,
    /// The last day.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Day>,
    /// Rows that could not be taken.
    pub refused: u64,
    /// The first thousand of them.
    pub refused_rows: Vec<RefusedRowView>,
    /// Lines that were passed over, by why: `total`, `header_again`, `note`.
    pub skipped: BTreeMap<String, Vec<u64>>,
    /// What has to be answered before the file can be taken; only in a dry run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<QuestionView>,
    /// The import that it undoes.
    #[schema(value_type = Option<String>)]
    pub undoes: Option<CostImportId>,
    /// The import that undid it.
    #[schema(value_type = Option<String>)]
    pub undone_by: Option<CostImportId>,
    /// Who, as in the audit log.
    pub actor: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// What became of days.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookedDaysView {
    /// Days that were not told before.
    pub added: u64,
    /// Days that stand differently now.
    pub changed: u64,
    /// Days that are told no more.
    pub removed: u64,
    /// Days that stood like that.
    pub unchanged: u64,
    /// Days, of those added and changed, that wait for an exchange rate.
    pub waiting: u64,
}

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedRowView {
    /// The line of the file on which it begins.
    pub line: u64,
    /// The column.
    pub column: Option<String>,
    /// Why.
    pub reason: String,
}

/// Something that a file does not say.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionView {
    /// What it is about.
    #[schema(example = "dates")]
    pub subject: &'static str,
    /// The question in English, Vietnamese and Persian.
    pub sentences: BTreeMap<&'static str, &'static str>,
    /// The first line on which the answer is needed; 0 for the whole file.
    pub line: u64,
    /// The column.
    pub column: Option<String>,
    /// What stands there, or between what has to be chosen.
    pub found: Vec<String>,
    /// The member of `options` that answers it.
    #[schema(example = "dates")]
    pub option: &'static str,
    /// What it may say.
    pub answers: Vec<&'static str>,
}

impl QuestionView {
    fn of(question: Question) -> Self {
        let (option, answers) = question.subject.option();
        let [en, vi, fa] = question.subject.sentences();
        Self {
            subject: question.subject.word(),
            sentences: [("en", en), ("vi", vi), ("fa", fa)].into(),
            line: question.line,
            column: question.column,
            found: question.found,
            option,
            answers: answers.to_vec(),
        }
    }
}

impl CostImportView {
    /// An import as it is kept.
    ///
    /// # Errors
    /// A damaged row.
    pub fn of(import: &CostImport) -> Result<Self, Refusal> {
        let Summary { booked, campaigns, campaigns_made, from, to, refused, refused_rows, skipped } =
            imports::summary(import)?;
        let row = |row: imports::RefusedRow| RefusedRowView {
            line: row.line,
            column: row.column,
            reason: row.reason,
        };
        Ok(Self {
            id: import.id,
            advertiser_id: import.advertiser_id,
            kind: import.kind.clone(),
            file_name: import.file_name.clone(),
            file_sha256: import.file_sha256.clone(),
            options: serde_json::from_str(&import.options).unwrap_or_default(),
            days: BookedDaysView {
                added: booked.added,
                changed: booked.changed,
                removed: booked.removed,
                unchanged: booked.unchanged,
                waiting: booked.waiting,
            },
            campaigns,
            campaigns_made,
            from,
            to,
            refused,
            refused_rows: refused_rows.into_iter().map(row).collect(),
            skipped,
            questions: Vec::new(),
            undoes: import.undoes,
            undone_by: import.undone_by,
            actor: import.actor.clone(),
            at: import.at,
        })
    }
}
