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
    conversions::{self, Conversion, OfOrders},
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

/// States that are told of where none can be changed: a second report of an order is nothing that could be judged, and
/// neither is a test.
const TOLD_OF: &[State] = &[State::Pending, State::Held, State::Approved, State::Rejected, State::Reversed];

/// Which conversions are judged.
#[derive(Debug, Clone)]
pub enum Which {
    /// These.
    Ids(Vec<ConversionId>),
    /// All of these orders that the judgement can change.
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
            of_orders(change, orders, judgement)
        }
        Which::Filter(filter, before) => {
            let mut filter = filter.clone();
            if filter.state.is_none() {
                filter.states = judgement.changes().to_vec();
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

/// The conversions of the orders that the actor may see from the advertiser's side: those that the judgement can change.
/// Of an order that has none of them the others are named, so that they are told of with their reason.
fn of_orders(
    change: &mut Change<'_, '_>,
    orders: &[String],
    judgement: &Judgement,
) -> Result<Vec<Named>, Refusal> {
    let limit = u32::try_from(CONVERSIONS_MAX + 1).unwrap_or(u32::MAX);
    let mut found =
        conversions::of_orders(change.tx, &of_actor(change.actor, orders, None, judgement.changes()), limit)?;
    if found.len() > CONVERSIONS_MAX {
        let message = format!("these orders have more than {CONVERSIONS_MAX} conversions; name fewer orders");
        return Err(Refusal::field("order_ids", message));
    }
    let has_none = |order: &&String| !found.iter().any(|one| one.order_id.as_ref() == Some(order));
    let without: Vec<String> = orders.iter().filter(has_none).cloned().collect();
    if !without.is_empty() {
        let others = of_actor(change.actor, &without, None, TOLD_OF);
        found.extend(conversions::of_orders(change.tx, &others, limit)?);
    }
    let mut named = Vec::new();
    for order in orders {
        let of_order = found.iter().filter(|one| one.order_id.as_ref() == Some(order));
        let before = named.len();
        named.extend(of_order.map(|one| Named::Conversion(one.id)));
        if named.len() == before {
            named.push(Named::NoOrder(order.clone()));
        }
    }
    named.truncate(CONVERSIONS_MAX);
    Ok(named)
}

/// The one conversion of an order that the judgement can change, as far as the actor may see it from the advertiser's
/// side. Reports that were refused or repeat another make no order ambiguous. Where there is none to be changed it is the
/// newest of the others, whose state tells why.
///
/// # Errors
/// `not_found`, `field_invalid` when there are several; storage errors.
pub fn only_of_order(
    tx: &mut Tx<'_>,
    actor: &Actor,
    order: &str,
    action: Option<&str>,
    judgement: &Judgement,
) -> Result<ConversionId, Refusal> {
    let orders = [order.to_owned()];
    let wanted = of_actor(actor, &orders, action, judgement.changes());
    let found = conversions::of_orders(tx, &wanted, 100)?;
    match found.as_slice() {
        [] => {
            let others = conversions::of_orders(tx, &OfOrders { states: TOLD_OF, ..wanted }, 1)?;
            others.first().map(|one| one.id).ok_or_else(|| not_one(order, 0))
        }
        [only] => Ok(only.id),
        several => Err(not_one(order, several.len())),
    }
}

/// What of these orders is the actor's from the advertiser's side.
fn of_actor<'a>(
    actor: &'a Actor,
    orders: &'a [String],
    action: Option<&'a str>,
    states: &'a [State],
) -> OfOrders<'a> {
    OfOrders { network: actor.network(), advertisers: actor.advertisers(), orders, action, states }
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
