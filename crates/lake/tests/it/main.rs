//! The lake against the slow engine, against crashes and against odd input.

// Allowed in tests, but Clippy does not see that functions they share are of tests.
#![allow(clippy::unwrap_used)]

mod behind;
mod crash;
mod documents;
mod killed;
mod limits;
mod odd;
mod random;
mod same;
mod sql;
mod storages;
mod thin;
mod world;
