//! `POST /api/v1/conversions/{conversion_id}/approve`

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

/// Why a conversion is approved before its hold ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Words to it; both sides read them.
    pub note: Option<String>,
}

/// Approves a pending conversion: it is earned for good, unless the order is taken back.
#[utoipa::path(post, path = "/api/v1/conversions/{conversion_id}/approve", tag = "conversions",
    request_body = Approval,
    responses((status = 200, description = "The approved conversion", body = ConversionView)))]
pub async fn approve_conversion(
    Id(id): Id<ConversionId>,
    write: Write<Approval>,
) -> Result<Written, Problem> {
    judged("conversion.approve", id, write, |body| {
        Ok((Judgement::Approve, Reason::Confirmed, body.note.clone()))
    })
    .await
}
