//! Deliveries: what was and is to be sent, and what became of it.

pub mod get;
pub mod list;
pub mod retry;

use app::{
    errors::Refusal,
    outputs::About,
    storage::{Attempt, Delivery, DeliveryState},
};
use model::{DeliveryId, NetworkId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::{IntoParams, ToSchema};

use crate::http::{page::IdCursor, query::Limit};

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Id; webhooks have it as `webhook-id`.
    #[schema(value_type = String, example = "dlv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: DeliveryId,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// `report`, `alert` or `conversion`.
    pub about: &'static str,
    /// Of which schedule it is the report, or which alert or conversion it tells of.
    #[schema(example = "sch_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub about_id: String,
    /// `mail`, `webhook` or `postback`.
    pub channel: String,
    /// The mail address, or the id of the webhook or postback.
    pub target: String,
    /// The address that is called, with its macros filled; for postbacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `waiting`, `delivered`, or `failed`: it is not tried any more.
    pub state: &'static str,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was wanted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it is tried next, or was for the last time.
    #[schema(value_type = String, format = DateTime)]
    pub next_at: Timestamp,
    /// How each attempt ended; where one delivery is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<AttemptView>>,
}

/// How an attempt ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptView {
    /// 1 for the first.
    pub number: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whether the receiver took it.
    pub delivered: bool,
    /// What was said.
    pub words: String,
}

impl DeliveryView {
    /// As it is shown.
    ///
    /// # Errors
    /// A damaged row.
    pub fn new(delivery: Delivery, history: Option<Vec<Attempt>>) -> Result<Self, Refusal> {
        let attempt = |Attempt { number, at, delivered, words }| AttemptView { number, at, delivered, words };
        let About { what, id, url } = About::of(&delivery)?;
        Ok(Self {
            about: what,
            about_id: id,
            url,
            id: delivery.id,
            network_id: delivery.network_id,
            channel: delivery.channel,
            target: delivery.target,
            state: delivery.state.word(),
            attempts: delivery.attempts,
            created_at: delivery.created_at,
            next_at: delivery.next_at,
            history: history.map(|attempts| attempts.into_iter().map(attempt).collect()),
        })
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveryQuery {
    /// Only those that are `waiting`, `delivered` or `failed`.
    #[serde(default, deserialize_with = "state")]
    #[param(value_type = Option<String>)]
    pub state: Option<DeliveryState>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}

fn state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DeliveryState>, D::Error> {
    let word = String::deserialize(deserializer)?;
    let known = DeliveryState::ALL.into_iter().find(|state| state.word() == word);
    known.map(Some).ok_or_else(|| D::Error::custom("a delivery is waiting, delivered or failed"))
}
