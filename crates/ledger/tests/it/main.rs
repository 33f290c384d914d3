//! The ledger: scenarios as text, random histories against a slow and obvious reference, and damage
//! that the checker must find.

// A test that cannot build its world has failed; the lint's exception covers test functions only.
#![allow(clippy::unwrap_used)]

mod damage;
mod machine;
mod refusals;
mod scenarios;
mod world;
