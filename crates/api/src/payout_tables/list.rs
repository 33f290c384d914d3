//! `GET /api/v1/payout_tables`

use app::configuration::payout_tables;
use axum::Json;
use model::PayoutTableId;

use super::{PayoutTableQuery, PayoutTableView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Tables of frozen weights, newest first.
#[utoipa::path(get, path = "/api/v1/payout_tables", tag = "contracts", params(PayoutTableQuery),
    responses((status = 200, description = "A page of tables", body = Page<PayoutTableView>)))]
pub async fn list_payout_tables(
    caller: Caller,
    Filters(query): Filters<PayoutTableQuery>,
) -> Result<Json<Page<PayoutTableView>>, Problem> {
    let before = query.cursor.map(|cursor| PayoutTableId::from_bytes(cursor.bytes()));
    caller
        .read("payout_table.list", move |tx, actor| {
            let found = payout_tables::list(tx, actor, query.program_id, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |table| table.id.bytes().to_vec(), PayoutTableView::from))
        })
        .await
}
