//! Applications: publishers who want to join programs, or are invited to, and the answers of the other side.

pub mod accept;
pub mod create;
pub mod decline;
pub mod get;
pub mod list;
pub mod withdraw;

use model::{
    AdvertiserId, ApplicationId, ContractTemplateId, ContractVersionId, NetworkId, ProgramId, PublisherId,
    Timestamp,
    joining::{Application, ApplicationKind, ApplicationState, OfferedTerms},
    parties::PublisherKind,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// An application or invitation, as both its sides read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationView {
    /// Id.
    #[schema(value_type = String, example = "apl_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ApplicationId,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// The program's advertiser.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// Who would join.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// Which side asked.
    #[schema(value_type = shape::ApplicationKind)]
    pub kind: ApplicationKind,
    /// Where it stands.
    #[schema(value_type = shape::ApplicationState)]
    pub state: ApplicationState,
    /// What whoever asked says.
    pub message: String,
    /// How the publisher promotes.
    #[schema(value_type = Vec<shape::PublisherKind>)]
    pub promotion_methods: Vec<PublisherKind>,
    /// The terms that a yes of the publisher is a yes to; none while nothing is agreed for him.
    pub terms: Option<OfferedTermsView>,
    /// Until when it can be answered; none for ever.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The answer in words.
    pub answer: String,
    /// When it was accepted, declined or withdrawn.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// From when on whoever was declined may ask again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub again_at: Option<Timestamp>,
}

/// Which terms the publisher was shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferedTermsView {
    /// The contract that holds for whoever joins as things stand.
    #[schema(value_type = Option<String>)]
    pub contract_version_id: Option<ContractVersionId>,
    /// The template that a contract of his own begins with.
    #[schema(value_type = Option<String>)]
    pub template_id: Option<ContractTemplateId>,
    /// Number of the template's version.
    pub template_number: Option<u32>,
    /// SHA-256, in hex, of the JSON of the terms as the publisher reads them: without the fee.
    pub terms_sha256: String,
}

impl From<OfferedTerms> for OfferedTermsView {
    fn from(terms: OfferedTerms) -> Self {
        let OfferedTerms { contract_version_id, template, terms_sha256 } = terms;
        let (template_id, template_number) = (template.map(|one| one.id), template.map(|one| one.number));
        Self { contract_version_id, template_id, template_number, terms_sha256 }
    }
}

impl ApplicationView {
    /// How it stands at `now`.
    pub fn at(application: Application, now: Timestamp) -> Self {
        let state = application.state_at(now);
        Self {
            id: application.id,
            network_id: application.network_id,
            advertiser_id: application.advertiser_id,
            program_id: application.program_id,
            publisher_id: application.publisher_id,
            kind: application.kind,
            state,
            message: application.message,
            promotion_methods: application.promotion_methods,
            terms: application.terms.map(OfferedTermsView::from),
            expires_at: application.expires_at,
            created_at: application.created_at,
            answer: application.answer,
            answered_at: application.answered_at,
            again_at: application.again_at,
        }
    }
}

/// What is answered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationAcceptance {
    /// Words for the other side.
    #[serde(default)]
    #[schema(example = "Welcome.")]
    pub answer: String,
    /// For an application: the template that a contract of the publisher's own begins with. When he was shown other terms,
    /// it is offered to him, and he is a member once he accepts it. Without it, the terms are those that he was shown.
    #[schema(value_type = Option<String>)]
    pub template_id: Option<ContractTemplateId>,
}

/// What is answered, and when the other side may ask again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationRefusal {
    /// Why, in words that the other side reads. A publisher who declines an invitation may leave it out.
    #[serde(default)]
    #[schema(example = "We do not work with coupon sites.")]
    pub answer: String,
    /// After how many days the other side may ask again.
    #[serde(default = "again_after_days")]
    #[schema(default = 30, maximum = 366)]
    pub again_after_days: u16,
}

const fn again_after_days() -> u16 {
    app::configuration::applications::AGAIN_AFTER_DAYS
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ApplicationQuery {
    /// Only to programs of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only to this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only of this publisher.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Only applications, or only invitations.
    #[param(value_type = Option<shape::ApplicationKind>)]
    pub kind: Option<ApplicationKind>,
    /// Only in this state.
    #[param(value_type = Option<shape::ApplicationState>)]
    pub state: Option<ApplicationState>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
