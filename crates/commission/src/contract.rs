//! A contract version ready for use: which rule holds, what it pays, what the network earns on top.
//!
//! Made by [`CompiledContract::compile`](crate::CompiledContract::compile), which has refused
//! everything that is wrong, so that here nothing is parsed and hardly anything can fail.

use std::sync::Arc;

use model::{
    Code, ContractVersionId, Currency, Money, MoneyError,
    contract::{ActionTerms, Conditions, ContractVersion, CustomerKind, Terms},
};

use crate::{
    caps::CompiledCap,
    percent::Percent,
    rates::{Earned, RateInput, RateKind},
};

/// The facts of a conversion that rates and their conditions look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RateFacts {
    /// Its value, when one was sent.
    pub amount: Option<Money>,
    /// Whether the customer is new, when the advertiser knows.
    pub customer: Option<CustomerKind>,
}

/// One rate, ready for use.
#[derive(Debug)]
pub struct CompiledRate {
    pub(crate) rule: String,
    pub(crate) kind_word: String,
    pub(crate) kind: Box<dyn RateKind>,
    pub(crate) when: Conditions,
}

impl CompiledRate {
    /// Name of the rule; it stands on each commission line.
    pub fn rule(&self) -> &str {
        &self.rule
    }
    /// Word of its kind.
    pub fn kind(&self) -> &str {
        &self.kind_word
    }
    /// What must hold for it to apply.
    pub fn when(&self) -> &Conditions {
        &self.when
    }
    /// What it pays in words, for receipts: `7.5 % of the amount`.
    pub fn describe(&self) -> String {
        self.kind.describe()
    }
    /// True when a conversion without an amount cannot be paid by it.
    pub fn needs_amount(&self) -> bool {
        self.kind.needs_amount()
    }

    /// How many conditions hold; `None` when one of them does not.
    fn conditions_met(&self, facts: &RateFacts) -> Option<usize> {
        // Taken apart, so that a new condition does not compile before it is judged here.
        let Conditions { customer } = &self.when;
        match customer {
            None => Some(0),
            wanted if *wanted == facts.customer => Some(1),
            Some(_) => None,
        }
    }
}

/// What the network earns on a commission.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompiledFee {
    pub(crate) percent: Percent,
    pub(crate) fixed: Money,
}

/// A contract version, checked and ready for use.
#[derive(Debug)]
pub struct CompiledContract {
    pub(crate) version: Arc<ContractVersion>,
    /// Actions of the program, to tell an unknown action from one that is not paid.
    pub(crate) program_actions: Vec<String>,
    /// Rates of each action of the terms, in the order of the terms.
    pub(crate) rates: Vec<Vec<CompiledRate>>,
    pub(crate) click: Option<(String, Money)>,
    pub(crate) impression: Option<CompiledRate>,
    pub(crate) fee: CompiledFee,
    pub(crate) caps: Vec<CompiledCap>,
}

impl CompiledContract {
    /// The version that was compiled.
    pub fn version(&self) -> &Arc<ContractVersion> {
        &self.version
    }
    /// Its id.
    pub fn version_id(&self) -> ContractVersionId {
        self.version.id
    }
    /// The agreement: payout model, switches and the rest.
    pub fn terms(&self) -> &Terms {
        &self.version.terms
    }
    /// Currency of commissions and fees.
    pub fn currency(&self) -> Currency {
        self.version.terms.currency
    }
    /// Windows, hold and minimum delay of an action; `None` when the contract does not pay it.
    pub fn action_terms(&self, action: &str) -> Option<&ActionTerms> {
        self.place_of(action).map(|place| &self.version.terms.actions[place])
    }
    /// Limits for each publisher of this contract alone.
    pub fn caps(&self) -> &[CompiledCap] {
        &self.caps
    }

    fn place_of(&self, action: &str) -> Option<usize> {
        let actions = &self.version.terms.actions;
        actions.iter().position(|terms| terms.action == action)
    }

    /// The rate for a conversion: of those whose conditions hold the one with most conditions, among
    /// equals the first listed.
    ///
    /// # Errors
    /// - `action_unknown`: the program has no such action.
    /// - `terms_not_met`: the contract does not pay it, has ended, or no rate's conditions hold.
    /// - `amount_invalid`: the rate needs an amount and none came, or it is negative.
    /// - `currency_mismatch`: the rate needs an amount, and it came in another currency than the terms.
    pub fn select_rate(&self, action: &str, facts: &RateFacts) -> Result<&CompiledRate, Code> {
        let Some(place) = self.place_of(action) else {
            let known = self.program_actions.iter().any(|name| name == action);
            return Err(if known { Code::TermsNotMet } else { Code::ActionUnknown });
        };
        if self.version.terms.ended {
            return Err(Code::TermsNotMet);
        }
        let mut best: Option<(usize, &CompiledRate)> = None;
        for rate in &self.rates[place] {
            if let Some(met) = rate.conditions_met(facts)
                && best.is_none_or(|(most, _)| met > most)
            {
                best = Some((met, rate));
            }
        }
        let (_, rate) = best.ok_or(Code::TermsNotMet)?;
        self.amount_for(rate, facts)?;
        Ok(rate)
    }

    /// The amount that `rate` may calculate with.
    fn amount_for(&self, rate: &CompiledRate, facts: &RateFacts) -> Result<Money, Code> {
        match facts.amount {
            Some(amount) if amount.is_negative() => Err(Code::AmountInvalid),
            // A fixed rate pays whatever the order was worth, in whatever currency.
            _ if !rate.needs_amount() => Ok(Money::zero(self.currency())),
            None => Err(Code::AmountInvalid),
            Some(amount) if amount.currency() != self.currency() => Err(Code::CurrencyMismatch),
            Some(amount) => Ok(amount),
        }
    }

    /// What `rate`, one of this contract's, pays on the whole conversion.
    ///
    /// # Errors
    /// As [`Self::select_rate`] for the amount; an amount so large that the commission does not fit
    /// is `amount_invalid` too.
    pub fn commission(&self, rate: &CompiledRate, facts: &RateFacts) -> Result<Earned, Code> {
        let amount = self.amount_for(rate, facts)?;
        let input = RateInput { amount, ordinal: 0 };
        rate.kind.earn(&input).map_err(|_| Code::AmountInvalid)
    }

    /// What the network earns on the commission of a conversion: the percentage, floored, and the
    /// fixed amount; nothing on nothing.
    ///
    /// # Errors
    /// Overflow, and a commission of another currency.
    pub fn fee(&self, commission: Money) -> Result<Money, MoneyError> {
        if commission.is_zero() {
            return Ok(commission);
        }
        self.fee.percent.of(commission)?.add(self.fee.fixed)
    }

    /// What the network earns on the commission of a click or an impression: the percentage alone,
    /// since the fixed amount is one for each conversion.
    ///
    /// # Errors
    /// Overflow.
    pub fn touch_fee(&self, commission: Money) -> Result<Money, MoneyError> {
        self.fee.percent.of(commission)
    }

    /// Rule and amount of a unique click; `None` when clicks are not paid.
    pub fn click_earning(&self) -> Option<(&str, Money)> {
        let (rule, amount) = self.click.as_ref()?;
        (!self.version.terms.ended).then_some((rule, *amount))
    }

    /// Rule and amount of the impression that has `ordinal` earlier ones of this rule and publisher;
    /// `None` when impressions are not paid.
    pub fn impression_earning(&self, ordinal: i64) -> Option<(&str, Money)> {
        if self.version.terms.ended {
            return None;
        }
        let rate = self.impression.as_ref()?;
        let input = RateInput { amount: Money::zero(self.currency()), ordinal };
        // Compiling has tried the rate; the price of one impression is a part of a price that fits.
        let earned = rate.kind.earn(&input).ok()?;
        Some((&rate.rule, earned.commission))
    }

    /// True when impressions are paid, so that their ordinals must be counted.
    pub fn has_impression_rate(&self) -> bool {
        self.impression.is_some() && !self.version.terms.ended
    }
}
