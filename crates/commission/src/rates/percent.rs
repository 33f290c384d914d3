//! `percent`: a percentage of the conversion's amount.

use model::{Money, MoneyError};

use super::{AppliesTo, Earned, Parameters, RateInput, RateKind};
use crate::percent::Percent;

#[derive(Debug)]
struct PercentOfAmount {
    percent: Percent,
}

pub(super) fn parse(parameters: &mut Parameters<'_>) -> Option<Box<dyn RateKind>> {
    let percent = parameters.percent("percent")?;
    Some(Box::new(PercentOfAmount { percent }))
}

impl RateKind for PercentOfAmount {
    fn applies_to(&self) -> AppliesTo {
        AppliesTo::Conversion
    }

    fn earn(&self, input: &RateInput) -> Result<Earned, MoneyError> {
        Ok(Earned {
            commission: self.percent.of(input.amount)?,
            fixed: Money::zero(input.amount.currency()),
        })
    }

    fn needs_amount(&self) -> bool {
        true
    }
}
