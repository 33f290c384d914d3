//! What a level of a network's referral terms pays.

use model::{
    Money, MoneyError,
    referral::{LEVELS_MAX, ReferralLevel},
};

use crate::{percent::Percent, rates::amount_not_negative, term_error::TermError};

/// One level, checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompiledReferral {
    /// A part of the commission.
    Percent(Percent),
    /// A sum for each conversion that earns a commission.
    Fixed(Money),
}

impl CompiledReferral {
    /// Checks one level.
    ///
    /// # Errors
    /// What is wrong, with the field within the level.
    pub fn compile(level: &ReferralLevel) -> Result<Self, TermError> {
        let refuse = |field: &str, message: &str| Err(TermError::new(field, message));
        match (&level.percent, &level.amount, level.currency) {
            (Some(percent), None, None) => match percent.parse::<Percent>() {
                Ok(percent) if percent.parts_per_million() == 0 => refuse("percent", "it is above zero"),
                Ok(percent) => Ok(Self::Percent(percent)),
                Err(error) => refuse("percent", &error.to_string()),
            },
            (None, Some(amount), Some(currency)) => match amount_not_negative(amount, currency) {
                Ok(amount) if amount.is_zero() => refuse("amount", "it is above zero"),
                Ok(amount) => Ok(Self::Fixed(amount)),
                Err(message) => refuse("amount", &message),
            },
            (None, Some(_), None) => refuse("currency", "a fixed sum needs its currency"),
            (None, None, Some(_)) => refuse("amount", "a currency belongs to a fixed sum"),
            _ => refuse("percent", "a level pays either a percent or a fixed sum"),
        }
    }

    /// What the level pays on a commission: the percentage, floored, or the fixed sum; nothing on nothing.
    ///
    /// # Errors
    /// Overflow.
    pub fn on(self, commission: Money) -> Result<Money, MoneyError> {
        match self {
            Self::Percent(percent) => percent.of(commission),
            Self::Fixed(amount) if commission.units() > 0 => Ok(amount),
            Self::Fixed(amount) => Ok(Money::zero(amount.currency())),
        }
    }
}

/// Checks the levels of referral terms.
///
/// # Errors
/// Everything that is wrong, each with its field (`levels[0].percent`).
pub fn compile_referrals(levels: &[ReferralLevel]) -> Result<Vec<CompiledReferral>, Vec<TermError>> {
    let mut errors = Vec::new();
    if levels.len() > LEVELS_MAX {
        errors.push(TermError::new("levels", format!("there are at most {LEVELS_MAX} levels")));
    }
    let mut compiled = Vec::with_capacity(levels.len());
    for (place, level) in levels.iter().enumerate() {
        match CompiledReferral::compile(level) {
            Ok(level) => compiled.push(level),
            Err(error) => {
                errors.push(TermError::new(format!("levels[{place}].{}", error.field), error.message));
            }
        }
    }
    if errors.is_empty() { Ok(compiled) } else { Err(errors) }
}
