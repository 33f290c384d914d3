//! Tests of the papers that come of charges.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod histories;
mod scenarios;
