//! The first start: one network and its operator, as long as there is nobody.

pub mod create;
pub mod get;
