//! `GET /api/v1/networks/{network_id}`

use app::configuration::networks;
use axum::Json;
use model::NetworkId;

use super::NetworkView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// The network that you act in.
#[utoipa::path(get, path = "/api/v1/networks/{network_id}", tag = "networks",
    responses((status = 200, description = "The network", body = NetworkView)))]
pub async fn get_network(caller: Caller, Id(id): Id<NetworkId>) -> Result<Json<NetworkView>, Problem> {
    caller.read("network.get", move |tx, actor| Ok(networks::get(tx, actor, id)?.into())).await
}
