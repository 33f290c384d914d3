//! `GET /api/v1/payouts`

use std::sync::Arc;

use app::payouts::look::{self, PayoutSeen, Wanted};
use axum::Json;
use model::PayoutId;

use super::{PayoutQuery, PayoutView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Payments to publishers, newest first: your own, or all of the network for the operator. A publisher does not see
/// proposals.
#[utoipa::path(get, path = "/api/v1/payouts", tag = "payouts", params(PayoutQuery),
    responses((status = 200, description = "A page of payments", body = Page<PayoutView>)))]
pub async fn list_payouts(
    caller: Caller,
    Filters(query): Filters<PayoutQuery>,
) -> Result<Json<Page<PayoutView>>, Problem> {
    let app = Arc::clone(&caller.api.app);
    let before = query.cursor.map(|cursor| PayoutId::from_bytes(cursor.bytes()));
    let wanted = Wanted { publisher_id: query.publisher_id, run_id: query.run_id, state: query.state };
    caller
        .read("payout.list", move |tx, actor| {
            let found = look::payouts(tx, &app.seal_keys, actor, wanted, before, asked(query.limit))?;
            let cursor = |seen: &PayoutSeen| seen.payout.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, PayoutView::from))
        })
        .await
}
