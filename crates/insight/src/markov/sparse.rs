//! Elimination while most states have few steps.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{Effects, Ends, chain::Chain, dense::Dense};

/// A chain from which states are taken out.
#[derive(Clone)]
pub(super) struct Sparse {
    /// For each state its channels, ascending.
    channels: Vec<Vec<u32>>,
    /// For each state its steps to others, ascending by place.
    rows: Vec<Vec<(u32, f64)>>,
    /// For each state who may step to it: every one that does, ascending or not, and perhaps some that did before.
    from: Vec<Vec<u32>>,
    ends: Vec<Ends>,
    start: Vec<(u32, f64)>,
    start_ends: Ends,
}

/// Below so many states a table of all steps is faster.
const DENSE_STATES: usize = 96;
/// Or when one in so many of all possible steps is there.
const DENSE_STEPS: usize = 8;
/// No table of more states than this, or it would take more than 2 GiB.
const TABLE_STATES_MAX: usize = 16_384;

impl Sparse {
    pub fn new(chain: Chain) -> Self {
        let Chain { channels, rows, ends, start } = chain;
        let mut from = vec![Vec::new(); rows.len()];
        for (state, row) in (0_u32..).zip(&rows) {
            row.iter().for_each(|(to, _)| from[*to as usize].push(state));
        }
        Self { channels, rows, from, ends, start, start_ends: Ends::default() }
    }

    /// Notes the effect of each of the channels `wanted`.
    pub fn effects(self, wanted: &[u32], effects: &mut Effects) {
        let states = self.rows.len();
        let steps: usize = self.rows.iter().map(Vec::len).sum();
        let crowded = states <= DENSE_STATES || steps.saturating_mul(DENSE_STEPS) >= states * states;
        if crowded && states <= TABLE_STATES_MAX {
            let Self { channels, rows, ends, start, start_ends, .. } = self;
            return Dense::new(channels, &rows, ends, &start, start_ends).effects(wanted, effects);
        }
        match wanted {
            [] => {}
            [only] => {
                let after = self.without(&|_| true).start_ends;
                // Nothing but states with this channel is left, so whatever comes to the start's ends now passed it. What was there before
                // is added to no other number on the way: `without` begins with none.
                effects.conversions[*only as usize] = after.conversion;
                effects.value[*only as usize] = after.value;
            }
            _ => {
                let (first, second) = wanted.split_at(wanted.len() / 2);
                for half in [first, second] {
                    let mut rest = self.clone();
                    rest = rest.without(&|channels| {
                        !channels.iter().any(|channel| half.binary_search(channel).is_ok())
                    });
                    rest.effects(half, effects);
                }
            }
        }
    }

    /// Takes out the states whose channels `goes` names. What start steps to the ends through them alone is told by the answer's
    /// `start_ends`; what it was before is left out of it.
    fn without(mut self, goes: &dyn Fn(&[u32]) -> bool) -> Self {
        self.start_ends = Ends::default();
        let going: Vec<bool> = self.channels.iter().map(|channels| goes(channels)).collect();
        // Those with the fewest ways through them first; ties by place, so that every run goes the same way.
        let mut queue: BinaryHeap<Reverse<(usize, u32)>> = (0_u32..)
            .zip(&going)
            .filter(|(_, goes)| **goes)
            .map(|(state, _)| Reverse((self.ways(state), state)))
            .collect();
        let mut gone = vec![false; going.len()];
        while let Some(Reverse((ways, state))) = queue.pop() {
            let now = self.ways(state);
            if now > ways {
                queue.push(Reverse((now, state)));
                continue;
            }
            self.eliminate(state);
            gone[state as usize] = true;
        }
        self.close_up(&gone)
    }

    /// The steps that taking a state out may add.
    fn ways(&self, state: u32) -> usize {
        self.from[state as usize].len() * self.rows[state as usize].len()
    }

    fn eliminate(&mut self, state: u32) {
        let row = std::mem::take(&mut self.rows[state as usize]);
        let from = std::mem::take(&mut self.from[state as usize]);
        let ends = self.ends[state as usize];
        let onward: Vec<(u32, f64)> = row.into_iter().filter(|(to, _)| *to != state).collect();
        let leaves = onward.iter().map(|(_, often)| often).sum::<f64>() + ends.conversion + ends.null;
        // Who enters a state that nothing leaves stays there for ever.
        let scale = if leaves > 0.0 { 1.0 / leaves } else { 0.0 };
        let mut through = from;
        through.sort_unstable();
        through.dedup();
        for before in through.into_iter().filter(|before| *before != state) {
            let place = before as usize;
            let Some(often) = take(&mut self.rows[place], state) else { continue };
            let often = often * scale;
            let row = std::mem::take(&mut self.rows[place]);
            self.rows[place] = merged(&row, &onward, often, |to| self.from[to as usize].push(before));
            self.ends[place].add(often, ends);
        }
        if let Some(often) = take(&mut self.start, state) {
            let often = often * scale;
            self.start = merged(&self.start, &onward, often, |_| {});
            self.start_ends.add(often, ends);
        }
    }

    /// The states that are left, with places of their own.
    fn close_up(self, gone: &[bool]) -> Self {
        let mut place_of = vec![u32::MAX; gone.len()];
        let left = place_of.iter_mut().zip(gone).filter(|(_, gone)| !**gone);
        for ((place, _), new) in left.zip(0_u32..) {
            *place = new;
        }
        let moved = |row: Vec<(u32, f64)>| -> Vec<(u32, f64)> {
            row.into_iter().map(|(to, often)| (place_of[to as usize], often)).collect()
        };
        let stays = |place: &usize| !gone[*place];
        let Self { mut channels, mut rows, mut ends, start, start_ends, .. } = self;
        let kept: Vec<usize> = (0..gone.len()).filter(stays).collect();
        let chain = Chain {
            channels: kept.iter().map(|place| std::mem::take(&mut channels[*place])).collect(),
            rows: kept.iter().map(|place| moved(std::mem::take(&mut rows[*place]))).collect(),
            ends: kept.iter().map(|place| std::mem::take(&mut ends[*place])).collect(),
            start: moved(start),
        };
        Self { start_ends, ..Self::new(chain) }
    }
}

/// Takes the step to `state` out of a row.
fn take(row: &mut Vec<(u32, f64)>, state: u32) -> Option<f64> {
    let place = row.binary_search_by_key(&state, |(to, _)| *to).ok()?;
    Some(row.remove(place).1)
}

/// `row` and `often` times `other`; `new` is told which steps `row` had not.
fn merged(row: &[(u32, f64)], other: &[(u32, f64)], often: f64, mut new: impl FnMut(u32)) -> Vec<(u32, f64)> {
    let mut sum = Vec::with_capacity(row.len() + other.len());
    let (mut mine, mut theirs) = (row.iter().peekable(), other.iter().peekable());
    loop {
        match (mine.peek(), theirs.peek()) {
            (Some((to, share)), Some((other, more))) if to == other => {
                sum.push((*to, share + often * more));
                mine.next();
                theirs.next();
            }
            (Some((to, share)), Some((other, _))) if to < other => {
                sum.push((*to, *share));
                mine.next();
            }
            (_, Some((other, more))) => {
                sum.push((*other, often * more));
                new(*other);
                theirs.next();
            }
            (Some((to, share)), None) => {
                sum.push((*to, *share));
                mine.next();
            }
            (None, None) => return sum,
        }
    }
}
