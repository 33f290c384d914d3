//! The tests of the crate, one program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::float_arithmetic, reason = "shares are floating point")]

mod identity;
mod incrementality;
mod markov;
mod models;
mod paths;
mod told;
