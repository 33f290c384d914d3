//! Quarantine: requests that could not become touches or conversions, for whoever can do something about them.

use model::QuarantineId;
use store::{Tx, quarantine, quarantine::Quarantined};

use super::page_size;
use crate::{
    access::{Actor, QUARANTINE_LOOK},
    errors::Refusal,
};

/// A page of rows, newest first: the operator sees those of his network and those of none, an advertiser his own.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<QuarantineId>,
    limit: usize,
) -> Result<Vec<Quarantined>, Refusal> {
    QUARANTINE_LOOK.check_role(actor)?;
    Ok(quarantine::list(tx, Some(actor.network()), actor.advertisers(), before, page_size(limit))?)
}
