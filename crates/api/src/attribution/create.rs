//! `POST /api/v1/attribution`

use std::sync::Arc;

use app::journeys::attribute_for;

use super::{AttributionDraft, AttributionView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, changed},
};

/// Which channels made the conversions of a period, by several models side by side, over whole journeys: clicks of publishers' links, visits that
/// nobody is paid for, and what did not convert. Writes nothing, and moves no money. While one question is answered, another of the same
/// network is refused.
#[utoipa::path(post, path = "/api/v1/attribution", tag = "attribution", request_body = AttributionDraft,
    responses((status = 200, description = "The models side by side", body = AttributionView)))]
pub async fn create_attribution(write: Write<AttributionDraft>) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor);
    let answered = attribute_for(&app, &actor, write.body.question()?).await?;
    Ok(Written::new(changed(&AttributionView::from(answered)), dry_run))
}
