//! Shares a commission among the touches that won.
//!
//! The rule:
//!
//! - A touch without weight gives no line. Otherwise one line for each touch; what comes twice for
//!   one touch, publisher and rule is one line.
//! - When all lines follow the same rule of the same contract version, there is one commission for the
//!   conversion. It is split by the weights: each share floored, the rest handed out one unit each in
//!   the order given. The lines sum exactly to the commission; so do their fees to the fee on it.
//! - When they do not (publishers with different contracts), each line is the commission that its own
//!   contract would pay on the whole conversion, times its credit, floored; its fee likewise.
//!
//! The fixed part of a commission is shared like the commission, and within a line never exceeds it.

use model::{LinkId, Money, MoneyError, PublisherId, Share, TouchId, conversion::CommissionLine};

use crate::{
    contract::{CompiledContract, CompiledRate},
    rates::Earned,
};

/// One touch that won credit, with what its contract pays on the whole conversion.
#[derive(Clone, Copy, Debug)]
pub struct LineInput<'a> {
    /// Who earns.
    pub publisher_id: PublisherId,
    /// The touch.
    pub touch_id: TouchId,
    /// Its link.
    pub link_id: LinkId,
    /// The contract in force between the program and this publisher.
    pub contract: &'a CompiledContract,
    /// The rate that was selected under it.
    pub rate: &'a CompiledRate,
    /// What the rate pays on the whole conversion.
    pub earned: Earned,
    /// Credit of the touch; the credits of a conversion count by their proportion.
    pub weight: u64,
}

impl LineInput<'_> {
    fn same_terms(&self, other: &Self) -> bool {
        self.contract.version_id() == other.contract.version_id()
            && self.rate.rule() == other.rate.rule()
            && self.earned == other.earned
    }

    fn same_line(&self, other: &Self) -> bool {
        (self.touch_id, self.publisher_id) == (other.touch_id, other.publisher_id) && self.same_terms(other)
    }
}

/// What one line pays.
struct Part {
    commission: Money,
    fixed: Money,
    fee: Money,
}

/// The commission lines of a conversion, by the rule at the head of this file, in the order given.
///
/// # Errors
/// Overflow.
pub fn split_lines(inputs: &[LineInput<'_>]) -> Result<Vec<CommissionLine>, MoneyError> {
    let winners = merged(inputs)?;
    let Some(first) = winners.first() else {
        return Ok(Vec::new());
    };
    let one_commission = winners.iter().all(|winner| winner.same_terms(first));
    let weights: Vec<u64> = winners.iter().map(|winner| winner.weight).collect();
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let parts = if one_commission {
        parts_of_one(first, &weights)?
    } else {
        let part = |winner| part_of_own(winner, total);
        winners.iter().map(part).collect::<Result<_, _>>()?
    };
    let line = |(winner, part): (&LineInput<'_>, Part)| {
        let credit = Share::new(u128::from(winner.weight), total).ok_or(MoneyError::Overflow)?;
        Ok(CommissionLine {
            publisher_id: winner.publisher_id,
            touch_id: winner.touch_id,
            link_id: winner.link_id,
            contract_version_id: winner.contract.version_id(),
            rule: winner.rate.rule().to_owned(),
            credit,
            commission: part.commission,
            fixed: part.fixed,
            fee: part.fee,
            exchange: None,
        })
    };
    winners.iter().zip(parts).map(line).collect()
}

/// The inputs with weight, each touch once.
fn merged<'a>(inputs: &[LineInput<'a>]) -> Result<Vec<LineInput<'a>>, MoneyError> {
    let mut winners: Vec<LineInput<'a>> = Vec::with_capacity(inputs.len());
    for input in inputs.iter().filter(|input| input.weight > 0) {
        match winners.iter_mut().find(|winner| winner.same_line(input)) {
            Some(winner) => {
                let weight = winner.weight.checked_add(input.weight);
                winner.weight = weight.ok_or(MoneyError::Overflow)?;
            }
            None => winners.push(*input),
        }
    }
    Ok(winners)
}

/// One commission, split exactly.
fn parts_of_one(terms: &LineInput<'_>, weights: &[u64]) -> Result<Vec<Part>, MoneyError> {
    let Earned { commission, fixed } = terms.earned;
    let fees = terms.contract.fee(commission)?.split(weights)?;
    let commissions = commission.split(weights)?;
    let fixed_parts = split_within(fixed, weights, &commissions)?;
    let parts = commissions.into_iter().zip(fixed_parts).zip(fees);
    Ok(parts.map(|((commission, fixed), fee)| Part { commission, fixed, fee }).collect())
}

/// As [`Money::split`], but no part exceeds its bound: the rest passes over lines without room. (Two
/// plain splits may hand out different rests, and then a fixed part could exceed its commission.)
fn split_within(whole: Money, weights: &[u64], bounds: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    let floor = |weight: &u64| whole.times(i128::from(*weight), total);
    let mut parts = weights.iter().map(floor).collect::<Result<Vec<_>, _>>()?;
    let mut rest = whole;
    for part in &parts {
        rest = rest.sub(*part)?;
    }
    let unit = Money::from_units(1, whole.currency());
    // The bounds sum to at least the whole, so each round finds room until nothing is left.
    while !rest.is_zero() {
        let before = rest;
        for (part, bound) in parts.iter_mut().zip(bounds) {
            if !rest.is_zero() && part.units() < bound.units() {
                *part = part.add(unit)?;
                rest = rest.sub(unit)?;
            }
        }
        if rest == before {
            return Err(MoneyError::Overflow);
        }
    }
    Ok(parts)
}

/// The share of what the publisher's own contract pays on the whole conversion.
fn part_of_own(winner: &LineInput<'_>, total: u128) -> Result<Part, MoneyError> {
    let total = i128::try_from(total).map_err(|_| MoneyError::Overflow)?;
    let share = |amount: Money| amount.times(i128::from(winner.weight), total);
    Ok(Part {
        commission: share(winner.earned.commission)?,
        fixed: share(winner.earned.fixed)?,
        fee: share(winner.contract.fee(winner.earned.commission)?)?,
    })
}
