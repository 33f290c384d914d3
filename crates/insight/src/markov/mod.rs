//! Removal effects in a Markov chain, solved and not simulated.
//!
//! **The chain.** A state is the last `order` channels of a journey (fewer at its start when the whole path is shorter). A journey begins at
//! *start*, goes through its states, equal neighbours being one, and ends at *conversion* or *null*. How often each step was taken, of all
//! that left its state, is its probability. What a conversion is worth is known for each last state on average.
//!
//! **The effect of a channel** is what is lost when every state with it leads to null instead: the share of journeys that convert *and*
//! pass such a state. Credits are in proportion to these effects, for conversions and for value each.
//!
//! **How.** Chains of many states with short journeys are followed until nothing is left (`flow`). In all others states are eliminated one by one: who went to the state goes on to wherever it led. That subtracts nothing, so each result is
//! right in nearly all its digits however rare it is and however long journeys circle (the method of Grassmann, Taksar and Heyman, 1985).
//! For the effect of one channel all states without it are eliminated first; what start then has to do with the states that are left is
//! the effect. Channels share the work: the list is halved, states without any channel of a half are eliminated for that half alone, and so
//! on. That is the work of a few eliminations for each doubling of the channels instead of one for each channel.
//!
//! A state that nothing leaves does not arise from journeys, since each ends; were there one, who enters it never converts.

mod chain;
mod dense;
mod flow;
mod sparse;

use crate::Journeys;

pub use chain::{Step, Transition, transitions};

/// For each channel the share of journeys that is lost without it, and the value for each journey.
#[derive(Clone, PartialEq, Debug)]
pub struct Effects {
    /// Lost conversions, of all journeys: from 0 to the share of journeys that convert.
    pub conversions: Vec<f64>,
    /// Lost value of a journey.
    pub value: Vec<f64>,
}

/// The largest order.
pub const ORDER_MAX: usize = 3;

/// The effect of removing each channel; zeros without any conversion. An order of zero is taken as one, one above [`ORDER_MAX`] as that.
pub fn removal_effects(journeys: &Journeys, order: usize) -> Effects {
    let channels = journeys.channels().len();
    let mut effects = Effects { conversions: vec![0.0; channels], value: vec![0.0; channels] };
    let chain = chain::Chain::of(journeys, order.clamp(1, ORDER_MAX));
    if let Some(chain) = chain
        && !flow::effects(&chain, &mut effects)
    {
        let all: Vec<u32> = (0..).take(channels).collect();
        sparse::Sparse::new(chain).effects(&all, &mut effects);
    }
    effects
}

/// How many states the chain of this order has; what its solution takes grows with them.
pub fn states(journeys: &Journeys, order: usize) -> usize {
    chain::states_of(journeys, order.clamp(1, ORDER_MAX))
}

/// What a state's row has besides steps to other states.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
struct Ends {
    /// How likely the next step converts.
    conversion: f64,
    /// How likely it is the last without a conversion.
    null: f64,
    /// What the next step brings on average.
    value: f64,
}

impl Ends {
    /// Adds another row's ends, taken this often.
    fn add(&mut self, often: f64, other: Self) {
        self.conversion += often * other.conversion;
        self.null += often * other.null;
        self.value += often * other.value;
    }
}
