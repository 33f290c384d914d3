//! What the terms of contracts pay, as text tables and as properties.

// A test that cannot build its world has failed; the lint's exception covers test functions only.
#![allow(clippy::unwrap_used)]

mod bonuses;
mod caps;
mod conditions;
mod difference;
mod fees;
mod items;
mod lines;
mod many_rules;
mod precedence;
mod rates;
mod reversal;
mod selection;
mod table;
mod terms;
mod tiers;
mod wording;
mod world;
mod written;
