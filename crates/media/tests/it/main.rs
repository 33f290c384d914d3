//! Tests of the reading of cost files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod files;
mod origins;
mod round_trip;
mod shown;
