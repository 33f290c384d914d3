//! Elimination in a table, when there are few states or most lead to most.

use super::{Effects, Ends};

/// A table of all steps; row after row.
#[derive(Clone)]
pub(super) struct Dense {
    channels: Vec<Vec<u32>>,
    steps: Vec<f64>,
    ends: Vec<Ends>,
    start: Vec<f64>,
    start_ends: Ends,
}

impl Dense {
    /// A table of these rows.
    pub fn new(
        channels: Vec<Vec<u32>>,
        rows: &[Vec<(u32, f64)>],
        ends: Vec<Ends>,
        start: &[(u32, f64)],
        start_ends: Ends,
    ) -> Self {
        let states = rows.len();
        let mut steps = vec![0.0; states * states];
        for (row, found) in steps.chunks_exact_mut(states.max(1)).zip(rows) {
            found.iter().for_each(|(to, often)| row[*to as usize] = *often);
        }
        let mut from_start = vec![0.0; states];
        start.iter().for_each(|(to, often)| from_start[*to as usize] = *often);
        Self { channels, steps, ends, start: from_start, start_ends }
    }

    /// Notes the effect of each of the channels `wanted`.
    pub fn effects(self, wanted: &[u32], effects: &mut Effects) {
        match wanted {
            [] => {}
            [only] => {
                let kept = self.only(&|_| false);
                effects.conversions[*only as usize] = kept.start_ends.conversion;
                effects.value[*only as usize] = kept.start_ends.value;
            }
            _ => {
                let (first, second) = wanted.split_at(wanted.len() / 2);
                for half in [first, second] {
                    let has =
                        |channels: &[u32]| channels.iter().any(|channel| half.binary_search(channel).is_ok());
                    self.only(&has).effects(half, effects);
                }
            }
        }
    }

    /// The table of the states that `stays` names, the others eliminated. `start_ends` tells what start steps to the ends through these
    /// alone; what it was before is left out of it.
    fn only(&self, stays: &dyn Fn(&[u32]) -> bool) -> Self {
        let all = self.channels.len();
        let (mut order, going): (Vec<usize>, Vec<usize>) =
            (0..all).partition(|place| stays(&self.channels[*place]));
        let left = order.len();
        order.extend(going);
        let mut steps = Vec::with_capacity(all * all);
        for from in &order {
            let row = &self.steps[from * all..(from + 1) * all];
            steps.extend(order.iter().map(|to| row[*to]));
        }
        let mut ends: Vec<Ends> = order.iter().map(|place| self.ends[*place]).collect();
        let mut start: Vec<f64> = order.iter().map(|place| self.start[*place]).collect();
        let mut start_ends = Ends::default();
        for state in (left..all).rev() {
            let (before, rest) = steps.split_at_mut(state * all);
            let (onward, end) = (&rest[..state], ends[state]);
            let leaves = onward.iter().sum::<f64>() + end.conversion + end.null;
            // Who enters a state that nothing leaves stays there for ever.
            let scale = if leaves > 0.0 { 1.0 / leaves } else { 0.0 };
            for (place, row) in before.chunks_exact_mut(all).enumerate() {
                let often = row[state] * scale;
                if often > 0.0 {
                    row[..state].iter_mut().zip(onward).for_each(|(step, more)| *step += often * more);
                    ends[place].add(often, end);
                }
            }
            let often = start[state] * scale;
            if often > 0.0 {
                start[..state].iter_mut().zip(onward).for_each(|(step, more)| *step += often * more);
                start_ends.add(often, end);
            }
        }
        let steps =
            steps.chunks_exact(all.max(1)).take(left).flat_map(|row| row[..left].iter().copied()).collect();
        ends.truncate(left);
        start.truncate(left);
        order.truncate(left);
        let channels = order.iter().map(|place| self.channels[*place].clone()).collect();
        Self { channels, steps, ends, start, start_ends }
    }
}
