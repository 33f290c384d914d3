//! `per_click`: an amount for every unique click.

use model::{Money, MoneyError};

use super::{AppliesTo, Earned, Parameters, RateInput, RateKind};

#[derive(Debug)]
struct PerClick {
    amount: Money,
}

pub(super) fn parse(parameters: &mut Parameters<'_>) -> Option<Box<dyn RateKind>> {
    let amount = parameters.amount("amount")?;
    Some(Box::new(PerClick { amount }))
}

impl RateKind for PerClick {
    fn applies_to(&self) -> AppliesTo {
        AppliesTo::Click
    }

    fn earn(&self, _: &RateInput) -> Result<Earned, MoneyError> {
        Ok(Earned {
            commission: self.amount,
            fixed: self.amount,
        })
    }

    fn needs_amount(&self) -> bool {
        false
    }
}
