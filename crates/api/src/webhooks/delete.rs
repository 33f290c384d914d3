//! `DELETE /api/v1/webhooks/{webhook_id}`

use app::{
    command::Change,
    outputs::{kept, webhooks::Webhook},
};
use model::WebhookId;

use super::WebhookView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Removes a webhook. What still waits for it fails.
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook_id}", tag = "deliveries",
    responses((status = 200, description = "What was removed", body = WebhookView)))]
pub async fn delete_webhook(Id(id): Id<WebhookId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect =
        move |_: &NoBody, change: &mut Change<'_, '_>| kept::delete::<Webhook>(change, id.bytes(), &id);
    write.run("webhook.delete", effect, |removed| changed(&WebhookView::new(removed, None))).await
}
