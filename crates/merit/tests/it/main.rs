//! The whole program as people and shops meet it: the binary, its database, its answers.
//!
//! Every test has a folder or database of its own and starts what it needs; a server ends with the test.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod place;
mod proofs;
mod requests;
mod server;

mod attribute;
mod copies;
mod costs;
mod damage;
mod exposures;
mod files;
mod flows;
mod hostile;
mod papers;
mod payouts;
mod people;
mod pictures;
mod reports;
mod usage;
