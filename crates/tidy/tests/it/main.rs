//! The rules of the house, checked on the tree itself.
//!
//! A rule that only a reviewer knows is forgotten in a month, so each rule that a program can check is
//! checked here. One file holds one family of rules in three parts: the table of what is allowed, the
//! checker (a function from a [`tree::Tree`] to findings) and its tests, which run the checker on small
//! bad trees to prove that it can fail. The `house_*` tests run the same checkers on this repository.
//!
//! Every finding says where, what is wrong and what to do about it.

mod dependencies;
mod directions;
mod files;
mod finding;
mod manifests;
mod markdown;
mod migrations;
mod rust_text;
mod schemas;
mod sources;
mod tree;
