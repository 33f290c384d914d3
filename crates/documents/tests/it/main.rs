//! Papers as PDF: what stands on them, in three languages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod papers;
mod samples;
