//! `POST /api/v1/disputes/{dispute_id}/accept`

use std::sync::Arc;

use app::{
    command::Change,
    configuration::advertisers,
    errors::Refusal,
    events::{
        disputes::{self, Correction},
        judgements::Part,
    },
    lifecycle::ItemPart,
};
use model::DisputeId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{DisputeView, EvidenceDraft};
use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, changed},
    },
    shape,
};

/// The answer, and what is corrected. A `declined` conversion is earned after all, an `untracked` one is made of the
/// publisher's evidence, unless `conversion` says it better; for an `incorrect` one give `reverse` or `conversion`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The words; both sides read them.
    pub answer: String,
    /// This part of the conversion is taken back.
    pub reverse: Option<PartDraft>,
    /// A conversion of this is made, by the same rules as any other; what is absent is taken from the evidence.
    pub conversion: Option<EvidenceDraft>,
}

/// A part of an order: an amount, a share or items.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartDraft {
    /// This much of the order value, in its currency, as decimal text.
    #[schema(example = "30.00")]
    pub amount: Option<String>,
    /// This share of the original order.
    #[schema(example = "1/3")]
    pub share: Option<String>,
    /// These pieces of its items.
    #[schema(value_type = Option<Vec<shape::conversion::ItemPart>>)]
    pub items: Option<Vec<ItemPart>>,
}

/// Answers that the publisher is right, and corrects the conversion by the normal path.
#[utoipa::path(post, path = "/api/v1/disputes/{dispute_id}/accept", tag = "disputes", request_body = Acceptance,
    responses((status = 200, description = "The dispute with the conversion that was made or corrected", body = DisputeView)))]
pub async fn accept_dispute(Id(id): Id<DisputeId>, write: Write<Acceptance>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let (inner, actor, dry_run) = (Arc::clone(&app), write.caller.actor.clone(), write.is_dry_run());
    let effect = move |body: &Acceptance, change: &mut Change<'_, '_>| {
        let correction = match (&body.reverse, &body.conversion) {
            (Some(_), Some(_)) => {
                return Err(Refusal::field("conversion", "give `reverse` or `conversion`, not both"));
            }
            (Some(part), None) => {
                let part = Part::read(part.amount.as_ref(), part.share.as_ref(), part.items.as_ref());
                Correction::Reverse(part.map_err(|refusal| refusal.within("reverse"))?)
            }
            (None, Some(evidence)) => Correction::Report(evidence.clone().into()),
            (None, None) => Correction::Evident,
        };
        disputes::accept(change, &inner, id, &body.answer, &correction)
    };
    let written = write.run("dispute.accept", effect, |dispute| changed(&DisputeView::from(dispute))).await?;
    if !dry_run {
        let stored = app.store.read("dispute.get", move |tx| disputes::get(tx, &actor, id)).await?;
        let advertiser = stored.advertiser_id;
        disputes::settle(&app, stored).await?;
        advertisers::publish_funds(&app, advertiser).await?;
    }
    Ok(written)
}
