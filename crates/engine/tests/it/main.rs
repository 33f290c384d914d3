//! Decisions: readable cases, and what must hold for every case.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bonuses;
mod conversions;
mod displacement;
mod exchange;
mod properties;
mod raise;
mod rates;
mod recurring;
mod referrals;
mod table;
mod touches;
mod world;
