//! `POST /api/v1/contracts`

use app::{
    command::Change,
    configuration::contracts::{self, NewContract, NewVersion},
};

use super::{ContractDraft, ContractView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Agrees on a contract with its first version.
#[utoipa::path(post, path = "/api/v1/contracts", tag = "contracts", request_body = ContractDraft,
    responses((status = 201, description = "The new contract", body = ContractView)))]
pub async fn create_contract(write: Write<ContractDraft>) -> Result<Written, Problem> {
    let effect = |draft: &ContractDraft, change: &mut Change<'_, '_>| {
        let audience = draft.audience()?;
        let ContractDraft { program_id, valid_from, terms, .. } = draft.clone();
        let version = NewVersion { valid_from, terms };
        contracts::create(change, NewContract { program_id, audience, version })
    };
    write.run("contract.create", effect, |seen| created(&ContractView::from(seen))).await
}
