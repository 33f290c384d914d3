//! Programs: an advertiser's standing invitation to bring results.

pub mod create;
pub mod end_membership;
pub mod get;
pub mod list;
pub mod list_members;
pub mod update;

use app::access::Eyes;
use model::{
    AdvertiserId, ApplicationId, ContractTemplateId, NetworkId, ProgramId, ProgramMemberId, PublisherId,
    Timestamp,
    calendar::Zone,
    contract::Cap,
    joining::{Joining, ProgramMember},
    parties::Status,
    program::{Action, Fallbacks, LandingPage, Program},
    targeting::Targeting,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// What of a program can be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramDraft {
    /// Who pays; fixed once it is set.
    #[schema(value_type = String, example = "adv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub advertiser_id: AdvertiserId,
    /// Shown name.
    #[schema(example = "Flowers")]
    pub name: String,
    /// Whether it works at present.
    #[serde(default)]
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// First moment; none from the beginning.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Timestamp>,
    /// First moment after; none without end.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Timestamp>,
    /// Zone of caps and day parts, an IANA name.
    #[schema(value_type = String, example = "UTC")]
    pub zone: Zone,
    /// Kinds of result.
    #[schema(value_type = Vec<shape::program::Action>)]
    pub actions: Vec<Action>,
    /// Default landing pages, chosen by weight.
    #[schema(value_type = Vec<shape::program::LandingPage>)]
    pub landing_pages: Vec<LandingPage>,
    /// Hosts that deep links may go to: `shop.example` or `*.shop.example`.
    #[serde(default)]
    pub verified_hosts: Vec<String>,
    /// App schemes that deep links may use, such as `myshop`.
    #[serde(default)]
    pub app_schemes: Vec<String>,
    /// Where refused clicks go.
    #[serde(default)]
    #[schema(value_type = shape::program::Fallbacks)]
    pub fallbacks: Fallbacks,
    /// Conditions on clicks.
    #[serde(default)]
    #[schema(value_type = shape::program::Targeting)]
    pub targeting: Targeting,
    /// Limits over all publishers together.
    #[serde(default)]
    #[schema(value_type = Vec<shape::program::Cap>)]
    pub caps: Vec<Cap>,
    /// Networks in CIDR notation whose clicks are refused as `blocked_ip`.
    #[serde(default)]
    pub blocked_addresses: Vec<String>,
    /// Whether clicks from data centres are refused.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub refuse_data_centers: bool,
    /// Whether clicks over plain http are refused as `protocol_refused`.
    #[serde(default)]
    pub https_only: bool,
    /// How long a second click of one visitor on one link counts as duplicate, in seconds.
    #[serde(default = "one_day")]
    #[schema(default = 86_400)]
    pub unique_window_seconds: u32,
    /// What publishers read before they join.
    #[serde(default)]
    pub public_terms: String,
    /// Whether anybody may read the terms at `/terms/{program_id}` without signing in.
    #[serde(default)]
    pub public_page: bool,
    /// How many days before it begins a version must be made that is, or may be, worse for publishers.
    #[serde(default)]
    #[schema(maximum = 366)]
    pub notice_days: u16,
    /// Whether clicks and conversions count only after the publisher has accepted his contract.
    #[serde(default)]
    pub requires_acceptance: bool,
    /// Who may bring visitors. Whoever works in an open program stays in it as a member when it is opened no more.
    #[serde(default)]
    #[schema(value_type = shape::Joining)]
    pub joining: Joining,
    /// The template that a contract of his own begins with when a publisher without one joins.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub default_template_id: Option<ContractTemplateId>,
}

const fn yes() -> bool {
    true
}
const fn one_day() -> u32 {
    86_400
}

impl ProgramDraft {
    /// What of a program can be changed.
    pub fn of(program: Program) -> Self {
        Self {
            advertiser_id: program.advertiser_id,
            name: program.name,
            status: program.status,
            starts_at: program.starts_at,
            ends_at: program.ends_at,
            zone: program.zone,
            actions: program.actions,
            landing_pages: program.landing_pages,
            verified_hosts: program.verified_hosts,
            app_schemes: program.app_schemes,
            fallbacks: program.fallbacks,
            targeting: program.targeting,
            caps: program.caps,
            blocked_addresses: program.blocked_addresses,
            refuse_data_centers: program.refuse_data_centers,
            https_only: program.https_only,
            unique_window_seconds: program.unique_window_seconds,
            public_terms: program.public_terms,
            public_page: program.public_page,
            notice_days: program.notice_days,
            requires_acceptance: program.requires_acceptance,
            joining: program.joining,
            default_template_id: program.default_template_id,
        }
    }
    /// The program with this id.
    pub fn onto(self, id: ProgramId, network_id: NetworkId, created_at: Timestamp) -> Program {
        Program {
            id,
            network_id,
            advertiser_id: self.advertiser_id,
            name: self.name,
            status: self.status,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            zone: self.zone,
            actions: self.actions,
            landing_pages: self.landing_pages,
            verified_hosts: self.verified_hosts,
            app_schemes: self.app_schemes,
            fallbacks: self.fallbacks,
            targeting: self.targeting,
            caps: self.caps,
            blocked_addresses: self.blocked_addresses,
            refuse_data_centers: self.refuse_data_centers,
            https_only: self.https_only,
            unique_window_seconds: self.unique_window_seconds,
            public_terms: self.public_terms,
            public_page: self.public_page,
            notice_days: self.notice_days,
            requires_acceptance: self.requires_acceptance,
            joining: self.joining,
            default_template_id: self.default_template_id,
            created_at,
        }
    }
}

/// A program. Publishers see what they need to work with it; caps, fallbacks and blocked addresses are the advertiser's.
/// Whoever is no member of one that is not open sees neither its pages and hosts nor its targeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramView {
    /// Id.
    #[schema(value_type = String, example = "prg_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ProgramId,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// Who pays.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// Shown name.
    pub name: String,
    /// Whether it works at present.
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// False while the program is paused because its advertiser's prepaid money is used up.
    pub funded: bool,
    /// First moment; none from the beginning.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Timestamp>,
    /// First moment after; none without end.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Timestamp>,
    /// Zone of caps and day parts.
    #[schema(value_type = String)]
    pub zone: Zone,
    /// Kinds of result.
    #[schema(value_type = Vec<shape::program::Action>)]
    pub actions: Vec<Action>,
    /// Default landing pages, chosen by weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<shape::program::LandingPage>>)]
    pub landing_pages: Option<Vec<LandingPage>>,
    /// Hosts that deep links may go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_hosts: Option<Vec<String>>,
    /// App schemes that deep links may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_schemes: Option<Vec<String>>,
    /// Conditions on clicks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::program::Targeting>)]
    pub targeting: Option<Targeting>,
    /// Whether clicks from data centres are refused.
    pub refuse_data_centers: bool,
    /// Whether clicks over plain http are refused.
    pub https_only: bool,
    /// How long a second click of one visitor on one link counts as duplicate, in seconds.
    pub unique_window_seconds: u32,
    /// What publishers read before they join.
    pub public_terms: String,
    /// Whether anybody may read the terms at `/terms/{program_id}` without signing in.
    pub public_page: bool,
    /// How many days before it begins a version must be made that is, or may be, worse for publishers.
    pub notice_days: u16,
    /// Whether clicks and conversions count only after the publisher has accepted his contract.
    pub requires_acceptance: bool,
    /// Who may bring visitors.
    #[schema(value_type = shape::Joining)]
    pub joining: Joining,
    /// The template that a contract of his own begins with when a publisher without one joins.
    #[schema(value_type = Option<String>)]
    pub default_template_id: Option<ContractTemplateId>,
    /// Where refused clicks go; for the advertiser's side.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::program::Fallbacks>)]
    pub fallbacks: Option<Fallbacks>,
    /// Limits over all publishers together; for the advertiser's side.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<shape::program::Cap>>)]
    pub caps: Option<Vec<Cap>>,
    /// Networks whose clicks are refused; for the advertiser's side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_addresses: Option<Vec<String>>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl ProgramView {
    /// What these eyes see of it, the whole or what it shows publicly; `funded` says whether its advertiser has money.
    pub fn new(program: Program, eyes: Eyes, whole: bool, funded: bool) -> Self {
        Self {
            id: program.id,
            network_id: program.network_id,
            advertiser_id: program.advertiser_id,
            name: program.name,
            status: program.status,
            funded,
            starts_at: program.starts_at,
            ends_at: program.ends_at,
            zone: program.zone,
            actions: program.actions,
            landing_pages: whole.then_some(program.landing_pages),
            verified_hosts: whole.then_some(program.verified_hosts),
            app_schemes: whole.then_some(program.app_schemes),
            targeting: whole.then_some(program.targeting),
            refuse_data_centers: program.refuse_data_centers,
            https_only: program.https_only,
            unique_window_seconds: program.unique_window_seconds,
            public_terms: program.public_terms,
            public_page: program.public_page,
            notice_days: program.notice_days,
            requires_acceptance: program.requires_acceptance,
            joining: program.joining,
            default_template_id: program.default_template_id,
            fallbacks: eyes.advertiser.then_some(program.fallbacks),
            caps: eyes.advertiser.then_some(program.caps),
            blocked_addresses: eyes.advertiser.then_some(program.blocked_addresses),
            created_at: program.created_at,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProgramQuery {
    /// Only of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only with this status.
    #[param(value_type = Option<shape::Status>)]
    pub status: Option<Status>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}

/// One stay of a publisher in a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramMemberView {
    /// Id of the stay.
    #[schema(value_type = String, example = "mem_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ProgramMemberId,
    /// The program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// The publisher.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// What was accepted; none for whoever was in already when the program stopped being open.
    #[schema(value_type = Option<String>)]
    pub application_id: Option<ApplicationId>,
    /// From when on his clicks count.
    #[schema(value_type = String, format = DateTime)]
    pub joined_at: Timestamp,
    /// From when on they do not any more; none while no end is set.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub left_at: Option<Timestamp>,
    /// Why it ends, in words; empty while no end is set.
    pub end_reason: String,
}

impl From<ProgramMember> for ProgramMemberView {
    fn from(stay: ProgramMember) -> Self {
        let ProgramMember {
            id,
            program_id,
            publisher_id,
            application_id,
            joined_at,
            left_at,
            end_reason,
            ..
        } = stay;
        Self { id, program_id, publisher_id, application_id, joined_at, left_at, end_reason }
    }
}
