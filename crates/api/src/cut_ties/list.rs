//! `GET /api/v1/cut_ties`

use app::journeys::persons;
use axum::Json;
use model::CutTieId;

use super::CutTieView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Keys of customers that tie nothing, newest first.
#[utoipa::path(get, path = "/api/v1/cut_ties", tag = "attribution", params(PageQuery),
    responses((status = 200, description = "A page of them", body = Page<CutTieView>)))]
pub async fn list_cut_ties(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<CutTieView>>, Problem> {
    let before = query.cursor.map(|cursor| CutTieId::from_bytes(cursor.bytes()));
    caller
        .read("cut_tie.list", move |tx, actor| {
            let found = persons::list(tx, actor, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |row| row.id.bytes().to_vec(), CutTieView::from))
        })
        .await
}
