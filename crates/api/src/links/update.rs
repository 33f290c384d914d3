//! `PATCH /api/v1/links/{link_id}`

use app::{command::Change, configuration::links};
use model::LinkId;

use super::{LinkDraft, LinkView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes a link; members that are left out stay.
#[utoipa::path(patch, path = "/api/v1/links/{link_id}", tag = "links", request_body = LinkDraft,
    responses((status = 200, description = "The changed link", body = LinkView)))]
pub async fn update_link(Id(id): Id<LinkId>, write: Write<Members>) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        links::update(change, id, &mut |before| {
            let (slug, network_id, created_at) = (before.slug, before.network_id, before.created_at);
            let draft = merged(&LinkDraft::of(before), members)?;
            Ok(draft.onto(id, slug, network_id, created_at))
        })
    };
    write.run("link.update", effect, |(link, _)| changed(&LinkView::from(link))).await
}
