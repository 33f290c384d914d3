//! What is taken back of each line of a conversion, decision after decision.
//!
//! A share of an order is that share of every line. Only where rules share the items of the order out ([`engine::RuleItems`]) does it
//! matter which pieces come back: they are taken of the lines that they earned, and a line that none of them earned keeps what it has.
//! [`PartShares`] says how pieces and shares go together.

use commission::PartShares;
use engine::{Decision, RuleItems};
use model::{Money, Share, TouchId, conversion::CommissionLine};
use store::{Error, conversions::Conversion};

use super::{
    ChangeError, ChangeReceipt, ItemPart, ItemsError,
    items::{self, Taken},
};

/// What was taken back of a conversion so far.
#[derive(Debug, Clone)]
pub struct Course {
    reversed: Share,
    taken: Taken,
    touches: Vec<TouchParts>,
}

/// What was taken back of what the rules for one touch were applied to.
#[derive(Debug, Clone)]
struct TouchParts {
    touch_id: TouchId,
    rules: Vec<String>,
    /// The part that each item belongs to. After those of the rules there is one for items that no rule pays.
    part_of_item: Vec<usize>,
    shares: PartShares,
}

impl TouchParts {
    fn new(touch_id: TouchId, rules: &[&RuleItems], values: &[u128]) -> Self {
        let mut part_of_item = vec![rules.len(); values.len()];
        for (part, rule) in rules.iter().enumerate() {
            for item in &rule.items {
                if let Some(of) = usize::try_from(*item).ok().and_then(|item| part_of_item.get_mut(item)) {
                    *of = part;
                }
            }
        }
        let rules: Vec<String> = rules.iter().map(|rule| rule.rule.clone()).collect();
        let mut parts = Self { touch_id, rules, part_of_item, shares: PartShares::new(Vec::new()) };
        parts.shares = PartShares::new(parts.by_part(values));
        parts
    }

    fn by_part(&self, of_items: &[u128]) -> Vec<u128> {
        let mut sums = vec![0; self.rules.len() + 1];
        for (value, part) in of_items.iter().zip(&self.part_of_item) {
            sums[*part] += value;
        }
        sums
    }
}

impl Course {
    /// Nothing is taken back of what was first decided so.
    pub fn new(conversion: &Conversion, first: &Decision) -> Self {
        let mut touches: Vec<TouchParts> = Vec::new();
        let values =
            if first.items.is_empty() { Err(ItemsError::NoItems) } else { items::values(conversion) };
        if let Ok(values) = values {
            for one in &first.items {
                if touches.iter().any(|parts| parts.touch_id == one.touch_id) {
                    continue;
                }
                let rules: Vec<&RuleItems> =
                    first.items.iter().filter(|rule| rule.touch_id == one.touch_id).collect();
                touches.push(TouchParts::new(one.touch_id, &rules, &values));
            }
        }
        Self { reversed: Share::NONE, taken: Taken::default(), touches }
    }

    /// Which share of the order these pieces are.
    ///
    /// # Errors
    /// Every [`ItemsError`].
    pub fn share_of(&self, conversion: &Conversion, parts: &[ItemPart]) -> Result<Share, ItemsError> {
        items::take(conversion, parts, &mut self.taken.clone())?.share()
    }

    /// Goes on to what a decision leaves.
    ///
    /// # Errors
    /// Every [`ItemsError`]; shares that are too fine.
    pub fn follow(&mut self, conversion: &Conversion, receipt: &ChangeReceipt) -> Result<(), ChangeError> {
        self.go_to(conversion, receipt.reversed_after, &receipt.items)
    }

    /// Goes on to where `after` of the order is taken back, by these pieces when there are any.
    ///
    /// # Errors
    /// Every [`ItemsError`]; shares that are too fine.
    pub(super) fn go_to(
        &mut self,
        conversion: &Conversion,
        after: Share,
        parts: &[ItemPart],
    ) -> Result<(), ChangeError> {
        let before = std::mem::replace(&mut self.reversed, after);
        if after.numerator() == 0 {
            self.taken.clear();
            self.touches.iter_mut().for_each(|touch| touch.shares.give_back());
            return Ok(());
        }
        let worth = match parts {
            [] => None,
            parts => Some(items::take(conversion, parts, &mut self.taken)?),
        };
        if after == before || after.is_whole() {
            return Ok(());
        }
        for touch in &mut self.touches {
            let gone_on = match &worth {
                Some(worth) => {
                    let pieces = touch.by_part(&worth.of_items);
                    touch.shares.take_pieces(&pieces)
                }
                None => of_rest(before, after).and_then(|fraction| touch.shares.take_of_rest(fraction)),
            };
            gone_on.ok_or_else(|| ChangeError::Amount("the shares are too fine to be added".to_owned()))?;
        }
        Ok(())
    }

    /// What is taken back of each of these lines now: commission and fee.
    ///
    /// # Errors
    /// Amounts that do not fit.
    pub fn taken_back(&self, lines: &[CommissionLine]) -> Result<Vec<(Money, Money)>, ChangeError> {
        let taken_back = |line: &CommissionLine| {
            commission::cumulative(line, self.share_of_line(line))
                .map_err(|error| ChangeError::Store(Error::Damaged(error.to_string())))
        };
        lines.iter().map(taken_back).collect()
    }

    fn share_of_line(&self, line: &CommissionLine) -> Share {
        let touch = self.touches.iter().find(|touch| touch.touch_id == line.touch_id);
        let part = touch
            .and_then(|touch| Some(touch.shares.of(touch.rules.iter().position(|rule| *rule == line.rule)?)));
        // At the end everything is taken back, also what was worth nothing.
        part.filter(|_| !self.reversed.is_whole()).unwrap_or(self.reversed)
    }
}

/// Which fraction of what was left before is taken on the way from one share to another.
fn of_rest(before: Share, after: Share) -> Option<Share> {
    let (left, rest) = (before.rest()?, after.rest()?);
    rest.over(left)?.rest()
}
