//! What a decision rests on.

use std::collections::BTreeMap;

use commission::CompiledContract;
use model::{
    AdvertiserId, Code, ContractVersionId, ConversionId, Currency, LinkId, NetworkId, PayoutTableId,
    ProgramId, PublisherId, Share, Timestamp, TouchId,
    calendar::Zone,
    contract::Cap,
    exchange::ExchangePath,
    link::CouponPolicy,
    program::Action,
    touch::{Touch, TouchKind},
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
    /// Only by the customer's first conversion.
    FirstConversion,
    /// Only by a publisher's coupon.
    Coupon,
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
    /// What the coupon does, when this is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<CouponPolicy>,
    /// Whether the publisher is of a kind that stands down after cart or checkout began. Told only when the report says
    /// when that was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stands_down: bool,
    /// Whether the publisher had yet to accept it, and the program counts nothing before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unaccepted: bool,
    /// The version of the publisher's contract that was in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_version_id: Option<ContractVersionId>,
    /// Its share of the customer's first conversion, when it earned that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub won: Option<Share>,
    /// The weight of its publisher in [`Facts::payout_table`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u64>,
    /// Whether it is told of only because it won the customer, and is not of this conversion's journey.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
    /// What the rates and caps of that contract ask of the touch, and nothing else of it.
    #[serde(default, skip_serializing_if = "AskedOfTouch::is_nothing")]
    pub asked: AskedOfTouch,
}

/// What rates with conditions on a touch, and caps for each of its sub ids, were told of it. Absent is unknown, or was not asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
pub struct AskedOfTouch {
    /// Country of the visitor, two capital letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// His device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// `sub1` to `sub10` and `source`, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub subs: BTreeMap<String, String>,
}

impl AskedOfTouch {
    /// What the rates for `action` and the caps of this contract ask of this touch.
    pub fn of(touch: &Touch, contract: &CompiledContract, action: &str) -> Self {
        let needs = contract.needs_of_touch(action);
        let of_rates = needs.map_or(&[][..], |needs| needs.subs.as_slice());
        let asked = of_rates.iter().map(String::as_str).chain(contract.subs_of_caps());
        let subs = &touch.parameters.subs;
        let given = asked.filter_map(|name| Some((name.to_owned(), subs.get(name)?.clone())));
        Self {
            country: touch.facts.country.clone().filter(|_| needs.is_some_and(|needs| needs.country)),
            device: touch.facts.device.clone().filter(|_| needs.is_some_and(|needs| needs.device)),
            subs: given.collect(),
        }
    }

    /// True when nothing was asked or nothing is known.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// As rates read it.
    pub(crate) fn facts(&self) -> commission::TouchFacts<'_> {
        commission::TouchFacts {
            country: self.country.as_deref(),
            device: self.device.as_deref(),
            subs: Some(&self.subs),
        }
    }
}

/// What is known of a customer who came before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerFacts {
    /// The first conversion of this action that he earned somebody, as long as anything of it stands.
    pub first: ConversionId,
    /// The moment that it was judged at.
    pub since: Timestamp,
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
    /// The customer, when he came before to this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerFacts>,
    /// The frozen weights that were in force for the program at the judged moment, where a contract shares by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout_table: Option<PayoutTableId>,
    /// The conversion that reported the same business event before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<ConversionId>,
    /// What the counters of caps and tiers held, by the counter's key in hex. Filled with what the decision looked at.
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
