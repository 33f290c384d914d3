//! How much of a commission line is taken back when part of the order is.
//!
//! Reversals are told as the share of the order taken back *so far*, and each one posts the difference
//! to the last. So rounding never adds up: whatever the steps, the whole order takes back the whole
//! line, three thirds included.
//!
//! Of the commission the part that depends on the amount is taken back in proportion, floored; the
//! fixed part stays until nothing of the order remains. The fee follows the commission.

use model::{Money, MoneyError, Share, conversion::CommissionLine};

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
