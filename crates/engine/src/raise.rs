//! Retroactive tiers: what a conversion earns more once its publisher has reached a step.
//!
//! The decision on a conversion that reaches a step says so by a [`Raise`]. What the rule paid this publisher before, in the
//! same stretch of the calendar and on a lower step, is then raised: the conversion is calculated again from its own
//! receipt, with the counter at the step's threshold and everything else as it was, and what this gives his touches more
//! than they have stands on adjusting lines. It is never less than nothing, so a step that pays less lowers nothing.
//!
//! The calculation leaves caps out: a raise pays what was accepted before, and does not count in them.

use std::collections::{BTreeMap, HashMap};

use commission::TierKey;
use model::{
    Money, MoneyError, TouchId,
    conversion::{CommissionLine, ConversionReport},
};
use serde::{Deserialize, Serialize};

use crate::{
    conversion::earned_without_caps,
    exchange,
    facts::Contracts,
    receipt::{Receipt, unhex},
};

/// A step of retroactive tiers that is reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Raise {
    /// Key of the counter, hex; it names contract, rule, publisher and period.
    pub key: String,
    /// Threshold of the step.
    pub from: i64,
}

/// To which step each counter of a conversion was raised, by the counter's key in hex.
pub type Levels = BTreeMap<String, i64>;

/// The counters of retroactive tiers by whose rules a conversion was paid, with what each held before it.
pub fn retroactive_counters(
    receipt: &Receipt,
    report: &ConversionReport,
    contracts: &dyn Contracts,
) -> BTreeMap<Vec<u8>, i64> {
    let decision = &receipt.decision;
    if !decision.state.is_live() {
        return BTreeMap::new();
    }
    let counter = |(text, used): (&String, &i64)| {
        let bytes = unhex(text)?;
        let key = TierKey::from_bytes(&bytes)?;
        let paid = |line: &&CommissionLine| (line.publisher_id, &line.rule) == (key.publisher_id, &key.rule);
        let line = decision.lines.iter().find(paid)?;
        let contract = contracts.contract(line.contract_version_id)?;
        let rate = contract.rate_named(&report.action, &key.rule)?;
        (contract.version().contract_id == key.contract_id && rate.is_retroactive()).then_some((bytes, *used))
    };
    receipt.facts.caps_used.iter().filter_map(counter).collect()
}

/// The adjusting lines that lift what a publisher has on a conversion to what it earns at these levels, one for each touch
/// that earns more. `key` is the counter that was raised, `standing` are all lines so far.
///
/// # Errors
/// Amounts that do not fit.
pub fn adjusting_lines(
    receipt: &Receipt,
    report: &ConversionReport,
    contracts: &dyn Contracts,
    levels: &Levels,
    key: &TierKey,
    standing: &[CommissionLine],
) -> Result<Vec<CommissionLine>, MoneyError> {
    let facts = &receipt.facts;
    let mut used: HashMap<Vec<u8>, i64> =
        facts.caps_used.iter().filter_map(|(key, used)| Some((unhex(key)?, *used))).collect();
    for (key, from) in levels {
        let Some(key) = unhex(key) else { continue };
        let used = used.entry(key).or_insert(0);
        *used = (*used).max(*from);
    }
    let used = |key: &[u8]| used.get(key).copied().unwrap_or(0);
    let Some((amount, wanted)) = earned_without_caps(report, facts, contracts, &used) else {
        return Ok(Vec::new());
    };
    let mut lines: Vec<CommissionLine> = Vec::new();
    let of_rule = |line: &&CommissionLine| (line.publisher_id, &line.rule) == (key.publisher_id, &key.rule);
    for model in receipt.decision.lines.iter().filter(of_rule) {
        let Some(before) = Sums::of_touch(standing, model.touch_id)? else { continue };
        let Some(after) = Sums::of_touch(&wanted, model.touch_id)? else { continue };
        let commission = after.commission.sub(before.commission)?;
        if commission.units() <= 0 || lines.iter().any(|line| line.touch_id == model.touch_id) {
            continue;
        }
        let between =
            |amount: Money, most: i64| Money::from_units(amount.units().clamp(0, most), amount.currency());
        let fixed = between(after.fixed.sub(before.fixed)?, commission.units());
        let fee = between(after.fee.sub(before.fee)?, i64::MAX);
        let mut line = CommissionLine { commission, fixed, fee, exchange: None, ..model.clone() };
        line.exchange = exchange::of_line(facts, amount, line.charge()?);
        lines.push(line);
    }
    Ok(lines)
}

/// What all lines of a touch come to.
struct Sums {
    commission: Money,
    fixed: Money,
    fee: Money,
}

impl Sums {
    fn of_touch(lines: &[CommissionLine], touch: TouchId) -> Result<Option<Self>, MoneyError> {
        let mut sums: Option<Self> = None;
        for line in lines.iter().filter(|line| line.touch_id == touch) {
            let zero = Money::zero(line.commission.currency());
            let last = sums.unwrap_or(Self { commission: zero, fixed: zero, fee: zero });
            sums = Some(Self {
                commission: last.commission.add(line.commission)?,
                fixed: last.fixed.add(line.fixed)?,
                fee: last.fee.add(line.fee)?,
            });
        }
        Ok(sums)
    }
}
