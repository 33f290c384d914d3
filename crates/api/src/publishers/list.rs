//! `GET /api/v1/publishers`

use app::configuration::publishers;
use axum::Json;
use model::PublisherId;

use super::PublisherView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Publishers, newest first: all of them for the operator, else your own and those who work for programs of yours.
#[utoipa::path(get, path = "/api/v1/publishers", tag = "publishers", params(PageQuery),
    responses((status = 200, description = "A page of publishers", body = Page<PublisherView>)))]
pub async fn list_publishers(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<PublisherView>>, Problem> {
    let before = query.cursor.map(|cursor| PublisherId::from_bytes(cursor.bytes()));
    caller
        .read("publisher.list", move |tx, actor| {
            let found = publishers::list(tx, actor, before, asked(query.limit))?;
            let view = |(publisher, eyes)| PublisherView::new(publisher, eyes);
            Ok(Page::of(found, query.limit, |(it, _)| it.id.bytes().to_vec(), view))
        })
        .await
}
