//! `GET /api/v1/networks/{network_id}/payer`

use std::sync::Arc;

use app::payouts::details;
use axum::Json;
use model::NetworkId;

use super::PayerView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// The account that the network pays from; the operator's to see.
#[utoipa::path(get, path = "/api/v1/networks/{network_id}/payer", tag = "payouts",
    responses((status = 200, description = "The newest version", body = PayerView)))]
pub async fn get_payer(caller: Caller, Id(id): Id<NetworkId>) -> Result<Json<PayerView>, Problem> {
    let app = Arc::clone(&caller.api.app);
    caller
        .read("payer.get", move |tx, actor| {
            Ok(PayerView::new(id, details::get_payer(tx, &app.seal_keys, actor, id)?))
        })
        .await
}
