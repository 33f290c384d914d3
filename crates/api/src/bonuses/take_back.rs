//! `POST /api/v1/bonuses/{bonus_id}/take_back`

use app::{awards::by_hand, command::Change};
use model::BonusId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::BonusView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// What of a bonus is taken back, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BonusTaking {
    /// How much, as decimal text in the bonus's currency; without it all that is left.
    #[serde(default)]
    #[schema(example = "20.00")]
    pub amount: Option<String>,
    /// Why; the publisher and whoever paid read it.
    #[schema(example = "Half of the orders came back")]
    pub reason: String,
}

/// Takes a bonus back, whole or in part. The publisher's balance may go below zero.
#[utoipa::path(post, path = "/api/v1/bonuses/{bonus_id}/take_back", tag = "bonuses", request_body = BonusTaking,
    responses((status = 200, description = "The bonus", body = BonusView)))]
pub async fn take_back_bonus(Id(id): Id<BonusId>, write: Write<BonusTaking>) -> Result<Written, Problem> {
    let effect = move |body: &BonusTaking, change: &mut Change<'_, '_>| {
        by_hand::take_back(change, id, body.amount.as_deref(), &body.reason)
    };
    write.run("bonus.take_back", effect, |seen| changed(&BonusView::from(seen))).await
}
