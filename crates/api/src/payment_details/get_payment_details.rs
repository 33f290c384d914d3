//! `GET /api/v1/publishers/{publisher_id}/payment_details`

use std::sync::Arc;

use app::payouts::details;
use axum::Json;
use model::PublisherId;

use super::PaymentDetailsView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// Where a publisher's money goes: for himself and the operator, account numbers by their last four characters.
#[utoipa::path(get, path = "/api/v1/publishers/{publisher_id}/payment_details", tag = "payouts",
    responses((status = 200, description = "The newest version", body = PaymentDetailsView)))]
pub async fn get_payment_details(
    caller: Caller,
    Id(id): Id<PublisherId>,
) -> Result<Json<PaymentDetailsView>, Problem> {
    let app = Arc::clone(&caller.api.app);
    caller
        .read("payment_details.get", move |tx, actor| {
            let opened = details::get(tx, &app.seal_keys, actor, id)?;
            Ok(PaymentDetailsView::new(id, opened, app.clock.now()))
        })
        .await
}
