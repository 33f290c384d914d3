//! Tests of the public face: models, judging, sharing out.

#![allow(clippy::unwrap_used)] // a panic is how a test fails, in its builders too

mod candidates;
mod credit;
mod journeys;
mod models;
