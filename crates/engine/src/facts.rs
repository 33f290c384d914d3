//! What a decision rests on.

use std::collections::BTreeMap;

use commission::CompiledContract;
use model::{
    AdvertiserId, Code, ContractVersionId, ConversionId, Currency, LinkId, NetworkId, ProgramId, PublisherId,
    Timestamp, TouchId, calendar::Zone, contract::Cap, exchange::ExchangePath, program::Action,
    touch::TouchKind,
};
use serde::{Deserialize, Serialize};

/// How the visitor of a conversion was recognised; the first that holds, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identified {
    /// By a click id with a good signature.
    ClickId,
    /// By the browser's cookie.
    Cookie,
    /// By the advertiser's customer id, seen before with a browser.
    CustomerId,
    /// By the hash of an e-mail address, seen before with a browser.
    EmailHash,
    /// Not at all.
    Nobody,
}

/// The program as it was when the conversion was decided, as far as the decision depends on it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProgramFacts {
    /// Id.
    pub id: ProgramId,
    /// Its advertiser.
    pub advertiser_id: AdvertiserId,
    /// Zone of caps.
    pub zone: Zone,
    /// The reported action, when the program has it.
    pub action: Option<Action>,
    /// Caps over all publishers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
}

/// One touch of the journey.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CandidateFacts {
    /// The touch.
    pub touch_id: TouchId,
    /// Its kind.
    pub kind: TouchKind,
    /// Its link.
    pub link_id: LinkId,
    /// The link's publisher.
    pub publisher_id: PublisherId,
    /// The link's program.
    pub program_id: ProgramId,
    /// When it was received.
    pub received_at: Timestamp,
    /// Its verdict.
    pub code: Code,
    /// False when only the signed click id tells of it, because its row was never stored.
    pub stored: bool,
    /// Whether the customer is the publisher himself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// The version of the publisher's contract that was in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_version_id: Option<ContractVersionId>,
}

/// Everything that a conversion's decision rests on, beside the report itself.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// The conversion.
    pub conversion_id: ConversionId,
    /// Its network.
    pub network_id: NetworkId,
    /// The network's currency, for reports that name none.
    pub currency: Currency,
    /// How the visitor was recognised.
    pub identified: Identified,
    /// What was wrong with the click id: `click_unknown` or `click_forged`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_problem: Option<Code>,
    /// The program: the one that the report names, else that of the latest touch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<ProgramFacts>,
    /// The touches of the journey.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateFacts>,
    /// The conversion that reported the same business event before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<ConversionId>,
    /// What the caps had used, by the counter's key in hex. Filled with what the decision looked at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub caps_used: BTreeMap<String, i64>,
    /// The ways from currency to currency that the network's rates of the judged day gave: from the order's to those of
    /// the contracts, and from those to the network's. Only what the decision looked at is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchange: Vec<ExchangePath>,
}

/// Where contracts are found by their version.
pub trait Contracts {
    /// The contract of this version.
    fn contract(&self, version: ContractVersionId) -> Option<&CompiledContract>;
}

impl<S: std::hash::BuildHasher> Contracts
    for std::collections::HashMap<ContractVersionId, std::sync::Arc<CompiledContract>, S>
{
    fn contract(&self, version: ContractVersionId) -> Option<&CompiledContract> {
        self.get(&version).map(AsRef::as_ref)
    }
}
