//! `GET /api/v1/publisher_postbacks`

use app::outputs::{kept, postbacks::PublisherPostback};
use axum::Json;

use super::PublisherPostbackView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Postbacks that your party has made, newest first.
#[utoipa::path(get, path = "/api/v1/publisher_postbacks", tag = "deliveries", params(PageQuery),
    responses((status = 200, description = "A page of postbacks", body = Page<PublisherPostbackView>)))]
pub async fn list_publisher_postbacks(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<PublisherPostbackView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.bytes());
    caller
        .read("publisher_postback.list", move |tx, actor| {
            let found = kept::list::<PublisherPostback>(tx, actor, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |it| it.id.bytes().to_vec(), PublisherPostbackView::from))
        })
        .await
}
