//! Groups of publishers: who is agreed with together, and who is in them since when.

pub mod add_member;
pub mod create;
pub mod end_membership;
pub mod get;
pub mod list;
pub mod list_members;
pub mod update;

use model::{
    GroupMemberId, NetworkId, PublisherGroupId, PublisherId, Timestamp,
    group::{GroupMember, PublisherGroup},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What of a group can be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublisherGroupDraft {
    /// Shown name.
    #[schema(example = "Trusted reviewers")]
    pub name: String,
}

/// A group of publishers.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublisherGroupView {
    /// Id.
    #[schema(value_type = String, example = "grp_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: PublisherGroupId,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// Shown name.
    pub name: String,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<PublisherGroup> for PublisherGroupView {
    fn from(group: PublisherGroup) -> Self {
        let PublisherGroup { id, network_id, name, created_at } = group;
        Self { id, network_id, name, created_at }
    }
}

/// Who joins a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupMemberDraft {
    /// The publisher.
    #[schema(value_type = String, example = "pub_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub publisher_id: PublisherId,
}

/// One stay of a publisher in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMemberView {
    /// Id of the stay.
    #[schema(value_type = String, example = "gme_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: GroupMemberId,
    /// The group.
    #[schema(value_type = String)]
    pub group_id: PublisherGroupId,
    /// The publisher.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// From when conversions are judged by the group's contracts.
    #[schema(value_type = String, format = DateTime)]
    pub joined_at: Timestamp,
    /// From when they are not any more; none while the stay lasts.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub left_at: Option<Timestamp>,
}

impl From<GroupMember> for GroupMemberView {
    fn from(stay: GroupMember) -> Self {
        let GroupMember { id, group_id, publisher_id, joined_at, left_at, .. } = stay;
        Self { id, group_id, publisher_id, joined_at, left_at }
    }
}
