//! `PATCH /api/v1/creatives/{creative_id}`

use app::{command::Change, configuration::creatives};
use model::CreativeId;

use super::{CreativeDraft, CreativeView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes a creative; members that are left out stay, a list that is given replaces the old one. A new picture has the address of the old one.
#[utoipa::path(patch, path = "/api/v1/creatives/{creative_id}", tag = "creatives", request_body = CreativeDraft,
    responses((status = 200, description = "The changed creative", body = CreativeView)))]
pub async fn update_creative(Id(id): Id<CreativeId>, write: Write<Members>) -> Result<Written, Problem> {
    let now = write.caller.api.app.clock.now();
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        creatives::update(change, id, &mut |before| {
            let draft = merged(&CreativeDraft::of(&before), members)?;
            draft.onto(id, before.network_id, before.picture, before.created_at)
        })
    };
    write.run("creative.update", effect, move |creative| changed(&CreativeView::at(creative, now))).await
}
