//! `fixed_percent`: an amount for every conversion, and a percentage of its amount on top.

use model::{Money, MoneyError};

use super::{AppliesTo, Earned, Parameters, RateInput, RateKind};
use crate::percent::Percent;

#[derive(Debug)]
struct FixedPercent {
    amount: Money,
    percent: Percent,
}

pub(super) fn parse(parameters: &mut Parameters<'_>) -> Option<Box<dyn RateKind>> {
    let amount = parameters.amount("amount");
    let percent = parameters.percent("percent");
    Some(Box::new(FixedPercent {
        amount: amount?,
        percent: percent?,
    }))
}

impl RateKind for FixedPercent {
    fn applies_to(&self) -> AppliesTo {
        AppliesTo::Conversion
    }

    fn earn(&self, input: &RateInput) -> Result<Earned, MoneyError> {
        Ok(Earned {
            commission: self.amount.add(self.percent.of(input.amount)?)?,
            fixed: self.amount,
        })
    }

    fn needs_amount(&self) -> bool {
        true
    }
}
