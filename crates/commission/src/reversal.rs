//! How much of a commission line is taken back when part of the order is.
//!
//! Reversals are told as the share of the order taken back *so far*, and each one posts the difference
//! to the last. So rounding never adds up: whatever the steps, the whole order takes back the whole
//! line, three thirds included.
//!
//! Of the commission the part that depends on the amount is taken back in proportion, floored; the
//! fixed part stays until nothing of the order remains. The fee follows the commission.

use model::{Money, MoneyError, Share, conversion::CommissionLine};

/// What is taken back of each part of an order whose parts are paid by different rules.
///
/// Pieces that come back are taken of their own part. A share or an amount of the order that names no pieces is taken of everything that is
/// left, in proportion; so is what pieces are worth beyond what is left of their part after such a share. In all, the parts taken back come to
/// the share of the order, and to everything once that is the whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartShares {
    /// What each part is worth.
    values: Vec<u128>,
    /// What is taken back of each.
    taken: Vec<Share>,
}

impl PartShares {
    /// Parts that are worth this much, of which nothing is taken back.
    pub fn new(values: Vec<u128>) -> Self {
        let taken = vec![Share::NONE; values.len()];
        Self { values, taken }
    }

    /// What is taken back of a part; nothing of one that does not exist.
    pub fn of(&self, part: usize) -> Share {
        self.taken.get(part).copied().unwrap_or(Share::NONE)
    }

    /// Nothing is taken back any more.
    pub fn give_back(&mut self) {
        self.taken.fill(Share::NONE);
    }

    /// Takes this fraction of what is left of every part; `None` when the numbers grow too fine.
    pub fn take_of_rest(&mut self, fraction: Share) -> Option<()> {
        let take = |taken: &Share| taken.plus(taken.rest()?.times(fraction)?);
        self.taken = self.taken.iter().map(take).collect::<Option<_>>()?;
        Some(())
    }

    /// Takes pieces that are worth this much of each part; `None` when the numbers grow too fine, or it is more than there is.
    pub fn take_pieces(&mut self, pieces: &[u128]) -> Option<()> {
        let mut beyond = Share::NONE;
        for ((taken, value), piece) in self.taken.iter_mut().zip(&self.values).zip(pieces) {
            if *piece == 0 {
                continue;
            }
            let after = taken.plus(Share::new(*piece, *value)?)?;
            if after.exceeds_whole() {
                let over = Share::new(after.numerator() - after.denominator(), after.denominator())?;
                beyond = beyond.plus(over.times(Share::new(*value, 1)?)?)?;
                *taken = Share::WHOLE;
            } else {
                *taken = after;
            }
        }
        if beyond == Share::NONE {
            return Some(());
        }
        let mut left = Share::NONE;
        for (taken, value) in self.taken.iter().zip(&self.values) {
            left = left.plus(taken.rest()?.times(Share::new(*value, 1)?)?)?;
        }
        let fraction = beyond.over(left)?;
        if fraction.exceeds_whole() { None } else { self.take_of_rest(fraction) }
    }
}

/// Why a share cannot be taken back.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReversalError {
    /// More than there was.
    #[error("{0} of the order is more than the whole of it")]
    ExceedsWhole(Share),
    /// The amounts do not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Commission and fee of `line` that are taken back in all once `share` of the order is.
///
/// # Errors
/// A share above the whole, overflow.
pub fn cumulative(line: &CommissionLine, share: Share) -> Result<(Money, Money), ReversalError> {
    if share.exceeds_whole() {
        return Err(ReversalError::ExceedsWhole(share));
    }
    if share.is_whole() {
        return Ok((line.commission, line.fee));
    }
    let proportional = line.commission.sub(line.fixed)?;
    let units = share.floor_of(proportional.units()).ok_or(MoneyError::Overflow)?;
    let commission = Money::from_units(units, line.commission.currency());
    let fee = if line.commission.is_zero() {
        Money::zero(line.fee.currency())
    } else {
        line.fee.times(i128::from(units), i128::from(line.commission.units()))?
    };
    Ok((commission, fee))
}
