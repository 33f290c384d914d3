//! `POST /api/v1/publishers`

use app::{access::Eyes, command::Change, configuration::publishers};
use model::PublisherId;

use super::{PublisherDraft, PublisherView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Registers a publisher.
#[utoipa::path(post, path = "/api/v1/publishers", tag = "publishers", request_body = PublisherDraft,
    responses((status = 201, description = "The new publisher", body = PublisherView)))]
pub async fn create_publisher(write: Write<PublisherDraft>) -> Result<Written, Problem> {
    let effect = |draft: &PublisherDraft, change: &mut Change<'_, '_>| {
        let id = PublisherId::new(change.now, change.entropy);
        publishers::create(change, draft.clone().onto(id, change.actor.network(), change.now))
    };
    // Only operators get here, and they see everything.
    let eyes = Eyes { advertiser: true, publisher: true };
    write
        .run("publisher.create", effect, move |publisher| created(&PublisherView::new(publisher, eyes)))
        .await
}
