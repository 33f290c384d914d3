//! A contract version ready for use: its terms, its rates, what the network earns on top.
//!
//! Made by [`CompiledContract::compile`](crate::CompiledContract::compile), which has refused
//! everything that is wrong, so that here nothing is parsed and hardly anything can fail.

use std::sync::Arc;

use model::{
    ContractVersionId, Currency, Money, MoneyError, PublisherId, Timestamp,
    calendar::Zone,
    contract::{ActionTerms, Conditions, ContractVersion, Terms},
};

use crate::{
    bonuses::CompiledBonus,
    caps::{CompiledCap, ScopeKind},
    conditions::{CompiledConditions, Rank},
    percent::Percent,
    rate_set::RateSet,
    rates::{RateInput, RateKind},
    tiers::{CompiledTiers, TierKey},
};

/// One rate, ready for use.
#[derive(Debug)]
pub struct CompiledRate {
    pub(crate) rule: String,
    pub(crate) kind_word: String,
    pub(crate) kind: Box<dyn RateKind>,
    pub(crate) when: Conditions,
    pub(crate) conditions: CompiledConditions,
    pub(crate) rank: Rank,
    pub(crate) tiers: Option<CompiledTiers>,
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
    /// The place of the step that pays when the counter of its tiers stands at `used`; `None` below the first, and for a
    /// rate without tiers.
    pub fn step_at(&self, used: i64) -> Option<usize> {
        self.tiers.as_ref().and_then(|tiers| tiers.step_at(used))
    }

    /// What pays when the counter of its tiers stands at `used`.
    pub(crate) fn kind_at(&self, used: i64) -> &dyn RateKind {
        let step = self.tiers.as_ref().and_then(|tiers| tiers.kind_at(used));
        step.unwrap_or(self.kind.as_ref())
    }
    /// True when what it pays depends on what came before.
    pub const fn has_tiers(&self) -> bool {
        self.tiers.is_some()
    }
    /// True when a step of its tiers also raises what came before it.
    pub fn is_retroactive(&self) -> bool {
        self.tiers.as_ref().is_some_and(CompiledTiers::retroactive)
    }
    /// The highest step of retroactive tiers that their counter reaches when it goes from `before` to `after`.
    pub fn raises_to(&self, before: i64, after: i64) -> Option<i64> {
        self.tiers.as_ref().filter(|tiers| tiers.retroactive())?.reached(before, after)
    }
    /// True when a conversion without an amount cannot be paid by it.
    pub fn needs_amount(&self) -> bool {
        self.kind.needs_amount()
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
    pub(crate) rates: Vec<RateSet>,
    pub(crate) click: Option<(String, Money)>,
    pub(crate) impression: Option<CompiledRate>,
    pub(crate) fee: CompiledFee,
    pub(crate) caps: Vec<CompiledCap>,
    pub(crate) bonuses: Vec<CompiledBonus>,
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

    /// The sub ids by whose values caps count.
    pub fn subs_of_caps(&self) -> impl Iterator<Item = &str> {
        self.caps.iter().filter_map(|cap| match cap.scope {
            ScopeKind::Sub(name) => Some(name.word()),
            ScopeKind::Program | ScopeKind::Publisher | ScopeKind::Together(_) => None,
        })
    }

    /// Fixed sums on reaching something.
    pub fn bonuses(&self) -> &[CompiledBonus] {
        &self.bonuses
    }

    pub(crate) fn place_of(&self, action: &str) -> Option<usize> {
        let actions = &self.version.terms.actions;
        actions.iter().position(|terms| terms.action == action)
    }

    /// The counter of the tiers of `rate`, one of this contract's, for a publisher at a moment; `None` when it has none.
    pub fn tier_key(
        &self,
        rate: &CompiledRate,
        publisher_id: PublisherId,
        zone: &Zone,
        at: Timestamp,
    ) -> Option<TierKey> {
        let tiers = rate.tiers.as_ref()?;
        Some(tiers.key(self.version.contract_id, &rate.rule, publisher_id, zone, at))
    }

    /// The rate of this name among those of an action.
    pub fn rate_named(&self, action: &str, rule: &str) -> Option<&CompiledRate> {
        let rates = self.rates[self.place_of(action)?].rates();
        rates.iter().find(|rate| rate.rule == rule)
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
        let input = RateInput { amount: Money::zero(self.currency()), ordinal, pieces: 0 };
        // Compiling has tried the rate; the price of one impression is a part of a price that fits.
        let earned = rate.kind.earn(&input).ok()?;
        Some((&rate.rule, earned.commission))
    }

    /// True when impressions are paid, so that their ordinals must be counted.
    pub fn has_impression_rate(&self) -> bool {
        self.impression.is_some() && !self.version.terms.ended
    }
}
