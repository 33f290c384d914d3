//! The executor, on both databases: every test of this binary says once what both must do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod both;

mod bulk;
mod concurrency;
mod configuration;
mod deliveries;
mod engine;
mod failures;
mod full_disk;
mod migrations;
mod portable;
mod transactions;
mod values;
