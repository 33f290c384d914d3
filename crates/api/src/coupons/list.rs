//! `GET /api/v1/coupons`

use app::{
    access::Eyes,
    configuration::links::{self, LinkFilter},
};
use axum::Json;
use model::{LinkId, link::Link};

use super::{CouponQuery, CouponView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Coupon codes, those of the newest links first: your own, and those of programs of yours. They are given and changed at their links.
#[utoipa::path(get, path = "/api/v1/coupons", tag = "coupons", params(CouponQuery),
    responses((status = 200, description = "A page of coupons", body = Page<CouponView>)))]
pub async fn list_coupons(
    caller: Caller,
    Filters(query): Filters<CouponQuery>,
) -> Result<Json<Page<CouponView>>, Problem> {
    let before = query.cursor.map(|cursor| LinkId::from_bytes(cursor.bytes()));
    let filter =
        LinkFilter { program_id: query.program_id, publisher_id: query.publisher_id, with_coupon: true };
    caller
        .read("coupon.list", move |tx, actor| {
            let found = links::list(tx, actor, filter, before, asked(query.limit))?;
            let cursor = |(link, _): &(Link, Eyes)| link.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, |(link, _)| CouponView::of(link)))
        })
        .await
}
