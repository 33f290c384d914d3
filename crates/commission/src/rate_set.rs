//! The rates of one action, and which of them holds.
//!
//! Of the rules that hold for the same thing one is applied. The published order: a dated promotion before an exception
//! for items before every other rule; then the one with more conditions; then the promotion that began later; then the one
//! that pays more here; then the one that is listed first.
//!
//! An agreement may have ten thousand rules, for each article its own. So each rule is filed under the values of one of
//! its conditions, the one whose values the fewest other rules name, and a conversion looks only where its own values
//! lead. Rules without such a condition are looked at every time, as are all of an action that has only a few. What is
//! found under one value stands best first, so looking ends with the first that holds and its equals.

use std::collections::{BTreeMap, HashMap};

use model::{Money, contract::CustomerKind};

use crate::{
    conditions::{CompiledConditions, Words, folded},
    contract::CompiledRate,
    facts::{OrderItem, RateFacts},
};

/// Up to this many rules it is faster to look at all of them than to look up any value.
const FEW: usize = 8;

/// Places of rules, the best first.
type Places = Vec<u32>;
type Filed = HashMap<String, Places>;

/// The rates of one action.
#[derive(Debug, Default)]
pub(crate) struct RateSet {
    /// The best ranked first, among equals the first listed.
    rates: Vec<CompiledRate>,
    /// Rules for whole orders.
    whole: Index,
    /// Exceptions for items.
    of_items: Index,
    needs_items: bool,
    needs_coupon: bool,
    needs_of_touch: TouchNeeds,
}

/// What the rates of an action ask of the touch that earns.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TouchNeeds {
    /// The country.
    pub country: bool,
    /// The device.
    pub device: bool,
    /// These of `sub1` to `sub10` and `source`.
    pub subs: Vec<String>,
}

impl TouchNeeds {
    fn of(rates: &[CompiledRate]) -> Self {
        let any = |asks: fn(&CompiledConditions) -> bool| rates.iter().any(|rate| asks(&rate.conditions));
        let mut subs: Vec<String> =
            rates.iter().flat_map(|rate| rate.conditions.subs.keys().cloned()).collect();
        subs.sort_unstable();
        subs.dedup();
        Self {
            country: any(|asks| asks.countries.is_some()),
            device: any(|asks| asks.devices.is_some()),
            subs,
        }
    }

    /// True when they ask nothing.
    pub const fn is_nothing(&self) -> bool {
        !self.country && !self.device && self.subs.is_empty()
    }
}

/// What a rule would pay here; nothing when that cannot be calculated.
pub(crate) type Price<'p> = &'p dyn Fn(&CompiledRate) -> Option<Money>;

impl RateSet {
    pub(crate) fn new(mut rates: Vec<CompiledRate>) -> Self {
        rates.sort_by_key(|rate| std::cmp::Reverse(rate.rank));
        let (mut whole, mut of_items) = (Places::new(), Places::new());
        for (place, rate) in (0_u32..).zip(&rates) {
            if rate.conditions.is_of_items() { &mut of_items } else { &mut whole }.push(place);
        }
        Self {
            whole: Index::new(&rates, &whole),
            needs_items: !of_items.is_empty() || rates.iter().any(|rate| rate.kind.needs_pieces()),
            needs_coupon: rates.iter().any(|rate| rate.conditions.coupons.is_some()),
            needs_of_touch: TouchNeeds::of(&rates),
            of_items: Index::new(&rates, &of_items),
            rates,
        }
    }

    pub(crate) fn rates(&self) -> &[CompiledRate] {
        &self.rates
    }

    /// The rate at a place that a search has found.
    pub(crate) fn rate(&self, place: u32) -> &CompiledRate {
        &self.rates[place as usize]
    }

    /// Whether some rate looks at the items of an order.
    pub(crate) const fn needs_items(&self) -> bool {
        self.needs_items
    }

    /// What the rates ask of the touch that earns.
    pub(crate) const fn needs_of_touch(&self) -> &TouchNeeds {
        &self.needs_of_touch
    }

    /// Whether there are exceptions for items.
    pub(crate) fn has_exceptions(&self) -> bool {
        !self.of_items.is_empty()
    }

    /// The coupon of the facts as it is compared, when any rule asks for one.
    pub(crate) fn coupon(&self, facts: &RateFacts<'_>) -> Option<String> {
        facts.coupon.filter(|_| self.needs_coupon).map(folded)
    }

    /// The place of the rule for the order as a whole.
    pub(crate) fn of_order(
        &self,
        facts: &RateFacts<'_>,
        coupon: Option<&str>,
        price: Price<'_>,
    ) -> Option<u32> {
        let mut search = Search { rates: &self.rates, price, best: None };
        let holds = |rate: &CompiledRate| rate.conditions.hold(facts, coupon);
        self.whole.each_list(facts, coupon, None, &mut |list| search.look(list, &holds));
        search.best
    }

    /// The place of the rule for one item: the best of its exceptions, if it stands before the order's rule.
    pub(crate) fn of_item(
        &self,
        facts: &RateFacts<'_>,
        coupon: Option<&str>,
        item: &OrderItem<'_>,
        of_order: Option<u32>,
        price: Price<'_>,
    ) -> Option<u32> {
        let mut search = Search { rates: &self.rates, price, best: of_order };
        let holds =
            |rate: &CompiledRate| rate.conditions.hold_of(item) && rate.conditions.hold(facts, coupon);
        self.of_items.each_list(facts, coupon, Some(item), &mut |list| search.look(list, &holds));
        search.best
    }
}

/// A search for the best rule over several lists.
struct Search<'s> {
    rates: &'s [CompiledRate],
    price: Price<'s>,
    best: Option<u32>,
}

impl Search<'_> {
    fn rate(&self, place: u32) -> &CompiledRate {
        // Places are made from these rates.
        &self.rates[place as usize]
    }

    fn look(&mut self, list: &[u32], holds: &dyn Fn(&CompiledRate) -> bool) {
        for place in list {
            let rate = self.rate(*place);
            let rank = rate.rank;
            if let Some(best) = self.best
                && self.rate(best).rank > rank
            {
                return;
            }
            if holds(rate) && self.best.is_none_or(|best| self.stands_before(*place, best)) {
                self.best = Some(*place);
            }
        }
    }

    fn stands_before(&self, one: u32, other: u32) -> bool {
        let (ours, theirs) = (self.rate(one), self.rate(other));
        if ours.rank != theirs.rank {
            return ours.rank > theirs.rank;
        }
        // What cannot be calculated here pays nothing here.
        let units = |rate| (self.price)(rate).map(Money::units);
        (units(ours), other) > (units(theirs), one)
    }
}

/// Rules filed by one of their conditions.
#[derive(Debug, Default)]
struct Index {
    always: Places,
    new: Places,
    returning: Places,
    coupons: Filed,
    countries: Filed,
    devices: Filed,
    skus: Filed,
    categories: Filed,
    subs: BTreeMap<String, Filed>,
}

/// A condition that a rule can be filed under.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Under<'a> {
    Sku,
    Category,
    Coupon,
    Sub(&'a str),
    Country,
    Device,
}

/// The conditions that a rule could be filed under, the usually finest first.
fn ways(conditions: &CompiledConditions) -> impl Iterator<Item = (Under<'_>, &Words)> {
    let lists = [
        (Under::Sku, conditions.skus.as_ref()),
        (Under::Category, conditions.categories.as_ref()),
        (Under::Coupon, conditions.coupons.as_ref()),
    ];
    let coarse =
        [(Under::Country, conditions.countries.as_ref()), (Under::Device, conditions.devices.as_ref())];
    let subs = conditions.subs.iter().map(|(name, values)| (Under::Sub(name), Some(values)));
    let all = lists.into_iter().chain(subs).chain(coarse);
    all.filter_map(|(under, values)| values.map(|values| (under, values)))
}

impl Index {
    fn new(rates: &[CompiledRate], places: &[u32]) -> Self {
        let mut index = Self::default();
        if places.len() <= FEW {
            index.always = places.to_vec();
            return index;
        }
        let of = |place: &u32| &rates[*place as usize].conditions;
        let mut named: HashMap<(Under<'_>, &str), u32> = HashMap::new();
        for (under, values) in places.iter().flat_map(|place| ways(of(place))) {
            for value in values {
                *named.entry((under, value)).or_default() += 1;
            }
        }
        for place in places {
            // The most rules that a conversion would find beside this one.
            let crowd = |(under, values): &(Under<'_>, &Words)| {
                values.iter().filter_map(|value| named.get(&(*under, value.as_str()))).max().copied()
            };
            match ways(of(place)).min_by_key(crowd) {
                Some((under, values)) => {
                    let filed = index.filed(under);
                    for value in values {
                        filed.entry(value.clone()).or_default().push(*place);
                    }
                }
                None => match of(place).customer {
                    Some(CustomerKind::New) => index.new.push(*place),
                    Some(CustomerKind::Returning) => index.returning.push(*place),
                    None => index.always.push(*place),
                },
            }
        }
        index
    }

    fn filed(&mut self, under: Under<'_>) -> &mut Filed {
        match under {
            Under::Sku => &mut self.skus,
            Under::Category => &mut self.categories,
            Under::Coupon => &mut self.coupons,
            Under::Sub(name) => self.subs.entry(name.to_owned()).or_default(),
            Under::Country => &mut self.countries,
            Under::Device => &mut self.devices,
        }
    }

    fn is_empty(&self) -> bool {
        let places = [&self.always, &self.new, &self.returning];
        let filed = [&self.coupons, &self.countries, &self.devices, &self.skus, &self.categories];
        places.iter().all(|list| list.is_empty())
            && filed.iter().all(|filed| filed.is_empty())
            && self.subs.is_empty()
    }

    /// Every list in which a rule for this may stand.
    fn each_list(
        &self,
        facts: &RateFacts<'_>,
        coupon: Option<&str>,
        item: Option<&OrderItem<'_>>,
        each: &mut dyn FnMut(&[u32]),
    ) {
        each(&self.always);
        match facts.customer {
            Some(CustomerKind::New) => each(&self.new),
            Some(CustomerKind::Returning) => each(&self.returning),
            None => {}
        }
        for (filed, value) in [
            (&self.skus, item.map(|item| item.sku)),
            (&self.categories, item.and_then(|item| item.category)),
            (&self.coupons, coupon),
            (&self.countries, facts.touch.country),
            (&self.devices, facts.touch.device),
        ] {
            if !filed.is_empty()
                && let Some(list) = value.and_then(|value| filed.get(value))
            {
                each(list);
            }
        }
        for (name, filed) in &self.subs {
            let value = facts.touch.subs.and_then(|subs| subs.get(name));
            if let Some(list) = value.and_then(|value| filed.get(value)) {
                each(list);
            }
        }
    }
}
