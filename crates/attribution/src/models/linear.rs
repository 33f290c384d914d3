//! Every touch gets the same.

use model::Timestamp;

use super::PayoutModel;

pub(super) struct Linear;

impl PayoutModel for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn weights(&self, touches_at: &[Timestamp], _converted_at: Timestamp) -> Vec<u64> {
        vec![1; touches_at.len()]
    }
}
