//! `POST /api/v1/conversions/{conversion_id}/hold`

use app::events::judgements::Judgement;
use model::{ConversionId, conversion::Reason};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ConversionView, reject::judged};
use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written},
    },
    shape,
};

/// Why a conversion is held.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldDraft {
    /// Why, such as `under_review` or `fraud`.
    #[schema(value_type = shape::Reason)]
    pub reason: Reason,
    /// Words to it, needed with `other`; both sides read them.
    pub note: Option<String>,
}

/// Keeps a pending conversion from being approved by itself, until somebody approves, rejects or releases it.
#[utoipa::path(post, path = "/api/v1/conversions/{conversion_id}/hold", tag = "conversions",
    request_body = HoldDraft,
    responses((status = 200, description = "The held conversion", body = ConversionView)))]
pub async fn hold_conversion(Id(id): Id<ConversionId>, write: Write<HoldDraft>) -> Result<Written, Problem> {
    judged("conversion.hold", id, write, |body| Ok((Judgement::Hold, body.reason, body.note.clone()))).await
}
