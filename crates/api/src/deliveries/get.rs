//! `GET /api/v1/deliveries/{delivery_id}`

use app::outputs::deliver;
use axum::Json;
use model::DeliveryId;

use super::DeliveryView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// A delivery with each of its attempts.
#[utoipa::path(get, path = "/api/v1/deliveries/{delivery_id}", tag = "deliveries",
    responses((status = 200, description = "The delivery", body = DeliveryView)))]
pub async fn get_delivery(caller: Caller, Id(id): Id<DeliveryId>) -> Result<Json<DeliveryView>, Problem> {
    caller
        .read("delivery.get", move |tx, actor| {
            let (delivery, attempts) = deliver::get(tx, actor, id)?;
            DeliveryView::new(delivery, Some(attempts))
        })
        .await
}
