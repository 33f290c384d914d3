//! `GET /api/v1/links`

use app::configuration::links::{self, LinkFilter};
use axum::Json;
use model::LinkId;

use super::{LinkQuery, LinkView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Links, newest first: your own, and those to programs of yours.
#[utoipa::path(get, path = "/api/v1/links", tag = "links", params(LinkQuery),
    responses((status = 200, description = "A page of links", body = Page<LinkView>)))]
pub async fn list_links(
    caller: Caller,
    Filters(query): Filters<LinkQuery>,
) -> Result<Json<Page<LinkView>>, Problem> {
    let before = query.cursor.map(|cursor| LinkId::from_bytes(cursor.bytes()));
    let filter =
        LinkFilter { program_id: query.program_id, publisher_id: query.publisher_id, with_coupon: false };
    caller
        .read("link.list", move |tx, actor| {
            let found = links::list(tx, actor, filter, before, asked(query.limit))?;
            Ok(Page::of(
                found,
                query.limit,
                |(it, _)| it.id.bytes().to_vec(),
                |(link, _)| LinkView::from(link),
            ))
        })
        .await
}
