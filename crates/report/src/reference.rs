//! The slow engine: facts in memory, one after the other. Whatever is fast must answer the same.

use std::{borrow::Cow, cmp::Reverse, collections::BTreeMap};

use crate::{
    behind::FactPage,
    fact::Fact,
    plan::{Answer, Group, Key, KeyValue, Plan, Read},
    sketch::SketchOf,
};

/// Facts in memory, with the place up to which they were followed.
#[derive(Debug, Default)]
pub struct Memory {
    /// The facts, in the order in which they came.
    pub facts: Vec<Fact>,
    /// The place.
    pub through: i64,
}

impl Memory {
    /// Takes more facts, which follow those that it has.
    pub fn append(&mut self, facts: Vec<Fact>, through: i64) {
        assert!(through >= self.through, "facts come in their order");
        self.facts.extend(facts);
        self.through = through;
    }
}

/// Adds up what the plan asks for.
pub fn answer(facts: &[Fact], plan: &Plan) -> Answer {
    let mut groups: BTreeMap<Vec<KeyValue>, Group> = BTreeMap::new();
    let mut complete_to = model::Timestamp::from_micros(0);
    for fact in told(facts, plan) {
        let fact = &*fact;
        complete_to = complete_to.max(fact.recorded_at);
        let Some(key) = key_of(fact, plan) else { continue };
        let group = groups.entry(key).or_insert_with_key(|key| Group {
            sketches: plan.sketches.iter().map(SketchOf::exact).collect(),
            ..Group::empty(key.clone(), plan)
        });
        for (sketch, of) in group.sketches.iter_mut().zip(&plan.sketches) {
            of.take(sketch, fact);
        }
        for (total, sum) in group.sums.iter_mut().zip(&plan.sums) {
            if sum.counts(fact) {
                *total += i128::from(fact.measure(sum.measure));
            }
        }
    }
    let groups = groups.into_values().collect();
    let facts = u64::try_from(facts.len()).unwrap_or(u64::MAX);
    Answer { groups, complete_to, read: Read { facts, rollup_rows: 0 } }
}

/// The facts behind what the plan adds up, newest first.
pub fn behind(facts: &[Fact], plan: &Plan, page: FactPage) -> Vec<Fact> {
    let counts = |fact: &Cow<'_, Fact>| {
        page.after.is_none_or(|place| fact.recorded_at <= place.recorded_at)
            && key_of(fact, plan).is_some()
            && (plan.sums.is_empty()
                || plan.sums.iter().any(|sum| sum.counts(fact) && fact.measure(sum.measure) != 0))
    };
    let mut found: Vec<Cow<'_, Fact>> = told(facts, plan).filter(counts).collect();
    found.sort_by_cached_key(|fact| {
        let ids = (fact.touch_id, fact.conversion_id);
        (Reverse(fact.recorded_at), fact.kind, ids, fact.dimensions.clone(), fact.measures)
    });
    let seen = page.after.map_or(0, |place| place.seen);
    found.into_iter().skip(seen).take(page.take).map(Cow::into_owned).collect()
}

/// The facts of the network, each with the manager of its publisher.
fn told<'a>(facts: &'a [Fact], plan: &'a Plan) -> impl Iterator<Item = Cow<'a, Fact>> {
    facts.iter().filter(|fact| fact.network_id == plan.network_id).map(|fact| {
        let mut fact = Cow::Borrowed(fact);
        if !plan.serving.is_empty() {
            plan.serving.say(fact.to_mut());
        }
        fact
    })
}

/// The group of a fact; none when it does not count.
fn key_of(fact: &Fact, plan: &Plan) -> Option<Vec<KeyValue>> {
    let moment = fact.moment(plan.basis)?;
    let booked = plan.as_of.is_none_or(|as_of| fact.recorded_at < as_of);
    if !booked || moment < plan.from || moment >= plan.to {
        return None;
    }
    if !plan.walls.keeps(fact) || !plan.filter.keeps(fact) {
        return None;
    }
    let part = |key: &Key| match key {
        Key::Dimension(dimension) => Some(KeyValue::Text(fact.dimensions[dimension.index()].clone())),
        Key::Period(beginnings) => {
            let after = beginnings.partition_point(|beginning| *beginning <= moment);
            after.checked_sub(1).and_then(|place| u32::try_from(place).ok()).map(KeyValue::Period)
        }
    };
    plan.keys.iter().map(part).collect()
}
