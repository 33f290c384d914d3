//! `POST /api/v1/webhooks`

use std::sync::Arc;

use app::{command::Change, outputs::webhooks};
use serde::Deserialize;
use utoipa::ToSchema;

use super::WebhookView;
use crate::http::{
    problem::Problem,
    write::{Write, Written, created_with_secret},
};

/// Where to.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// An http or https address of the public internet.
    #[schema(example = "https://example.org/hooks/merit")]
    pub url: String,
}

/// Makes a webhook of your party. The answer holds the secret, this once: every request is signed with it by Standard Webhooks
/// (`webhook-id`, `webhook-timestamp`, `webhook-signature`).
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "deliveries", request_body = NewWebhook,
    responses((status = 201, description = "The webhook with its secret", body = WebhookView)))]
pub async fn create_webhook(write: Write<NewWebhook>) -> Result<Written, Problem> {
    let keys = Arc::clone(&write.caller.api.app.seal_keys);
    let effect =
        move |body: &NewWebhook, change: &mut Change<'_, '_>| webhooks::make(&keys, change, &body.url);
    let show = |(webhook, secret)| created_with_secret(&WebhookView::new(webhook, Some(secret)), "secret");
    write.run("webhook.create", effect, show).await
}
