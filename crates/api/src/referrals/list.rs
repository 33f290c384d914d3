//! `GET /api/v1/referrals`

use app::awards::referred::{self, ReferralSeen};
use axum::Json;
use model::ReferralId;

use super::ReferralView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// What you earn for having brought others, newest first.
#[utoipa::path(get, path = "/api/v1/referrals", tag = "referrals", params(PageQuery),
    responses((status = 200, description = "A page of referrals", body = Page<ReferralView>)))]
pub async fn list_referrals(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<ReferralView>>, Problem> {
    let before = query.cursor.map(|cursor| ReferralId::from_bytes(cursor.bytes()));
    caller
        .read("referral.list", move |tx, actor| {
            let found = referred::list(tx, actor, before, asked(query.limit))?;
            let cursor = |seen: &ReferralSeen| seen.referral.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, ReferralView::from))
        })
        .await
}
