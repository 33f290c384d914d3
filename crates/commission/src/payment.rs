//! What a contract pays on one conversion: one part for each rule that is applied.
//!
//! Without items, or without rates that look at them, there is one rule and one part. With them, each item is paid by the
//! rule that holds for it, and what no exception takes is paid together by the rule of the order:
//!
//! - The order's amount is what was paid, so it is what is shared out. An item takes of it what it cost; when the items cost
//!   more than the order (a discount on all of it), each takes its share of the amount. Amounts are split exactly: the
//!   parts sum to the amount.
//! - What is left of the amount (shipping that was reported, say) belongs to the rule of the order.
//! - Items of one rule are added up before its percentage is taken.
//! - When no rule of the order holds, what no exception takes earns nothing; when nothing at all is taken,
//!   `terms_not_met`.

use std::collections::BTreeMap;

use model::{Code, Money};

use crate::{
    contract::{CompiledContract, CompiledRate},
    facts::RateFacts,
    rate_set::{RateSet, TouchNeeds},
    rates::{Earned, RateInput},
};

/// What one rule pays on a conversion.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// The rule.
    pub rate: &'a CompiledRate,
    /// What it pays.
    pub earned: Earned,
    /// What it was applied to, when that is known.
    pub amount: Option<Money>,
    /// The places of the items that it was applied to, when the items of the order are paid by different rules.
    pub items: Vec<u32>,
}

/// What the counter of the tiers of a rate holds; asked only for rates with tiers.
pub type Counted<'c> = &'c dyn Fn(&CompiledRate) -> i64;

/// What a rule is applied to.
#[derive(Clone, Copy)]
struct Base {
    amount: Option<Money>,
    pieces: Option<u64>,
}

impl CompiledContract {
    /// Whether a rate of this action looks at the items of an order.
    pub fn needs_items(&self, action: &str) -> bool {
        self.place_of(action).is_some_and(|place| self.rates[place].needs_items())
    }

    /// What the rates of this action ask of the touch that earns; `None` when the contract does not pay the action or they
    /// ask nothing.
    pub fn needs_of_touch(&self, action: &str) -> Option<&TouchNeeds> {
        let needs = self.rates[self.place_of(action)?].needs_of_touch();
        (!needs.is_nothing()).then_some(needs)
    }

    /// Calls `each` with what each rule pays on the whole conversion, exceptions first. `counted` tells what the counter of
    /// the tiers of a rate holds.
    ///
    /// # Errors
    /// - `action_unknown`: the program has no such action.
    /// - `terms_not_met`: the contract does not pay it, has ended, or no rate's conditions hold.
    /// - `amount_invalid`: a rate needs an amount or items and none came, or the amount is negative or so large that the
    ///   commission does not fit.
    /// - `currency_mismatch`: a rate needs an amount, and it came in another currency than the terms.
    pub fn pay<'a>(
        &'a self,
        action: &str,
        facts: &RateFacts<'_>,
        counted: Counted<'_>,
        each: &mut dyn FnMut(Part<'a>),
    ) -> Result<(), Code> {
        let Some(place) = self.place_of(action) else {
            let known = self.program_actions.iter().any(|name| name == action);
            return Err(if known { Code::TermsNotMet } else { Code::ActionUnknown });
        };
        if self.version.terms.ended {
            return Err(Code::TermsNotMet);
        }
        let set = &self.rates[place];
        let coupon = set.coupon(facts);
        let pieces = facts.items.list.iter().map(|item| u64::from(item.quantity)).sum();
        let whole = Base { amount: facts.amount, pieces: (!facts.items.list.is_empty()).then_some(pieces) };
        let price = |rate: &CompiledRate| Some(self.earn(rate, whole, counted).ok()?.commission);
        let of_order = set.of_order(facts, coupon.as_deref(), &price);
        if set.has_exceptions() && !facts.items.list.is_empty() {
            return self.pay_items(set, facts, coupon.as_deref(), of_order, counted, each);
        }
        let rate = of_order.map(|place| set.rate(place)).ok_or(Code::TermsNotMet)?;
        each(Part {
            rate,
            earned: self.earn(rate, whole, counted)?,
            amount: whole.amount,
            items: Vec::new(),
        });
        Ok(())
    }

    fn pay_items<'a>(
        &'a self,
        set: &'a RateSet,
        facts: &RateFacts<'_>,
        coupon: Option<&str>,
        of_order: Option<u32>,
        counted: Counted<'_>,
        each: &mut dyn FnMut(Part<'a>),
    ) -> Result<(), Code> {
        let (amounts, mut rest) = shared_out(facts)?;
        let mut taken: BTreeMap<u32, (Base, Vec<u32>)> = BTreeMap::new();
        let mut left_over = rest.is_some_and(|rest| !rest.is_zero());
        let (mut rest_pieces, mut rest_items) = (0, Vec::new());
        for ((place, item), amount) in (0_u32..).zip(facts.items.list).zip(given(amounts)) {
            let one = Base { amount, pieces: Some(u64::from(item.quantity)) };
            let price = |rate: &CompiledRate| Some(self.earn(rate, one, counted).ok()?.commission);
            let rule = set.of_item(facts, coupon, item, of_order, &price);
            match rule.filter(|rule| of_order != Some(*rule)) {
                Some(rule) => {
                    let nothing = || (Base { amount: None, pieces: Some(0) }, Vec::new());
                    let (sum, items) = taken.entry(rule).or_insert_with(nothing);
                    items.push(place);
                    sum.amount = sum_of(sum.amount, one.amount)?;
                    sum.pieces = sum.pieces.zip(one.pieces).map(|(sum, more)| sum.saturating_add(more));
                }
                None => {
                    left_over = true;
                    rest_items.push(place);
                    rest = sum_of(rest, one.amount)?;
                    rest_pieces += u64::from(item.quantity);
                }
            }
        }
        let rules = taken.len();
        for (place, (base, items)) in taken {
            let rate = set.rate(place);
            each(Part { rate, earned: self.earn(rate, base, counted)?, amount: base.amount, items });
        }
        let rest = Base { amount: rest, pieces: Some(rest_pieces) };
        match of_order.map(|place| set.rate(place)).filter(|_| left_over) {
            // Shipping has no pieces.
            Some(rate) if !(rate.kind.needs_pieces() && rest_pieces == 0) => {
                let earned = self.earn(rate, rest, counted)?;
                each(Part { rate, earned, amount: rest.amount, items: rest_items });
                Ok(())
            }
            _ if rules == 0 => Err(Code::TermsNotMet),
            _ => Ok(()),
        }
    }

    fn earn(&self, rate: &CompiledRate, base: Base, counted: Counted<'_>) -> Result<Earned, Code> {
        let amount = self.amount_for(rate, base.amount)?;
        let pieces = match base.pieces {
            None if rate.kind.needs_pieces() => return Err(Code::AmountInvalid),
            pieces => pieces.unwrap_or(0),
        };
        let input = RateInput { amount, ordinal: 0, pieces };
        let kind = match &rate.tiers {
            None => rate.kind.as_ref(),
            Some(_) => rate.kind_at(counted(rate)),
        };
        kind.earn(&input).map_err(|_| Code::AmountInvalid)
    }

    /// The amount that `rate` may calculate with.
    fn amount_for(&self, rate: &CompiledRate, amount: Option<Money>) -> Result<Money, Code> {
        match amount {
            Some(amount) if amount.is_negative() => Err(Code::AmountInvalid),
            // A fixed rate pays whatever the order was worth, in whatever currency.
            _ if !rate.needs_amount() => Ok(Money::zero(self.currency())),
            None => Err(Code::AmountInvalid),
            Some(amount) if amount.currency() != self.currency() => Err(Code::CurrencyMismatch),
            Some(amount) => Ok(amount),
        }
    }
}

/// The amounts of items one after the other; nothing for each of them when the order has no amount.
fn given(amounts: Vec<Money>) -> impl Iterator<Item = Option<Money>> {
    amounts.into_iter().map(Some).chain(std::iter::repeat(None))
}

/// What each item takes of the order's amount, and what is left of it. Nothing when the order has no amount.
fn shared_out(facts: &RateFacts<'_>) -> Result<(Vec<Money>, Option<Money>), Code> {
    let Some(amount) = facts.amount else { return Ok((Vec::new(), None)) };
    if amount.is_negative() {
        return Err(Code::AmountInvalid);
    }
    let mut weights = Vec::with_capacity(facts.items.list.len() + 1);
    let mut items = 0_u64;
    for item in facts.items.list {
        let units = u64::try_from(item.units).map_err(|_| Code::AmountInvalid)?;
        items = items.checked_add(units).ok_or(Code::AmountInvalid)?;
        weights.push(units);
    }
    let order = facts.items.order_units.and_then(|units| u64::try_from(units).ok());
    let beside_items = order.map_or(0, |order| order.saturating_sub(items));
    weights.push(beside_items);
    let mut parts = amount.split(&weights).map_err(|_| Code::AmountInvalid)?;
    let rest = parts.pop();
    Ok((parts, rest))
}

fn sum_of(one: Option<Money>, other: Option<Money>) -> Result<Option<Money>, Code> {
    match (one, other) {
        (Some(one), Some(other)) => one.add(other).map(Some).map_err(|_| Code::AmountInvalid),
        (one, other) => Ok(one.or(other)),
    }
}
