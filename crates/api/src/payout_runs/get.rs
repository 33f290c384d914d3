//! `GET /api/v1/payout_runs/{payout_run_id}`

use std::sync::Arc;

use app::payouts::look;
use axum::Json;
use model::PayoutRunId;

use super::PayoutRunDetail;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One payout run with its payments; the operator's to see.
#[utoipa::path(get, path = "/api/v1/payout_runs/{payout_run_id}", tag = "payouts",
    responses((status = 200, description = "The run", body = PayoutRunDetail)))]
pub async fn get_payout_run(
    caller: Caller,
    Id(id): Id<PayoutRunId>,
) -> Result<Json<PayoutRunDetail>, Problem> {
    let app = Arc::clone(&caller.api.app);
    caller.read("payout_run.get", move |tx, actor| Ok(look::run(tx, &app.seal_keys, actor, id)?.into())).await
}
