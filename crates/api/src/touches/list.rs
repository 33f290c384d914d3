//! `GET /api/v1/touches`

use app::events::touches::{self, TouchFilter};
use axum::Json;
use model::TouchId;

use super::{TouchQuery, TouchView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Touches, newest first: your own, and those of programs of yours.
#[utoipa::path(get, path = "/api/v1/touches", tag = "touches", params(TouchQuery),
    responses((status = 200, description = "A page of touches", body = Page<TouchView>)))]
pub async fn list_touches(
    caller: Caller,
    Filters(query): Filters<TouchQuery>,
) -> Result<Json<Page<TouchView>>, Problem> {
    let before = query.cursor.map(|cursor| TouchId::from_bytes(cursor.bytes()));
    let filter = TouchFilter {
        program_id: query.program_id,
        advertiser_id: query.advertiser_id,
        publisher_id: query.publisher_id,
        link_id: query.link_id,
        visitor_id: query.visitor_id,
        code: query.code,
        kind: query.kind,
        from: query.from,
        to: query.to,
    };
    caller
        .read("touch.list", move |tx, actor| {
            let found = touches::list(tx, actor, filter, before, asked(query.limit))?;
            let view = |(touch, eyes)| TouchView::new(touch, eyes);
            Ok(Page::of(found, query.limit, |(it, _)| it.id.bytes().to_vec(), view))
        })
        .await
}
