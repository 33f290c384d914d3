//! One judgement on many conversions: named ones, those of named orders, or those that a filter finds.
//!
//! Each conversion is judged by itself inside one transaction: one that cannot be is told of with its reason and
//! leaves the others alone. A request looks at [`CONVERSIONS_MAX`] at most; a filter that finds more says where to go on.

use std::collections::BTreeMap;

use model::{
    AdvertiserId, ConversionId, Currency, Money,
    conversion::{Reason, State},
};
use store::{
    Tx,
    conversions::{self, Conversion},
};

use super::{
    conversions::{ConversionFilter, list, read},
    judgements::{self, Judgement},
};
use crate::{
    access::{Actor, CONVERSION_JUDGE},
    command::Change,
    errors::{ErrorCode, Refusal},
};

/// The most conversions of one request.
pub const CONVERSIONS_MAX: usize = 1_000;

/// Which conversions are judged.
#[derive(Debug, Clone)]
pub enum Which {
    /// These.
    Ids(Vec<ConversionId>),
    /// All of these orders.
    Orders(Vec<String>),
    /// Those that the filter finds, newest first, before the cursor. Without a state it is narrowed to those that the
    /// judgement can change.
    Filter(Box<ConversionFilter>, Option<ConversionId>),
}

/// What became of one conversion.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was named: the id of a conversion, or an order of which there is none.
    pub named: String,
    /// The conversion afterwards; before it when it was refused; none when there is none to be seen.
    pub conversion: Option<Conversion>,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

/// Sums over the conversions that were judged, of one currency, in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// How many.
    pub conversions: u64,
    /// What publishers earned before.
    pub commission_before: i64,
    /// What they earn afterwards.
    pub commission_after: i64,
    /// What the network earned before.
    pub fee_before: i64,
    /// What it earns afterwards.
    pub fee_after: i64,
}

/// What became of all of them.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Each conversion.
    pub outcomes: Vec<Outcome>,
    /// Commission and fee of those that were judged.
    pub money: BTreeMap<Currency, Sums>,
    /// Order values of those that were judged, in units.
    pub orders: BTreeMap<Currency, i64>,
    /// Where a filter goes on.
    pub next: Option<ConversionId>,
    /// Whose money changed.
    pub advertisers: Vec<AdvertiserId>,
}

/// Judges all of them.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors. What is wrong with one conversion is in the report.
pub fn judge(
    change: &mut Change<'_, '_>,
    which: &Which,
    judgement: &Judgement,
    reason: Reason,
    note: Option<&str>,
) -> Result<Report, Refusal> {
    CONVERSION_JUDGE.check_role(change.actor)?;
    judgements::check_words(judgement, reason, note)?;
    let mut report = Report::default();
    for named in find(change, which, judgement, &mut report)? {
        let outcome = match named {
            Named::Conversion(id) => one(change, id, judgement, reason, note, &mut report)?,
            Named::NoOrder(order) => Outcome {
                refusal: Some(Refusal::not_found(format!("conversion of the order {order}"))),
                named: order,
                conversion: None,
            },
        };
        report.outcomes.push(outcome);
    }
    Ok(report)
}

enum Named {
    Conversion(ConversionId),
    NoOrder(String),
}

fn find(
    change: &mut Change<'_, '_>,
    which: &Which,
    judgement: &Judgement,
    report: &mut Report,
) -> Result<Vec<Named>, Refusal> {
    match which {
        Which::Ids(ids) => {
            bounded("ids", ids.len())?;
            let mut ids = ids.clone();
            let mut seen = std::collections::BTreeSet::new();
            ids.retain(|id| seen.insert(*id));
            Ok(ids.into_iter().map(Named::Conversion).collect())
        }
        Which::Orders(orders) => {
            bounded("order_ids", orders.len())?;
            of_orders(change, orders)
        }
        Which::Filter(filter, before) => {
            let mut filter = filter.clone();
            if filter.state.is_none() {
                filter.states = changeable(judgement).to_vec();
            }
            let found = list(change.tx, change.actor, &filter, *before, CONVERSIONS_MAX)?;
            // A full page may be the last; asking once more costs less than leaving some unjudged.
            if found.len() == CONVERSIONS_MAX {
                report.next = found.last().map(|seen| seen.conversion.id);
            }
            Ok(found.into_iter().map(|seen| Named::Conversion(seen.conversion.id)).collect())
        }
    }
}

fn bounded(field: &str, length: usize) -> Result<(), Refusal> {
    match length {
        1..=CONVERSIONS_MAX => Ok(()),
        _ => Err(Refusal::field(field, format!("name 1 to {CONVERSIONS_MAX}"))),
    }
}

/// The conversions of the orders that the actor may see from the advertiser's side.
fn of_orders(change: &mut Change<'_, '_>, orders: &[String]) -> Result<Vec<Named>, Refusal> {
    let limit = u32::try_from(CONVERSIONS_MAX * 4).unwrap_or(u32::MAX);
    let found = conversions::of_orders(change.tx, change.actor.network(), orders, limit)?;
    let mut named = Vec::new();
    for order in orders {
        let of_order = found.iter().filter(|one| {
            one.order_id.as_ref() == Some(order)
                // A second report of the order is nothing that could be judged.
                && one.state != State::Duplicate
                && change.actor.eyes(one.network_id, Some(one.advertiser_id), None).advertiser
        });
        let before = named.len();
        named.extend(of_order.map(|one| Named::Conversion(one.id)));
        if named.len() == before {
            named.push(Named::NoOrder(order.clone()));
        }
    }
    if named.len() > CONVERSIONS_MAX {
        let message = format!("these orders have {} conversions; name fewer orders", named.len());
        return Err(Refusal::field("order_ids", message));
    }
    Ok(named)
}

/// The one conversion of an order that can be judged, as far as the actor may see it from the advertiser's side.
///
/// # Errors
/// `not_found`, `field_invalid` when there are several; storage errors.
pub fn only_of_order(
    tx: &mut Tx<'_>,
    actor: &Actor,
    order: &str,
    action: Option<&str>,
) -> Result<ConversionId, Refusal> {
    let found = conversions::of_orders(tx, actor.network(), &[order.to_owned()], 100)?;
    let ids: Vec<ConversionId> = found
        .into_iter()
        .filter(|one| action.is_none_or(|action| action == one.action))
        .filter(|one| !matches!(one.state, State::Duplicate | State::Test))
        .filter(|one| actor.eyes(one.network_id, Some(one.advertiser_id), None).advertiser)
        .map(|one| one.id)
        .collect();
    match ids.as_slice() {
        [id] => Ok(*id),
        several => Err(not_one(order, several.len())),
    }
}

/// The refusal of an order that has none or several conversions.
pub fn not_one(order: &str, number: usize) -> Refusal {
    match number {
        0 => Refusal::not_found(format!("conversion of the order {order}")),
        _ => Refusal::field(
            "order_id",
            format!("the order {order} has {number} conversions; name the action or the conversion"),
        ),
    }
}

/// The states that a judgement can change.
const fn changeable(judgement: &Judgement) -> &'static [State] {
    match judgement {
        Judgement::Approve | Judgement::Reject | Judgement::Extend(_) => &[State::Pending, State::Held],
        Judgement::Hold => &[State::Pending],
        Judgement::Release => &[State::Held],
        Judgement::Reverse(_) => &[State::Pending, State::Held, State::Approved],
    }
}

fn one(
    change: &mut Change<'_, '_>,
    id: ConversionId,
    judgement: &Judgement,
    reason: Reason,
    note: Option<&str>,
    report: &mut Report,
) -> Result<Outcome, Refusal> {
    let named = id.to_string();
    let before = match read(change.tx, change.actor, id) {
        Ok((before, _, eyes)) => {
            match CONVERSION_JUDGE.check(change.actor, eyes, &format!("conversion {id}")) {
                Ok(()) => before,
                Err(refusal) => return Ok(Outcome { named, conversion: None, refusal: Some(refusal) }),
            }
        }
        Err(refusal) if refusal.code == ErrorCode::NotFound => {
            return Ok(Outcome { named, conversion: None, refusal: Some(refusal) });
        }
        Err(refusal) => return Err(refusal),
    };
    let (actor, name, now, entropy) = (change.actor, change.name(), change.now, change.entropy);
    let done = change.tx.attempt(|tx| {
        let mut inner = Change::new(tx, actor, name, now, entropy);
        judgements::apply(&mut inner, &before, judgement, reason, note)
    });
    match done {
        Ok(after) => {
            add(report, &before, &after)?;
            Ok(Outcome { named, conversion: Some(after), refusal: None })
        }
        // What is wrong with the storage is wrong with all of them.
        Err(refusal) if refusal.code.info().status >= 500 => Err(refusal),
        Err(refusal) => Ok(Outcome { named, conversion: Some(before), refusal: Some(refusal) }),
    }
}

fn add(report: &mut Report, before: &Conversion, after: &Conversion) -> Result<(), Refusal> {
    let overflow = || Refusal::new(ErrorCode::Internal, "the sums do not fit");
    if let Some(currency) = after.commission_currency {
        let sums = report.money.entry(currency).or_default();
        let add = |sum: &mut i64, more: i64| {
            *sum = sum.checked_add(more).ok_or_else(overflow)?;
            Ok::<_, Refusal>(())
        };
        sums.conversions += 1;
        add(&mut sums.commission_before, before.commission)?;
        add(&mut sums.commission_after, after.commission)?;
        add(&mut sums.fee_before, before.fee)?;
        add(&mut sums.fee_after, after.fee)?;
    }
    if let Some(amount) = after.amount.filter(|amount: &Money| !amount.is_zero()) {
        let sum = report.orders.entry(amount.currency()).or_default();
        *sum = sum.checked_add(amount.units()).ok_or_else(overflow)?;
    }
    if !report.advertisers.contains(&after.advertiser_id) {
        report.advertisers.push(after.advertiser_id);
    }
    Ok(())
}
