//! Exchanges: balances of publishers that were changed into another currency.

pub mod create;
pub mod list;

use app::storage::ExchangeRow;
use model::{
    ExchangeId, Money, PublisherId, Timestamp,
    exchange::{AppliedRate, ExchangeStep},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape;

/// A balance that was changed into another currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExchangeView {
    /// Id; the source of its transfers.
    #[schema(value_type = String, example = "exc_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ExchangeId,
    /// Whose balance.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// What was given.
    #[schema(value_type = shape::Money)]
    pub sold: Money,
    /// What was taken, rounded towards zero.
    #[schema(value_type = shape::Money)]
    pub bought: Money,
    /// The rate that was applied: an exact `fraction`, its `day`, and how it was `found`.
    #[schema(value_type = Object)]
    pub rate: Option<AppliedRate>,
    /// The stored rates that it comes from.
    #[schema(value_type = Vec<Object>)]
    pub steps: Vec<ExchangeStep>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<ExchangeRow> for ExchangeView {
    fn from(row: ExchangeRow) -> Self {
        Self {
            id: row.id,
            publisher_id: row.publisher_id,
            sold: row.sold,
            bought: row.bought,
            rate: row.path.applied(),
            steps: row.path.steps,
            at: row.at,
        }
    }
}
