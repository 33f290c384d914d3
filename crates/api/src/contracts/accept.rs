//! `POST /api/v1/contracts/{contract_id}/versions/{number}/accept`

use app::{command::Change, configuration::acceptances};
use model::{
    ContractAcceptanceId, ContractId, ContractVersionId, PublisherId, Timestamp, contract::ContractAcceptance,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::{
    path::IdAndNumber,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Who accepts.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceDraft {
    /// The publisher; not needed when the contract is with him alone, or you act for one publisher only.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
}

/// An acceptance.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptanceView {
    /// Id.
    #[schema(value_type = String, example = "acp_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ContractAcceptanceId,
    /// The contract.
    #[schema(value_type = String)]
    pub contract_id: ContractId,
    /// The version.
    #[schema(value_type = String)]
    pub version_id: ContractVersionId,
    /// Its number within the contract.
    pub number: u32,
    /// Who accepted.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub accepted_at: Timestamp,
    /// Which person or key did it.
    #[schema(example = "user:usr_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub accepted_by: String,
    /// SHA-256, in hex, of the JSON of the terms as the publisher reads them.
    pub terms_sha256: String,
}

impl From<ContractAcceptance> for AcceptanceView {
    fn from(acceptance: ContractAcceptance) -> Self {
        Self {
            id: acceptance.id,
            contract_id: acceptance.contract_id,
            version_id: acceptance.version_id,
            number: acceptance.number,
            publisher_id: acceptance.publisher_id,
            accepted_at: acceptance.accepted_at,
            accepted_by: acceptance.accepted_by,
            terms_sha256: acceptance.terms_sha256,
        }
    }
}

/// Accepts a version of a contract in the name of a publisher. Accepting it again answers the first acceptance.
#[utoipa::path(post, path = "/api/v1/contracts/{contract_id}/versions/{number}/accept", tag = "contracts",
    request_body = AcceptanceDraft,
    responses((status = 200, description = "The acceptance", body = AcceptanceView)))]
pub async fn accept_contract_version(
    IdAndNumber(id, number): IdAndNumber<ContractId>,
    write: Write<AcceptanceDraft>,
) -> Result<Written, Problem> {
    let effect = move |draft: &AcceptanceDraft, change: &mut Change<'_, '_>| {
        acceptances::accept(change, id, number, draft.publisher_id)
    };
    write.run("contract.accept", effect, |acceptance| changed(&AcceptanceView::from(acceptance))).await
}
