//! The stable reasons of verdicts.

pub mod list;
