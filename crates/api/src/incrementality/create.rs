//! `POST /api/v1/incrementality`

use std::sync::Arc;

use app::incrementality::judge_for;

use super::{IncrementalityDraft, IncrementalityView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, changed},
};

/// What a channel, a campaign or a publisher really added: units that were treated differently from a day on, against the best mix of those that were
/// not (synthetic control), with placebo tests. Over the facts that the caller sees. Writes nothing, and moves no money. While one question is
/// answered, another of the same network is refused.
#[utoipa::path(post, path = "/api/v1/incrementality", tag = "attribution", request_body = IncrementalityDraft,
    responses((status = 200, description = "What the treatment did", body = IncrementalityView)))]
pub async fn create_incrementality(write: Write<IncrementalityDraft>) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor);
    let question = write.body.question()?;
    let (measure, by) = (question.measure.clone(), question.by);
    let answered = judge_for(&app, &actor, question).await?;
    Ok(Written::new(changed(&IncrementalityView::new(measure, by, answered)), dry_run))
}
