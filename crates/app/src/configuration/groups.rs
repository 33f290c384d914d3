//! Groups of publishers: who is agreed with together, and who belongs to them since when.
//!
//! The network makes groups and says who is in them. Joining and leaving hold from the moment of the change on: what was
//! judged before keeps the contract that it was judged by, because a stay keeps its beginning and its end.

use std::collections::{BTreeSet, HashSet};

use model::{
    GroupMemberId, PublisherGroupId, PublisherId,
    group::{GroupMember, PublisherGroup},
    parties::Publisher,
};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{Edit, fixed, publishers};
use crate::{
    access::{Actor, Eyes, GROUP_CHANGE},
    checks,
    command::Change,
    errors::Refusal,
};

fn missing(id: PublisherGroupId) -> Refusal {
    Refusal::not_found(format!("group {id}"))
}

/// The groups that the publishers whom the actor acts for are or were in; none for operators, who need no list.
///
/// # Errors
/// Storage errors.
pub(crate) fn of_actor(tx: &mut Tx<'_>, actor: &Actor) -> Result<BTreeSet<PublisherGroupId>, Refusal> {
    let Some(publishers) = actor.publishers().filter(|publishers| !publishers.is_empty()) else {
        return Ok(BTreeSet::new());
    };
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    super::narrow(&mut filters, "publisher_id", Some(publishers), PublisherId::bytes);
    let stays = configuration::list(tx, &filters, None, usize::MAX, |_: &GroupMember| true)?;
    Ok(stays.into_iter().map(|stay| stay.group_id).collect())
}

/// A group.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: PublisherGroupId) -> Result<(PublisherGroup, Eyes), Refusal> {
    let group: PublisherGroup = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    let eyes = actor.eyes_on_group(&group, &of_actor(tx, actor)?);
    if eyes.open() { Ok((group, eyes)) } else { Err(missing(id)) }
}

/// A page of groups, newest first.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<PublisherGroupId>,
    limit: usize,
) -> Result<Vec<PublisherGroup>, Refusal> {
    let network = actor.network();
    let filters = [Filter::id("network_id", network.bytes())];
    let groups = of_actor(tx, actor)?;
    Ok(configuration::list(tx, &filters, before, limit, |group| actor.eyes_on_group(group, &groups).open())?)
}

/// A page of the stays in a group, newest first: all of them for the operator, else those of publishers that the actor
/// sees.
///
/// # Errors
/// `not_found`; storage errors.
pub fn members(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: PublisherGroupId,
    before: Option<GroupMemberId>,
    limit: usize,
) -> Result<Vec<GroupMember>, Refusal> {
    let _ = get(tx, actor, id)?;
    let seen: Option<HashSet<PublisherId>> = if actor.is_operator() {
        None
    } else {
        let publishers = publishers::list(tx, actor, None, usize::MAX)?;
        Some(publishers.into_iter().map(|(publisher, _)| publisher.id).collect())
    };
    let filters = [Filter::id("group_id", id.bytes())];
    let visible = |stay: &GroupMember| seen.as_ref().is_none_or(|seen| seen.contains(&stay.publisher_id));
    Ok(configuration::list(tx, &filters, before, limit, visible)?)
}

/// Makes a group.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn create(change: &mut Change<'_, '_>, name: String) -> Result<PublisherGroup, Refusal> {
    GROUP_CHANGE.check_role(change.actor)?;
    checks::text::name("name", &name)?;
    let group = PublisherGroup {
        id: PublisherGroupId::new(change.now, change.entropy),
        network_id: change.actor.network(),
        name,
        created_at: change.now,
    };
    change.insert(&group, &group.id)?;
    Ok(group)
}

/// Changes a group.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: PublisherGroupId,
    edit: Edit<'_, PublisherGroup>,
) -> Result<PublisherGroup, Refusal> {
    let before = changeable(change, id)?;
    let after = edit(before.clone())?;
    fixed("id", &before.id, &after.id)?;
    fixed("network_id", &before.network_id, &after.network_id)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    checks::text::name("name", &after.name)?;
    change.update(&before, &after, &id)?;
    Ok(after)
}

fn changeable(change: &mut Change<'_, '_>, id: PublisherGroupId) -> Result<PublisherGroup, Refusal> {
    let (group, eyes) = get(change.tx, change.actor, id)?;
    GROUP_CHANGE.check(change.actor, eyes, &format!("group {id}"))?;
    Ok(group)
}

/// The stay that lasts.
fn present(
    tx: &mut Tx<'_>,
    group: PublisherGroupId,
    publisher: PublisherId,
) -> Result<Option<GroupMember>, Refusal> {
    let filters = [Filter::id("group_id", group.bytes()), Filter::id("publisher_id", publisher.bytes())];
    let lasts = |stay: &GroupMember| stay.left_at.is_none();
    Ok(configuration::list(tx, &filters, None, 1, lasts)?.pop())
}

/// Lets a publisher into a group, from now on.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `taken`; storage errors.
pub fn join(
    change: &mut Change<'_, '_>,
    id: PublisherGroupId,
    publisher_id: PublisherId,
) -> Result<GroupMember, Refusal> {
    let group = changeable(change, id)?;
    let publisher: Option<Publisher> = configuration::get(change.tx, publisher_id)?;
    if publisher.is_none_or(|publisher| publisher.network_id != group.network_id) {
        return Err(Refusal::unknown("publisher_id", format_args!("publisher {publisher_id}")));
    }
    if let Some(stay) = present(change.tx, id, publisher_id)? {
        let message = format!("he has been in this group since {}", stay.joined_at);
        return Err(Refusal::taken("publisher_id", message));
    }
    let stay = GroupMember {
        id: GroupMemberId::new(change.now, change.entropy),
        network_id: group.network_id,
        group_id: id,
        publisher_id,
        joined_at: change.now,
        left_at: None,
    };
    change.insert(&stay, &stay.id)?;
    Ok(stay)
}

/// Ends a publisher's stay in a group, from now on.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn leave(
    change: &mut Change<'_, '_>,
    id: PublisherGroupId,
    publisher_id: PublisherId,
) -> Result<GroupMember, Refusal> {
    changeable(change, id)?;
    let before = present(change.tx, id, publisher_id)?
        .ok_or_else(|| Refusal::not_found(format!("publisher {publisher_id} in group {id}")))?;
    // A clock that was set back must not end a stay before its beginning.
    let after = GroupMember { left_at: Some(change.now.max(before.joined_at)), ..before.clone() };
    change.update(&before, &after, &after.id)?;
    Ok(after)
}
