//! People: who can sign in, and what for.

pub mod create;
pub mod disable;
pub mod get;
pub mod list;
pub mod remove_second_factor;
pub mod reset_password;
pub mod update;

use app::access::Actor;
use model::{
    AdvertiserId, NetworkId, PublisherId, Timestamp, UserId,
    access::{Membership, Right, Role},
    parties::{Status, User},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shape;

/// What somebody may do in the network that the request acts in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipDraft {
    /// The side.
    #[schema(value_type = shape::Role)]
    pub role: Role,
    /// The most that may be done.
    #[schema(value_type = shape::Right)]
    pub right: Right,
    /// For an advertiser: the one; for a manager: those served.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub advertisers: Vec<AdvertiserId>,
    /// For a publisher: the one; for a manager: those served.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub publishers: Vec<PublisherId>,
}

impl MembershipDraft {
    /// The membership in `network_id`.
    pub fn of(self, network_id: NetworkId) -> Membership {
        let Self { role, right, advertisers, publishers } = self;
        Membership { network_id, role, right, advertisers, publishers }
    }
}

/// What somebody may do in one network.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipView {
    /// The network.
    #[schema(value_type = String, example = "net_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub network_id: NetworkId,
    /// The side.
    #[schema(value_type = shape::Role)]
    pub role: Role,
    /// The most that may be done.
    #[schema(value_type = shape::Right)]
    pub right: Right,
    /// For an advertiser: the one; for a manager: those served.
    #[schema(value_type = Vec<String>)]
    pub advertisers: Vec<AdvertiserId>,
    /// For a publisher: the one; for a manager: those served.
    #[schema(value_type = Vec<String>)]
    pub publishers: Vec<PublisherId>,
}

impl From<Membership> for MembershipView {
    fn from(membership: Membership) -> Self {
        let Membership { network_id, role, right, advertisers, publishers } = membership;
        Self { network_id, role, right, advertisers, publishers }
    }
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserView {
    /// Id.
    #[schema(value_type = String, example = "usr_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// Shown name.
    pub name: String,
    /// Whether the person may sign in.
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// True until an invited person has chosen a password.
    pub invited: bool,
    /// What the person may do: everywhere for himself, else in the network of whoever asks.
    pub memberships: Vec<MembershipView>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl UserView {
    /// What the actor sees of a person.
    pub fn new(user: User, actor: &Actor) -> Self {
        let own = actor.user_id() == Some(user.id);
        Self::in_networks(user, |network| own || network == actor.network())
    }

    /// A person with his memberships in the networks that `shown` lets through.
    pub fn in_networks(user: User, shown: impl Fn(NetworkId) -> bool) -> Self {
        let memberships = user.memberships.into_iter().filter(|membership| shown(membership.network_id));
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            status: user.status,
            invited: user.password_hash.is_empty(),
            memberships: memberships.map(MembershipView::from).collect(),
            created_at: user.created_at,
        }
    }
}
