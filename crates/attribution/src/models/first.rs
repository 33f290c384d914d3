//! The first touch takes all.

use model::Timestamp;

use super::{Met, PayoutModel};

pub(super) struct First;

impl PayoutModel for First {
    fn name(&self) -> &'static str {
        "first"
    }

    fn weights(&self, touches: &[Met], _converted_at: Timestamp) -> Vec<u64> {
        let mut weights = vec![0; touches.len()];
        if let Some(first) = weights.first_mut() {
            *first = 1;
        }
        weights
    }
}
