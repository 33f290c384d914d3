//! Insight models: how much of all conversions, and of their value, each channel made.
//!
//! To add a model: one file beside this one with a type that implements [`Model`], and one line in the registry below; the tests of
//! `tests/it/models.rs` then hold for it.

use crate::{Journeys, Path};

/// What a model gives each channel; as long as [`Journeys::channels`].
#[derive(Clone, PartialEq, Debug)]
pub struct Credit {
    /// Conversions.
    pub conversions: Vec<f64>,
    /// What they were worth.
    pub value: Vec<f64>,
}

impl Credit {
    /// Nothing for each of `channels`.
    pub fn none(channels: usize) -> Self {
        Self { conversions: vec![0.0; channels], value: vec![0.0; channels] }
    }

    /// What was shared out exactly before, in whole numbers of `2^-bits`: conversions and value of each channel.
    #[allow(clippy::cast_precision_loss, reason = "shares for people to read")]
    pub fn of_parts(parts: impl Iterator<Item = (u128, u128)>, bits: u32) -> Self {
        let one = 2.0_f64.powi(i32::try_from(bits).unwrap_or(i32::MAX));
        let (conversions, value) =
            parts.map(|(one_of, worth)| (one_of as f64 / one, worth as f64 / one)).unzip();
        Self { conversions, value }
    }
}

/// Shares all conversions of a set of journeys out among its channels.
pub trait Model: Send + Sync {
    /// The word for it; never changed.
    fn name(&self) -> &'static str;

    /// Whether the credits add up to the conversions. Participation gives each channel of a journey all of it.
    fn sums_to_all(&self) -> bool {
        true
    }

    /// The order of its Markov chain, where it has one: what it takes grows with the chain's states.
    fn order(&self) -> Option<usize> {
        None
    }

    /// The credits, from the journeys alone.
    fn credit(&self, journeys: &Journeys) -> Credit;
}

/// Declares each model's file and lists its models.
macro_rules! registry {
    ($($module:ident => $($model:expr),+;)+) => {
        $(mod $module;)+

        static MODELS: &[&dyn Model] = &[$($(&$model),+),+];
    };
}

registry! {
    single => single::LAST, single::FIRST, single::LAST_NON_DIRECT;
    linear => linear::Linear;
    position => position::Position;
    participation => participation::Participation;
    shapley => shapley::Shapley;
    removal => removal::MARKOV_1, removal::MARKOV_2, removal::MARKOV_3;
}

/// The model of this name.
pub fn by_name(name: &str) -> Option<&'static dyn Model> {
    MODELS.iter().copied().find(|model| model.name() == name)
}

/// Every model, the plain ones first.
pub fn all() -> &'static [&'static dyn Model] {
    MODELS
}

/// Shares each path's conversions and value out as `give_shares` says: it is given the path, and calls back with channels and their shares.
fn share_out(journeys: &Journeys, give_shares: impl Fn(&Path, &mut dyn FnMut(u32, f64))) -> Credit {
    let mut credit = Credit::none(journeys.channels().len());
    for path in journeys.paths().iter().filter(|path| path.conversions > 0) {
        let conversions = crate::journeys::count(path.conversions);
        give_shares(path, &mut |channel, share| {
            credit.conversions[channel as usize] += conversions * share;
            credit.value[channel as usize] += path.value * share;
        });
    }
    credit
}
