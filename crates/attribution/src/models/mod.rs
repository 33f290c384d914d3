//! Payout models: how the credit of one conversion is spread over its eligible touches.
//!
//! To add a model: write one file beside this one with a type that implements [`PayoutModel`], and add
//! one line to the registry below. Its name is then accepted in contracts and the tests of
//! `tests/it/models.rs` hold for it; add its rows to their table.

use std::collections::BTreeSet;

use model::{PublisherId, Timestamp};

/// A touch, as far as models ask of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// When it was.
    pub at: Timestamp,
    /// Whose link it was.
    pub publisher_id: PublisherId,
    /// The weight of its publisher in the table that was frozen for the program, above zero; none where there is no table.
    pub weight: Option<u64>,
}

/// Spreads one conversion over touches.
pub trait PayoutModel: Send + Sync {
    /// The word that contracts use; never changed.
    fn name(&self) -> &'static str;

    /// One weight for each touch; the credit of touch `i` is its weight over the sum of all weights.
    ///
    /// `touches` is in time order and not empty. The answer is as long, and at least one weight is
    /// above zero. It depends on the arguments alone.
    fn weights(&self, touches: &[Met], converted_at: Timestamp) -> Vec<u64>;
}

/// Declares each model's file and lists its model.
macro_rules! registry {
    ($($module:ident => $model:path,)+) => {
        $(mod $module;)+

        static MODELS: &[&dyn PayoutModel] = &[$(&$model,)+];
    };
}

registry! {
    last => last::Last,
    first => first::First,
    linear => linear::Linear,
    position => position::Position,
    time_decay => time_decay::TimeDecay::SEVEN_DAYS,
    shapley => shapley::Shapley,
    markov => markov::Markov,
}

/// The word of the model that shares by frozen weights.
pub const MARKOV: &str = "markov";

/// Weights for publishers instead of touches: each publisher's stands at the last of his touches, and his others have none.
fn by_publisher(touches: &[Met], weight: impl Fn(&Met) -> u64) -> Vec<u64> {
    let mut met = BTreeSet::new();
    let mut weights: Vec<u64> = touches
        .iter()
        .rev()
        .map(|touch| if met.insert(touch.publisher_id) { weight(touch) } else { 0 })
        .collect();
    weights.reverse();
    weights
}

/// The model that a contract names.
pub fn by_name(name: &str) -> Option<&'static dyn PayoutModel> {
    MODELS.iter().copied().find(|model| model.name() == name)
}

/// The weights of time decay with another half-life than that of contracts; none without touches.
pub fn decay_weights(half_life_us: u64, touches_at: &[Timestamp], converted_at: Timestamp) -> Vec<u64> {
    time_decay::TimeDecay::new(half_life_us).of_times(touches_at, converted_at)
}

/// Every model's name, the default first.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|model| model.name())
}
