//! Use cases of configuration: the network, its parties, programs, contracts and links.
//!
//! Every function checks who may do it (`access`), then what is asked (`checks`), then writes through
//! [`crate::command::Change`], which adds the audit row. An update takes a closure that makes the new record from the
//! stored one, so that whoever calls decides which fields can be changed and the rules here see both.

pub mod acceptances;
pub mod advertisers;
pub mod applications;
pub mod contracts;
pub mod creatives;
pub mod exchange_rates;
pub mod groups;
pub mod links;
pub mod members;
pub mod networks;
pub mod payout_tables;
pub mod pictures;
pub mod programs;
pub mod publishers;
pub mod referral_terms;
pub mod standings;
pub mod templates;

use store::configuration::Filter;

use crate::{
    access::Actor,
    errors::{ErrorCode, Reason, Refusal},
};

/// What a new record is made of in an update.
pub type Edit<'e, T> = &'e mut dyn FnMut(T) -> Result<T, Refusal>;

/// Refuses to change a field that is fixed for good.
pub(crate) fn fixed<V: PartialEq>(field: &str, before: &V, after: &V) -> Result<(), Refusal> {
    if before == after {
        Ok(())
    } else {
        Err(Refusal::field(field, "this cannot be changed once it is set").because(Reason::Fixed))
    }
}

/// Refuses to change a field that only the operator may set.
pub(crate) fn operator_only<V: PartialEq>(
    actor: &Actor,
    field: &str,
    before: &V,
    after: &V,
) -> Result<(), Refusal> {
    if actor.is_operator() || before == after {
        return Ok(());
    }
    let message = format!("only the operator of the network may set `{field}`");
    Err(Refusal { field: Some(field.to_owned()), ..Refusal::new(ErrorCode::RightMissing, message) })
}

/// Asserts that a new record belongs to the network of whoever makes it: a mistake in the program otherwise.
pub(crate) fn own_network(actor: &Actor, network: model::NetworkId) -> Result<(), Refusal> {
    if network == actor.network() {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::Internal, "a record of another network was about to be written"))
}

/// Narrows a list to ids, when there are any to narrow it to.
pub(crate) fn narrow<'a, T>(
    filters: &mut Vec<Filter<'a>>,
    column: &'static str,
    ids: Option<&'a [T]>,
    bytes: impl Fn(&'a T) -> &'a [u8; 16],
) {
    if let Some(ids) = ids {
        filters.push(Filter { column, values: ids.iter().map(|one| store::id(bytes(one))).collect() });
    }
}
