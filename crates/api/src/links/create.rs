//! `POST /api/v1/links`

use app::{command::Change, configuration::links};
use model::{LinkId, link::LinkCode};

use super::{LinkDraft, LinkView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Makes a tracking link for a publisher that you act for.
#[utoipa::path(post, path = "/api/v1/links", tag = "links", request_body = LinkDraft,
    responses((status = 201, description = "The new link; it works at once", body = LinkView)))]
pub async fn create_link(write: Write<LinkDraft>) -> Result<Written, Problem> {
    let effect = |draft: &LinkDraft, change: &mut Change<'_, '_>| {
        let id = LinkId::new(change.now, change.entropy);
        let slug = LinkCode::new(change.entropy);
        links::create(change, draft.clone().onto(id, slug, change.actor.network(), change.now))
    };
    write.run("link.create", effect, |(link, _)| created(&LinkView::from(link))).await
}
