//! Groups of publishers: who is agreed with together.
//!
//! A group is a name; who belongs to it is told by stays, each with its beginning and perhaps its end. A stay is never
//! removed, so that it can be said of any past moment which groups a publisher was in, and with that which contract held.

use serde::{Deserialize, Serialize};

use crate::{ids::*, time::Timestamp};

/// Publishers that contracts can be agreed with together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PublisherGroup {
    /// Id.
    pub id: PublisherGroupId,
    /// Its network.
    pub network_id: NetworkId,
    /// Shown name.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// One stay of a publisher in a group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GroupMember {
    /// Id of the stay.
    pub id: GroupMemberId,
    /// The network of both.
    pub network_id: NetworkId,
    /// The group.
    pub group_id: PublisherGroupId,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// First moment of the stay.
    pub joined_at: Timestamp,
    /// First moment after it; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Timestamp>,
}

impl GroupMember {
    /// Whether the publisher was in the group at `at`, as far as was known at `known`.
    pub fn covers(&self, at: Timestamp, known: Timestamp) -> bool {
        let left = self.left_at.is_some_and(|left| left <= at && left <= known);
        self.joined_at <= at.min(known) && !left
    }
}
