//! The first and the last touch get 40 % each, those between share 20 %.
//!
//! With `m` touches between, the weights are `2m, 1, ..., 1, 2m`: they sum to `5m`, of which `2m` is
//! 40 %. Two touches get half each, a single one all.

use model::Timestamp;

use super::{Met, PayoutModel};

pub(super) struct Position;

impl PayoutModel for Position {
    fn name(&self) -> &'static str {
        "position"
    }

    fn weights(&self, touches: &[Met], _converted_at: Timestamp) -> Vec<u64> {
        let mut weights = vec![1; touches.len()];
        if let [first, between @ .., last] = weights.as_mut_slice()
            && !between.is_empty()
        {
            let ends = 2 * between.len() as u64;
            *first = ends;
            *last = ends;
        }
        weights
    }
}
