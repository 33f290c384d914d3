//! Development only: what tests need in place of the real world.
//!
//! - [`clock`], [`entropy`]: time that a test moves and randomness that repeats.
//! - [`postgres`]: a PostgreSQL server that lives as long as the test process.

pub mod clock;
pub mod entropy;
pub mod postgres;

pub use clock::FakeClock;
pub use entropy::SeededEntropy;
