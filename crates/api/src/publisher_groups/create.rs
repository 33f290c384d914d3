//! `POST /api/v1/publisher_groups`

use app::{command::Change, configuration::groups};

use super::{PublisherGroupDraft, PublisherGroupView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Makes a group of publishers.
#[utoipa::path(post, path = "/api/v1/publisher_groups", tag = "publisher_groups",
    request_body = PublisherGroupDraft,
    responses((status = 201, description = "The new group", body = PublisherGroupView)))]
pub async fn create_publisher_group(write: Write<PublisherGroupDraft>) -> Result<Written, Problem> {
    let effect =
        |draft: &PublisherGroupDraft, change: &mut Change<'_, '_>| groups::create(change, draft.name.clone());
    write.run("publisher_group.create", effect, |group| created(&PublisherGroupView::from(group))).await
}
