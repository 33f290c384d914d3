//! `DELETE /api/v1/publisher_postbacks/{publisher_postback_id}`

use app::{
    command::Change,
    outputs::{kept, postbacks::PublisherPostback},
};
use model::PublisherPostbackId;

use super::PublisherPostbackView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Removes a postback. What still waits for it fails.
#[utoipa::path(delete, path = "/api/v1/publisher_postbacks/{publisher_postback_id}", tag = "deliveries",
    responses((status = 200, description = "What was removed", body = PublisherPostbackView)))]
pub async fn delete_publisher_postback(
    Id(id): Id<PublisherPostbackId>,
    write: Write<NoBody>,
) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| {
        kept::delete::<PublisherPostback>(change, id.bytes(), &id)
    };
    write
        .run("publisher_postback.delete", effect, |removed| changed(&PublisherPostbackView::from(removed)))
        .await
}
