//! `per_mille`: an amount for every thousand impressions.
//!
//! The n-th impression (counted from zero) pays `floor(amount * (n + 1) / 1000) - floor(amount * n /
//! 1000)`: what is owed after it less what was owed before. So no fraction of a unit is lost, and any
//! thousand impressions in a row pay exactly the amount.

use model::{Money, MoneyError};

use super::{AppliesTo, Earned, Parameters, RateInput, RateKind};

const MILLE: i128 = 1000;

#[derive(Debug)]
struct PerMille {
    amount: Money,
}

pub(super) fn parse(parameters: &mut Parameters<'_>) -> Option<Box<dyn RateKind>> {
    let amount = parameters.amount("amount")?;
    Some(Box::new(PerMille { amount }))
}

impl RateKind for PerMille {
    fn applies_to(&self) -> AppliesTo {
        AppliesTo::Impression
    }

    fn earn(&self, input: &RateInput) -> Result<Earned, MoneyError> {
        // Whole thousands cancel out, so only the place within the thousand matters, and nothing
        // grows with the number of impressions.
        let place = i128::from(input.ordinal).rem_euclid(MILLE);
        let owed_before = self.amount.times(place, MILLE)?;
        let owed_after = self.amount.times(place + 1, MILLE)?;
        let commission = owed_after.sub(owed_before)?;
        Ok(Earned {
            commission,
            fixed: commission,
        })
    }

    fn needs_amount(&self) -> bool {
        false
    }
}
