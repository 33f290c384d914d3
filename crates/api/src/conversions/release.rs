//! `POST /api/v1/conversions/{conversion_id}/release`

use app::events::judgements::Judgement;
use model::{ConversionId, conversion::Reason};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ConversionView, reject::judged};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written},
};

/// Why a held conversion may go on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseDraft {
    /// Words to it; both sides read them.
    pub note: Option<String>,
}

/// Lets a held conversion wait for its date again; one whose date has passed is approved soon.
#[utoipa::path(post, path = "/api/v1/conversions/{conversion_id}/release", tag = "conversions",
    request_body = ReleaseDraft,
    responses((status = 200, description = "The pending conversion", body = ConversionView)))]
pub async fn release_conversion(
    Id(id): Id<ConversionId>,
    write: Write<ReleaseDraft>,
) -> Result<Written, Problem> {
    judged("conversion.release", id, write, |body| {
        Ok((Judgement::Release, Reason::Confirmed, body.note.clone()))
    })
    .await
}
