//! `GET /api/v1/alerts`

use app::alerts::{self, Wanted};
use axum::Json;
use model::{AlertId, alert::Alert};

use super::{AlertQuery, AlertView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Alerts about your caps and money, newest first; publishers see their own caps and whether programs they link to have
/// money.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", params(AlertQuery),
    responses((status = 200, description = "A page of alerts", body = Page<AlertView>)))]
pub async fn list_alerts(
    caller: Caller,
    Filters(query): Filters<AlertQuery>,
) -> Result<Json<Page<AlertView>>, Problem> {
    let before = query.cursor.map(|cursor| AlertId::from_bytes(cursor.bytes()));
    let wanted = Wanted {
        kind: query.kind,
        advertiser_id: query.advertiser_id,
        program_id: query.program_id,
        publisher_id: query.publisher_id,
    };
    caller
        .read("alert.list", move |tx, actor| {
            let found = alerts::list(tx, actor, wanted, before, asked(query.limit))?;
            let cursor = |alert: &Alert| alert.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, AlertView::from))
        })
        .await
}
