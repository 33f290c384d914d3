//! `GET /api/v1/advertisers`

use app::configuration::advertisers;
use axum::Json;
use model::AdvertiserId;

use super::AdvertiserView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Advertisers, newest first: all of them for the operator, else those you act for.
#[utoipa::path(get, path = "/api/v1/advertisers", tag = "advertisers", params(PageQuery),
    responses((status = 200, description = "A page of advertisers", body = Page<AdvertiserView>)))]
pub async fn list_advertisers(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<AdvertiserView>>, Problem> {
    let before = query.cursor.map(|cursor| AdvertiserId::from_bytes(cursor.bytes()));
    caller
        .read("advertiser.list", move |tx, actor| {
            let found = advertisers::list(tx, actor, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |it| it.id.bytes().to_vec(), AdvertiserView::from))
        })
        .await
}
