//! `GET /api/v1/creatives`

use app::configuration::creatives::{self, CreativeFilter};
use axum::Json;
use model::{CreativeId, creative::Creative};

use super::{CreativeQuery, CreativeView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Creatives, newest first: all of your own programs, and of those that you promote as publisher the ones that are shown.
#[utoipa::path(get, path = "/api/v1/creatives", tag = "creatives", params(CreativeQuery),
    responses((status = 200, description = "A page of creatives", body = Page<CreativeView>)))]
pub async fn list_creatives(
    caller: Caller,
    Filters(query): Filters<CreativeQuery>,
) -> Result<Json<Page<CreativeView>>, Problem> {
    let before = query.cursor.map(|cursor| CreativeId::from_bytes(cursor.bytes()));
    let filter = CreativeFilter { program_id: query.program_id, kind: query.kind };
    let now = caller.api.app.clock.now();
    caller
        .read("creative.list", move |tx, actor| {
            let found = creatives::list(tx, actor, filter, now, before, asked(query.limit))?;
            let cursor = |one: &Creative| one.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, |one| CreativeView::at(one, now)))
        })
        .await
}
