//! Subscriptions to alerts: those that somebody may read are sent to mail addresses and webhooks.

pub mod create;
pub mod delete;
pub mod list;

use app::outputs::{Language, subscriptions::AlertSubscription};
use model::{AlertSubscriptionId, Timestamp, WebhookId, alert::AlertKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape;

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertSubscriptionView {
    /// Id.
    #[schema(value_type = String, example = "als_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: AlertSubscriptionId,
    /// Alerts of these kinds; of all when there are none.
    #[schema(value_type = Vec<shape::AlertKind>)]
    pub kinds: Vec<AlertKind>,
    /// Mail addresses.
    pub mails: Vec<String>,
    /// Webhooks.
    #[schema(value_type = Vec<String>)]
    pub webhook_ids: Vec<WebhookId>,
    /// Language of mails: `en`, `vi` or `fa`.
    #[schema(value_type = String)]
    pub language: Language,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<AlertSubscription> for AlertSubscriptionView {
    fn from(subscription: AlertSubscription) -> Self {
        let AlertSubscription { id, kinds, mails, webhook_ids, language, created_at, .. } = subscription;
        Self { id, kinds, mails, webhook_ids, language, created_at }
    }
}
