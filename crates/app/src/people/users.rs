//! People: created and changed by the operator of a network; everybody changes his own name and password.
//!
//! A person has at most one membership in a network and may have some in several. The operator of one network
//! decides about the membership in his network alone; name, address, password and status of somebody who serves other
//! networks too are that person's own, or else one operator could take over another network.

use model::{
    UserId,
    access::Membership,
    parties::{Status, User},
};
use store::{Tx, configuration, password_links, sessions};

use super::hands;
use crate::{
    access::{Actor, OVERSEE, USER_CHANGE, Who},
    checks,
    command::Change,
    configuration::{Edit, fixed},
    errors::{ErrorCode, Refusal},
};

/// Networks that one person can serve.
pub const MEMBERSHIPS_MAX: usize = 100;

fn missing(id: UserId) -> Refusal {
    Refusal::not_found(format!("user {id}"))
}

/// The person, for the operator and for himself.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: UserId) -> Result<User, Refusal> {
    let user: User = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    if actor.sees_person(&user) { Ok(user) } else { Err(missing(id)) }
}

/// The person with this e-mail address; for commands of whoever runs the machine and for signing in.
///
/// # Errors
/// Storage errors.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> store::Result<Option<User>> {
    configuration::find(tx, "email", store::Value::from(email.to_lowercase()))
}

/// Whether somebody is let in when he proves who he is.
pub fn may_sign_in(user: &User) -> bool {
    user.status == Status::Active && !user.memberships.is_empty()
}

/// A page of the network's people, newest first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<UserId>,
    limit: usize,
) -> Result<Vec<User>, Refusal> {
    OVERSEE.check_role(actor)?;
    Ok(configuration::users_of(tx, actor.network(), before, limit)?)
}

/// Lets a person in.
///
/// # Errors
/// `right_missing`, `field_invalid`, `taken` (`email`); storage errors.
pub fn create(change: &mut Change<'_, '_>, user: User) -> Result<User, Refusal> {
    USER_CHANGE.check_role(change.actor)?;
    check_identity(&user)?;
    let [membership] = user.memberships.as_slice() else {
        return Err(Refusal::field("membership", "a new person has one membership"));
    };
    check_given(change, membership)?;
    if by_email(change.tx, &user.email)?.is_some() {
        return Err(Refusal::taken("email", "somebody has this e-mail address already"));
    }
    change.insert(&user, &user.id)?;
    hands::note_created(change, user.id)?;
    Ok(user)
}

/// Changes a person. Sessions end with a new password and when he may not sign in any more.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `taken` (`email`); storage errors.
pub fn update(change: &mut Change<'_, '_>, id: UserId, edit: Edit<'_, User>) -> Result<User, Refusal> {
    let before = get(change.tx, change.actor, id)?;
    let after = edit(before.clone())?;
    fixed("id", &before.id, &after.id)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    let own = change.actor.user_id() == Some(id);
    check_right(change.actor, own, &before, &after)?;
    check_identity(&after)?;
    check_memberships(change, own, &before, &after)?;
    if before.email != after.email && by_email(change.tx, &after.email)?.is_some() {
        return Err(Refusal::taken("email", "somebody has this e-mail address already"));
    }
    change.update(&before, &after, &id)?;
    hands::note_changed(change, &before, &after)?;
    if before.password_hash != after.password_hash || after.status != Status::Active {
        sessions::end_all_of(change.tx, id)?;
        password_links::end_all_of(change.tx, id)?;
    }
    if before.email != after.email {
        password_links::end_all_of(change.tx, id)?;
    }
    Ok(after)
}

/// Who may change what of a person: everybody his own name and password with a session, the operator the rest.
fn check_right(actor: &Actor, own: bool, before: &User, after: &User) -> Result<(), Refusal> {
    let only_mine =
        User { name: after.name.clone(), password_hash: after.password_hash.clone(), ..before.clone() };
    if own && only_mine == *after && matches!(actor.who, Who::Person { .. }) {
        return Ok(());
    }
    USER_CHANGE.check_role(actor)?;
    if own && before.status != after.status {
        return Err(Refusal::state("you cannot take away your own access; another operator can"));
    }
    let membership_only = User { memberships: after.memberships.clone(), ..before.clone() };
    if membership_only != *after {
        check_elsewhere(actor, before)?;
    }
    if before.password_hash != after.password_hash || before.email != after.email {
        check_access_change(actor, before)?;
    }
    Ok(())
}

/// Whether the actor may decide how this person signs in: not of somebody who serves other networks too, and not of one who may do
/// more than he, or he could act as that one.
///
/// # Errors
/// `right_missing`.
pub(super) fn check_access_change(actor: &Actor, user: &User) -> Result<(), Refusal> {
    USER_CHANGE.check_role(actor)?;
    if actor.who == Who::System {
        return Ok(());
    }
    check_elsewhere(actor, user)?;
    if user.memberships.iter().all(|membership| actor.membership.covers(membership)) {
        return Ok(());
    }
    let message = "this person may do more than you; somebody who may do as much can change how he signs in";
    Err(Refusal::new(ErrorCode::RightMissing, message))
}

fn check_elsewhere(actor: &Actor, user: &User) -> Result<(), Refusal> {
    let elsewhere = user.memberships.iter().any(|membership| membership.network_id != actor.network());
    if !elsewhere || actor.who == Who::System {
        return Ok(());
    }
    let message = "this person serves other networks too; you may only change the membership in yours";
    Err(Refusal::new(ErrorCode::RightMissing, message))
}

/// Only the membership in the actor's own network changes, and never to more than the actor has.
fn check_memberships(
    change: &mut Change<'_, '_>,
    own: bool,
    before: &User,
    after: &User,
) -> Result<(), Refusal> {
    if before.memberships == after.memberships {
        return Ok(());
    }
    if own {
        return Err(Refusal::state("you cannot change your own membership; another operator can"));
    }
    let network = change.actor.network();
    let others = |user: &User| -> Vec<Membership> {
        user.memberships.iter().filter(|membership| membership.network_id != network).cloned().collect()
    };
    let here: Vec<&Membership> =
        after.memberships.iter().filter(|membership| membership.network_id == network).collect();
    if others(before) != others(after) || here.len() > 1 || after.memberships.len() > MEMBERSHIPS_MAX {
        return Err(Refusal::field("membership", "one membership in your network, none in others"));
    }
    here.into_iter().try_for_each(|membership| check_given(change, membership))
}

fn check_given(change: &mut Change<'_, '_>, membership: &Membership) -> Result<(), Refusal> {
    super::check_new_membership(change.tx, membership).map_err(|refusal| refusal.within("membership"))?;
    if change.actor.membership.covers(membership) {
        return Ok(());
    }
    let message = "you cannot give more than you have";
    Err(Refusal { field: Some("membership".to_owned()), ..Refusal::new(ErrorCode::RightMissing, message) })
}

fn check_identity(user: &User) -> Result<(), Refusal> {
    checks::text::name("name", &user.name)?;
    let email = checks::text::email("email", &user.email)?;
    if email != user.email {
        return Err(Refusal::field("email", "write the address in lower case"));
    }
    Ok(())
}
