//! `POST /api/v1/conversions/bulk`

use std::sync::Arc;

use app::{
    command::Change,
    configuration::advertisers,
    errors::Refusal,
    events::{
        bulk::{self, Report, Which},
        conversions::ConversionFilter,
        judgements::{Judgement, Part},
    },
};
use model::{
    AdvertiserId, Code, ConversionId, Currency, Money, ProgramId, PublisherId, Timestamp,
    conversion::{Reason, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        page::IdCursor,
        problem::Problem,
        write::{Write, Written, changed},
    },
    shape,
};

/// What is done to each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BulkOperation)]
pub enum Operation {
    /// Approve what is pending or held.
    Approve,
    /// Reject what is pending or held.
    Reject,
    /// Take back a share, or all that is left.
    Reverse,
    /// Keep what is pending from being approved by itself.
    Hold,
    /// Let what is held wait for its date again.
    Release,
    /// Make the hold longer.
    Extend,
}

/// The filter of the list of conversions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkFilter {
    /// Only of this program.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only of this advertiser.
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only those that this publisher earns on.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Only in this state; without it, in the states that the operation can change.
    #[schema(value_type = Option<shape::ConversionState>)]
    pub state: Option<State>,
    /// Only with this verdict.
    #[schema(value_type = Option<String>)]
    pub code: Option<Code>,
    /// Only of this action.
    pub action: Option<String>,
    /// Only of this order.
    pub order_id: Option<String>,
    /// Received at this moment or later.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Received before this moment.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// Only what waits and is approved by itself before this moment.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approve_before: Option<Timestamp>,
}

/// One judgement on many conversions. Give `ids`, `order_ids` or `filter`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkDraft {
    /// What is done to each.
    pub operation: Operation,
    /// These conversions, at most 1000.
    #[schema(value_type = Option<Vec<String>>)]
    pub ids: Option<Vec<ConversionId>>,
    /// All conversions of these orders that the operation can change, at most 1000; of an order without one, the others
    /// with why not.
    pub order_ids: Option<Vec<String>>,
    /// All that the filter finds, newest first, 1000 in a request.
    pub filter: Option<BulkFilter>,
    /// `next_cursor` of the answer before, to go on with a filter.
    #[schema(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
    /// For `reverse`: this share of each original order; all that is left without it.
    #[schema(example = "1/3")]
    pub share: Option<String>,
    /// For `extend`: until when; the latest that is allowed without it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Why; `confirmed` for `approve` and `release`, which need not say it.
    #[schema(value_type = Option<shape::Reason>)]
    pub reason: Option<Reason>,
    /// Words to it, needed with `other`; both sides read them.
    pub note: Option<String>,
}

/// What became of many conversions. With `?dry_run=true` it is what would become of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkView {
    /// How many were changed.
    pub done: u64,
    /// How many were refused.
    pub refused: u64,
    /// What those that were changed earn, before and afterwards, by currency.
    pub money: Vec<BulkMoney>,
    /// The order value of those that were changed, by currency.
    #[schema(value_type = Vec<shape::Money>)]
    pub order_value: Vec<Money>,
    /// Every conversion that was looked at.
    pub items: Vec<BulkOutcome>,
    /// More that the filter finds: give this as `cursor` to go on; `null` when there are none.
    #[schema(value_type = Option<String>)]
    pub next_cursor: Option<String>,
}

/// What conversions of one currency earn.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkMoney {
    /// The currency.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    /// How many conversions.
    pub conversions: u64,
    /// What publishers earned before.
    #[schema(value_type = shape::Money)]
    pub commission_before: Money,
    /// What they earn afterwards.
    #[schema(value_type = shape::Money)]
    pub commission_after: Money,
    /// What the network earned before.
    #[schema(value_type = shape::Money)]
    pub fee_before: Money,
    /// What it earns afterwards.
    #[schema(value_type = shape::Money)]
    pub fee_after: Money,
}

/// What became of one conversion.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkOutcome {
    /// The conversion, or the order of which there is none.
    #[schema(example = "cnv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub named: String,
    /// `done` or `refused`.
    pub outcome: &'static str,
    /// Its order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Its state now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::ConversionState>)]
    pub state: Option<State>,
    /// What publishers earn on it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Money>)]
    pub commission: Option<Money>,
    /// Why it was refused: the code of an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// Why it was refused, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl From<Report> for BulkView {
    fn from(report: Report) -> Self {
        let refused = report.outcomes.iter().filter(|outcome| outcome.refusal.is_some()).count() as u64;
        let money = report.money.into_iter().map(|(currency, sums)| {
            let of = |units| Money::from_units(units, currency);
            BulkMoney {
                currency,
                conversions: sums.conversions,
                commission_before: of(sums.commission_before),
                commission_after: of(sums.commission_after),
                fee_before: of(sums.fee_before),
                fee_after: of(sums.fee_after),
            }
        });
        let order_value =
            report.orders.into_iter().map(|(currency, units)| Money::from_units(units, currency));
        Self {
            done: report.outcomes.len() as u64 - refused,
            refused,
            money: money.collect(),
            order_value: order_value.collect(),
            next_cursor: report.next.map(|id| IdCursor::text(id.bytes())),
            items: report.outcomes.into_iter().map(outcome).collect(),
        }
    }
}

fn outcome(outcome: bulk::Outcome) -> BulkOutcome {
    let conversion = outcome.conversion;
    BulkOutcome {
        named: outcome.named,
        outcome: if outcome.refusal.is_some() { "refused" } else { "done" },
        state: conversion.as_ref().map(|one| one.state),
        commission: conversion.as_ref().and_then(|one| one.commission_money()),
        order_id: conversion.and_then(|one| one.order_id),
        code: outcome.refusal.as_ref().map(|refusal| refusal.code.word()),
        message: outcome.refusal.map(|refusal| refusal.message),
    }
}

/// Approves, rejects, reverses, holds, releases or extends many conversions. Each is judged by itself: one that cannot be is
/// told of with its reason and leaves the others alone.
#[utoipa::path(post, path = "/api/v1/conversions/bulk", tag = "conversions", request_body = BulkDraft,
    responses((status = 200, description = "What became of each", body = BulkView)))]
pub async fn judge_conversions(write: Write<BulkDraft>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let changed_advertisers = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = Arc::clone(&changed_advertisers);
    let effect = move |draft: &BulkDraft, change: &mut Change<'_, '_>| {
        let (judgement, reason) = judgement(draft)?;
        let report = bulk::judge(change, &which(draft)?, &judgement, reason, draft.note.as_deref())?;
        if let Ok(mut noted) = noted.lock() {
            noted.clone_from(&report.advertisers);
        }
        Ok(report)
    };
    let written = write.run("conversion.bulk", effect, |report| changed(&BulkView::from(report))).await?;
    let advertisers = changed_advertisers.lock().map(|noted| noted.clone()).unwrap_or_default();
    for advertiser in advertisers {
        advertisers::publish_funds(&app, advertiser).await?;
    }
    Ok(written)
}

fn judgement(draft: &BulkDraft) -> Result<(Judgement, Reason), Refusal> {
    let only = |field: &str, is: bool, operation: &str| match is {
        true => Err(Refusal::field(field, format!("only `{operation}` takes it"))),
        false => Ok(()),
    };
    only("share", draft.share.is_some() && draft.operation != Operation::Reverse, "reverse")?;
    only("until", draft.until.is_some() && draft.operation != Operation::Extend, "extend")?;
    let judgement = match draft.operation {
        Operation::Approve => Judgement::Approve,
        Operation::Reject => Judgement::Reject,
        Operation::Reverse => Judgement::Reverse(Part::read(None, draft.share.as_ref(), None)?),
        Operation::Hold => Judgement::Hold,
        Operation::Release => Judgement::Release,
        Operation::Extend => Judgement::Extend(draft.until),
    };
    let confirms = matches!(judgement, Judgement::Approve | Judgement::Release);
    let reason = draft.reason.or(confirms.then_some(Reason::Confirmed));
    let missing = || Refusal {
        field: Some("reason".to_owned()),
        ..Refusal::new(app::errors::ErrorCode::FieldMissing, "say why")
    };
    Ok((judgement, reason.ok_or_else(missing)?))
}

fn which(draft: &BulkDraft) -> Result<Which, Refusal> {
    if draft.cursor.is_some() && draft.filter.is_none() {
        return Err(Refusal::field("cursor", "only a filter goes on"));
    }
    match (&draft.ids, &draft.order_ids, &draft.filter) {
        (Some(ids), None, None) => Ok(Which::Ids(ids.clone())),
        (None, Some(orders), None) => Ok(Which::Orders(orders.clone())),
        (None, None, Some(filter)) => {
            let before = draft.cursor.map(|cursor| ConversionId::from_bytes(cursor.bytes()));
            let filter = filter.clone();
            if filter == BulkFilter::default() {
                let message = "it finds everything; say at least one thing, such as a program or a `state`";
                return Err(Refusal::field("filter", message));
            }
            let filter = ConversionFilter {
                program_id: filter.program_id,
                advertiser_id: filter.advertiser_id,
                publisher_id: filter.publisher_id,
                state: filter.state,
                states: Vec::new(),
                code: filter.code,
                action: filter.action,
                order_id: filter.order_id,
                from: filter.from,
                to: filter.to,
                approve_before: filter.approve_before,
            };
            Ok(Which::Filter(Box::new(filter), before))
        }
        _ => Err(Refusal::field("ids", "give one of `ids`, `order_ids` and `filter`")),
    }
}
