//! Who may do what: roles, rights and the walls between parties.

use serde::{Deserialize, Serialize};

use crate::ids::{AdvertiserId, NetworkId, PublisherId};

/// Which side of the deal somebody acts for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the network: sees and does everything in it.
    Operator,
    /// Acts for one advertiser.
    Advertiser,
    /// Acts for one publisher.
    Publisher,
    /// Acts for the parties that gave it rights.
    Manager,
}

/// What a member may do, each including the ones before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Look.
    #[default]
    Read,
    /// Create and change drafts, links, programs.
    Propose,
    /// Approve, reject, reverse.
    Approve,
    /// Move money out.
    Pay,
}

/// One role of a person or key in one network.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// The network.
    pub network_id: NetworkId,
    /// The side.
    pub role: Role,
    /// The most that may be done.
    pub right: Right,
    /// For an advertiser: the one; for a manager: those served.
    #[serde(default)]
    pub advertisers: Vec<AdvertiserId>,
    /// For a publisher: the one; for a manager: those served.
    #[serde(default)]
    pub publishers: Vec<PublisherId>,
}

impl Membership {
    /// True when the member acts for, or may look at everything of, this advertiser.
    pub fn serves_advertiser(&self, advertiser: AdvertiserId) -> bool {
        self.role == Role::Operator || self.advertisers.contains(&advertiser)
    }
    /// True when the member acts for, or may look at everything of, this publisher.
    pub fn serves_publisher(&self, publisher: PublisherId) -> bool {
        self.role == Role::Operator || self.publishers.contains(&publisher)
    }
    /// True when `other` grants nothing that this membership does not.
    pub fn covers(&self, other: &Self) -> bool {
        let parties = |other: &Self| {
            other.advertisers.iter().all(|one| self.serves_advertiser(*one))
                && other.publishers.iter().all(|one| self.serves_publisher(*one))
        };
        self.network_id == other.network_id
            && self.right >= other.right
            && parties(other)
            && (self.role == Role::Operator || other.role == self.role)
    }
}
