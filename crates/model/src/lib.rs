//! The words of Merit.
//!
//! This crate holds what every other crate talks about: typed ids, money at a fixed scale, UTC time
//! and the calendar of a zone, the parties, programs, contracts, links, touches and conversions, and
//! the stable verdict codes. It is pure: no input or output, no clock, no randomness (both are traits
//! here, implemented elsewhere), and no floating point.

pub mod access;
pub mod alert;
pub mod arrival;
pub mod billing;
pub mod bonus;
pub mod calendar;
pub mod campaign;
pub mod channel;
pub mod clock;
pub mod codes;
pub mod contract;
pub mod conversion;
pub mod country;
pub mod creative;
pub mod currency;
pub mod day;
pub mod dispute;
pub mod exchange;
pub mod exposure;
pub mod group;
pub mod ids;
pub mod joining;
pub mod link;
pub mod macros;
pub mod money;
pub mod parties;
pub mod payout;
pub mod payout_table;
pub mod program;
pub mod reason;
pub mod referral;
pub mod share;
pub mod targeting;
mod text_form;
pub mod time;
pub mod touch;
pub mod visit;

pub use arrival::Arrival;
pub use channel::Channel;
pub use clock::{Clock, Entropy};
pub use codes::Code;
pub use currency::Currency;
pub use day::Day;
pub use ids::*;
pub use money::{Money, MoneyError};
pub use share::Share;
pub use time::Timestamp;
