//! Contract and conversion to commission lines: rates, precedence, fees, caps, reversals.
//!
//! A contract version is read once into a [`CompiledContract`], which refuses everything that could
//! fail later with the path of the field that is wrong, so that deciding a conversion only compares
//! and multiplies integers. The way of one conversion through this crate:
//!
//! 1. [`CompiledContract::select_rate`] picks the rule, or the code why there is none;
//! 2. [`CompiledContract::commission`] says what the rule pays on the whole conversion;
//! 3. [`split_lines`] shares it among the touches that won, and adds the network's fee;
//! 4. [`demands_for`] and [`admit`] count it against the caps, all or nothing;
//! 5. [`cumulative`] says later how much of a line a partial reversal takes back.
//!
//! Everything is a function from data to data: no clock, no storage, no randomness.

mod caps;
mod compile;
mod contract;
mod lines;
mod percent;
pub mod rates;
mod reversal;
mod term_error;

pub use caps::{
    CapKey, CapReached, CapScope, CompiledCap, Demand, ScopeKind, Want, admit, cap_code, compile_caps,
    demands_for, exhausted, keys_for, overrun,
};
pub use compile::{
    CLICK_WINDOW_SECONDS_MAX, HOLD_SECONDS_MAX, VIEW_WINDOW_SECONDS_MAX, compile_program_caps,
};
pub use contract::{CompiledContract, CompiledRate, RateFacts};
pub use lines::{LineInput, split_lines};
pub use percent::{PERCENT_MAX, Percent, PercentError};
pub use rates::{AppliesTo, Earned, RateInput, RateKind};
pub use reversal::{ReversalError, cumulative};
pub use term_error::TermError;
