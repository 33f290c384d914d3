//! `decide()`: from stored inputs to a decision with its receipt.
//!
//! This crate composes the pure crates and nothing else: identification is given, candidates are judged
//! by `attribution`, rates and caps by `commission`. Both entrances, [`conversion::decide`] and
//! [`touch::decide`], are functions of what is stored, so that a decision can be taken again from its
//! receipt and must come out bit-equal (I2, I8). What a decision read from changing state (how much of a
//! cap was used, whether an order was known) is part of its recorded facts.

pub mod bonus;
pub mod conversion;
mod displacement;
pub mod exchange;
pub mod facts;
mod pay;
pub mod raise;
pub mod receipt;
mod recurring;
pub mod referral;
pub mod standing;
pub mod touch;

pub use conversion::{CandidateOutcome, Decision, RuleItems, Used, decide, decide_and_tell, result_of};
pub use facts::{AskedOfTouch, CandidateFacts, Contracts, CustomerFacts, Facts, Identified, ProgramFacts};
pub use raise::Raise;
pub use receipt::Receipt;
