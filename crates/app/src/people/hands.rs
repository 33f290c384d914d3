//! Whose hands an account is in.
//!
//! Money leaves when two people agree, and two accounts are not two people: whoever creates an account knows its first password,
//! whoever sets a password, makes a link that sets it, or sets the address knows how to sign in, and whoever makes an operator chooses his second person himself. So each
//! of these is noted, and two accounts are held to be two people's only when nobody had both of them in his hands, also not by
//! way of a third account. What a person does about his own account afterwards proves nothing: it may be the other one who does it.
//! Only whoever runs the machine can say that an account is its person's, by giving it a new password (`merit user
//! reset-password`). A key that was made before that and still works keeps the account in the old hands.

use std::collections::BTreeMap;

use model::{
    ApiKeyId, AuditId, Timestamp, UserId,
    access::{Membership, Role},
    parties::{ApiKey, Status, User},
};
use store::{
    Tx,
    configuration::{self, Filter},
    user_hands as rows,
    user_hands::{Hand, Way},
};

use crate::{access::Who, command::Change, errors::Refusal};

/// Notes that the actor let this person in.
pub(super) fn note_created(change: &mut Change<'_, '_>, person: UserId) -> Result<(), Refusal> {
    note(change, person, Way::Created)
}

/// Notes what the actor did about this person's account that puts it into his hands, or takes it out of all others'.
pub(super) fn note_changed(change: &mut Change<'_, '_>, before: &User, after: &User) -> Result<(), Refusal> {
    let password = before.password_hash != after.password_hash;
    if change.actor.who == Who::System {
        return if password { insert(change, after.id, Way::HandedOver) } else { Ok(()) };
    }
    if password {
        note(change, after.id, Way::Password)?;
    }
    if before.email != after.email {
        note(change, after.id, Way::Email)?;
    }
    if after.memberships.iter().any(|given| makes_operator(&before.memberships, given)) {
        note(change, after.id, Way::Membership)?;
    }
    Ok(())
}

/// Notes that the actor holds a link with which this person's password can be set.
pub(super) fn note_link(change: &mut Change<'_, '_>, person: UserId) -> Result<(), Refusal> {
    note(change, person, Way::Password)
}

/// Whether `given` lets somebody do more as an operator than he could before.
fn makes_operator(before: &[Membership], given: &Membership) -> bool {
    given.role == Role::Operator && !before.iter().any(|had| had.covers(given))
}

fn note(change: &mut Change<'_, '_>, person: UserId, way: Way) -> Result<(), Refusal> {
    if change.actor.user_id().is_none_or(|giver| giver == person) {
        return Ok(());
    }
    insert(change, person, way)
}

fn insert(change: &mut Change<'_, '_>, person: UserId, way: Way) -> Result<(), Refusal> {
    let giver = change.actor.user_id().map_or_else(|| change.actor.word(), |user| format!("user:{user}"));
    let row = AuditId::new(change.now, change.entropy);
    Ok(rows::insert(change.tx, row, person, &Hand { at: change.now, way, giver })?)
}

/// One account that had another in its hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// Whose hands.
    pub holder: UserId,
    /// What it held.
    pub held: UserId,
    /// How.
    pub way: Way,
}

impl std::fmt::Display for Tie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let did = match self.way {
            Way::Created => "created",
            Way::Changed => "set the password, the address or the rights of",
            Way::Password => "set the password of",
            Way::Email => "set the e-mail address of",
            Way::Membership => "gave the rights of an operator to",
            Way::HandedOver => "handed over",
        };
        write!(f, "{} {did} {}", self.holder, self.held)
    }
}

/// Why these two accounts may be one person's; `None` when they are two people's.
///
/// # Errors
/// Storage errors.
pub fn tie(tx: &mut Tx<'_>, one: UserId, other: UserId, now: Timestamp) -> Result<Option<Tie>, Refusal> {
    let (of_one, of_other) = (holders(tx, one, now)?, holders(tx, other, now)?);
    let common = of_one.keys().find(|holder| of_other.contains_key(holder));
    // One of the two may be the holder himself, whom nobody held.
    Ok(common.and_then(|holder| of_one[holder].or(of_other[holder])))
}

/// Everybody who may act with an account, himself included, each with how he came to it.
fn holders(
    tx: &mut Tx<'_>,
    person: UserId,
    now: Timestamp,
) -> Result<BTreeMap<UserId, Option<Tie>>, Refusal> {
    let mut found = BTreeMap::from([(person, None)]);
    let mut open = vec![person];
    while let Some(held) = open.pop() {
        for (holder, way) in in_hands_of(tx, held, now)? {
            if let std::collections::btree_map::Entry::Vacant(place) = found.entry(holder) {
                place.insert(Some(Tie { holder, held, way }));
                open.push(holder);
            }
        }
    }
    Ok(found)
}

/// Who has this account in his hands directly.
fn in_hands_of(tx: &mut Tx<'_>, person: UserId, now: Timestamp) -> Result<Vec<(UserId, Way)>, Refusal> {
    let hands = rows::of(tx, person)?;
    let Some(over) = hands.iter().filter(|hand| hand.way == Way::HandedOver).map(|hand| hand.at).max() else {
        return holders_of(tx, hands.iter());
    };
    let filters = [Filter::id("user_id", person.bytes())];
    let works = |key: &ApiKey| key.status == Status::Active && key.expires_at.is_none_or(|end| now < end);
    let keys: Vec<ApiKey> = configuration::list(tx, &filters, None, usize::MAX, works)?;
    let lives_on = |hand: &Hand| keys.iter().any(|key| key.created_at >= hand.at && key.created_at <= over);
    holders_of(tx, hands.iter().filter(|hand| hand.at > over || lives_on(hand)))
}

fn holders_of<'h>(
    tx: &mut Tx<'_>,
    hands: impl Iterator<Item = &'h Hand>,
) -> Result<Vec<(UserId, Way)>, Refusal> {
    let mut found = Vec::new();
    for hand in hands.filter(|hand| hand.way != Way::HandedOver) {
        if let Some(holder) = person_of(tx, &hand.giver)? {
            found.push((holder, hand.way));
        }
    }
    Ok(found)
}

/// The person behind a word of the audit log.
fn person_of(tx: &mut Tx<'_>, word: &str) -> Result<Option<UserId>, Refusal> {
    if let Some(user) = word.strip_prefix("user:") {
        return Ok(user.parse().ok());
    }
    let Some(Ok(key)) = word.strip_prefix("key:").map(str::parse::<ApiKeyId>) else { return Ok(None) };
    let key: Option<ApiKey> = configuration::get(tx, key)?;
    Ok(key.map(|key| key.user_id))
}
