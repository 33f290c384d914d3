//! Programs: an advertiser's standing invitation to bring results.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Zone, contract::Cap, ids::*, joining::Joining, parties::Status, targeting::Targeting,
    time::Timestamp,
};

/// A kind of result that a program pays for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The word in postbacks: lower-case letters, digits and `_`, up to 40.
    pub name: String,
    /// Which measure of the reports it adds to.
    pub kind: ActionKind,
    /// Whether an order id must come with it.
    #[serde(default)]
    pub order_id_required: bool,
    /// Whether one click may bring it more than once without an order id.
    #[serde(default)]
    pub repeats: bool,
    /// Whether an amount must come with it.
    #[serde(default)]
    pub amount_required: bool,
}

/// What an action counts as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A contact.
    Lead,
    /// A contact that the advertiser accepted as promising.
    QualifiedLead,
    /// A purchase.
    Order,
    /// An app install.
    Install,
    /// Anything else.
    Other,
}

impl ActionKind {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::QualifiedLead => "qualified_lead",
            Self::Order => "order",
            Self::Install => "install",
            Self::Other => "other",
        }
    }
}

/// A page that clicks are sent to, with its share among the others.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandingPage {
    /// Address with macros.
    pub url: String,
    /// Share among the pages; zero is never chosen.
    #[serde(default = "one")]
    pub weight: u32,
}

const fn one() -> u32 {
    1
}

/// Where refused clicks go, by reason. An absent one takes `other`, then the network's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Fallbacks {
    /// For reached caps and missing funds.
    pub caps: Option<String>,
    /// For clicks that the targeting refuses.
    pub targeting: Option<String>,
    /// For programs, publishers and links that do not run.
    pub inactive: Option<String>,
    /// For everything else.
    pub other: Option<String>,
}

/// An advertiser's standing invitation to bring results.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Program {
    /// Id.
    pub id: ProgramId,
    /// Its network.
    pub network_id: NetworkId,
    /// Who pays.
    pub advertiser_id: AdvertiserId,
    /// Shown name.
    pub name: String,
    /// Whether it works at present.
    #[serde(default)]
    pub status: Status,
    /// First moment; none from the beginning.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// First moment after; none without end.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
    /// Zone of caps and day parts.
    pub zone: Zone,
    /// Kinds of result.
    pub actions: Vec<Action>,
    /// Default landing pages, chosen by weight.
    pub landing_pages: Vec<LandingPage>,
    /// Hosts that deep links may go to: `shop.example` or `*.shop.example`.
    #[serde(default)]
    pub verified_hosts: Vec<String>,
    /// App schemes that deep links may use, such as `myshop`.
    #[serde(default)]
    pub app_schemes: Vec<String>,
    /// Where refused clicks go.
    #[serde(default)]
    pub fallbacks: Fallbacks,
    /// Conditions on clicks.
    #[serde(default)]
    pub targeting: Targeting,
    /// Limits over all publishers together.
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// Networks in CIDR notation whose clicks are refused as `blocked_ip`.
    #[serde(default)]
    pub blocked_addresses: Vec<String>,
    /// Whether clicks from data centres are refused.
    #[serde(default = "yes")]
    pub refuse_data_centers: bool,
    /// Whether clicks over plain http are refused as `protocol_refused`.
    #[serde(default)]
    pub https_only: bool,
    /// How long a second click of one visitor on one link counts as duplicate, in seconds.
    #[serde(default = "one_day")]
    pub unique_window_seconds: u32,
    /// What publishers read before they join.
    #[serde(default)]
    pub public_terms: String,
    /// Whether anybody may read the terms at `/terms/{program_id}` without signing in.
    #[serde(default)]
    pub public_page: bool,
    /// How many days before it begins a version must be made that is, or may be, worse for publishers.
    #[serde(default)]
    pub notice_days: u16,
    /// Whether clicks and conversions count only after the publisher has accepted his contract.
    #[serde(default)]
    pub requires_acceptance: bool,
    /// Who may bring visitors.
    #[serde(default)]
    pub joining: Joining,
    /// The template that a contract begins with when somebody without one of his own joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_template_id: Option<ContractTemplateId>,
    /// When it was created.
    pub created_at: Timestamp,
}

const fn yes() -> bool {
    true
}
const fn one_day() -> u32 {
    86_400
}

impl Program {
    /// The action of this name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}
