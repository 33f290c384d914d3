//! `GET /api/v1/disputes`

use app::events::disputes::{self, DisputeFilter};
use axum::Json;
use model::{DisputeId, dispute::Dispute};

use super::{DisputeQuery, DisputeView, YesNo};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Disputes of yours, from either side, newest first.
#[utoipa::path(get, path = "/api/v1/disputes", tag = "disputes", params(DisputeQuery),
    responses((status = 200, description = "A page of disputes", body = Page<DisputeView>)))]
pub async fn list_disputes(
    caller: Caller,
    Filters(query): Filters<DisputeQuery>,
) -> Result<Json<Page<DisputeView>>, Problem> {
    let before = query.cursor.map(|cursor| DisputeId::from_bytes(cursor.bytes()));
    let filter = DisputeFilter {
        advertiser_id: query.advertiser_id,
        publisher_id: query.publisher_id,
        state: query.state,
        conversion_id: query.conversion_id,
        overdue: query.overdue.map(|overdue| overdue == YesNo::True),
    };
    caller
        .read("dispute.list", move |tx, actor| {
            let found = disputes::list(tx, actor, &filter, before, asked(query.limit))?;
            let cursor = |dispute: &Dispute| dispute.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, DisputeView::from))
        })
        .await
}
