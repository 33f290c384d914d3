//! The lake against the slow engine, against crashes and against odd input.

mod crash;
mod documents;
mod limits;
mod odd;
mod random;
mod same;
mod storages;
mod world;
