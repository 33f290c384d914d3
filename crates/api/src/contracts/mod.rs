//! Contracts: what a program pays, as a default, for a group or for one publisher, in immutable versions.

pub mod accept;
pub mod create;
pub mod create_version;
pub mod difference;
pub mod get;
pub mod in_words;
pub mod list;
pub mod list_acceptances;
pub mod list_versions;

use app::{configuration::contracts::Seen, errors::Refusal};
use model::{
    ContractId, ContractTemplateId, ContractVersionId, NetworkId, ProgramId, PublisherGroupId, PublisherId,
    Timestamp,
    codes::Language,
    contract::{Audience, Fee, Terms},
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
    /// The publisher; with neither publisher nor group it is the program's default.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// The group of publishers.
    #[schema(value_type = Option<String>)]
    pub group_id: Option<PublisherGroupId>,
    /// From when it holds, now or later; none from now on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_from: Option<Timestamp>,
    /// The agreement. Without a fee the one of the program's default contract is taken over.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
}

impl ContractDraft {
    /// With whom it is to be agreed.
    ///
    /// # Errors
    /// `field_invalid` when it names both a publisher and a group.
    pub fn audience(&self) -> Result<Audience, Refusal> {
        audience_of(self.publisher_id, self.group_id)
    }
}

/// With whom a contract is that names a publisher, a group or neither.
///
/// # Errors
/// `field_invalid` when it names both.
pub fn audience_of(
    publisher: Option<PublisherId>,
    group: Option<PublisherGroupId>,
) -> Result<Audience, Refusal> {
    match (publisher, group) {
        (Some(_), Some(_)) => {
            Err(Refusal::field("group_id", "a contract is with a publisher or with a group, not with both"))
        }
        (Some(publisher), None) => Ok(Audience::Publisher(publisher)),
        (None, Some(group)) => Ok(Audience::Group(group)),
        (None, None) => Ok(Audience::Everybody),
    }
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
    /// The publisher; none for a group's contract and the program's default.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// The group; none for a publisher's own contract and the program's default.
    #[schema(value_type = Option<String>)]
    pub group_id: Option<PublisherGroupId>,
    /// From when it holds, until the next version does.
    #[schema(value_type = String, format = DateTime)]
    pub valid_from: Timestamp,
    /// The agreement; publishers do not see the fee, which is between advertiser and network.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
    /// The template that it began with.
    #[schema(value_type = Option<String>)]
    pub template_id: Option<ContractTemplateId>,
    /// Number of the template's version.
    pub template_number: Option<u32>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Seen> for ContractView {
    fn from(seen: Seen) -> Self {
        let version = seen.version;
        let terms = if seen.eyes.advertiser { version.terms } else { without_fee(version.terms) };
        Self {
            id: version.contract_id,
            version_id: version.id,
            number: version.number,
            network_id: version.network_id,
            program_id: version.program_id,
            publisher_id: version.publisher_id,
            group_id: version.group_id,
            valid_from: version.valid_from,
            terms,
            template_id: version.template.map(|one| one.id),
            template_number: version.template.map(|one| one.number),
            created_at: version.created_at,
        }
    }
}

/// The terms as publishers read them: the fee is between advertiser and network.
pub fn without_fee(terms: Terms) -> Terms {
    Terms { fee: Fee::default(), ..terms }
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
    /// Only this group's contracts.
    #[param(value_type = Option<String>)]
    pub group_id: Option<PublisherGroupId>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}

/// What is compared, and in which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DifferenceQuery {
    /// The version that is compared with; the one after without it.
    #[param(value_type = Option<u32>, minimum = 1)]
    pub to: Option<String>,
    /// Language of the sentences: `en`, `vi` or `fa`; English without it.
    #[param(value_type = Option<String>)]
    pub language: Option<LanguageWord>,
}

/// A language by its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageWord {
    /// English.
    En,
    /// Vietnamese.
    Vi,
    /// Persian.
    Fa,
}

impl From<LanguageWord> for Language {
    fn from(word: LanguageWord) -> Self {
        match word {
            LanguageWord::En => Self::En,
            LanguageWord::Vi => Self::Vi,
            LanguageWord::Fa => Self::Fa,
        }
    }
}
