//! `GET /api/v1/quarantine`

use app::events::quarantine;
use axum::Json;
use model::QuarantineId;

use super::QuarantineView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Requests in quarantine, newest first: those of your advertisers; for the operator all, also those of nobody.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "quarantine", params(PageQuery),
    responses((status = 200, description = "A page of requests", body = Page<QuarantineView>)))]
pub async fn list_quarantine(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<QuarantineView>>, Problem> {
    let before = query.cursor.map(|cursor| QuarantineId::from_bytes(cursor.bytes()));
    caller
        .read("quarantine.list", move |tx, actor| {
            let found = quarantine::list(tx, actor, before, asked(query.limit))?;
            let views: Vec<QuarantineView> = found.into_iter().map(QuarantineView::from).collect();
            Ok(Page::of(views, query.limit, |it| it.id.bytes().to_vec(), |view| view))
        })
        .await
}
