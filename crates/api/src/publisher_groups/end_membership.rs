//! `POST /api/v1/publisher_groups/{group_id}/end_membership`

use app::{command::Change, configuration::groups};
use model::PublisherGroupId;

use super::{GroupMemberDraft, GroupMemberView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Ends a publisher's stay in a group. Conversions that are judged from now on do not follow the group's contracts; those
/// judged before stay as they are.
#[utoipa::path(post, path = "/api/v1/publisher_groups/{group_id}/end_membership", tag = "publisher_groups",
    request_body = GroupMemberDraft,
    responses((status = 200, description = "The ended stay", body = GroupMemberView)))]
pub async fn end_group_membership(
    Id(id): Id<PublisherGroupId>,
    write: Write<GroupMemberDraft>,
) -> Result<Written, Problem> {
    let effect = move |draft: &GroupMemberDraft, change: &mut Change<'_, '_>| {
        groups::leave(change, id, draft.publisher_id)
    };
    write.run("publisher_group.end_membership", effect, |stay| changed(&GroupMemberView::from(stay))).await
}
