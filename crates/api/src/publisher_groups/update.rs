//! `PATCH /api/v1/publisher_groups/{group_id}`

use app::{command::Change, configuration::groups};
use model::{PublisherGroupId, group::PublisherGroup};

use super::{PublisherGroupDraft, PublisherGroupView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes a group; members that are left out stay.
#[utoipa::path(patch, path = "/api/v1/publisher_groups/{group_id}", tag = "publisher_groups",
    request_body = PublisherGroupDraft,
    responses((status = 200, description = "The changed group", body = PublisherGroupView)))]
pub async fn update_publisher_group(
    Id(id): Id<PublisherGroupId>,
    write: Write<Members>,
) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        groups::update(change, id, &mut |before| {
            let PublisherGroupDraft { name } =
                merged(&PublisherGroupDraft { name: before.name.clone() }, members)?;
            Ok(PublisherGroup { name, ..before })
        })
    };
    write.run("publisher_group.update", effect, |group| changed(&PublisherGroupView::from(group))).await
}
