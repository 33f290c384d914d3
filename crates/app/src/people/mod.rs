//! People and keys: who can sign in, with what, and what for.

pub mod hands;
pub mod keys;
pub mod password_links;
pub mod passwords;
pub mod second_factor;
pub mod sessions;
pub mod setup;
pub mod totp;
pub mod users;

use model::{
    access::Membership,
    parties::{Advertiser, Publisher},
};
use store::{Tx, configuration};

use crate::{access::check_membership, errors::Refusal};

/// Checks a membership that is about to be given: that it makes sense and that its parties are of its network.
///
/// # Errors
/// `field_invalid`; storage errors.
fn check_new_membership(tx: &mut Tx<'_>, membership: &Membership) -> Result<(), Refusal> {
    check_membership(membership)?;
    for (place, id) in membership.advertisers.iter().enumerate() {
        let party: Option<Advertiser> = configuration::get(tx, *id)?;
        if party.is_none_or(|party| party.network_id != membership.network_id) {
            return Err(Refusal::field(
                format!("advertisers[{place}]"),
                format!("there is no advertiser {id}"),
            ));
        }
    }
    for (place, id) in membership.publishers.iter().enumerate() {
        let party: Option<Publisher> = configuration::get(tx, *id)?;
        if party.is_none_or(|party| party.network_id != membership.network_id) {
            return Err(Refusal::field(
                format!("publishers[{place}]"),
                format!("there is no publisher {id}"),
            ));
        }
    }
    Ok(())
}
