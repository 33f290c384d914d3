//! `GET /api/v1/referral_terms`

use app::configuration::referral_terms;
use axum::Json;
use model::{ReferralTermsId, referral::ReferralTerms};

use super::ReferralTermsView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// What the network pays to whoever brings publishers, newest terms first.
#[utoipa::path(get, path = "/api/v1/referral_terms", tag = "referrals", params(PageQuery),
    responses((status = 200, description = "A page of terms", body = Page<ReferralTermsView>)))]
pub async fn list_referral_terms(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<ReferralTermsView>>, Problem> {
    let before = query.cursor.map(|cursor| ReferralTermsId::from_bytes(cursor.bytes()));
    caller
        .read("referral_terms.list", move |tx, actor| {
            let found = referral_terms::list(tx, actor, before, asked(query.limit))?;
            let cursor = |terms: &ReferralTerms| terms.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, ReferralTermsView::from))
        })
        .await
}
