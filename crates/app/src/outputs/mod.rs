//! Outputs: what people keep to be told of things, and its way out.
//!
//! ```text
//!   saved report ◀── schedule ──due──┐
//!   alerts ─────▶ alert subscription ├─▶ deliveries ──worker──▶ mail server, webhooks, publishers' addresses
//!   decisions ──▶ publisher postback ┘
//! ```
//!
//! | file | what |
//! |---|---|
//! | `kept` | what all of these have in common: kept for a party, listed, removed |
//! | `reports` | saved reports and schedules |
//! | `webhooks` | webhooks with their secrets |
//! | `subscriptions` | who wants to be told of alerts |
//! | `postbacks` | publishers' addresses that are called when a conversion of theirs is decided |
//! | `password_resets` | links for forgotten passwords, by mail |
//! | `due` | a schedule that is due becomes one delivery for each receiver, once for each due moment |
//! | `follow` | what the outbox tells becomes one delivery for each who wants to be told |
//! | `deliver` | a delivery is tried until it is taken, or for the last time |
//! | `parcel` | what is in a delivery: files are made when it is tried |
//! | `words` | what mails say, in three languages |
//!
//! These objects belong to a party: whoever stands for the same advertisers and publishers in the same role. Schedules and subscriptions
//! look with the eyes of whoever made them, as long as he still has them.

pub mod deliver;
pub mod due;
pub mod follow;
pub mod kept;
mod parcel;
pub mod password_resets;
pub mod postbacks;
pub mod reports;
pub mod subscriptions;
pub mod webhooks;
mod words;

pub use parcel::About;
pub use words::Language;

use model::{
    PublisherId,
    access::{Membership, Right, Role},
};

use crate::access::Actor;

/// The side that somebody stands on, as deliveries and what is kept are found by it.
pub(crate) fn party(actor: &Actor) -> String {
    let membership = &actor.membership;
    if membership.role == Role::Operator {
        return "operator".to_owned();
    }
    let mut ids: Vec<String> = membership.advertisers.iter().map(ToString::to_string).collect();
    ids.extend(membership.publishers.iter().map(ToString::to_string));
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        // Two who stand for nobody have nothing in common.
        ids.extend(actor.user_id().map(|user| user.to_string()));
    }
    let role = match membership.role {
        Role::Operator => "operator",
        Role::Advertiser => "advertiser",
        Role::Publisher => "publisher",
        Role::Manager => "manager",
    };
    format!("{role} {}", ids.join(" "))
}

/// The side of a publisher, whoever acts for him.
fn of_publisher(publisher: PublisherId) -> String {
    format!("publisher {publisher}")
}

/// The eyes of somebody, without his rights to change anything: they may become fewer.
fn eyes(actor: &Actor) -> Membership {
    Membership { right: Right::Read, ..actor.membership.clone() }
}
