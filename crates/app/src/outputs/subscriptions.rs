//! Subscriptions to alerts: a person has those that he may read sent to mail addresses and webhooks.

use model::{AlertSubscriptionId, Timestamp, WebhookId, access::Membership, alert::AlertKind};
use serde::{Deserialize, Serialize};

use super::{
    Language, eyes,
    kept::{FoundBy, check_receivers, keep, kept},
};
use crate::{access::OUTPUT_CHANGE, command::Change, errors::Refusal};

/// Somebody wants to be told of alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertSubscription {
    /// Id.
    pub id: AlertSubscriptionId,
    /// Of these kinds; of all when there are none.
    pub kinds: Vec<AlertKind>,
    /// At these mail addresses.
    pub mails: Vec<String>,
    /// At these webhooks.
    pub webhook_ids: Vec<WebhookId>,
    /// In which language mails are.
    pub language: Language,
    /// With whose eyes it looks.
    pub(super) membership: Membership,
    /// When it was made.
    pub created_at: Timestamp,
}

kept!(AlertSubscription = "alert_subscription");

/// What a subscription is made of.
#[derive(Debug, Clone)]
pub struct SubscriptionDraft {
    /// Of which kinds.
    pub kinds: Vec<AlertKind>,
    /// At these mail addresses.
    pub mails: Vec<String>,
    /// At these webhooks.
    pub webhook_ids: Vec<WebhookId>,
    /// In which language mails are.
    pub language: Language,
}

/// Subscribes to what is told from now on.
///
/// # Errors
/// `field_invalid`, `not_found`, `right_missing`; storage errors.
pub fn subscribe(
    change: &mut Change<'_, '_>,
    draft: SubscriptionDraft,
) -> Result<AlertSubscription, Refusal> {
    OUTPUT_CHANGE.check_role(change.actor)?;
    check_receivers(change.tx, change.actor, &draft.mails, &draft.webhook_ids)?;
    let made = AlertSubscription {
        id: AlertSubscriptionId::new(change.now, change.entropy),
        kinds: draft.kinds,
        mails: draft.mails,
        webhook_ids: draft.webhook_ids,
        language: draft.language,
        membership: eyes(change.actor),
        created_at: change.now,
    };
    keep(change, &made, FoundBy { shared: true, ..FoundBy::default() }, &made.id)?;
    Ok(made)
}
