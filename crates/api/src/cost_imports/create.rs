//! `POST /api/v1/cost_imports`

use app::{
    command::Change,
    errors::Refusal,
    media::{
        Options, Question,
        imports::{self, Imported, NewFile},
    },
};
use data_encoding::BASE64;
use model::{AdvertiserId, Channel, ProgramId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CostImportView, QuestionView};
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
    shape,
};

/// A file of costs, as an ad system exports it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CostImportDraft {
    /// Whose costs.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The channel of its campaigns.
    #[schema(value_type = shape::Channel)]
    pub channel: Channel,
    /// The program of campaigns that it makes.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Whether campaigns that are not there are made; else their rows are refused.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub make_campaigns: bool,
    /// Its name.
    #[schema(example = "Campaign report.csv")]
    pub file_name: String,
    /// Its bytes in base64. A body has at most 1 MiB; `merit import costs` takes larger files.
    pub content: String,
    /// What the file does not say.
    #[serde(default)]
    #[schema(value_type = shape::CostFileOptions)]
    pub options: Options,
}

const fn yes() -> bool {
    true
}

/// What came of a file: the import, or what has to be answered first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CostImportOutcome {
    /// It was taken.
    Taken(Box<CostImportView>),
    /// It was looked at in a dry run, and something has to be answered first.
    Asked(CostQuestions),
}

/// What has to be answered before a file can be taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostQuestions {
    /// Each with the option that answers it.
    pub questions: Vec<QuestionView>,
}

/// Takes a file of costs. It replaces what held of its campaigns from its first to its last day; good rows are taken and bad
/// ones listed. What the file does not say is refused as `field_invalid` with the option that answers it; a dry run lists all
/// such questions.
#[utoipa::path(post, path = "/api/v1/cost_imports", tag = "campaigns", request_body = CostImportDraft,
    responses((status = 201, description = "The import, or in a dry run what has to be answered", body = CostImportOutcome)))]
pub async fn create_cost_import(write: Write<CostImportDraft>) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let effect = move |draft: &CostImportDraft, change: &mut Change<'_, '_>| {
        let bytes = BASE64.decode(draft.content.as_bytes());
        let CostImportDraft { advertiser_id, channel, program_id, make_campaigns, .. } = *draft;
        let file = NewFile {
            advertiser_id,
            channel,
            program_id,
            make_campaigns,
            name: draft.file_name.clone(),
            bytes: bytes.map_err(|error| Refusal::field("content", format!("this is no base64: {error}")))?,
            options: draft.options.clone(),
        };
        match imports::import(change, &file)? {
            Imported::Taken(import) => Ok(CostImportOutcome::Taken(Box::new(CostImportView::of(&import)?))),
            Imported::Asked(questions) if dry_run => Ok(CostImportOutcome::Asked(CostQuestions {
                questions: questions.into_iter().map(QuestionView::of).collect(),
            })),
            Imported::Asked(questions) => Err(refused(&questions)),
        }
    };
    write.run("cost_import.create", effect, |outcome| created(&outcome)).await
}

/// The first question names the field, and all of them are in the words.
fn refused(questions: &[Question]) -> Refusal {
    let words: Vec<String> = questions.iter().map(ToString::to_string).collect();
    let option = questions.first().map_or("options", |question| question.subject.option().0);
    Refusal::field(format!("options.{option}"), words.join(" "))
}
