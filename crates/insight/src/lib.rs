//! Which channels made conversions happen: models over whole sets of journeys.
//!
//! A payout model (crate `attribution`) shares one conversion among the touches of one journey, in whole numbers, because money follows it.
//! An insight model looks at all journeys at once, those that did not convert included, and answers in shares of what was converted: this
//! crate works with floating point and posts nothing.
//!
//! [`Journeys`] brings paths into one order: channels by name, equal paths as one, values added from the smallest up. Everything
//! after it goes through that order alone, so the same paths give the same bytes, in whatever order their rows came. [`models`] lists the
//! models by name; [`table`] puts them side by side. A data set without conversions gives zeros. [`incrementality`] judges what a model says by what
//! happened where a channel was switched on or off.

#![allow(
    clippy::float_arithmetic,
    reason = "these are shares for people to read; no money is posted by them"
)]

pub mod identity;
pub mod incrementality;
pub mod journeys;
pub mod markov;
pub mod models;
pub mod paths;
pub mod table;

pub use journeys::{Journeys, JourneysBuilder, Path, Refused};
pub use models::Credit;
