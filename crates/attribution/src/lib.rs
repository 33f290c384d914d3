//! Journeys to credit: which touches earned a conversion, and how much of it.
//!
//! A decision takes two steps, both pure functions. [`candidates::judge`] looks at each touch that the
//! conversion could rest on and keeps it or drops it with a verdict code. [`credit::share_out`] gives the
//! kept ones to a payout model of [`models`], which turns their times into integer weights; a touch's credit is
//! its weight over the sum of all weights, so the credits of a conversion sum to exactly 1 by construction.
//!
//! The order in which rows arrive never matters: both steps work in the order of receipt, and touches
//! of one microsecond stand in the order of their ids.

pub mod candidates;
pub mod credit;
pub mod models;
