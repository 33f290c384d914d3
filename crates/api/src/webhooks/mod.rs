//! Webhooks: addresses that are told of things.

pub mod create;
pub mod delete;
pub mod list;

use app::outputs::webhooks::Webhook;
use model::{Timestamp, WebhookId};
use serde::Serialize;
use utoipa::ToSchema;

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// Id.
    #[schema(value_type = String, example = "whk_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: WebhookId,
    /// Where to.
    pub url: String,
    /// What signatures are made with; shown once, when it is made.
    pub secret: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it answered 410 Gone, since when it is sent nothing; remove it and make another one if it is back.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub gone_at: Option<Timestamp>,
}

impl WebhookView {
    /// As it is shown.
    pub fn new(webhook: Webhook, secret: Option<String>) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url,
            secret,
            created_at: webhook.created_at,
            gone_at: webhook.gone_at,
        }
    }
}
