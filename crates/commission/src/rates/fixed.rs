//! `fixed`: the same amount for every conversion.

use model::{Money, MoneyError};

use super::{AppliesTo, Earned, Parameters, RateInput, RateKind};

#[derive(Debug)]
struct Fixed {
    amount: Money,
}

pub(super) fn parse(parameters: &mut Parameters<'_>) -> Option<Box<dyn RateKind>> {
    let amount = parameters.amount("amount")?;
    Some(Box::new(Fixed { amount }))
}

impl RateKind for Fixed {
    fn applies_to(&self) -> AppliesTo {
        AppliesTo::Conversion
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
