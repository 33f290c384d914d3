//! Conversions: results with their decisions and receipts.

pub mod approve;
pub mod bulk;
pub mod create;
pub mod extend;
pub mod get;
pub mod hold;
pub mod list;
pub mod proof;
pub mod receipt;
pub mod reject;
pub mod release;
pub mod reverse;

use std::collections::BTreeMap;

use app::events::conversions::{ConversionSeen, LastChange};
use model::{
    AdvertiserId, Code, ContractVersionId, ConversionId, LinkId, Money, NetworkId, ProgramId, PublisherId,
    Share, Timestamp, TouchId,
    conversion::{CommissionLine, Intake, Item, State},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// A conversion. Order, items, customer and `adv` fields are between the advertiser and the operator; a publisher sees his own
/// lines, and `commission` is their sum.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversionView {
    /// Id.
    #[schema(value_type = String, example = "cnv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ConversionId,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// Who reported it.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The program, when it is known.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// The publisher with the greatest credit, when anybody earns.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// That publisher's touch.
    #[schema(value_type = Option<String>)]
    pub touch_id: Option<TouchId>,
    /// The action's word.
    #[schema(example = "order")]
    pub action: String,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// When it happened, bounded by when it came.
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    /// How it came.
    #[schema(value_type = shape::Intake)]
    pub intake: Intake,
    /// Order value.
    #[schema(value_type = Option<shape::Money>)]
    pub amount: Option<Money>,
    /// Coupon that was used; a publisher who earns nothing reads only his own.
    pub coupon: Option<String>,
    /// State now.
    #[schema(value_type = shape::ConversionState)]
    pub state: State,
    /// Whether it is approved and every publisher that you see was paid for it.
    pub paid: bool,
    /// The verdict when it came in; `GET /api/v1/verdict_codes` explains it. What was done later is in `last_change`.
    #[schema(value_type = String, example = "ok")]
    pub code: Code,
    /// The verdict in words.
    pub reason: String,
    /// What was done with it last, since it came in.
    pub last_change: Option<LastChangeView>,
    /// What is earned now, after reversals.
    #[schema(value_type = Option<shape::Money>)]
    pub commission: Option<Money>,
    /// What the network earns now; not for publishers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Money>)]
    pub fee: Option<Money>,
    /// How much of the order has been taken back.
    #[schema(value_type = String, example = "1/3")]
    pub reversed: Share,
    /// When a pending one is approved by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approve_at: Option<Timestamp>,
    /// For a duplicate: the conversion that counts.
    #[schema(value_type = Option<String>)]
    pub duplicate_of: Option<ConversionId>,
    /// Number of the newest decision.
    pub decision: i64,
    /// Who earns what, before reversals: as first decided, then what tiers that were reached later have added.
    pub lines: Vec<LineView>,
    /// The shop's own number of the order; for the advertiser's side, as are the next four.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Lines of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<shape::conversion::Item>>)]
    pub items: Option<Vec<Item>>,
    /// The advertiser's own id of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// SHA-256 of the normalised e-mail address, hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_sha256: Option<String>,
    /// `adv1` to `adv10`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adv: Option<BTreeMap<String, String>>,
    /// Where the receipt is.
    #[schema(example = "/api/v1/conversions/cnv_06fw3q8z7k2n5c9t1x4v6b8m0p/receipt")]
    pub receipt_url: String,
}

/// What one publisher earns by one rule, before reversals.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    /// Who earns.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// The touch that earned it.
    #[schema(value_type = String)]
    pub touch_id: TouchId,
    /// Its link.
    #[schema(value_type = String)]
    pub link_id: LinkId,
    /// The contract version that was applied.
    #[schema(value_type = String)]
    pub contract_version_id: ContractVersionId,
    /// The rule within it.
    pub rule: String,
    /// True for what was added later, because a step of tiers was reached that also raises what came before it.
    pub adjusting: bool,
    /// Share of the conversion.
    #[schema(value_type = String, example = "1/1")]
    pub credit: Share,
    /// What the publisher earns.
    #[schema(value_type = shape::Money)]
    pub commission: Money,
    /// What the network earns; not for publishers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Money>)]
    pub fee: Option<Money>,
}

impl LineView {
    /// The lines of a conversion in their order. A touch has one first line by each rule, so every further one adjusts.
    fn all(lines: Vec<CommissionLine>, with_fee: bool) -> Vec<Self> {
        let mut views: Vec<Self> = Vec::with_capacity(lines.len());
        for line in lines {
            let first = |known: &Self| (known.touch_id, &known.rule) == (line.touch_id, &line.rule);
            let adjusting = views.iter().any(first);
            views.push(Self::new(line, adjusting, with_fee));
        }
        views
    }

    fn new(line: CommissionLine, adjusting: bool, with_fee: bool) -> Self {
        Self {
            adjusting,
            publisher_id: line.publisher_id,
            touch_id: line.touch_id,
            link_id: line.link_id,
            contract_version_id: line.contract_version_id,
            rule: line.rule,
            credit: line.credit,
            commission: line.commission,
            fee: with_fee.then_some(line.fee),
        }
    }
}

/// The path of a conversion's receipt.
pub fn receipt_url(id: ConversionId) -> String {
    format!("/api/v1/conversions/{id}/receipt")
}

impl From<ConversionSeen> for ConversionView {
    fn from(seen: ConversionSeen) -> Self {
        let ConversionSeen { conversion, lines, commission, fee, paid, last_change, eyes } = seen;
        let report = conversion.report;
        Self {
            id: conversion.id,
            network_id: conversion.network_id,
            advertiser_id: conversion.advertiser_id,
            program_id: conversion.program_id,
            publisher_id: conversion.publisher_id,
            touch_id: conversion.touch_id,
            action: conversion.action,
            received_at: conversion.received_at,
            occurred_at: conversion.occurred_at,
            intake: report.intake,
            amount: conversion.amount,
            coupon: report.coupon,
            state: conversion.state,
            paid,
            code: conversion.code,
            reason: conversion.code.sentence(model::codes::Language::En).to_owned(),
            last_change: last_change.map(Into::into),
            commission,
            fee,
            reversed: conversion.reversed,
            approve_at: conversion.approve_at,
            duplicate_of: conversion.duplicate_of,
            decision: conversion.decision,
            lines: LineView::all(lines, eyes.advertiser),
            order_id: conversion.order_id,
            items: eyes.advertiser.then_some(report.items),
            customer_id: report.customer_id,
            email_sha256: report.email_sha256,
            adv: eyes.advertiser.then_some(report.adv),
            receipt_url: receipt_url(conversion.id),
        }
    }
}

/// The newest decision on a conversion after the first.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastChangeView {
    /// What was done: `approved`, `rejected`, `reversed`, `held`, `released`, `extended`, `reinstated` or `adjusted`.
    #[schema(example = "rejected")]
    pub kind: &'static str,
    /// Why, a word of `GET /api/v1/reasons`; none where nobody has to say why.
    #[schema(example = "returned")]
    pub reason: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<LastChange> for LastChangeView {
    fn from(change: LastChange) -> Self {
        let LastChange { kind, reason, at } = change;
        Self { kind, reason, at }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConversionQuery {
    /// Only of this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only those that this publisher earns on.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Only in this state.
    #[param(value_type = Option<shape::ConversionState>)]
    pub state: Option<State>,
    /// Only with this verdict.
    #[param(value_type = Option<String>)]
    pub code: Option<Code>,
    /// Only of this action.
    pub action: Option<String>,
    /// Only of this order; for the advertiser's side.
    pub order_id: Option<String>,
    /// Received at this moment or later.
    #[param(value_type = Option<String>)]
    pub from: Option<Timestamp>,
    /// Received before this moment.
    #[param(value_type = Option<String>)]
    pub to: Option<Timestamp>,
    /// Only what waits and is approved by itself before this moment.
    #[param(value_type = Option<String>)]
    pub approve_before: Option<Timestamp>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
