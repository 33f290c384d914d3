//! Every publisher of the journey gets the same, however many touches he had.
//!
//! This is the Shapley value of the game in which a group of publishers wins the journeys that need nobody else: a journey is won by
//! those alone who hold all of its publishers, so each of them is equally needed.

use model::Timestamp;

use super::{Met, PayoutModel, by_publisher};

pub(super) struct Shapley;

impl PayoutModel for Shapley {
    fn name(&self) -> &'static str {
        "shapley"
    }

    fn weights(&self, touches: &[Met], _converted_at: Timestamp) -> Vec<u64> {
        by_publisher(touches, |_| 1)
    }
}
