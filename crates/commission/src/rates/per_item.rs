//! `per_item`: an amount for every piece.
//!
//! Nothing of it is fixed in the sense of reversals: with part of the order that part of the commission goes back.

use model::{Money, MoneyError};

use super::{AppliesTo, Earned, Parameters, RateInput, RateKind};

#[derive(Debug)]
struct PerItem {
    amount: Money,
}

pub(super) fn parse(parameters: &mut Parameters<'_>) -> Option<Box<dyn RateKind>> {
    let amount = parameters.amount("amount")?;
    Some(Box::new(PerItem { amount }))
}

impl RateKind for PerItem {
    fn applies_to(&self) -> AppliesTo {
        AppliesTo::Conversion
    }

    fn earn(&self, input: &RateInput) -> Result<Earned, MoneyError> {
        let commission = self.amount.times(i128::from(input.pieces), 1)?;
        Ok(Earned { commission, fixed: Money::zero(self.amount.currency()) })
    }

    fn needs_amount(&self) -> bool {
        false
    }

    fn needs_pieces(&self) -> bool {
        true
    }
}
