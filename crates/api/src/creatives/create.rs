//! `POST /api/v1/creatives`

use app::{command::Change, configuration::creatives};
use model::CreativeId;

use super::{CreativeDraft, CreativeView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Makes a creative. The size and format of a picture are read from its bytes.
#[utoipa::path(post, path = "/api/v1/creatives", tag = "creatives", request_body = CreativeDraft,
    responses((status = 201, description = "The new creative", body = CreativeView)))]
pub async fn create_creative(write: Write<CreativeDraft>) -> Result<Written, Problem> {
    let now = write.caller.api.app.clock.now();
    let effect = |draft: &CreativeDraft, change: &mut Change<'_, '_>| {
        let id = CreativeId::new(change.now, change.entropy);
        let written = draft.clone().onto(id, change.actor.network(), None, change.now)?;
        creatives::create(change, written)
    };
    write.run("creative.create", effect, move |creative| created(&CreativeView::at(creative, now))).await
}
