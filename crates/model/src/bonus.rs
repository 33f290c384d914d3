//! Bonuses: what a publisher earns beside the commissions of his conversions.
//!
//! A bonus is given by hand, or promised in a contract for reaching something within a stretch of the calendar.

use serde::{Deserialize, Serialize};

use crate::{calendar::Period, contract::TierMetric};

/// Who pays a bonus.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum BonusPayer {
    /// The advertiser of the program.
    #[default]
    Advertiser,
    /// The network, out of what it earns.
    Network,
}

impl BonusPayer {
    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Advertiser => "advertiser",
            Self::Network => "network",
        }
    }
}

/// A bonus that a contract promises: a fixed sum once what was approved reaches a threshold, once in each stretch of the
/// program's calendar.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BonusTerm {
    /// Its name within the contract. A later version that keeps the name goes on counting where the last one stood.
    pub bonus: String,
    /// What is counted.
    pub by: TierMetric,
    /// Over which stretch of the calendar; every one begins at nothing. `total` pays once for ever.
    pub per: Period,
    /// What is to be reached, as decimal text: a whole number of conversions, or an amount in the currency of the terms.
    pub reach: String,
    /// What is paid then, as decimal text in the currency of the terms.
    pub amount: String,
    /// Count only conversions of this action; without it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Who pays.
    #[serde(default)]
    pub paid_by: BonusPayer,
}
