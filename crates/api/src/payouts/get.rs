//! `GET /api/v1/payouts/{payout_id}`

use std::sync::Arc;

use app::payouts::look;
use axum::Json;
use model::PayoutId;

use super::PayoutView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One payment: your own, or any of the network for the operator.
#[utoipa::path(get, path = "/api/v1/payouts/{payout_id}", tag = "payouts",
    responses((status = 200, description = "The payment", body = PayoutView)))]
pub async fn get_payout(caller: Caller, Id(id): Id<PayoutId>) -> Result<Json<PayoutView>, Problem> {
    let app = Arc::clone(&caller.api.app);
    caller.read("payout.get", move |tx, actor| Ok(look::payout(tx, &app.seal_keys, actor, id)?.into())).await
}
