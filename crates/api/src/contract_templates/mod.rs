//! Templates of contracts: terms that a program has ready for whom it lets in.

pub mod create;
pub mod get;
pub mod list;
pub mod list_versions;
pub mod update;

use model::{
    ContractTemplateId, ContractTemplateVersionId, NetworkId, ProgramId, Timestamp,
    contract::{TemplateVersion, Terms},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// What of a template can be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateDraft {
    /// The program; fixed once it is set.
    #[schema(value_type = String, example = "prg_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub program_id: ProgramId,
    /// Shown name.
    #[schema(example = "Reviewers")]
    pub name: String,
    /// What it offers. Without a fee the one that stands when a contract begins with it is taken over.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
    /// Whether it is offered no more.
    #[serde(default)]
    pub retired: bool,
}

/// A version of a template. Its program's side sees it; publishers read the terms of what they are offered.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateView {
    /// Id of the template, the same for all its versions.
    #[schema(value_type = String, example = "ctp_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ContractTemplateId,
    /// Id of the version.
    #[schema(value_type = String, example = "ctv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub version_id: ContractTemplateVersionId,
    /// 1, 2, 3, ... within the template.
    pub number: u32,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// The program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// Shown name.
    pub name: String,
    /// What it offers.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
    /// Whether it is offered no more.
    pub retired: bool,
    /// When the version was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<TemplateVersion> for TemplateView {
    fn from(version: TemplateVersion) -> Self {
        let TemplateVersion {
            id,
            template_id,
            network_id,
            program_id,
            number,
            name,
            terms,
            retired,
            created_at,
        } = version;
        Self {
            id: template_id,
            version_id: id,
            number,
            network_id,
            program_id,
            name,
            terms,
            retired,
            created_at,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TemplateQuery {
    /// Only of this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
