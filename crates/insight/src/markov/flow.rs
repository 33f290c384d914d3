//! Removal effects of chains with many states, by following journeys step by step until hardly any is left.
//!
//! What a journey at a state is worth, conversions and value, is the same for every channel and found once. For a channel, journeys are followed
//! from start through the states without it; whatever enters a state with it is what would be lost, at what that state is worth. As with
//! elimination only positive numbers are added and multiplied, and nothing is subtracted. It ends when the share of journeys that still go
//! is below [`LEFT`]: all that could follow is less than the last digit of the rarest journey that can be counted, one in 2^53.
//!
//! A round costs as many operations as the chain has steps, and journeys end soon; elimination costs the third power of the states. Where
//! journeys are so long, or the steps so many, that this is more work, elimination does it. Both are functions of the chain alone.

use super::{Effects, chain::Chain};
use crate::journeys::{count, places};

/// The share of journeys that is given up.
const LEFT: f64 = 1e-30;
/// Below so many states elimination takes no time.
const STATES_MIN: usize = 96;
/// So many rounds are never needed by journeys of people.
const ROUNDS_MAX: u64 = 50_000;

/// The steps of a chain in one piece.
struct Steps {
    /// Where the steps of each state begin, and where the last ones end.
    begins: Vec<usize>,
    /// Where they lead.
    to: Vec<u32>,
    /// How likely.
    often: Vec<f64>,
}

impl Steps {
    fn of(chain: &Chain) -> Self {
        let mut steps = Self { begins: vec![0], to: Vec::new(), often: Vec::new() };
        for row in &chain.rows {
            steps.to.extend(row.iter().map(|(to, _)| *to));
            steps.often.extend(row.iter().map(|(_, often)| *often));
            steps.begins.push(steps.to.len());
        }
        steps
    }

    fn from(&self, state: usize) -> impl Iterator<Item = (usize, f64)> {
        let own = self.begins[state]..self.begins[state + 1];
        let to = self.to[own.clone()].iter().map(|to| *to as usize);
        to.zip(self.often[own].iter().copied())
    }
}

/// What a journey is worth that is at a state: conversions and value.
type Worth = (f64, f64);

/// Notes the effect of each channel; false, and nothing noted, where elimination is less work.
pub(super) fn effects(chain: &Chain, effects: &mut Effects) -> bool {
    let states = chain.rows.len();
    if states <= STATES_MIN {
        return false;
    }
    let steps = Steps::of(chain);
    let work = |rounds: u64, times: usize| count(rounds) * places(steps.to.len() + states) * places(times);
    let elimination = places(states).powi(3);
    let rounds_max = (1..=ROUNDS_MAX).rev().step_by(64).find(|rounds| work(*rounds, 1) <= elimination);
    let Some((worth, rounds)) = rounds_max.and_then(|most| worth_of(chain, &steps, most)) else {
        return false;
    };
    if work(rounds, effects.conversions.len()) > elimination {
        return false;
    }
    let none = || vec![0.0; states];
    let mut follow = Follow { going: none(), next: none(), came: none(), has: vec![false; states] };
    for channel in 0..effects.conversions.len() {
        let (conversions, value) = follow.lost(chain, &steps, &worth, channel);
        effects.conversions[channel] = conversions;
        effects.value[channel] = value;
    }
    true
}

/// What each state is worth, and after how many rounds it was known; none when more are needed than `most`.
fn worth_of(chain: &Chain, steps: &Steps, most: u64) -> Option<(Vec<Worth>, u64)> {
    let states = chain.rows.len();
    let mut worth: Vec<Worth> = vec![(0.0, 0.0); states];
    // The share of journeys from each state that goes on for so many rounds.
    let (mut left, mut next) = (vec![1.0_f64; states], vec![0.0_f64; states]);
    for round in 1..=most {
        let mut longest = 0.0_f64;
        // In place: what is known better already is used at once, and nothing is known too well, for all grows towards the truth.
        for state in (0..states).rev() {
            let ends = chain.ends[state];
            let (mut conversions, mut value, mut goes) = (ends.conversion, ends.value, 0.0);
            for (to, often) in steps.from(state) {
                conversions += often * worth[to].0;
                value += often * worth[to].1;
                goes += often * left[to];
            }
            worth[state] = (conversions, value);
            next[state] = goes;
            longest = longest.max(goes);
        }
        std::mem::swap(&mut left, &mut next);
        if longest <= LEFT {
            return Some((worth, round));
        }
    }
    None
}

/// Journeys on their way.
struct Follow {
    /// The share of journeys at each state.
    going: Vec<f64>,
    /// The same after the next step.
    next: Vec<f64>,
    /// The share that has come to each state with the channel. Summed up by state, not all in one: so small shares are not added to a large sum.
    came: Vec<f64>,
    /// Which states have the channel.
    has: Vec<bool>,
}

impl Follow {
    /// What is lost without a channel.
    fn lost(&mut self, chain: &Chain, steps: &Steps, worth: &[Worth], channel: usize) -> Worth {
        let named = |channels: &[u32]| channels.iter().any(|one| *one as usize == channel);
        self.has.iter_mut().zip(&chain.channels).for_each(|(has, channels)| *has = named(channels));
        self.came.fill(0.0);
        self.next.fill(0.0);
        chain.start.iter().for_each(|(state, often)| self.next[*state as usize] += often);
        loop {
            std::mem::swap(&mut self.going, &mut self.next);
            self.next.fill(0.0);
            let mut left = 0.0;
            for (state, share) in self.going.iter().copied().enumerate().filter(|(_, share)| *share > 0.0) {
                if self.has[state] {
                    self.came[state] += share;
                    continue;
                }
                left += share;
                steps.from(state).for_each(|(to, often)| self.next[to] += share * often);
            }
            // What goes on here goes on in the whole chain too, so the rounds are as few.
            if left <= LEFT {
                break;
            }
        }
        let worth = self.came.iter().zip(worth);
        worth.fold((0.0, 0.0), |(conversions, value), (came, (converts, brings))| {
            (conversions + came * converts, value + came * brings)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Journeys, JourneysBuilder, markov::sparse::Sparse};

    /// Paths of up to `touches` over `channels`, of which the first are far more frequent than the last.
    fn journeys(paths: u64, touches: u64, channels: u64) -> Journeys {
        let mut last = 1_u64;
        let mut below = |end: u64| {
            last = last.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (last >> 33) % end
        };
        let mut builder = JourneysBuilder::default();
        for _ in 0..paths {
            let path: Vec<String> = (0..=below(touches))
                .map(|_| {
                    let most = 1 + below(channels);
                    format!("channel {}", below(most))
                })
                .collect();
            let conversions = u64::from(below(4) == 0);
            let value = count(conversions * below(100));
            builder.add(path.iter().map(String::as_str), conversions, value, 1 - conversions).unwrap();
        }
        builder.finish()
    }

    #[test]
    fn following_gives_what_eliminating_gives() {
        let journeys = journeys(500, 6, 24);
        let channels = journeys.channels().len();
        for order in [2, 3] {
            let chain = Chain::of(&journeys, order).unwrap();
            assert!(chain.rows.len() > STATES_MIN, "{} states", chain.rows.len());
            let none = || Effects { conversions: vec![0.0; channels], value: vec![0.0; channels] };
            let (mut followed, mut eliminated) = (none(), none());
            assert!(effects(&chain, &mut followed), "it is less work");
            let all: Vec<u32> = (0..).take(channels).collect();
            Sparse::new(chain).effects(&all, &mut eliminated);
            let pairs = followed.conversions.iter().zip(&eliminated.conversions);
            for (one, other) in pairs.chain(followed.value.iter().zip(&eliminated.value)) {
                assert!((one - other).abs() <= 1e-12 * other, "order {order}: {one:e} and {other:e}");
            }
        }
    }

    #[test]
    fn long_journeys_are_left_to_elimination() {
        let mut builder = JourneysBuilder::default();
        let names: Vec<String> = (0..120).map(|number| format!("channel {number:03}")).collect();
        // Eighty times round: that takes more rounds than a table of so few states is worth.
        let path = || names.iter().map(String::as_str).cycle().take(9_600);
        builder.add(path(), 3, 9.0, 1).unwrap();
        let journeys = builder.finish();
        let chain = Chain::of(&journeys, 1).unwrap();
        let mut none = Effects { conversions: vec![0.0; 120], value: vec![0.0; 120] };
        assert!(!effects(&chain, &mut none) && none.conversions.iter().all(|effect| *effect == 0.0));
        // Nobody comes round without each of them.
        let effects = crate::markov::removal_effects(&journeys, 1);
        assert!(
            effects.conversions.iter().all(|effect| (effect - 0.75).abs() < 1e-12),
            "{:?}",
            effects.conversions
        );
    }
}
