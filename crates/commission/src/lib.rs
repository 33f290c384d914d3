//! Contract and conversion to commission lines: rates, precedence, fees, caps, reversals.
//!
//! A contract version is read once into a [`CompiledContract`], which refuses everything that could
//! fail later with the path of the field that is wrong, so that deciding a conversion only compares
//! and multiplies integers. The way of one conversion through this crate:
//!
//! 1. [`CompiledContract::pay`] picks the rules that hold and says what each pays on the whole conversion,
//!    or the code why nothing is paid;
//! 2. [`split_lines`] shares it among the touches that won, and adds the network's fee;
//! 3. [`demands_for`] and [`admit`] count it against the caps, all or nothing;
//! 4. [`cumulative`] says later how much of a line a partial reversal takes back.
//!
//! Everything is a function from data to data: no clock, no storage, no randomness.

mod bonuses;
mod caps;
mod compile;
mod conditions;
mod contract;
mod counted;
mod difference;
mod facts;
mod lines;
mod payment;
mod percent;
mod rate_set;
pub mod rates;
mod referrals;
mod reversal;
mod term_error;
mod tiers;
mod wording;

pub use bonuses::{BonusKey, CompiledBonus};
pub use caps::{
    Asker, CapKey, CapReached, CapScope, CapSubject, CapsOf, CompiledCap, Demand, Over, ScopeKind, Threshold,
    Want, admit, cap_code, compile_caps, demands_for, exhausted, held, keys_for, overrun, thresholds,
};
pub use compile::{
    CLICK_WINDOW_SECONDS_MAX, HOLD_SECONDS_MAX, RECURRING_MONTHS_MAX, VIEW_WINDOW_SECONDS_MAX,
    compile_program_caps,
};
pub use contract::{CompiledContract, CompiledRate};
pub use difference::{BetterFor, TermChange, TermPath, difference, sentence, worsens};
pub use facts::{OrderItem, OrderItems, RateFacts, TouchFacts};
pub use lines::{LineInput, split_lines};
pub use payment::{Counted, Part};
pub use percent::{PERCENT_MAX, Percent, PercentError};
pub use rate_set::TouchNeeds;
pub use rates::{AppliesTo, Earned, RateInput, RateKind};
pub use referrals::{CompiledReferral, compile_referrals};
pub use reversal::{PartShares, ReversalError, cumulative};
pub use term_error::TermError;
pub use tiers::TierKey;
pub use wording::{ActionInWords, InWords, RateInWords, digits, in_words, rate_in_words, step_in_words};
