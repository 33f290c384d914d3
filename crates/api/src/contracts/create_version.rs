//! `POST /api/v1/contracts/{contract_id}/versions`

use app::{
    command::Change,
    configuration::contracts::{self, NewVersion},
};
use model::ContractId;

use super::{ContractView, VersionDraft};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, created},
};

/// Adds a version, which holds from its moment on in place of the one before.
#[utoipa::path(post, path = "/api/v1/contracts/{contract_id}/versions", tag = "contracts",
    request_body = VersionDraft,
    responses((status = 201, description = "The new version", body = ContractView)))]
pub async fn create_contract_version(
    Id(id): Id<ContractId>,
    write: Write<VersionDraft>,
) -> Result<Written, Problem> {
    let effect = move |draft: &VersionDraft, change: &mut Change<'_, '_>| {
        let VersionDraft { valid_from, terms } = draft.clone();
        contracts::add_version(change, id, NewVersion { valid_from, terms })
    };
    write.run("contract.create_version", effect, |seen| created(&ContractView::from(seen))).await
}
