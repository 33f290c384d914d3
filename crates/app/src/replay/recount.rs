//! What caps had used, counted again within a replay.
//!
//! A receipt records what each counter held that its decision asked for. The replay keeps how much it has counted more or
//! less than was counted, and shifts what is recorded by that. A counter that a decision did not ask for then (a cap of a
//! draft, say) begins with what the last receipt that knew it left there, or with nothing.

use std::collections::HashMap;

use engine::{Decision, Facts, Receipt, receipt::hex};

/// The counters of a replay, by their keys in hex.
#[derive(Default)]
pub(super) struct Recount {
    /// What the last receipt that knew the counter left there.
    recorded: HashMap<String, i64>,
    /// How much the replay has counted more than was counted.
    shift: HashMap<String, i64>,
}

impl Recount {
    /// What the counter holds for the next decision, whose facts are these.
    pub(super) fn used(&self, facts: &Facts, key: &[u8]) -> i64 {
        let key = hex(key);
        let recorded = facts.caps_used.get(&key).or_else(|| self.recorded.get(&key));
        recorded.copied().unwrap_or(0).saturating_add(self.shift.get(&key).copied().unwrap_or(0))
    }

    /// Takes note of a decision as it was and as it is now.
    pub(super) fn add(&mut self, was: &Receipt, is: &Decision) {
        for (key, used) in &was.facts.caps_used {
            self.recorded.insert(key.clone(), *used);
        }
        for (key, adds) in counts(&was.decision) {
            let recorded = self.recorded.entry(key.to_owned()).or_default();
            *recorded = recorded.saturating_add(adds);
            let shift = self.shift.entry(key.to_owned()).or_default();
            *shift = shift.saturating_sub(adds);
        }
        for (key, adds) in counts(is) {
            let shift = self.shift.entry(key.to_owned()).or_default();
            *shift = shift.saturating_add(adds);
        }
    }
}

fn counts(decision: &Decision) -> impl Iterator<Item = (&str, i64)> {
    let live = decision.state.is_live();
    decision.counts.iter().filter(move |_| live).map(|count| (count.key.as_str(), count.adds))
}
