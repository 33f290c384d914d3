//! I7, I8: what was converted from currency to currency rests on rates that are stored.
//!
//! Whether the amounts of orders were converted rightly by those rates is seen where the decision is taken again; balances
//! that were changed into another currency are calculated again here and compared with their transfers.

use engine::Facts;
use ledger::Source;
use model::{
    Day, NetworkId, Timestamp,
    exchange::{ExchangePath, ExchangeStep},
};
use store::{
    Result, Tx,
    exchanges::{self, ExchangeRow},
};

use super::{
    findings::{Findings, Invariant, is_damage},
    world::World,
};
use crate::posting;

/// What is wrong with the ways from currency to currency that a receipt holds.
pub(super) fn wrong_ways(world: &World<'_>, facts: &Facts, judged_at: Timestamp) -> Vec<String> {
    facts.exchange.iter().flat_map(|path| wrong_way(world, facts.network_id, path, judged_at)).collect()
}

fn wrong_way(world: &World<'_>, network: NetworkId, path: &ExchangePath, at: Timestamp) -> Vec<String> {
    let mut wrong = Vec::new();
    if path.applied().is_none() {
        wrong.push(format!("the rates it rests on do not lead from {} to {}", path.from, path.to));
    }
    wrong.extend(path.steps.iter().filter_map(|step| wrong_step(world, network, step, Day::of(at))));
    wrong
}

fn wrong_step(world: &World<'_>, network: NetworkId, step: &ExchangeStep, day: Day) -> Option<String> {
    let id = step.rate_id;
    let Some(stored) = world.rates.get(&id) else {
        return Some(format!("the exchange rate {id} it rests on does not exist"));
    };
    let said = (network, step.base, step.quote, step.day, step.rate);
    let is = (stored.network_id, stored.base, stored.quote, stored.day, stored.rate);
    if said != is {
        return Some(format!("the exchange rate {id} is {is:?}, it says {said:?}"));
    }
    (step.day > day).then(|| format!("the exchange rate {id} is of a later day"))
}

/// Calculates every change of a balance into another currency again, and compares it with its transfers.
pub(super) fn check_balances(tx: &mut Tx<'_>, world: &World<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let mut rows = Vec::new();
    exchanges::for_each(tx, &mut |row| {
        match row {
            Ok(row) => rows.push(row),
            Err(error) if is_damage(&error) => {
                findings.violate(Invariant::I7, "exchanges", error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    for row in &rows {
        for message in wrong_way(world, row.network_id, &row.path, row.at) {
            findings.violate(Invariant::I8, row.id, message);
        }
        let publisher = world.snapshot.publishers.get(&row.publisher_id);
        if publisher.is_none_or(|publisher| publisher.network_id != row.network_id) {
            findings.violate(Invariant::I10, row.id, "its publisher is none of its network");
        }
        if let Some(message) = wrong_amounts(tx, row)? {
            findings.violate(Invariant::I7, row.id, message);
        }
    }
    findings.count("exchanges", rows.len());
    Ok(())
}

fn wrong_amounts(tx: &mut Tx<'_>, row: &ExchangeRow) -> Result<Option<String>> {
    let again = row.path.convert(row.sold).ok().flatten().map(|exchanged| exchanged.to);
    if again != Some(row.bought) {
        return Ok(Some(format!("{} is {again:?} by its rates, not {}", row.sold, row.bought)));
    }
    let expected =
        ledger::exchange(row.network_id, row.publisher_id, row.sold, row.bought, row.id, row.at).ok();
    let stored = match posting::history(tx, Source::Exchange(row.id)) {
        Ok(stored) => Some(stored),
        Err(error) if is_damage(&error) => None,
        Err(error) => return Err(error),
    };
    Ok((stored != expected).then(|| "its transfers are not what it says".to_owned()))
}
