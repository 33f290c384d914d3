//! Changes of terms in words, for callers that have no business with the crate that compares them.

pub use commission::{BetterFor, TermChange, sentence};
