//! Roles and rights as arguments.

use clap::ValueEnum;
use model::{
    AdvertiserId, NetworkId, PublisherId,
    access::{Membership, Right, Role},
};

/// Which side of the deal somebody acts for.
#[derive(Clone, Copy, ValueEnum)]
pub enum RoleWord {
    /// Runs the network.
    Operator,
    /// Acts for one advertiser.
    Advertiser,
    /// Acts for one publisher.
    Publisher,
    /// Acts for the parties that are named.
    Manager,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Operator => Self::Operator,
            RoleWord::Advertiser => Self::Advertiser,
            RoleWord::Publisher => Self::Publisher,
            RoleWord::Manager => Self::Manager,
        }
    }
}

/// The most that may be done, each including the ones before it.
#[derive(Clone, Copy, ValueEnum)]
pub enum RightWord {
    /// Look.
    Read,
    /// Create and change programs, links and drafts.
    Propose,
    /// Approve, reject, reverse.
    Approve,
    /// Move money out.
    Pay,
}

impl From<RightWord> for Right {
    fn from(word: RightWord) -> Self {
        match word {
            RightWord::Read => Self::Read,
            RightWord::Propose => Self::Propose,
            RightWord::Approve => Self::Approve,
            RightWord::Pay => Self::Pay,
        }
    }
}

/// The parties that somebody acts for.
#[derive(clap::Args)]
pub struct Parties {
    /// Advertiser that he acts for; may be given several times for a manager.
    #[arg(long = "advertiser", value_name = "ID")]
    pub advertisers: Vec<AdvertiserId>,
    /// Publisher that he acts for; may be given several times for a manager.
    #[arg(long = "publisher", value_name = "ID")]
    pub publishers: Vec<PublisherId>,
}

impl Parties {
    /// The membership that the arguments make.
    pub fn membership(self, network_id: NetworkId, role: Role, right: Right) -> Membership {
        Membership { network_id, role, right, advertisers: self.advertisers, publishers: self.publishers }
    }
}

/// A membership in a few words, such as `publisher may propose for pub_...`.
pub fn in_words(membership: &Membership) -> String {
    let role = match membership.role {
        Role::Operator => "operator",
        Role::Advertiser => "advertiser",
        Role::Publisher => "publisher",
        Role::Manager => "manager",
    };
    let right = match membership.right {
        Right::Read => "read",
        Right::Propose => "propose",
        Right::Approve => "approve",
        Right::Pay => "pay",
    };
    let advertisers = membership.advertisers.iter().map(ToString::to_string);
    let publishers = membership.publishers.iter().map(ToString::to_string);
    let parties: Vec<String> = advertisers.chain(publishers).collect();
    let parties = if parties.is_empty() { String::new() } else { format!(" for {}", parties.join(", ")) };
    format!("{role} may {right}{parties}")
}
