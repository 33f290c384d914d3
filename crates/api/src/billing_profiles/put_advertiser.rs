//! `PUT /api/v1/advertisers/{advertiser_id}/billing_profile`

use app::{billing::profiles, command::Change};
use model::{AdvertiserId, billing::BillingProfile};

use super::BillingProfileView;
use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, changed},
    },
    shape,
};

/// Says to whom an advertiser's invoices are written. Taxes and days for payment are the operator's to set.
#[utoipa::path(put, path = "/api/v1/advertisers/{advertiser_id}/billing_profile", tag = "invoices",
    request_body = shape::billing::BillingProfile,
    responses((status = 200, description = "The new version", body = BillingProfileView)))]
pub async fn put_advertiser_billing_profile(
    Id(id): Id<AdvertiserId>,
    write: Write<BillingProfile>,
) -> Result<Written, Problem> {
    let effect = move |body: &BillingProfile, change: &mut Change<'_, '_>| {
        Ok(BillingProfileView::from(profiles::put_of_advertiser(change, id, body.clone())?))
    };
    write.run("billing_profile.put", effect, |view| changed(&view)).await
}
