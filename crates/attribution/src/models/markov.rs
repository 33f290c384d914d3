//! Publishers share by what their removal would have cost, as a table has it that was computed over many journeys and frozen.
//!
//! One journey cannot tell what a publisher's removal would cost, so the weights come from outside with each touch. Without a table
//! publishers share equally.

use model::Timestamp;

use super::{Met, PayoutModel, by_publisher};

pub(super) struct Markov;

impl PayoutModel for Markov {
    fn name(&self) -> &'static str {
        super::MARKOV
    }

    fn weights(&self, touches: &[Met], _converted_at: Timestamp) -> Vec<u64> {
        // All touches of one program have a weight, or none has; a stray zero must not leave a journey without anybody.
        by_publisher(touches, |touch| touch.weight.unwrap_or(1).max(1))
    }
}
