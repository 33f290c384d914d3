//! The reasons of people's decisions.

pub mod list;
