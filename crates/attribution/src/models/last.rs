//! The last touch takes all: the default.

use model::Timestamp;

use super::{Met, PayoutModel};

pub(super) struct Last;

impl PayoutModel for Last {
    fn name(&self) -> &'static str {
        "last"
    }

    fn weights(&self, touches: &[Met], _converted_at: Timestamp) -> Vec<u64> {
        let mut weights = vec![0; touches.len()];
        if let Some(last) = weights.last_mut() {
            *last = 1;
        }
        weights
    }
}
