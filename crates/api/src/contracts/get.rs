//! `GET /api/v1/contracts/{contract_id}`

use app::configuration::contracts;
use axum::Json;
use model::ContractId;

use super::ContractView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// The newest version of a contract, which may not have begun.
#[utoipa::path(get, path = "/api/v1/contracts/{contract_id}", tag = "contracts",
    responses((status = 200, description = "The newest version", body = ContractView)))]
pub async fn get_contract(caller: Caller, Id(id): Id<ContractId>) -> Result<Json<ContractView>, Problem> {
    caller.read("contract.get", move |tx, actor| Ok(contracts::get(tx, actor, id)?.into())).await
}
