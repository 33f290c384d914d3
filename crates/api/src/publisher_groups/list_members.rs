//! `GET /api/v1/publisher_groups/{group_id}/members`

use app::configuration::groups;
use axum::Json;
use model::{GroupMemberId, PublisherGroupId, group::GroupMember};

use super::GroupMemberView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// The stays in a group, newest first, ended ones too: all of them for the operator, else those of publishers you see.
#[utoipa::path(get, path = "/api/v1/publisher_groups/{group_id}/members", tag = "publisher_groups",
    params(PageQuery),
    responses((status = 200, description = "A page of stays", body = Page<GroupMemberView>)))]
pub async fn list_group_members(
    caller: Caller,
    Id(id): Id<PublisherGroupId>,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<GroupMemberView>>, Problem> {
    let before = query.cursor.map(|cursor| GroupMemberId::from_bytes(cursor.bytes()));
    caller
        .read("publisher_group.list_members", move |tx, actor| {
            let found = groups::members(tx, actor, id, before, asked(query.limit))?;
            let cursor = |stay: &GroupMember| stay.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, GroupMemberView::from))
        })
        .await
}
