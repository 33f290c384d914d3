//! One-time links with which a person chooses his password himself: invitations of new people, and links for whoever forgot his.
//!
//! A link is handed over by the operator who makes it, or mailed to its person (`outputs::password_resets`).
//! An operator makes a link and hands it over; Merit shows it to him once and keeps only its hash. So whoever made it may have
//! used it himself, and counts as somebody who had the account in his hands (see `hands`). A link works once and for a
//! time; a new one, a password that was set otherwise, another address and a lost access end it. Unknown, used and
//! ended links are all the same *not found*.

use model::{
    SessionId, Timestamp, UserId,
    parties::{Status, User},
};
use store::{
    Tx, configuration, password_links as rows,
    password_links::{PasswordLink, Purpose},
    sessions,
};

use super::{hands, users};
use crate::{
    access::{Actor, Who},
    command::Change,
    errors::Refusal,
    secrets_shown::{self, Shown, sha256_hex},
};

/// What every token begins with.
pub const PREFIX: &str = "ml_";
/// How long an invitation works, in seconds: a week.
pub const INVITATION_SECONDS: i64 = 7 * 86_400;
/// How long a link for a forgotten password works that is handed over, in seconds: a day.
pub const RESET_SECONDS: i64 = 86_400;
/// How long a link works that is mailed, in seconds: an hour. Mails lie in boxes that others read some day.
pub const MAILED_SECONDS: i64 = 3_600;

/// What whoever holds a link may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSeen {
    /// What for.
    pub purpose: Purpose,
    /// Whose name.
    pub name: String,
    /// With what he will sign in.
    pub email: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A link for a person: an invitation as long as he has no password.
///
/// # Errors
/// Storage errors.
pub fn make(change: &mut Change<'_, '_>, user: &User) -> Result<(PasswordLink, Shown), Refusal> {
    let purpose = if user.password_hash.is_empty() { Purpose::Invitation } else { Purpose::Reset };
    let seconds = match purpose {
        Purpose::Invitation => INVITATION_SECONDS,
        Purpose::Reset => RESET_SECONDS,
    };
    let (link, token) = draw(change, user, purpose, seconds);
    rows::forget(change.tx, change.now)?;
    rows::replace(change.tx, &link)?;
    note(change, &link)?;
    Ok((link, token))
}

/// A link that is mailed to its person, so it is in nobody else's hands. Those that he has stay as they are: anybody can ask for this one, and
/// must not end them with it.
///
/// # Errors
/// Storage errors.
pub fn make_mailed(change: &mut Change<'_, '_>, user: &User) -> Result<Shown, Refusal> {
    let (link, token) = draw(change, user, Purpose::Reset, MAILED_SECONDS);
    rows::forget(change.tx, change.now)?;
    rows::insert(change.tx, &link)?;
    note(change, &link)?;
    Ok(token)
}

fn draw(change: &Change<'_, '_>, user: &User, purpose: Purpose, seconds: i64) -> (PasswordLink, Shown) {
    let token = secrets_shown::draw(PREFIX, change.entropy);
    let link = PasswordLink {
        token_sha256: token.sha256_hex(),
        user_id: user.id,
        purpose,
        created_at: change.now,
        expires_at: change.now.plus_seconds(seconds),
    };
    (link, token)
}

fn note(change: &mut Change<'_, '_>, link: &PasswordLink) -> Result<(), Refusal> {
    let noted = serde_json::json!({ "link": link.purpose.word(), "expires_at": link.expires_at });
    let network = change.actor.network();
    change.audit(Some(network), &link.user_id, &noted)
}

/// A link for somebody who forgot his password, or whose invitation ran out.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict`; storage errors.
pub fn reset(change: &mut Change<'_, '_>, id: UserId) -> Result<(PasswordLink, Shown), Refusal> {
    let user = users::get(change.tx, change.actor, id)?;
    if change.actor.user_id() == Some(id) {
        return Err(Refusal::state("change your own password in your account"));
    }
    users::check_access_change(change.actor, &user)?;
    if user.status != Status::Active {
        return Err(Refusal::state("this person may not sign in; make the account active first"));
    }
    hands::note_link(change, id)?;
    make(change, &user)
}

/// What a link is for, as long as it works.
///
/// # Errors
/// `not_found`; storage errors.
pub fn look(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<LinkSeen, Refusal> {
    let (link, user) = find(tx, token, now)?;
    Ok(LinkSeen { purpose: link.purpose, name: user.name, email: user.email, expires_at: link.expires_at })
}

/// Sets the password that the person chose, ends his sessions, and uses the link up.
///
/// # Errors
/// `not_found`; storage errors.
pub fn redeem(change: &mut Change<'_, '_>, token: &str, password_hash: &str) -> Result<User, Refusal> {
    let (link, before) = find(change.tx, token, change.now)?;
    if !rows::take(change.tx, &link.token_sha256)? {
        return Err(gone());
    }
    let membership = before.memberships.first().cloned().ok_or_else(gone)?;
    // He has no session yet; it is he who acts, and nobody else's hands come into it.
    let who = Who::Person { user_id: before.id, session_id: SessionId::from_bytes([0; 16]) };
    let person = Actor { who, membership };
    let after = User { password_hash: password_hash.to_owned(), ..before.clone() };
    change.acting_as(&person, |change| change.update(&before, &after, &before.id))?;
    sessions::end_all_of(change.tx, before.id)?;
    rows::end_all_of(change.tx, before.id)?;
    Ok(after)
}

fn find(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<(PasswordLink, User), Refusal> {
    let link = rows::by_token(tx, &sha256_hex(token), now)?.ok_or_else(gone)?;
    let user: Option<User> = configuration::get(tx, link.user_id)?;
    let user = user.filter(users::may_sign_in);
    Ok((link, user.ok_or_else(gone)?))
}

fn gone() -> Refusal {
    Refusal::not_found("such link, or it was used, replaced or has ended; ask for another one")
}
