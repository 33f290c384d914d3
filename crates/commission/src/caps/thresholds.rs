//! Percentages of its limit that a cap's counter has reached, of which the parties want to be told.
//!
//! A hard cap also counts as reached when something did not fit under it any more: with 95.00 of 100.00 used, an order that
//! earns 10.00 finds it full. Telling once in a period is the caller's: what was reached stays reached.

use super::{CapKey, CapReached, Demand};

/// A percentage of a cap's limit that was reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Threshold {
    /// The counter.
    pub key: CapKey,
    /// The percentage.
    pub percent: u16,
    /// The limit of the whole period.
    pub limit: i64,
    /// What is used now.
    pub used: i64,
    /// The cap only counts.
    pub soft: bool,
}

/// What is reached by an event of which [`super::admit`] said `admitted`; `used` tells what the counters held before it.
pub fn thresholds(
    demands: &[Demand<'_>],
    admitted: &Result<Vec<(CapKey, i64)>, CapReached>,
    used: &dyn Fn(&CapKey) -> i64,
) -> Vec<Threshold> {
    let mut reached: Vec<Threshold> = Vec::new();
    for demand in demands.iter().filter(|demand| !demand.alert_at.is_empty()) {
        let Some((used, full)) = standing(demand, admitted, used) else { continue };
        let (soft, limit) = (demand.soft, demand.whole);
        let of_whole = |percent: u16| i128::from(used) * 100 >= i128::from(limit) * i128::from(percent);
        for percent in demand.alert_at.iter().copied().filter(|percent| full || of_whole(*percent)) {
            let threshold = Threshold { key: demand.key.clone(), percent, limit, used, soft };
            if !reached.contains(&threshold) {
                reached.push(threshold);
            }
        }
    }
    reached
}

/// What the counter of a demand holds after the event, and whether the event found it full; nothing where the event did not
/// count and something else refused it.
fn standing(
    demand: &Demand<'_>,
    admitted: &Result<Vec<(CapKey, i64)>, CapReached>,
    used: &dyn Fn(&CapKey) -> i64,
) -> Option<(i64, bool)> {
    match admitted {
        Ok(counts) => {
            let (_, adds) = counts.iter().find(|(key, _)| *key == demand.key)?;
            Some((used(&demand.key).saturating_add(*adds), false))
        }
        Err(reached) => {
            let refused = reached.key == demand.key && !demand.soft;
            let full = reached.used.saturating_add(reached.wanted) > demand.whole;
            refused.then_some((reached.used, full))
        }
    }
}
