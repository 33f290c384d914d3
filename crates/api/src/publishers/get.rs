//! `GET /api/v1/publishers/{publisher_id}`

use app::configuration::publishers;
use axum::Json;
use model::PublisherId;

use super::PublisherView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One publisher: your own, or one who works for a program of yours.
#[utoipa::path(get, path = "/api/v1/publishers/{publisher_id}", tag = "publishers",
    responses((status = 200, description = "The publisher", body = PublisherView)))]
pub async fn get_publisher(caller: Caller, Id(id): Id<PublisherId>) -> Result<Json<PublisherView>, Problem> {
    caller
        .read("publisher.get", move |tx, actor| {
            let (publisher, eyes) = publishers::get(tx, actor, id)?;
            Ok(PublisherView::new(publisher, eyes))
        })
        .await
}
