//! `POST /api/v1/publisher_groups/{group_id}/members`

use app::{command::Change, configuration::groups};
use model::PublisherGroupId;

use super::{GroupMemberDraft, GroupMemberView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, created},
};

/// Lets a publisher into a group. Conversions that are judged from now on follow the group's contracts.
#[utoipa::path(post, path = "/api/v1/publisher_groups/{group_id}/members", tag = "publisher_groups",
    request_body = GroupMemberDraft,
    responses((status = 201, description = "The stay", body = GroupMemberView)))]
pub async fn add_group_member(
    Id(id): Id<PublisherGroupId>,
    write: Write<GroupMemberDraft>,
) -> Result<Written, Problem> {
    let effect = move |draft: &GroupMemberDraft, change: &mut Change<'_, '_>| {
        groups::join(change, id, draft.publisher_id)
    };
    write.run("publisher_group.add_member", effect, |stay| created(&GroupMemberView::from(stay))).await
}
