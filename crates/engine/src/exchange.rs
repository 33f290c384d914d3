//! Amounts of other currencies: which conversions a decision needs, and what they come to.
//!
//! - The order's value is converted into the currency of the contract, for rates that are a part of it. A contract that pays
//!   a fixed amount needs no conversion, so it also pays where no rate is stored.
//! - The charge of each line is converted into the currency of the network, for reports; without a rate it has no value there.
//!
//! The ways are recorded in the facts, so a decision is taken again by the rates that it was taken by, whatever was
//! stored later. Each amount is rounded once, towards zero.

use model::{
    Currency, Money, MoneyError, TouchId,
    exchange::{ExchangePath, Exchanged, LineExchange},
};

use crate::{
    conversion::Decision,
    facts::{Contracts, Facts},
};

/// The pairs of currencies that a decision on `order` may need: from the order to each contract, from each contract to
/// the network. Pairs of one currency need nothing.
pub fn pairs(facts: &Facts, order: Option<Currency>, contracts: &dyn Contracts) -> Vec<(Currency, Currency)> {
    let every = |_| true;
    needed(facts, order, contracts, &every)
}

fn needed(
    facts: &Facts,
    order: Option<Currency>,
    contracts: &dyn Contracts,
    counts: &dyn Fn(TouchId) -> bool,
) -> Vec<(Currency, Currency)> {
    let mut pairs = Vec::new();
    for candidate in facts.candidates.iter().filter(|candidate| counts(candidate.touch_id)) {
        let contract = candidate.contract_version_id.and_then(|version| contracts.contract(version));
        let Some(currency) = contract.map(commission::CompiledContract::currency) else { continue };
        let wanted = [order.map(|order| (order, currency)), Some((currency, facts.currency))];
        for pair in wanted.into_iter().flatten().filter(|(from, to)| from != to) {
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

/// Leaves the ways in the facts that the decision looked at: those of the contracts of touches that won.
pub fn keep_what_was_needed(facts: &mut Facts, decision: &Decision, contracts: &dyn Contracts) {
    if facts.exchange.is_empty() {
        return;
    }
    let won = |touch| decision.candidates.iter().any(|one| one.touch_id == touch && one.credit.is_some());
    let order = decision.amount.map(Money::currency);
    let needed = needed(facts, order, contracts, &won);
    facts.exchange.retain(|path| needed.contains(&(path.from, path.to)));
}

fn way(facts: &Facts, from: Currency, to: Currency) -> Option<&ExchangePath> {
    facts.exchange.iter().find(|path| (path.from, path.to) == (from, to))
}

/// The order's value in the currency of a contract; none when it came in that currency, or no rate is known.
///
/// # Errors
/// Overflow.
pub(crate) fn order_value(
    facts: &Facts,
    amount: Option<Money>,
    contract: Currency,
) -> Result<Option<Exchanged>, MoneyError> {
    let path = amount.and_then(|amount| Some((amount, way(facts, amount.currency(), contract)?)));
    path.map_or(Ok(None), |(amount, path)| path.convert(amount))
}

/// What was converted for a line with this charge.
pub(crate) fn of_line(facts: &Facts, amount: Option<Money>, charge: Money) -> Option<Box<LineExchange>> {
    if facts.exchange.is_empty() {
        return None;
    }
    // The order's value fitted when the rate was applied; a charge that does not fit the network's currency has no value in it.
    let order = order_value(facts, amount, charge.currency()).ok().flatten();
    let path = way(facts, charge.currency(), facts.currency);
    let charge = path.and_then(|path| path.convert(charge).ok().flatten());
    LineExchange { order, charge }.boxed()
}
