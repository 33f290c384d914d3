//! `GET /api/v1/cost_imports`

use app::media::imports;
use axum::Json;
use model::CostImportId;

use super::CostImportView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Imports of costs and their undoings, newest first.
#[utoipa::path(get, path = "/api/v1/cost_imports", tag = "campaigns", params(PageQuery),
    responses((status = 200, description = "A page of imports", body = Page<CostImportView>)))]
pub async fn list_cost_imports(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<CostImportView>>, Problem> {
    let before = query.cursor.map(|cursor| CostImportId::from_bytes(cursor.bytes()));
    caller
        .read("cost_import.list", move |tx, actor| {
            let found = imports::list(tx, actor, before, asked(query.limit))?;
            let found = found.iter().map(CostImportView::of).collect::<Result<Vec<_>, _>>()?;
            Ok(Page::of(found, query.limit, |view| view.id.bytes().to_vec(), |view| view))
        })
        .await
}
