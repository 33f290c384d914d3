//! `GET /api/v1/deliveries`

use app::outputs::deliver;
use axum::Json;
use model::DeliveryId;

use super::{DeliveryQuery, DeliveryView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// What was and is to be sent for your party, newest first; the operator sees that of all.
#[utoipa::path(get, path = "/api/v1/deliveries", tag = "deliveries", params(DeliveryQuery),
    responses((status = 200, description = "A page of deliveries", body = Page<DeliveryView>)))]
pub async fn list_deliveries(
    caller: Caller,
    Filters(query): Filters<DeliveryQuery>,
) -> Result<Json<Page<DeliveryView>>, Problem> {
    let before = query.cursor.map(|cursor| DeliveryId::from_bytes(cursor.bytes()));
    caller
        .read("delivery.list", move |tx, actor| {
            let found = deliver::list(tx, actor, query.state, before, asked(query.limit))?;
            let views = found.into_iter().map(|delivery| DeliveryView::new(delivery, None));
            let views: Vec<DeliveryView> = views.collect::<Result<_, _>>()?;
            Ok(Page::of(views, query.limit, |it| it.id.bytes().to_vec(), |view| view))
        })
        .await
}
