//! Payout models: how the credit of one conversion is spread over its eligible touches.
//!
//! To add a model: write one file beside this one with a type that implements [`PayoutModel`], and add
//! one line to the registry below. Its name is then accepted in contracts and the tests of
//! `tests/it/models.rs` hold for it; add its rows to their table.

use model::Timestamp;

/// Spreads one conversion over touches.
pub trait PayoutModel: Send + Sync {
    /// The word that contracts use; never changed.
    fn name(&self) -> &'static str;

    /// One weight for each touch; the credit of touch `i` is its weight over the sum of all weights.
    ///
    /// `touches_at` is in time order and not empty. The answer is as long, and at least one weight is
    /// above zero. It depends on the arguments alone.
    fn weights(&self, touches_at: &[Timestamp], converted_at: Timestamp) -> Vec<u64>;
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
}

/// The model that a contract names.
pub fn by_name(name: &str) -> Option<&'static dyn PayoutModel> {
    MODELS.iter().copied().find(|model| model.name() == name)
}

/// The weights of time decay with another half-life than that of contracts; none without touches.
pub fn decay_weights(half_life_us: u64, touches_at: &[Timestamp], converted_at: Timestamp) -> Vec<u64> {
    time_decay::TimeDecay::new(half_life_us).weights(touches_at, converted_at)
}

/// Every model's name, the default first.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|model| model.name())
}
