//! `POST /api/v1/alert_subscriptions`

use app::{
    command::Change,
    outputs::{
        Language,
        subscriptions::{self, SubscriptionDraft},
    },
};
use model::{WebhookId, alert::AlertKind};
use serde::Deserialize;
use utoipa::ToSchema;

use super::AlertSubscriptionView;
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
    shape,
};

/// Of what somebody wants to be told, and where.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAlertSubscription {
    /// Alerts of these kinds; of all when absent.
    #[serde(default)]
    #[schema(value_type = Vec<shape::AlertKind>)]
    pub kinds: Vec<AlertKind>,
    /// Mail addresses.
    #[serde(default)]
    pub mails: Vec<String>,
    /// Webhooks, which get them as `alert.told`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub webhook_ids: Vec<WebhookId>,
    /// Language of mails: `en`, when absent, `vi` or `fa`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub language: Language,
}

/// Has alerts that you may read sent from now on, each once to each receiver. What became of it is among the deliveries.
#[utoipa::path(post, path = "/api/v1/alert_subscriptions", tag = "alerts", request_body = NewAlertSubscription,
    responses((status = 201, description = "The subscription", body = AlertSubscriptionView)))]
pub async fn create_alert_subscription(write: Write<NewAlertSubscription>) -> Result<Written, Problem> {
    let effect = |body: &NewAlertSubscription, change: &mut Change<'_, '_>| {
        let NewAlertSubscription { kinds, mails, webhook_ids, language } = body.clone();
        subscriptions::subscribe(change, SubscriptionDraft { kinds, mails, webhook_ids, language })
    };
    write.run("alert_subscription.create", effect, |made| created(&AlertSubscriptionView::from(made))).await
}
