//! `POST /api/v1/exposures`

use app::{
    command::Change,
    errors::Refusal,
    media::{
        exposures::{self, NewExposures, Said, SaidExposure, TakenExposures},
        imports::RefusedRow,
    },
};
use data_encoding::BASE64;
use model::{AdvertiserId, Channel, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    cost_imports::RefusedRowView,
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
    shape,
};

/// Offline exposures, one by one or as a file.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExposuresDraft {
    /// Whose campaigns.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The channel of campaigns that are named, where a row says none.
    #[serde(default)]
    #[schema(value_type = Option<shape::Channel>)]
    pub channel: Option<Channel>,
    /// Whether campaigns that are not there are made; else their rows are refused.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub make_campaigns: bool,
    /// Whether exposures of the same campaigns between the first and the last that are not told here are taken away; nothing is where a row is
    /// refused.
    #[serde(default)]
    pub replace: bool,
    /// Whether good rows are taken though others are refused; else one that is refused refuses all.
    #[serde(default)]
    pub skip_bad_rows: bool,
    /// The exposures, where they are told one by one.
    #[serde(default)]
    pub rows: Vec<ExposureDraft>,
    /// The bytes of a CSV file in base64, where they are told as one: `merit import exposures` takes larger files.
    #[serde(default)]
    pub content: Option<String>,
}

const fn yes() -> bool {
    true
}

/// A time at which a campaign was seen or heard.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExposureDraft {
    /// The campaign's id, or its name.
    #[schema(example = "Spring on TV")]
    pub campaign: String,
    /// The channel of a campaign that is named.
    #[serde(default)]
    #[schema(value_type = Option<shape::Channel>)]
    pub channel: Option<Channel>,
    /// What tells several of the same moment and place apart.
    #[serde(default)]
    #[schema(example = "News at eight, spot 2")]
    pub name: String,
    /// First moment.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Last moment; the first where it is absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Timestamp>,
    /// Country; everywhere where it is absent.
    #[serde(default)]
    #[schema(example = "DE")]
    pub country: String,
    /// Region, a code of ISO 3166-2; the whole country where it is absent.
    #[serde(default)]
    #[schema(example = "DE-BY")]
    pub region: String,
    /// How many saw it.
    #[serde(default)]
    pub impressions: Option<i64>,
    /// The code that it told people to order with; it becomes a rule of the campaign.
    #[serde(default)]
    #[schema(example = "TV10")]
    pub code: Option<String>,
}

impl ExposuresDraft {
    /// What is told.
    ///
    /// # Errors
    /// `field_invalid`, `field_missing`.
    fn told(&self) -> Result<NewExposures, Refusal> {
        let said = match (&self.content, self.rows.as_slice()) {
            (None, []) => {
                return Err(Refusal::missing("rows", "tell exposures by `rows`, or a file by `content`"));
            }
            (None, rows) => Said::Rows((0..).zip(rows).map(|(at, row)| said(at, row.clone())).collect()),
            (Some(content), []) => Said::File(
                BASE64
                    .decode(content.as_bytes())
                    .map_err(|error| Refusal::field("content", format!("this is no base64: {error}")))?,
            ),
            (Some(_), _) => return Err(Refusal::field("content", "tell either `rows` or a file")),
        };
        let Self { advertiser_id, channel, make_campaigns, replace, skip_bad_rows, .. } = *self;
        Ok(NewExposures { advertiser_id, channel, make_campaigns, replace, skip_bad_rows, said })
    }
}

fn said(at: u64, row: ExposureDraft) -> SaidExposure {
    let ExposureDraft { campaign, channel, name, starts_at, ends_at, country, region, impressions, code } =
        row;
    let ends_at = ends_at.unwrap_or(starts_at);
    SaidExposure { at, campaign, channel, name, starts_at, ends_at, country, region, impressions, code }
}

/// What became of exposures.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExposuresOutcome {
    /// Exposures that were not told before.
    pub added: u64,
    /// Exposures that stand differently now.
    pub changed: u64,
    /// Exposures that are gone.
    pub removed: u64,
    /// Exposures that stood like that.
    pub unchanged: u64,
    /// Campaigns that were made.
    pub campaigns_made: u64,
    /// Rows that could not be taken.
    pub refused: u64,
    /// The first thousand of them; `line` is the line of a file, or the place in `rows` from 0.
    pub refused_rows: Vec<RefusedRowView>,
}

impl From<TakenExposures> for ExposuresOutcome {
    fn from(taken: TakenExposures) -> Self {
        let TakenExposures { added, changed, removed, unchanged, campaigns_made, refused, refused_rows } =
            taken;
        let view =
            |row: RefusedRow| RefusedRowView { line: row.line, column: row.column, reason: row.reason };
        let refused_rows = refused_rows.into_iter().map(view).collect();
        Self { added, changed, removed, unchanged, campaigns_made, refused, refused_rows }
    }
}

/// Tells offline exposures. One that is known by its campaign, first moment, place and name is replaced, so the same again changes nothing.
#[utoipa::path(post, path = "/api/v1/exposures", tag = "campaigns", request_body = ExposuresDraft,
    responses((status = 201, description = "What became of them", body = ExposuresOutcome)))]
pub async fn create_exposures(write: Write<ExposuresDraft>) -> Result<Written, Problem> {
    let effect =
        |draft: &ExposuresDraft, change: &mut Change<'_, '_>| exposures::tell(change, &draft.told()?);
    write.run("exposure.tell", effect, |taken| created(&ExposuresOutcome::from(taken))).await
}
