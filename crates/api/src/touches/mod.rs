//! Touches: clicks, impressions and visits with the verdict on each.

pub mod get;
pub mod list;

use std::collections::BTreeMap;

use app::access::Eyes;
use model::{
    AdvertiserId, Code, CreativeId, LinkId, Money, NetworkId, ProgramId, PublisherId, Timestamp, TouchId,
    VisitorId,
    touch::{ConsentState, Facts, Touch, TouchKind},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// A click, impression or visit. Sub ids and the filled address are the publisher's and the operator's to see, what could
/// tell who the visitor is only the operator's.
#[derive(Debug, Serialize, ToSchema)]
pub struct TouchView {
    /// Id.
    #[schema(value_type = String, example = "tch_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: TouchId,
    /// The kind of contact.
    #[schema(value_type = shape::TouchKind)]
    pub kind: TouchKind,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// The link that was followed.
    #[schema(value_type = String)]
    pub link_id: LinkId,
    /// The link's program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// The link's publisher.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// The program's advertiser.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// The verdict; `GET /api/v1/verdict_codes` explains it.
    #[schema(value_type = String, example = "ok")]
    pub code: Code,
    /// Whether it counts.
    pub counted: bool,
    /// First counted one of its visitor within the program's unique window.
    pub unique: bool,
    /// What the visitor allowed to be stored.
    #[schema(value_type = shape::ConsentState)]
    pub consent: ConsentState,
    /// Where that was read from.
    pub consent_source: String,
    /// The browser; for the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub visitor_id: Option<VisitorId>,
    /// Where the visitor was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// Device, place and request; absent means unknown or not yours to see.
    #[schema(value_type = shape::touch::Facts)]
    pub facts: Facts,
    /// `sub1` to `sub10` and `source`.
    pub subs: BTreeMap<String, String>,
    /// The publisher's own click id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_id: Option<String>,
    /// The verified deep link that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The creative that carried the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub creative_id: Option<CreativeId>,
    /// What the touch itself earned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earning: Option<EarningView>,
}

/// Money that a touch itself earned (pay per click, per thousand impressions).
#[derive(Debug, Serialize, ToSchema)]
pub struct EarningView {
    /// The contract version that paid.
    #[schema(value_type = String)]
    pub contract_version_id: model::ContractVersionId,
    /// The rule within it.
    pub rule: String,
    /// What the publisher earns.
    #[schema(value_type = shape::Money)]
    pub commission: Money,
    /// What the network earns; not for publishers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Money>)]
    pub fee: Option<Money>,
}

impl TouchView {
    /// What these eyes see; `touch` is cut to it already.
    pub fn new(touch: Touch, eyes: Eyes) -> Self {
        let earning = touch.earning.map(|earning| EarningView {
            contract_version_id: earning.contract_version_id,
            rule: earning.rule,
            commission: earning.commission,
            fee: eyes.advertiser.then_some(earning.fee),
        });
        Self {
            id: touch.id,
            kind: touch.kind,
            network_id: touch.network_id,
            link_id: touch.link_id,
            program_id: touch.program_id,
            publisher_id: touch.publisher_id,
            advertiser_id: touch.advertiser_id,
            received_at: touch.received_at,
            code: touch.code,
            counted: touch.code.counted(),
            unique: touch.unique,
            consent: touch.consent,
            consent_source: touch.consent_source,
            visitor_id: touch.visitor_id,
            destination: touch.destination,
            facts: touch.facts,
            subs: touch.parameters.subs,
            ref_id: touch.parameters.ref_id,
            to: touch.parameters.to,
            creative_id: touch.parameters.creative,
            earning,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TouchQuery {
    /// Only of this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only of this publisher.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Only of this link.
    #[param(value_type = Option<String>)]
    pub link_id: Option<LinkId>,
    /// Only of this browser; for the operator.
    #[param(value_type = Option<String>)]
    pub visitor_id: Option<VisitorId>,
    /// Only with this verdict.
    #[param(value_type = Option<String>)]
    pub code: Option<Code>,
    /// Only of this kind.
    #[param(value_type = Option<shape::TouchKind>)]
    pub kind: Option<TouchKind>,
    /// Received at this moment or later.
    #[param(value_type = Option<String>)]
    pub from: Option<Timestamp>,
    /// Received before this moment.
    #[param(value_type = Option<String>)]
    pub to: Option<Timestamp>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
