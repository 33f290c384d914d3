//! One file a benchmark.

pub mod attribution;
pub mod conversions;
pub mod identity;
pub mod memory;
pub mod rates;
pub mod redirect;
pub mod reports;
