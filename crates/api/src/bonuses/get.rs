//! `GET /api/v1/bonuses/{bonus_id}`

use app::awards::by_hand;
use axum::Json;
use model::BonusId;

use super::BonusView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One bonus that you earn or pay.
#[utoipa::path(get, path = "/api/v1/bonuses/{bonus_id}", tag = "bonuses",
    responses((status = 200, description = "The bonus", body = BonusView)))]
pub async fn get_bonus(caller: Caller, Id(id): Id<BonusId>) -> Result<Json<BonusView>, Problem> {
    caller.read("bonus.get", move |tx, actor| Ok(by_hand::get(tx, actor, id)?.into())).await
}
