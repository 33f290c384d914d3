//! `GET /api/v1/publishers/{publisher_id}/billing_profile`

use app::billing::profiles;
use axum::Json;
use model::PublisherId;

use super::BillingProfileView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// To whom a publisher's statements are written; advertisers do not see it.
#[utoipa::path(get, path = "/api/v1/publishers/{publisher_id}/billing_profile", tag = "invoices",
    responses((status = 200, description = "The newest version", body = BillingProfileView)))]
pub async fn get_publisher_billing_profile(
    caller: Caller,
    Id(id): Id<PublisherId>,
) -> Result<Json<BillingProfileView>, Problem> {
    caller
        .read("billing_profile.get", move |tx, actor| Ok(profiles::get_of_publisher(tx, actor, id)?.into()))
        .await
}
