//! Every touch gets the same.

use model::Timestamp;

use super::{Met, PayoutModel};

pub(super) struct Linear;

impl PayoutModel for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn weights(&self, touches: &[Met], _converted_at: Timestamp) -> Vec<u64> {
        vec![1; touches.len()]
    }
}
