//! `GET /api/v1/payout_runs`

use app::payouts::{PayoutRun, look};
use axum::Json;
use model::PayoutRunId;

use super::{PayoutRunQuery, PayoutRunView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Payout runs, newest first; the operator's to see.
#[utoipa::path(get, path = "/api/v1/payout_runs", tag = "payouts", params(PayoutRunQuery),
    responses((status = 200, description = "A page of runs", body = Page<PayoutRunView>)))]
pub async fn list_payout_runs(
    caller: Caller,
    Filters(query): Filters<PayoutRunQuery>,
) -> Result<Json<Page<PayoutRunView>>, Problem> {
    let before = query.cursor.map(|cursor| PayoutRunId::from_bytes(cursor.bytes()));
    caller
        .read("payout_run.list", move |tx, actor| {
            let found = look::runs(tx, actor, query.state, before, asked(query.limit))?;
            let cursor = |run: &PayoutRun| run.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, PayoutRunView::from))
        })
        .await
}
