//! `GET /api/v1/api_keys`

use app::people::keys;
use axum::Json;
use model::ApiKeyId;

use super::ApiKeyView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// API keys, newest first: your own, and for the operator all of the network.
#[utoipa::path(get, path = "/api/v1/api_keys", tag = "api_keys", params(PageQuery),
    responses((status = 200, description = "A page of keys", body = Page<ApiKeyView>)))]
pub async fn list_api_keys(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<ApiKeyView>>, Problem> {
    let before = query.cursor.map(|cursor| ApiKeyId::from_bytes(cursor.bytes()));
    caller
        .read("api_key.list", move |tx, actor| {
            let found = keys::list(tx, actor, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |it| it.id.bytes().to_vec(), ApiKeyView::from))
        })
        .await
}
