//! `GET /api/v1/advertisers/{advertiser_id}`

use app::configuration::advertisers;
use axum::Json;
use model::AdvertiserId;

use super::AdvertiserView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One advertiser.
#[utoipa::path(get, path = "/api/v1/advertisers/{advertiser_id}", tag = "advertisers",
    responses((status = 200, description = "The advertiser", body = AdvertiserView)))]
pub async fn get_advertiser(
    caller: Caller,
    Id(id): Id<AdvertiserId>,
) -> Result<Json<AdvertiserView>, Problem> {
    caller.read("advertiser.get", move |tx, actor| Ok(advertisers::get(tx, actor, id)?.0.into())).await
}
