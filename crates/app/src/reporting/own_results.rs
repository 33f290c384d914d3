//! Results that no publisher is paid for, as facts: what holds of one, less what held before.
//!
//! They stand beside the rows of the conversion's decisions, which tell what became of publishers' claims. So a refused claim is counted
//! once with its publisher, and the order once with the channel that it belongs to, in the state `own`. Publishers see none of it: there
//! is no publisher in it.

use std::collections::{BTreeSet, HashMap};

use engine::Receipt;
use model::{ConversionId, Money, contract::CustomerKind};
use report::{Dimension, Fact, FactKind, Measure};
use store::{
    Error, Result, Tx,
    conversions::{self, Conversion},
    decisions,
    own_results::{self, OwnResult},
    proofs::DecisionKey,
};

use super::{
    conversions::{difference, products},
    rates::{Currencies, Rates},
    touches::{Describe, Texts},
};
use crate::{own_results::arrived_at, snapshot::Snapshot};

/// The state that they are in.
pub(super) const OWN: &str = "own";

/// The facts of these rows.
pub(super) fn facts(
    tx: &mut Tx<'_>,
    (snapshot, rates, texts): (&Snapshot, &mut Rates, &mut Texts),
    keys: &[DecisionKey],
) -> Result<Vec<Fact>> {
    let ids: BTreeSet<ConversionId> = keys.iter().map(|key| key.conversion_id).collect();
    let ids: Vec<ConversionId> = ids.into_iter().collect();
    let rows = own_results::histories(tx, &ids)?;
    let found = conversions::by_ids(tx, &ids)?;
    let found: HashMap<ConversionId, &Conversion> = found.iter().map(|one| (one.id, one)).collect();
    let mut receipts: HashMap<ConversionId, Receipt> = HashMap::with_capacity(ids.len());
    for row in decisions::of(tx, &ids)?.into_iter().filter(|row| row.sequence == 1) {
        let id = row.conversion_id;
        let receipt = serde_json::from_str(&row.receipt)
            .map_err(|error| Error::Damaged(format!("conversion {id}: {error}")))?;
        receipts.insert(id, receipt);
    }
    let mut facts = Vec::with_capacity(keys.len());
    for key in keys {
        let id = key.conversion_id;
        let damaged = |what: &str| Error::Damaged(format!("own result {id}: {what}"));
        let of = |number: i64| {
            let place = rows.binary_search_by_key(&(id, number), |row| (row.conversion_id, row.sequence));
            place.ok().map(|place| &rows[place])
        };
        let number = i64::from(key.number);
        let row = of(number).ok_or_else(|| damaged("is in the outbox only"))?;
        let conversion = found.get(&id).ok_or_else(|| damaged("its conversion does not exist"))?;
        let receipt = receipts.get(&id).ok_or_else(|| damaged("its conversion has no decision"))?;
        let mut stands = |row: Option<&OwnResult>| match row.filter(|row| row.present) {
            Some(row) => standing((snapshot, rates, texts), conversion, receipt, row),
            None => Ok(Vec::new()),
        };
        let (before, after) = (stands(of(number - 1))?, stands(Some(row))?);
        facts.extend(difference(before, after, row.at).ok_or_else(|| damaged("amounts do not fit"))?);
    }
    Ok(facts)
}

/// What a row says while it holds.
fn standing(
    (snapshot, rates, texts): (&Snapshot, &mut Rates, &mut Texts),
    conversion: &Conversion,
    receipt: &Receipt,
    row: &OwnResult,
) -> Result<Vec<Fact>> {
    let report = &conversion.report;
    let mut fact = Fact::new(conversion.network_id, FactKind::OwnResult, conversion.received_at);
    (fact.approved_at, fact.paid_at) = (None, None);
    fact.conversion_id = Some(conversion.id);
    fact.clicked_at = arrived_at(report);
    let mut describe = Describe { fact: &mut fact, texts };
    describe.parties(conversion.advertiser_id, conversion.program_id);
    describe.say(Dimension::Action, &conversion.action);
    let action = receipt.facts.program.as_ref().and_then(|program| program.action.as_ref());
    describe.say_known(Dimension::ActionKind, action.map(|action| action.kind.word()));
    describe.say(Dimension::State, OWN);
    describe.say(Dimension::Code, conversion.code.word());
    describe.say(Dimension::Intake, report.intake.word());
    describe.say(Dimension::Channel, row.channel.word());
    describe.say_known(Dimension::Campaign, row.campaign_id.map(|id| id.to_string()).as_deref());
    describe.say_known(Dimension::Coupon, report.coupon.as_deref());
    describe.say_known(Dimension::Customer, report.customer.map(CustomerKind::word));
    describe.say_known(Dimension::OrderCurrency, row.amount.map(|amount| amount.currency().code()));
    let referrer = report.arrival.as_ref().and_then(|arrival| arrival.referrer_host.as_deref());
    describe.say_known(Dimension::ReferrerHost, referrer);
    fact.measures[Measure::Conversions.index()] = 1;
    fact.measures[Measure::Revenue.index()] = row.amount.map_or(0, Money::units);
    let currencies = Currencies { booked: None, order: row.amount.map(Money::currency) };
    rates.convert(snapshot, &mut fact, currencies, conversion.received_at)?;
    Ok(match products(snapshot, conversion, row.amount) {
        Some(products) => products.cut(&fact, texts),
        None => vec![fact],
    })
}
