//! `GET /api/v1/bonuses`

use app::awards::by_hand::{self, BonusSeen};
use axum::Json;
use model::BonusId;

use super::{BonusQuery, BonusView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Bonuses that you earn or pay, newest first.
#[utoipa::path(get, path = "/api/v1/bonuses", tag = "bonuses", params(BonusQuery),
    responses((status = 200, description = "A page of bonuses", body = Page<BonusView>)))]
pub async fn list_bonuses(
    caller: Caller,
    Filters(query): Filters<BonusQuery>,
) -> Result<Json<Page<BonusView>>, Problem> {
    let before = query.cursor.map(|cursor| BonusId::from_bytes(cursor.bytes()));
    caller
        .read("bonus.list", move |tx, actor| {
            let found = by_hand::list(tx, actor, query.publisher_id, before, asked(query.limit))?;
            let cursor = |seen: &BonusSeen| seen.bonus.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, BonusView::from))
        })
        .await
}
