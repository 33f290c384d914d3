//! API keys: a subset of their owner's rights, shown once, revoked at any time.

use model::{
    ApiKeyId, Timestamp,
    access::Membership,
    parties::{ApiKey, Status, User},
};
use store::{
    Tx, Value,
    configuration::{self, Filter},
};

use crate::{
    access::{Actor, KEY_MAKE, KEY_MAKE_BY_KEY, Who},
    checks,
    command::Change,
    errors::{ErrorCode, Refusal},
    secrets_shown::{self, Shown},
};

/// What every key begins with.
pub const PREFIX: &str = "mk_";

/// What a new key may do.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Shown name.
    pub name: String,
    /// What it may do: not more than whoever makes it.
    pub membership: Membership,
    /// When it stops working; none never.
    pub expires_at: Option<Timestamp>,
}

fn missing(id: ApiKeyId) -> Refusal {
    Refusal::not_found(format!("API key {id}"))
}

fn sees(actor: &Actor, key: &ApiKey) -> bool {
    let here = key.membership.network_id == actor.network();
    here && (actor.is_operator() || actor.user_id() == Some(key.user_id))
}

/// A page of keys, newest first: one's own, or all of the network for the operator.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<ApiKeyId>,
    limit: usize,
) -> Result<Vec<ApiKey>, Refusal> {
    let network = actor.network();
    let filters = [Filter::id("network_id", network.bytes())];
    Ok(configuration::list(tx, &filters, before, limit, |key| sees(actor, key))?)
}

/// Makes a key for `owner` and gives its secret, which is not stored.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn create(change: &mut Change<'_, '_>, owner: &User, new: NewKey) -> Result<(ApiKey, Shown), Refusal> {
    match change.actor.who {
        Who::Key { .. } => KEY_MAKE_BY_KEY.check_role(change.actor)?,
        Who::Person { .. } | Who::System => KEY_MAKE.check_role(change.actor)?,
    }
    checks::text::name("name", &new.name)?;
    super::check_new_membership(change.tx, &new.membership)
        .map_err(|refusal| refusal.within("membership"))?;
    let owners = owner.memberships.iter().any(|membership| membership.covers(&new.membership));
    if !owners || !change.actor.membership.covers(&new.membership) {
        let message = "a key cannot have more rights than whoever makes it";
        return Err(Refusal {
            field: Some("membership".to_owned()),
            ..Refusal::new(ErrorCode::RightMissing, message)
        });
    }
    if new.expires_at.is_some_and(|expires_at| expires_at <= change.now) {
        return Err(Refusal::field("expires_at", "a key expires after it is made"));
    }
    let secret = secrets_shown::draw(PREFIX, change.entropy);
    let key = ApiKey {
        id: ApiKeyId::new(change.now, change.entropy),
        user_id: owner.id,
        name: new.name,
        secret_sha256: secret.sha256_hex(),
        membership: new.membership,
        status: Status::Active,
        expires_at: new.expires_at,
        created_at: change.now,
    };
    change.insert(&key, &key.id)?;
    Ok((key, secret))
}

/// Stops a key for good.
///
/// # Errors
/// `not_found`; storage errors.
pub fn revoke(change: &mut Change<'_, '_>, id: ApiKeyId) -> Result<ApiKey, Refusal> {
    let before: ApiKey = configuration::get(change.tx, id)?.ok_or_else(|| missing(id))?;
    if !sees(change.actor, &before) {
        return Err(missing(id));
    }
    let after = ApiKey { status: Status::Closed, ..before.clone() };
    change.update(&before, &after, &id)?;
    Ok(after)
}

/// Who acts with this secret at `now`: nobody when the key is unknown, revoked or expired, or when its owner may
/// not sign in any more or has lost what the key carries.
///
/// # Errors
/// Storage errors.
pub fn actor_of(tx: &mut Tx<'_>, secret: &str, now: Timestamp) -> store::Result<Option<Actor>> {
    let sha256 = secrets_shown::sha256_hex(secret);
    let Some(key): Option<ApiKey> = configuration::find(tx, "secret_sha256", Value::from(sha256))? else {
        return Ok(None);
    };
    let Some(owner): Option<User> = configuration::get(tx, key.user_id)? else { return Ok(None) };
    let works = key.status == Status::Active && key.expires_at.is_none_or(|expires_at| now < expires_at);
    let owners = owner.status == Status::Active
        && owner.memberships.iter().any(|membership| membership.covers(&key.membership));
    let who = Who::Key { key_id: key.id, user_id: key.user_id };
    Ok((works && owners).then_some(Actor { who, membership: key.membership }))
}
