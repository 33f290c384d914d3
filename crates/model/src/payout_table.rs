//! Frozen weights of publishers, by which the payout model `markov` shares conversions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ids::*, time::Timestamp};

/// What all weights of a table sum to, but for rounding.
pub const WEIGHTS_WHOLE: u64 = 1_000_000;

/// What removing each publisher would have cost a program, computed once from the journeys of a period and never changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PayoutTable {
    /// Id.
    pub id: PayoutTableId,
    /// Network.
    pub network_id: NetworkId,
    /// Program.
    pub program_id: ProgramId,
    /// From when on conversions are shared by it, until a later one begins.
    pub valid_from: Timestamp,
    /// First moment of the journeys that it rests on.
    pub from: Timestamp,
    /// First moment after them.
    pub to: Timestamp,
    /// The model that computed it: `markov_1`, `markov_2` or `markov_3`.
    pub model: String,
    /// Only conversions of this action ended a journey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// How many days before its end a journey reached.
    pub window_days: u32,
    /// Conversions that it rests on.
    pub conversions: u64,
    /// Journeys without one.
    pub nulls: u64,
    /// The weight of each publisher, in millionths and at least 1.
    pub weights: BTreeMap<PublisherId, u64>,
    /// SHA-256 of everything above but ids and times of making, hex: two tables of the same journeys have the same.
    pub digest: String,
    /// When it was frozen.
    pub created_at: Timestamp,
}

impl PayoutTable {
    /// The weight of a publisher; of one that the table has not met the smallest that it has.
    pub fn weight(&self, publisher: PublisherId) -> u64 {
        let smallest = || self.weights.values().copied().min().unwrap_or(1);
        self.weights.get(&publisher).copied().unwrap_or_else(smallest).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_nobody_measured_weighs_the_least() {
        let publisher = |number: u8| PublisherId::from_bytes([number; 16]);
        let table = |weights: &[(u8, u64)]| PayoutTable {
            id: PayoutTableId::from_bytes([0; 16]),
            network_id: NetworkId::from_bytes([0; 16]),
            program_id: ProgramId::from_bytes([0; 16]),
            valid_from: Timestamp::default(),
            from: Timestamp::default(),
            to: Timestamp::default(),
            model: "markov_1".to_owned(),
            action: None,
            window_days: 30,
            conversions: 0,
            nulls: 0,
            weights: weights.iter().map(|(number, weight)| (publisher(*number), *weight)).collect(),
            digest: String::new(),
            created_at: Timestamp::default(),
        };
        let some = table(&[(1, 700_000), (2, 300_000)]);
        assert_eq!([1, 2, 3].map(|number| some.weight(publisher(number))), [700_000, 300_000, 300_000]);
        assert_eq!(table(&[]).weight(publisher(1)), 1);
    }
}
