//! `GET /api/v1/advertisers/{advertiser_id}/billing_profile`

use app::billing::profiles;
use axum::Json;
use model::AdvertiserId;

use super::BillingProfileView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// To whom an advertiser's invoices are written.
#[utoipa::path(get, path = "/api/v1/advertisers/{advertiser_id}/billing_profile", tag = "invoices",
    responses((status = 200, description = "The newest version", body = BillingProfileView)))]
pub async fn get_advertiser_billing_profile(
    caller: Caller,
    Id(id): Id<AdvertiserId>,
) -> Result<Json<BillingProfileView>, Problem> {
    caller
        .read("billing_profile.get", move |tx, actor| Ok(profiles::get_of_advertiser(tx, actor, id)?.into()))
        .await
}
