//! Terms and their changes in words, for callers that have no business with the crate that knows rates.

pub use commission::{
    ActionInWords, BetterFor, InWords, RateInWords, TermChange, digits, in_words, sentence,
};
