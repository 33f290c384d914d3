//! Publishers: who brings visitors and is paid.

pub mod create;
pub mod get;
pub mod list;
pub mod list_programs;
pub mod standing;
pub mod update;

use app::access::Eyes;
use model::{
    Currency, NetworkId, PublisherId, Timestamp,
    parties::{Publisher, PublisherKind, Status},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shape;

/// What of a publisher can be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublisherDraft {
    /// Shown name.
    #[schema(example = "Reviews of Everything")]
    pub name: String,
    /// Whether it works at present; the operator's to set.
    #[serde(default)]
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// Kind of promotion.
    #[serde(default)]
    #[schema(value_type = shape::PublisherKind)]
    pub kind: PublisherKind,
    /// The operator's own key for this publisher, unique in the network; imports match on it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// SHA-256 of normalised e-mails and customer ids that are the publisher's own, for the own-click rule.
    #[serde(default)]
    pub own_customers_sha256: Vec<String>,
    /// The currency that the publisher wants to be paid in; none takes what each contract pays.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "EUR")]
    pub currency: Option<Currency>,
    /// The publisher who brought this one; said when it is registered and never changed.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub referred_by: Option<PublisherId>,
}

impl PublisherDraft {
    /// What of a publisher can be changed.
    pub fn of(publisher: &Publisher) -> Self {
        Self {
            name: publisher.name.clone(),
            status: publisher.status,
            kind: publisher.kind,
            external_id: publisher.external_id.clone(),
            own_customers_sha256: publisher.own_customers_sha256.clone(),
            currency: publisher.currency,
            referred_by: publisher.referred_by,
        }
    }
    /// The publisher with this id.
    pub fn onto(self, id: PublisherId, network_id: NetworkId, created_at: Timestamp) -> Publisher {
        let Self { name, status, kind, external_id, own_customers_sha256, currency, referred_by } = self;
        Publisher {
            id,
            network_id,
            name,
            status,
            kind,
            external_id,
            own_customers_sha256,
            currency,
            referred_by,
            created_at,
        }
    }
}

/// A publisher. Advertisers see who works for them; the rest is between publisher and operator.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublisherView {
    /// Id.
    #[schema(value_type = String, example = "pub_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: PublisherId,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// Shown name.
    pub name: String,
    /// Whether it works at present.
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// Kind of promotion.
    #[schema(value_type = shape::PublisherKind)]
    pub kind: PublisherKind,
    /// The operator's own key for this publisher; only the operator sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// SHA-256 of the publisher's own e-mails and customer ids; the publisher and the operator see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_customers_sha256: Option<Vec<String>>,
    /// The currency that the publisher wants to be paid in; the publisher and the operator see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub currency: Option<Currency>,
    /// The publisher who brought this one; the publisher and the operator see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub referred_by: Option<PublisherId>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl PublisherView {
    /// What these eyes see of it.
    pub fn new(publisher: Publisher, eyes: Eyes) -> Self {
        let Publisher {
            id,
            network_id,
            name,
            status,
            kind,
            external_id,
            own_customers_sha256,
            currency,
            referred_by,
            created_at,
        } = publisher;
        Self {
            id,
            network_id,
            name,
            status,
            kind,
            external_id: external_id.filter(|_| eyes.advertiser && eyes.publisher),
            own_customers_sha256: eyes.publisher.then_some(own_customers_sha256),
            currency: currency.filter(|_| eyes.publisher),
            referred_by: referred_by.filter(|_| eyes.publisher),
            created_at,
        }
    }
}
