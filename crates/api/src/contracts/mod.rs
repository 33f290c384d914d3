//! Contracts: what a program pays, as a default or for one publisher, in immutable versions.

pub mod create;
pub mod create_version;
pub mod get;
pub mod list;
pub mod list_versions;

use app::configuration::contracts::Seen;
use model::{
    ContractId, ContractVersionId, NetworkId, ProgramId, PublisherId, Timestamp,
    contract::{Fee, Terms},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// A new contract: its first version.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractDraft {
    /// The program.
    #[schema(value_type = String, example = "prg_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub program_id: ProgramId,
    /// The publisher; none for the program's default.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// From when it holds, now or later; none from now on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_from: Option<Timestamp>,
    /// The agreement. Without a fee the one of the program's default contract is taken over.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
}

/// A new version of a contract.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionDraft {
    /// From when it holds, now or later; none from now on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_from: Option<Timestamp>,
    /// The agreement. Without a fee the one of the version before is taken over.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
}

/// A version of a contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractView {
    /// Id of the contract, the same for all its versions.
    #[schema(value_type = String, example = "con_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ContractId,
    /// Id of the version; commission lines and receipts name it.
    #[schema(value_type = String, example = "cov_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub version_id: ContractVersionId,
    /// 1, 2, 3, ... within the contract.
    pub number: u32,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// The program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// The publisher; none for the program's default.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// From when it holds, until the next version does.
    #[schema(value_type = String, format = DateTime)]
    pub valid_from: Timestamp,
    /// The agreement; publishers do not see the fee, which is between advertiser and network.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Seen> for ContractView {
    fn from(seen: Seen) -> Self {
        let version = seen.version;
        let mut terms = version.terms;
        if !seen.eyes.advertiser {
            terms.fee = Fee::default();
        }
        Self {
            id: version.contract_id,
            version_id: version.id,
            number: version.number,
            network_id: version.network_id,
            program_id: version.program_id,
            publisher_id: version.publisher_id,
            valid_from: version.valid_from,
            terms,
            created_at: version.created_at,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ContractQuery {
    /// Only of this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only this publisher's own contracts.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
