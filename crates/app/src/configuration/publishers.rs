//! Publishers: who brings visitors and is paid.

use std::collections::HashSet;

use model::{
    PublisherId,
    parties::{Publisher, Status},
};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{Edit, fixed, operator_only};
use crate::{
    access::{Actor, Eyes, PARTY_CREATE, PUBLISHER_CHANGE},
    checks,
    command::Change,
    errors::Refusal,
};

fn missing(id: PublisherId) -> Refusal {
    Refusal::not_found(format!("publisher {id}"))
}

/// The publishers that the actor knows from the advertisers' side: those with a link or contract in their programs.
fn partners(tx: &mut Tx<'_>, actor: &Actor) -> Result<HashSet<PublisherId>, Refusal> {
    match actor.advertisers() {
        None | Some([]) => Ok(HashSet::new()),
        Some(advertisers) => {
            Ok(configuration::publishers_working_for(tx, advertisers)?.into_iter().collect())
        }
    }
}

/// The publisher, for himself, the operator and the advertisers he works for.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: PublisherId) -> Result<(Publisher, Eyes), Refusal> {
    let publisher: Publisher = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    let mut eyes = actor.eyes(publisher.network_id, None, Some(id));
    if publisher.network_id == actor.network() && !eyes.advertiser {
        eyes.advertiser = partners(tx, actor)?.contains(&id);
    }
    if eyes.open() { Ok((publisher, eyes)) } else { Err(missing(id)) }
}

/// A page of publishers, newest first.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<PublisherId>,
    limit: usize,
) -> Result<Vec<(Publisher, Eyes)>, Refusal> {
    let network = actor.network();
    let partners = partners(tx, actor)?;
    let eyes = |publisher: &Publisher| {
        let eyes = actor.eyes(network, None, Some(publisher.id));
        Eyes { advertiser: eyes.advertiser || partners.contains(&publisher.id), ..eyes }
    };
    let filters = [Filter::id("network_id", network.bytes())];
    let found = configuration::list(tx, &filters, before, limit, |publisher| eyes(publisher).open())?;
    Ok(found.into_iter().map(|publisher| (publisher.clone(), eyes(&publisher))).collect())
}

/// An active publisher of the actor's network whom he may name.
pub(crate) fn active(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: PublisherId,
    may_name: impl Fn(&Publisher) -> bool,
) -> Result<Publisher, Refusal> {
    let publisher: Option<Publisher> = configuration::get(tx, id)?;
    let publisher = publisher.filter(|one| one.network_id == actor.network() && may_name(one));
    let Some(publisher) = publisher else {
        return Err(Refusal::unknown("publisher_id", format_args!("publisher {id}")));
    };
    if publisher.status == Status::Active {
        return Ok(publisher);
    }
    let message = format!("the publisher is {}, not active", publisher.status.word());
    Err(Refusal::state(message).within("publisher_id"))
}

/// Registers a publisher.
///
/// # Errors
/// `right_missing`, `field_invalid`, `taken` (`external_id`); storage errors.
pub fn create(change: &mut Change<'_, '_>, publisher: Publisher) -> Result<Publisher, Refusal> {
    PARTY_CREATE.check_role(change.actor)?;
    super::own_network(change.actor, publisher.network_id)?;
    check(&publisher)?;
    if let Some(id) = publisher.referred_by {
        let referrer: Option<Publisher> = configuration::get(change.tx, id)?;
        if referrer.is_none_or(|referrer| referrer.network_id != publisher.network_id) {
            return Err(Refusal::unknown("referred_by", format_args!("publisher {id}")));
        }
    }
    change.insert(&publisher, &publisher.id)?;
    Ok(publisher)
}

/// Changes a publisher. Status and external id are the operator's.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `taken` (`external_id`); storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: PublisherId,
    edit: Edit<'_, Publisher>,
) -> Result<Publisher, Refusal> {
    let (before, eyes) = get(change.tx, change.actor, id)?;
    PUBLISHER_CHANGE.check(change.actor, eyes, &format!("publisher {id}"))?;
    let after = edit(before.clone())?;
    fixed("id", &before.id, &after.id)?;
    fixed("network_id", &before.network_id, &after.network_id)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    fixed("referred_by", &before.referred_by, &after.referred_by)?;
    operator_only(change.actor, "status", &before.status, &after.status)?;
    operator_only(change.actor, "external_id", &before.external_id, &after.external_id)?;
    check(&after)?;
    change.update(&before, &after, &id)?;
    Ok(after)
}

fn check(publisher: &Publisher) -> Result<(), Refusal> {
    checks::text::name("name", &publisher.name)?;
    if let Some(external_id) = &publisher.external_id {
        checks::text::external_id("external_id", external_id)?;
    }
    let own = &publisher.own_customers_sha256;
    checks::length("own_customers_sha256", own, 1000)?;
    checks::each("own_customers_sha256", own, |one| checks::text::sha256_hex(one))
}
