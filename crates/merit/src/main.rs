//! The Merit binary.
fn main() {}
