//! `POST /api/v1/conversions/{conversion_id}/reject`

use std::sync::Arc;

use app::{
    command::Change,
    configuration::advertisers,
    errors::Refusal,
    events::{
        conversions,
        judgements::{self, Judgement},
    },
};
use model::{ConversionId, conversion::Reason};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ConversionView;
use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, changed},
    },
    shape,
};

/// Why a conversion is rejected.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Why.
    #[schema(value_type = shape::Reason)]
    pub reason: Reason,
    /// Words to it, needed with `other`; both sides read them.
    pub note: Option<String>,
}

/// Rejects a pending conversion: it earns nothing.
#[utoipa::path(post, path = "/api/v1/conversions/{conversion_id}/reject", tag = "conversions",
    request_body = Rejection,
    responses((status = 200, description = "The rejected conversion", body = ConversionView)))]
pub async fn reject_conversion(
    Id(id): Id<ConversionId>,
    write: Write<Rejection>,
) -> Result<Written, Problem> {
    judged("conversion.reject", id, write, |body| Ok((Judgement::Reject, body.reason, body.note.clone())))
        .await
}

/// Carries out a decision of a person and tells the edge what a prepaid advertiser has left afterwards.
pub(super) async fn judged<T: Send + 'static>(
    name: &'static str,
    id: ConversionId,
    write: Write<T>,
    decide: impl Fn(&T) -> Result<(Judgement, Reason, Option<String>), Refusal> + Send + 'static,
) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let actor = write.caller.actor.clone();
    let effect = move |body: &T, change: &mut Change<'_, '_>| {
        let (judgement, reason, note) = decide(body)?;
        judgements::judge(change, id, &judgement, reason, note.as_deref())
    };
    let written = write.run(name, effect, |seen| changed(&ConversionView::from(seen))).await?;
    let snapshot = app.snapshot.get();
    let stored = app.store.read(name, move |tx| conversions::get(tx, &snapshot, &actor, id)).await?;
    advertisers::publish_funds(&app, stored.conversion.advertiser_id).await?;
    Ok(written)
}
