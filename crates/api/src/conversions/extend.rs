//! `POST /api/v1/conversions/{conversion_id}/extend`

use app::events::judgements::Judgement;
use model::{ConversionId, Timestamp, conversion::Reason};
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

/// Until when and why a conversion waits longer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionDraft {
    /// When it is to be approved by itself: after the present date, and by at most the contract's hold later. Without it,
    /// the latest that is allowed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Why, such as `under_review`.
    #[schema(value_type = shape::Reason)]
    pub reason: Reason,
    /// Words to it, needed with `other`; both sides read them.
    pub note: Option<String>,
}

/// Makes the hold of a conversion longer: once, and by at most as long as the contract's hold is.
#[utoipa::path(post, path = "/api/v1/conversions/{conversion_id}/extend", tag = "conversions",
    request_body = ExtensionDraft,
    responses((status = 200, description = "The conversion with its new date", body = ConversionView)))]
pub async fn extend_conversion(
    Id(id): Id<ConversionId>,
    write: Write<ExtensionDraft>,
) -> Result<Written, Problem> {
    judged("conversion.extend", id, write, |body| {
        Ok((Judgement::Extend(body.until), body.reason, body.note.clone()))
    })
    .await
}
