//! `POST /api/v1/quarantine/{quarantine_id}/replay`

use app::{
    command::Answer,
    events::quarantine::{self, Corrections},
};
use model::{AdvertiserId, QuarantineId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    conversions::create::DecisionView,
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, created},
    },
};

/// What is to be different from the request as it came.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarantineReplay {
    /// Who reports, when the request did not prove it and names no program.
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Fields of a postback that take the place of those that came; `null` takes one away.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, example = json!({"amount": "90.00", "coupon": null}))]
    pub fields: Map<String, Value>,
}

/// Hands the conversion of a request in quarantine to the intake, with fields corrected. It counts as having happened when the request came,
/// unless it says when. It counts once: asked again, also with other fields, this answers the first decision.
#[utoipa::path(post, path = "/api/v1/quarantine/{quarantine_id}/replay", tag = "quarantine",
    request_body = QuarantineReplay,
    responses((status = 201, description = "The decision", body = DecisionView)))]
pub async fn replay_quarantine(
    Id(id): Id<QuarantineId>,
    write: Write<QuarantineReplay>,
) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let QuarantineReplay { advertiser_id, fields } = write.body;
    let corrections = Corrections { advertiser_id, fields };
    let caller = write.caller;
    let decided = quarantine::replay(&caller.api.app, &caller.actor, id, &corrections, dry_run).await?;
    let replayed = decided.replayed;
    let answer = Answer { replayed, ..created(&DecisionView::from(decided)) };
    Ok(Written::new(answer, dry_run))
}
