//! `GET /api/v1/networks/{network_id}/billing_profile`

use app::billing::profiles;
use axum::Json;
use model::NetworkId;

use super::IssuerProfileView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// Who writes the network's invoices and statements, and how they are numbered.
#[utoipa::path(get, path = "/api/v1/networks/{network_id}/billing_profile", tag = "invoices",
    responses((status = 200, description = "The newest version", body = IssuerProfileView)))]
pub async fn get_network_billing_profile(
    caller: Caller,
    Id(id): Id<NetworkId>,
) -> Result<Json<IssuerProfileView>, Problem> {
    caller.read("billing_profile.get", move |tx, actor| Ok(profiles::get_issuer(tx, actor, id)?.into())).await
}
