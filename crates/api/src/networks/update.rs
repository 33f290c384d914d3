//! `PATCH /api/v1/networks/{network_id}`

use app::configuration::networks;
use model::NetworkId;

use super::{NetworkDraft, NetworkView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes settings of the network; members that are left out stay.
#[utoipa::path(patch, path = "/api/v1/networks/{network_id}", tag = "networks", request_body = NetworkDraft,
    responses((status = 200, description = "The changed network", body = NetworkView)))]
pub async fn update_network(Id(id): Id<NetworkId>, write: Write<Members>) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut app::command::Change<'_, '_>| {
        networks::update(change, id, &mut |before| {
            Ok(merged(&NetworkDraft::of(&before), members)?.onto(&before))
        })
    };
    write.run("network.update", effect, |network| changed(&NetworkView::from(network))).await
}
