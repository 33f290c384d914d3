//! Shares what a conversion earns among the touches that won.
//!
//! The rule:
//!
//! - A touch without weight gives no line. Otherwise one line for each touch and each rule that paid; what comes twice
//!   for one touch and publisher is one winner.
//! - When all winners are paid the same by the same rules of the same contract version, there is one commission for each
//!   rule. It is split by the weights: each share floored, the rest handed out one unit each in the order given. The
//!   lines sum exactly to the commission; so do their fees to the fee on all of it.
//! - When they are not (publishers with different contracts), each line is the commission that its own
//!   contract would pay on the whole conversion, times its credit, floored; the winner's fee likewise.
//! - The network's fee is one for each winner, and stands on his lines in proportion to their commissions.
//!
//! The fixed part of a commission is shared like the commission, and within a line never exceeds it. The credit of a
//! line is that of its touch: a touch with several lines has it on each of them.

use model::{LinkId, Money, MoneyError, PublisherId, Share, TouchId, conversion::CommissionLine};

use crate::{contract::CompiledContract, payment::Part, rates::Earned};

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
    /// What its rules pay on the whole conversion, each once; at least one.
    pub parts: &'a [Part<'a>],
    /// Credit of the touch; the credits of a conversion count by their proportion.
    pub weight: u64,
}

impl LineInput<'_> {
    fn same_terms(&self, other: &Self) -> bool {
        let of = |part: &Part<'_>| (part.earned.commission, part.earned.fixed);
        self.contract.version_id() == other.contract.version_id()
            && self.parts.len() == other.parts.len()
            && self
                .parts
                .iter()
                .zip(other.parts)
                .all(|(one, other)| one.rate.rule() == other.rate.rule() && of(one) == of(other))
    }

    fn same_winner(&self, other: &Self) -> bool {
        (self.touch_id, self.publisher_id) == (other.touch_id, other.publisher_id) && self.same_terms(other)
    }

    /// The network's fee on everything that the contract pays on the whole conversion.
    fn fee(&self) -> Result<Money, MoneyError> {
        let zero = Money::zero(self.contract.currency());
        let sum = self.parts.iter().try_fold(zero, |sum, part| sum.add(part.earned.commission))?;
        self.contract.fee(sum)
    }
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
    let shared = if one_commission {
        shares_of_one(first, &weights)?
    } else {
        let share = |winner| share_of_own(winner, total);
        winners.iter().map(share).collect::<Result<_, _>>()?
    };
    let mut lines = Vec::with_capacity(winners.len() * first.parts.len());
    for (winner, shared) in winners.iter().zip(shared) {
        let credit = Share::new(u128::from(winner.weight), total).ok_or(MoneyError::Overflow)?;
        let fees = fees_of_lines(&shared)?;
        for ((part, earned), fee) in winner.parts.iter().zip(shared.earned).zip(fees) {
            lines.push(CommissionLine {
                publisher_id: winner.publisher_id,
                touch_id: winner.touch_id,
                link_id: winner.link_id,
                contract_version_id: winner.contract.version_id(),
                rule: part.rate.rule().to_owned(),
                credit,
                commission: earned.commission,
                fixed: earned.fixed,
                fee,
                exchange: None,
            });
        }
    }
    Ok(lines)
}

/// What one winner gets.
struct Shared {
    /// By each of his rules.
    earned: Vec<Earned>,
    /// The fee on all of it.
    fee: Money,
}

/// The inputs with weight, each touch once.
fn merged<'a>(inputs: &[LineInput<'a>]) -> Result<Vec<LineInput<'a>>, MoneyError> {
    let mut winners: Vec<LineInput<'a>> = Vec::with_capacity(inputs.len());
    for input in inputs.iter().filter(|input| input.weight > 0 && !input.parts.is_empty()) {
        match winners.iter_mut().find(|winner| winner.same_winner(input)) {
            Some(winner) => {
                let weight = winner.weight.checked_add(input.weight);
                winner.weight = weight.ok_or(MoneyError::Overflow)?;
            }
            None => winners.push(*input),
        }
    }
    Ok(winners)
}

/// The fee of a winner on his lines.
fn fees_of_lines(shared: &Shared) -> Result<Vec<Money>, MoneyError> {
    if shared.earned.len() == 1 {
        return Ok(vec![shared.fee]);
    }
    let weight = |earned: &Earned| u64::try_from(earned.commission.units()).unwrap_or(0);
    let weights: Vec<u64> = shared.earned.iter().map(weight).collect();
    shared.fee.split(&weights)
}

/// One commission for each rule, split exactly.
fn shares_of_one(terms: &LineInput<'_>, weights: &[u64]) -> Result<Vec<Shared>, MoneyError> {
    let fees = terms.fee()?.split(weights)?;
    let mut shared: Vec<Shared> =
        fees.into_iter().map(|fee| Shared { earned: Vec::with_capacity(terms.parts.len()), fee }).collect();
    for part in terms.parts {
        let commissions = part.earned.commission.split(weights)?;
        let fixed = split_within(part.earned.fixed, weights, &commissions)?;
        for ((shared, commission), fixed) in shared.iter_mut().zip(commissions).zip(fixed) {
            shared.earned.push(Earned { commission, fixed });
        }
    }
    Ok(shared)
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
fn share_of_own(winner: &LineInput<'_>, total: u128) -> Result<Shared, MoneyError> {
    let total = i128::try_from(total).map_err(|_| MoneyError::Overflow)?;
    let share = |amount: Money| amount.times(i128::from(winner.weight), total);
    let earned = |part: &Part<'_>| {
        Ok(Earned { commission: share(part.earned.commission)?, fixed: share(part.earned.fixed)? })
    };
    let earned = winner.parts.iter().map(earned).collect::<Result<_, MoneyError>>()?;
    Ok(Shared { earned, fee: share(winner.fee()?)? })
}
