//! What every endpoint shares: who asks, reading input, answering, refusing.

pub mod caller;
pub mod finish;
pub mod page;
pub mod paper;
pub mod path;
pub mod problem;
pub mod query;
pub mod read_json;
pub mod write;
