//! `POST /api/v1/conversions/{conversion_id}/reverse`

use app::{
    events::judgements::{Judgement, Part},
    lifecycle::ItemPart,
};
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

/// How much is taken back, and why. Without `amount`, `share` and `items` it is all that is left.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalDraft {
    /// This much of the order value, in its currency, as decimal text.
    #[schema(example = "30.00")]
    pub amount: Option<String>,
    /// This share of the original order; three times `1/3` leave nothing.
    #[schema(example = "1/3")]
    pub share: Option<String>,
    /// These pieces of the order's items. A piece takes its price over the sum of all items' prices of the order.
    #[schema(value_type = Option<Vec<shape::conversion::ItemPart>>)]
    pub items: Option<Vec<ItemPart>>,
    /// Why.
    #[schema(value_type = shape::Reason)]
    pub reason: Reason,
    /// Words to it, needed with `other`; both sides read them.
    pub note: Option<String>,
}

/// Takes back a part of a pending or approved conversion, or all that is left of it.
#[utoipa::path(post, path = "/api/v1/conversions/{conversion_id}/reverse", tag = "conversions",
    request_body = ReversalDraft,
    responses((status = 200, description = "The conversion as it stands now", body = ConversionView)))]
pub async fn reverse_conversion(
    Id(id): Id<ConversionId>,
    write: Write<ReversalDraft>,
) -> Result<Written, Problem> {
    judged("conversion.reverse", id, write, |body| {
        let part = Part::read(body.amount.as_ref(), body.share.as_ref(), body.items.as_ref())?;
        Ok((Judgement::Reverse(part), body.reason, body.note.clone()))
    })
    .await
}
