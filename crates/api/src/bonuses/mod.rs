//! Bonuses: fixed sums beside commissions, promised in a contract or given by hand.

pub mod create;
pub mod get;
pub mod list;
pub mod take_back;

use app::awards::by_hand::BonusSeen;
use model::{AdvertiserId, BonusId, Money, PublisherId, Timestamp, bonus::BonusPayer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// A bonus.
#[derive(Debug, Serialize, ToSchema)]
pub struct BonusView {
    /// Id; the source of its transfers.
    #[schema(value_type = String, example = "bon_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: BonusId,
    /// Who earns it.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// Who pays.
    #[schema(value_type = shape::BonusPayer)]
    pub paid_by: BonusPayer,
    /// The advertiser, when one pays.
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// How much it is.
    #[schema(value_type = shape::Money)]
    pub amount: Money,
    /// What of it was taken back.
    #[schema(value_type = shape::Money)]
    pub taken_back: Money,
    /// Why it was given by hand; `null` for a bonus of a contract.
    pub reason: Option<String>,
    /// Why it was due by the contract: the conversion that reached it, what was counted, the terms. `null` when it was given by
    /// hand.
    #[schema(value_type = Option<Object>)]
    pub receipt: Option<Value>,
    /// What was taken back, in the order of the decisions.
    pub returns: Vec<BonusReturnView>,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A taking back of a bonus.
#[derive(Debug, Serialize, ToSchema)]
pub struct BonusReturnView {
    /// What is taken back in all.
    #[schema(value_type = shape::Money)]
    pub taken_back: Money,
    /// Why.
    pub reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<BonusSeen> for BonusView {
    fn from(seen: BonusSeen) -> Self {
        let BonusSeen { bonus, returns } = seen;
        let payer = |advertiser: &Option<AdvertiserId>| match advertiser {
            Some(_) => BonusPayer::Advertiser,
            None => BonusPayer::Network,
        };
        let returned = |one: app::awards::BonusReturn| BonusReturnView {
            taken_back: one.taken_back,
            reason: one.reason,
            at: one.at,
        };
        Self {
            id: bonus.id,
            publisher_id: bonus.publisher_id,
            paid_by: payer(&bonus.advertiser_id),
            advertiser_id: bonus.advertiser_id,
            amount: bonus.amount,
            taken_back: bonus.taken_back,
            reason: bonus.reason,
            receipt: bonus.receipt.and_then(|text| serde_json::from_str(&text).ok()),
            returns: returns.into_iter().map(returned).collect(),
            at: bonus.at,
        }
    }
}

/// What a list of bonuses is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BonusQuery {
    /// Only of this publisher.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
