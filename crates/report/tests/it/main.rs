//! Reports from facts in memory, as people ask for them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::needless_pass_by_value, reason = "json! is written where it is used")]

mod metrics;
mod random;
mod requests;
mod sketches;
mod tables;
mod world;
