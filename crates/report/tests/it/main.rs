//! Reports from facts in memory, as people ask for them.

mod metrics;
mod random;
mod requests;
mod tables;
mod world;
