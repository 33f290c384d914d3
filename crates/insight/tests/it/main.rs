//! The tests of the crate, one program.

mod markov;
mod models;
mod paths;
mod told;
