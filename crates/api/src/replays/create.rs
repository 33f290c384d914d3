//! `POST /api/v1/replays`

use std::sync::Arc;

use app::{command::Answer, replay::replay_for};

use super::{ReplayDraft, ReplayView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, changed},
};

/// Decides the stored conversions of a period again and tells the difference in money for each publisher. Writes nothing.
/// Without a contract version, draft or payout model every decision must come out as it was. While one runs, another of the
/// same network is refused.
#[utoipa::path(post, path = "/api/v1/replays", tag = "replays", request_body = ReplayDraft,
    responses((status = 200, description = "The difference", body = ReplayView)))]
pub async fn create_replay(write: Write<ReplayDraft>) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor);
    let period = (write.body.from, write.body.to);
    let report = replay_for(&app, &actor, period, write.body.instead()?).await?;
    let answer: Answer = changed(&ReplayView::from(report));
    Ok(Written::new(answer, dry_run))
}
