//! Markov chains: what would be lost without a channel.

use super::{Credit, Model};
use crate::{Journeys, markov};

/// Shares by removal effect in a chain whose states are the last `order` channels.
pub struct Removal {
    name: &'static str,
    order: usize,
}

/// States are channels.
pub const MARKOV_1: Removal = Removal { name: "markov_1", order: 1 };
/// States are the last two channels.
pub const MARKOV_2: Removal = Removal { name: "markov_2", order: 2 };
/// States are the last three channels.
pub const MARKOV_3: Removal = Removal { name: "markov_3", order: 3 };

impl Model for Removal {
    fn name(&self) -> &'static str {
        self.name
    }

    fn order(&self) -> Option<usize> {
        Some(self.order)
    }

    fn credit(&self, journeys: &Journeys) -> Credit {
        let effects = markov::removal_effects(journeys, self.order);
        Credit {
            conversions: in_proportion(&effects.conversions, crate::journeys::count(journeys.conversions())),
            value: in_proportion(&effects.value, journeys.value()),
        }
    }
}

/// `all` in proportion to the effects; nothing where nothing had an effect.
fn in_proportion(effects: &[f64], all: f64) -> Vec<f64> {
    let sum: f64 = effects.iter().sum();
    effects.iter().map(|effect| if sum > 0.0 { effect / sum * all } else { 0.0 }).collect()
}
