//! `POST /api/v1/deliveries/{delivery_id}/retry`

use app::{command::Change, outputs::deliver};
use model::DeliveryId;

use super::DeliveryView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Has a failed delivery tried once more; one that waits or was taken stays as it is.
#[utoipa::path(post, path = "/api/v1/deliveries/{delivery_id}/retry", tag = "deliveries",
    responses((status = 200, description = "The delivery", body = DeliveryView)))]
pub async fn retry_delivery(Id(id): Id<DeliveryId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| {
        let (delivery, attempts) = deliver::retry(change, id)?;
        DeliveryView::new(delivery, Some(attempts))
    };
    write.run("delivery.retry", effect, |view| changed(&view)).await
}
