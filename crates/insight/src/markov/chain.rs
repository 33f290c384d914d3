//! The chain that a set of journeys makes.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

use super::Ends;
use crate::{
    Journeys,
    journeys::{CHANNELS_MAX, count},
};

/// Bits of a state for each of its channels; zero is none.
const BITS: u32 = 21;
const _: () = assert!(CHANNELS_MAX < (1 << BITS) - 1);

/// A state as one number: its channels plus one, the first in the highest place; shorter states have zeros in front.
type Key = u64;
const START: Key = 0;

/// Where a step leads, or comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// The begin of a journey.
    Start,
    /// These channels last.
    State(Vec<u32>),
    /// A conversion.
    Conversion,
    /// The end without one.
    Null,
}

/// A row of states and their steps.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// The channels of each state, each once, ascending.
    pub channels: Vec<Vec<u32>>,
    /// For each state the probabilities of its steps to others, ascending by place.
    pub rows: Vec<Vec<(u32, f64)>>,
    /// And to the ends.
    pub ends: Vec<Ends>,
    /// The steps from start.
    pub start: Vec<(u32, f64)>,
}

/// How often a step was taken.
#[derive(Clone, PartialEq, Debug)]
pub struct Transition {
    /// From here.
    pub from: Step,
    /// To there.
    pub to: Step,
    /// By so many journeys.
    pub journeys: u64,
    /// Of all that were here.
    pub share: f64,
}

/// The states of a path, equal neighbours once.
fn states(touches: &[u32], order: usize, states: &mut Vec<Key>) {
    states.clear();
    let mask: Key = (1 << (BITS as usize * order)) - 1;
    let mut key = START;
    for (place, channel) in touches.iter().enumerate() {
        key = (key << BITS | Key::from(channel + 1)) & mask;
        let whole = place + 1 >= order.min(touches.len());
        if whole && states.last() != Some(&key) {
            states.push(key);
        }
    }
}

/// The channels of a state in their order.
fn channels_of(key: Key) -> Vec<u32> {
    let part = |place: u32| u32::try_from(key >> (BITS * place) & ((1 << BITS) - 1)).unwrap_or(0);
    (0..3).rev().map(part).filter(|channel| *channel > 0).map(|channel| channel - 1).collect()
}

/// All steps from one state to another as often as they were taken, and all ends by their last state.
struct Counted {
    /// From, to, journeys; ascending, each pair once, [`START`] first.
    steps: Vec<(Key, Key, u64)>,
    /// Last state, conversions, journeys without, value; ascending, each once.
    ends: Vec<(Key, u64, u64, f64)>,
}

fn counted(journeys: &Journeys, order: usize) -> Counted {
    let mut seen = Seen::default();
    let mut pairs: HashMap<u64, u64, Spread> = HashMap::default();
    let mut path_states = Vec::new();
    for path in journeys.paths() {
        let often = path.conversions + path.nulls;
        if often == 0 {
            continue;
        }
        states(&path.touches, order, &mut path_states);
        let mut from = seen.place(START);
        for to in &path_states {
            let to = seen.place(*to);
            *pairs.entry(u64::from(from) << 32 | u64::from(to)).or_default() += often;
            from = to;
        }
        // Values of one state are added in the order of the paths.
        let end = &mut seen.ends[from as usize];
        *end = (end.0 + path.conversions, end.1 + path.nulls, end.2 + path.value);
    }
    let Seen { keys, ends, .. } = seen;
    let key = |place: u64| keys[usize::try_from(place).unwrap_or(usize::MAX)];
    let steps =
        pairs.into_iter().map(|(pair, often)| (key(pair >> 32), key(pair & u64::from(u32::MAX)), often));
    let mut steps: Vec<(Key, Key, u64)> = steps.collect();
    steps.sort_unstable();
    let ends =
        keys.iter().zip(ends).map(|(key, (conversions, nulls, value))| (*key, conversions, nulls, value));
    let mut ends: Vec<(Key, u64, u64, f64)> = ends.filter(|end| end.1 + end.2 > 0).collect();
    ends.sort_unstable_by_key(|end| end.0);
    Counted { steps, ends }
}

/// States in the order in which they are seen, with the journeys that ended there: conversions, journeys without, value.
#[derive(Default)]
struct Seen {
    places: HashMap<Key, u32, Spread>,
    keys: Vec<Key>,
    ends: Vec<(u64, u64, f64)>,
}

impl Seen {
    fn place(&mut self, key: Key) -> u32 {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.keys.push(key);
            self.ends.push((0, 0, 0.0));
        }
        place
    }
}

/// Spreads numbers over a table. They are made here and are places, so nobody can choose them to meet.
type Spread = BuildHasherDefault<Spreading>;

#[derive(Default)]
struct Spreading(u64);

impl Hasher for Spreading {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Chain {
    /// The chain of these journeys; none without any journey.
    pub fn of(journeys: &Journeys, order: usize) -> Option<Self> {
        let Counted { steps, ends } = counted(journeys, order);
        let mut keys: Vec<Key> = steps.iter().map(|step| step.1).collect();
        keys.sort_unstable();
        keys.dedup();
        let place = |key: Key| keys.binary_search(&key).ok().and_then(|place| u32::try_from(place).ok());
        let mut left = vec![0_u64; keys.len()];
        let mut chain = Self {
            channels: keys.iter().map(|key| sorted(channels_of(*key))).collect(),
            rows: vec![Vec::new(); keys.len()],
            ends: vec![Ends::default(); keys.len()],
            start: Vec::new(),
        };
        let began: u64 = steps.iter().take_while(|step| step.0 == START).map(|step| step.2).sum();
        for (from, _, journeys) in steps.iter().filter(|step| step.0 != START) {
            left[place(*from)? as usize] += journeys;
        }
        for (key, conversions, nulls, _) in &ends {
            left[place(*key)? as usize] += conversions + nulls;
        }
        for (from, to, journeys) in steps {
            let to = place(to)?;
            if from == START {
                chain.start.push((to, count(journeys) / count(began)));
            } else {
                let from = place(from)? as usize;
                chain.rows[from].push((to, count(journeys) / count(left[from])));
            }
        }
        for (key, conversions, nulls, value) in ends {
            let state = place(key)? as usize;
            let all = count(left[state]);
            chain.ends[state] =
                Ends { conversion: count(conversions) / all, null: count(nulls) / all, value: value / all };
        }
        (began > 0).then_some(chain)
    }
}

fn sorted(mut channels: Vec<u32>) -> Vec<u32> {
    channels.sort_unstable();
    channels.dedup();
    channels
}

/// How many states there are.
pub(super) fn states_of(journeys: &Journeys, order: usize) -> usize {
    let mut keys: HashSet<Key, Spread> = HashSet::default();
    let mut path_states = Vec::new();
    for path in journeys.paths().iter().filter(|path| path.conversions + path.nulls > 0) {
        states(&path.touches, order, &mut path_states);
        keys.extend(&path_states);
    }
    keys.len()
}

/// All steps of the chain with how often they were taken: from start first, then by the channels of the state.
pub fn transitions(journeys: &Journeys, order: usize) -> Vec<Transition> {
    let order = order.clamp(1, super::ORDER_MAX);
    let Counted { steps, ends } = counted(journeys, order);
    let step = |key: Key| if key == START { Step::Start } else { Step::State(channels_of(key)) };
    let converted = ends.iter().map(|end| (end.0, Step::Conversion, end.1));
    let lost = ends.iter().map(|end| (end.0, Step::Null, end.2));
    let between = steps.iter().map(|(from, to, journeys)| (*from, step(*to), *journeys));
    let mut all: Vec<_> = between.chain(converted).chain(lost).filter(|found| found.2 > 0).collect();
    all.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let mut found = Vec::with_capacity(all.len());
    for group in all.chunk_by(|a, b| a.0 == b.0) {
        let left: u64 = group.iter().map(|(_, _, journeys)| journeys).sum();
        found.extend(group.iter().map(|(from, to, journeys)| Transition {
            from: step(*from),
            to: to.clone(),
            journeys: *journeys,
            share: count(*journeys) / count(left),
        }));
    }
    found
}
