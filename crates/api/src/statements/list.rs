//! `GET /api/v1/statements`

use app::billing::look;
use axum::Json;
use model::{StatementId, billing::Statement};

use super::{StatementQuery, StatementView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Statements, newest first: all of the network for the operator, else those of the publishers one acts for.
#[utoipa::path(get, path = "/api/v1/statements", tag = "invoices", params(StatementQuery),
    responses((status = 200, description = "A page of statements", body = Page<StatementView>)))]
pub async fn list_statements(
    caller: Caller,
    Filters(query): Filters<StatementQuery>,
) -> Result<Json<Page<StatementView>>, Problem> {
    let before = query.cursor.map(|cursor| StatementId::from_bytes(cursor.bytes()));
    caller
        .read("statement.list", move |tx, actor| {
            let (publisher, period) = (query.publisher_id, query.period.as_deref());
            let found = look::statements(tx, actor, publisher, period, before, asked(query.limit))?;
            let cursor = |paper: &Statement| paper.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, StatementView::from))
        })
        .await
}
