//! `PUT /api/v1/networks/{network_id}/billing_profile`

use app::{billing::profiles, command::Change};
use model::{NetworkId, billing::IssuerProfile};

use super::IssuerProfileView;
use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, changed},
    },
    shape,
};

/// Says who writes the network's invoices and statements, and how they are numbered.
#[utoipa::path(put, path = "/api/v1/networks/{network_id}/billing_profile", tag = "invoices",
    request_body = shape::billing::IssuerProfile,
    responses((status = 200, description = "The new version", body = IssuerProfileView)))]
pub async fn put_network_billing_profile(
    Id(id): Id<NetworkId>,
    write: Write<IssuerProfile>,
) -> Result<Written, Problem> {
    let effect = move |body: &IssuerProfile, change: &mut Change<'_, '_>| {
        Ok(IssuerProfileView::from(profiles::put_issuer(change, id, body.clone())?))
    };
    write.run("billing_profile.put", effect, |view| changed(&view)).await
}
