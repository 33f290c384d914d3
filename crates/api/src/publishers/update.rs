//! `PATCH /api/v1/publishers/{publisher_id}`

use app::{command::Change, configuration::publishers};
use model::PublisherId;

use super::{PublisherDraft, PublisherView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes a publisher; members that are left out stay.
#[utoipa::path(patch, path = "/api/v1/publishers/{publisher_id}", tag = "publishers",
    request_body = PublisherDraft,
    responses((status = 200, description = "The changed publisher", body = PublisherView)))]
pub async fn update_publisher(Id(id): Id<PublisherId>, write: Write<Members>) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        let eyes = change.actor.eyes(change.actor.network(), None, Some(id));
        let publisher = publishers::update(change, id, &mut |before| {
            let draft = merged(&PublisherDraft::of(&before), members)?;
            Ok(draft.onto(before.id, before.network_id, before.created_at))
        })?;
        Ok((publisher, eyes))
    };
    let show = |(publisher, eyes)| changed(&PublisherView::new(publisher, eyes));
    write.run("publisher.update", effect, show).await
}
