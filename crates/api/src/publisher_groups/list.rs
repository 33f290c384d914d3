//! `GET /api/v1/publisher_groups`

use app::configuration::groups;
use axum::Json;
use model::{PublisherGroupId, group::PublisherGroup};

use super::PublisherGroupView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Groups of publishers, newest first: those that you can agree with, and those that you are or were in.
#[utoipa::path(get, path = "/api/v1/publisher_groups", tag = "publisher_groups", params(PageQuery),
    responses((status = 200, description = "A page of groups", body = Page<PublisherGroupView>)))]
pub async fn list_publisher_groups(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<PublisherGroupView>>, Problem> {
    let before = query.cursor.map(|cursor| PublisherGroupId::from_bytes(cursor.bytes()));
    caller
        .read("publisher_group.list", move |tx, actor| {
            let found = groups::list(tx, actor, before, asked(query.limit))?;
            let cursor = |group: &PublisherGroup| group.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, PublisherGroupView::from))
        })
        .await
}
