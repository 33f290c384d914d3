//! `GET /api/v1/publishers/{publisher_id}/exchanges`

use app::exchange;
use axum::Json;
use model::{ExchangeId, PublisherId};

use super::ExchangeView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// Balances of the publisher that were changed into another currency, newest first.
#[utoipa::path(get, path = "/api/v1/publishers/{publisher_id}/exchanges", tag = "exchanges", params(PageQuery),
    responses((status = 200, description = "A page of exchanges", body = Page<ExchangeView>)))]
pub async fn list_exchanges(
    caller: Caller,
    Id(id): Id<PublisherId>,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<ExchangeView>>, Problem> {
    let before = query.cursor.map(|cursor| ExchangeId::from_bytes(cursor.bytes()));
    caller
        .read("exchange.list", move |tx, actor| {
            let found = exchange::list(tx, actor, id, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |row| row.id.bytes().to_vec(), ExchangeView::from))
        })
        .await
}
