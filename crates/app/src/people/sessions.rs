//! Signing in with a password, and the sessions that follow.
//!
//! A session is a random cookie of which only the hash is stored. Its CSRF token is made from the cookie, so
//! that a page that was loaded again can be told it, and a foreign page cannot know it. Failed attempts are
//! counted in memory by address and e-mail: a restart forgives them, which costs an attacker more than it gives him. Wrong codes
//! beside a right password are counted by person too, since whoever has the password can ask from many addresses.

use std::{net::IpAddr, sync::Arc};

use model::{
    NetworkId, SessionId, Timestamp, UserId,
    parties::{Status, User},
    time::SECOND_US,
};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use store::{
    Tx, configuration,
    sessions::{self, Session},
};

use super::{passwords, second_factor, second_factor::Checked, users};
use crate::{
    App,
    access::{Actor, Who},
    command::Change,
    errors::{ErrorCode, Refusal},
    secrets_shown::{self, Shown},
};

/// How long a session lasts, in seconds: two weeks.
pub const SESSION_SECONDS: i64 = 14 * 86_400;
/// Failed attempts for one address and e-mail before waiting.
pub const FAILURES_MAX: u32 = 5;
/// Failed attempts for one address, whatever the e-mail, before waiting.
pub const FAILURES_OF_ADDRESS_MAX: u32 = 50;
/// Wrong codes of one person, from wherever, before waiting.
pub const WRONG_CODES_MAX: u32 = 10;
/// Links for forgotten passwords that one address may ask for before waiting, whoever they are for.
pub const RESETS_OF_ADDRESS_MAX: u32 = 10;
/// How long failures are remembered, in seconds.
pub const FAILURES_SECONDS: i64 = 15 * 60;
/// Entries that are remembered at most; an attacker must not fill the memory.
const ENTRIES_MAX: usize = 100_000;

/// A session that has just begun.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// The session.
    pub session: Session,
    /// The cookie.
    pub token: Shown,
    /// The CSRF token.
    pub csrf_token: String,
}

/// Whose failures are counted together: an address and an e-mail, or with an empty e-mail the address as a whole.
type Suspect = (Option<IpAddr>, String);

/// Failed attempts of late.
#[derive(Debug, Default)]
pub struct Attempts {
    /// How many, and since when.
    failures: Mutex<FxHashMap<Suspect, (u32, Timestamp)>>,
}

impl Attempts {
    fn waits(&self, address: Option<IpAddr>, email: &str, now: Timestamp) -> Option<u32> {
        let of_both = self.wait_of(&(address, email.to_owned()), FAILURES_MAX, now);
        of_both.or_else(|| self.wait_of(&(address, String::new()), FAILURES_OF_ADDRESS_MAX, now))
    }

    fn wait_of(&self, key: &Suspect, max: u32, now: Timestamp) -> Option<u32> {
        let failures = self.failures.lock();
        let (count, since) = failures.get(key)?;
        let left = since.plus_seconds(FAILURES_SECONDS).micros_since(now);
        (*count >= max && left > 0).then(|| u32::try_from(left / SECOND_US + 1).unwrap_or(u32::MAX))
    }

    fn note_failure(&self, address: Option<IpAddr>, email: &str, now: Timestamp) {
        // The address alone is counted first: when the memory is full of fresh entries, there are fewer of those.
        self.note([(address, String::new()), (address, email.to_owned())], now);
    }

    /// Refuses whoever has to wait.
    ///
    /// # Errors
    /// `too_many_attempts`.
    fn check(&self, address: Option<IpAddr>, email: &str, now: Timestamp) -> Result<(), Refusal> {
        self.waits(address, email, now).map_or(Ok(()), |seconds| Err(too_many(seconds)))
    }

    /// Refuses whoever has to wait with codes.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub fn check_codes(&self, user: UserId, now: Timestamp) -> Result<(), Refusal> {
        self.wait_of(&of_codes(user), WRONG_CODES_MAX, now).map_or(Ok(()), |seconds| Err(too_many(seconds)))
    }

    /// Counts a wrong code of this person.
    pub fn note_wrong_code(&self, user: UserId, now: Timestamp) {
        self.note([of_codes(user)], now);
    }

    /// Counts a wish for a link, and refuses whoever had too many. Nothing in it depends on whether anybody signs in with the e-mail: where the
    /// address is not known, wishes are counted by what was named.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub fn ask_for_link(&self, address: Option<IpAddr>, email: &str, now: Timestamp) -> Result<(), Refusal> {
        let named = if address.is_some() { "" } else { email };
        let key = (address, format!("links {named}"));
        if let Some(seconds) = self.wait_of(&key, RESETS_OF_ADDRESS_MAX, now) {
            return Err(too_many(seconds));
        }
        self.note([key], now);
        Ok(())
    }

    fn note<const N: usize>(&self, keys: [Suspect; N], now: Timestamp) {
        let mut failures = self.failures.lock();
        let fresh = |since: Timestamp| now < since.plus_seconds(FAILURES_SECONDS);
        if failures.len() >= ENTRIES_MAX {
            failures.retain(|_, (_, since)| fresh(*since));
        }
        for key in keys {
            if failures.len() >= ENTRIES_MAX && !failures.contains_key(&key) {
                continue;
            }
            let entry = failures.entry(key).or_insert((0, now));
            *entry = if fresh(entry.1) { (entry.0.saturating_add(1), entry.1) } else { (1, now) };
        }
    }

    fn forgive(&self, address: Option<IpAddr>, email: &str) {
        self.failures.lock().remove(&(address, email.to_owned()));
    }
}

/// The place of a person's wrong codes: no e-mail address has a space.
fn of_codes(user: UserId) -> Suspect {
    (None, format!("codes of {user}"))
}

fn too_many(seconds: u32) -> Refusal {
    let message = format!("too many failed attempts; try again in {seconds} seconds");
    let refusal = Refusal::new(ErrorCode::TooManyAttempts, message);
    Refusal { retry_after_seconds: Some(seconds), ..refusal }
}

/// Who wants to sign in.
#[derive(Debug)]
pub struct SignIn {
    /// From which address, when the server knows it.
    pub address: Option<IpAddr>,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// The code of the second factor.
    pub code: Option<String>,
    /// With what, as the browser names itself.
    pub user_agent: Option<String>,
    /// Only check: the session that is shown does not work.
    pub dry_run: bool,
}

/// The longest name of a browser that is kept, in characters.
const USER_AGENT_CHARACTERS_MAX: usize = 300;

/// Why the transaction of a sign-in ends without a session.
enum Ended {
    /// Rolled back on purpose.
    DryRun,
    Refused(Refusal),
}

impl From<store::Error> for Ended {
    fn from(error: store::Error) -> Self {
        Self::Refused(error.into())
    }
}

/// Signs a person in.
///
/// # Errors
/// `sign_in_refused`, `second_factor_needed`, `second_factor_wrong`, `too_many_attempts`; storage errors.
pub async fn sign_in(app: &App, attempts: &Attempts, sign_in: SignIn) -> Result<SignedIn, Refusal> {
    let SignIn { address, email, password, code, user_agent, dry_run } = sign_in;
    let now = app.clock.now();
    let email: String = email.trim().to_lowercase().chars().take(254).collect();
    attempts.check(address, &email, now)?;
    let wanted = email.clone();
    let user = match email.contains('\0') {
        true => None,
        false => app.store.read("find user", move |tx| users::by_email(tx, &wanted)).await?,
    };
    let user = user.filter(users::may_sign_in);
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = passwords::verify(password, hash).await?;
    let Some(user) = user.filter(|_| right) else {
        attempts.note_failure(address, &email, now);
        return Err(refused());
    };
    attempts.check_codes(user.id, now)?;
    let signed_in = begin(app, user, user_agent, now);
    match store_session(app, &signed_in, code, dry_run).await {
        Ok(()) | Err(Ended::DryRun) => {}
        Err(Ended::Refused(refusal)) => {
            if refusal.code == ErrorCode::SecondFactorWrong {
                attempts.note_failure(address, &email, now);
                attempts.note_wrong_code(signed_in.user.id, now);
            }
            return Err(refusal);
        }
    }
    attempts.forgive(address, &email);
    Ok(signed_in)
}

/// Stores the session together with the use of the code. The person is read again: his password may have been changed since it was
/// proven, which ended every session.
async fn store_session(
    app: &App,
    signed_in: &SignedIn,
    code: Option<String>,
    dry_run: bool,
) -> Result<(), Ended> {
    let (session, proven, keys) =
        (signed_in.session.clone(), signed_in.user.clone(), Arc::clone(&app.seal_keys));
    let now = session.created_at;
    app.store
        .write("session.create", move |tx| -> Result<(), Ended> {
            let user: Option<User> = configuration::get(tx, proven.id)?;
            let same =
                |user: &User| user.password_hash == proven.password_hash && user.status == Status::Active;
            if !user.as_ref().is_some_and(same) {
                return Err(Ended::Refused(refused()));
            }
            match second_factor::check(tx, &keys, proven.id, code.as_deref(), now)? {
                Checked::NotNeeded | Checked::Right => {}
                Checked::Needed => {
                    let message = "send the code of your authenticator app, or a recovery code, as `code`";
                    return Err(Ended::Refused(Refusal::new(ErrorCode::SecondFactorNeeded, message)));
                }
                Checked::Wrong => {
                    let message = "this code is wrong, or was used before; wait for the next one";
                    let refusal = Refusal::new(ErrorCode::SecondFactorWrong, message);
                    return Err(Ended::Refused(Refusal { field: Some("code".to_owned()), ..refusal }));
                }
            }
            if dry_run {
                return Err(Ended::DryRun);
            }
            sessions::forget(tx, now)?;
            sessions::insert(tx, &session)?;
            Ok(())
        })
        .await
}

fn refused() -> Refusal {
    let message = "the e-mail address or the password is wrong, or this person may not sign in";
    Refusal::new(ErrorCode::SignInRefused, message)
}

fn begin(app: &App, user: User, user_agent: Option<String>, now: Timestamp) -> SignedIn {
    let token = secrets_shown::draw("", &*app.entropy);
    let csrf_token = csrf_token(token.text());
    let user_agent = user_agent.map(|name| {
        name.chars().filter(|letter| !letter.is_control()).take(USER_AGENT_CHARACTERS_MAX).collect()
    });
    let session = Session {
        id: SessionId::new(now, &*app.entropy),
        user_id: user.id,
        token_sha256: token.sha256_hex(),
        csrf_sha256: secrets_shown::sha256_hex(&csrf_token),
        created_at: now,
        expires_at: now.plus_seconds(SESSION_SECONDS),
        user_agent,
    };
    SignedIn { user, session, token, csrf_token }
}

/// Proves that whoever holds a session also knows the password; a wrong one counts like one at signing in.
///
/// # Errors
/// `field_invalid` (`password`), `too_many_attempts`; storage errors.
pub async fn prove_password(
    app: &App,
    attempts: &Attempts,
    address: Option<IpAddr>,
    user: &User,
    password: String,
) -> Result<(), Refusal> {
    let now = app.clock.now();
    attempts.check(address, &user.email, now)?;
    if passwords::verify(password, Some(user.password_hash.clone())).await? {
        return Ok(());
    }
    attempts.note_failure(address, &user.email, now);
    Err(Refusal::field("password", "give your present password"))
}

/// A person's sessions that have not ended, newest first.
///
/// # Errors
/// Storage errors.
pub fn list(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> store::Result<Vec<Session>> {
    sessions::of(tx, user, now)
}

/// Ends one of the actor's own sessions.
///
/// # Errors
/// `not_found`; storage errors.
pub fn end(change: &mut Change<'_, '_>, user: UserId, session: SessionId) -> Result<(), Refusal> {
    let own = sessions::of(change.tx, user, change.now)?;
    if !own.iter().any(|one| one.id == session) {
        return Err(Refusal::not_found(format!("session {session}")));
    }
    sessions::end(change.tx, session)?;
    let network = change.actor.network();
    change.audit(Some(network), &session, &serde_json::json!({ "ended": true }))
}

/// Ends the actor's own sessions but the one that he asks with; gives how many there were.
///
/// # Errors
/// Storage errors.
pub fn end_others(change: &mut Change<'_, '_>, user: UserId, kept: SessionId) -> Result<u64, Refusal> {
    let ended = sessions::end_others_of(change.tx, user, kept)?;
    if ended > 0 {
        let network = change.actor.network();
        change.audit(Some(network), &user, &serde_json::json!({ "ended": ended }))?;
    }
    Ok(ended)
}

/// Ends a session.
///
/// # Errors
/// Storage errors.
pub async fn sign_out(app: &App, session: SessionId) -> Result<(), Refusal> {
    app.store.write("session.delete", move |tx| sessions::end(tx, session)).await?;
    Ok(())
}

/// The CSRF token that belongs to a session's cookie.
pub fn csrf_token(cookie: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(format!("csrf\n{cookie}")))
}

/// The session and person of a cookie at `now`; nobody when it has ended or the person may not sign in any more.
///
/// # Errors
/// Storage errors.
pub fn of_cookie(tx: &mut Tx<'_>, cookie: &str, now: Timestamp) -> store::Result<Option<(Session, User)>> {
    let Some(session) = sessions::by_token(tx, &secrets_shown::sha256_hex(cookie), now)? else {
        return Ok(None);
    };
    let user: Option<User> = configuration::get(tx, session.user_id)?;
    Ok(user.filter(|user| user.status == Status::Active).map(|user| (session, user)))
}

/// Who acts with a session: in the wanted network, or in the person's first one. `None` without a membership there.
pub fn actor_of(session: &Session, user: &User, network: Option<NetworkId>) -> Option<Actor> {
    let membership = match network {
        None => user.memberships.first(),
        Some(network) => user.memberships.iter().find(|membership| membership.network_id == network),
    }?;
    let who = Who::Person { user_id: user.id, session_id: session.id };
    Some(Actor { who, membership: membership.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_wait_and_the_wait_ends() {
        let attempts = Attempts::default();
        let (start, address) = (Timestamp::from_seconds(1_000_000), Some(IpAddr::from([192, 0, 2, 1])));
        for _ in 0..FAILURES_MAX {
            assert_eq!(attempts.waits(address, "a@b.c", start), None);
            attempts.note_failure(address, "a@b.c", start);
        }
        assert_eq!(attempts.waits(address, "a@b.c", start), Some(901));
        assert_eq!(attempts.waits(address, "other@b.c", start), None);
        assert_eq!(attempts.waits(Some(IpAddr::from([192, 0, 2, 2])), "a@b.c", start), None);
        assert_eq!(attempts.waits(address, "a@b.c", start.plus_seconds(FAILURES_SECONDS)), None);
        attempts.forgive(address, "a@b.c");
        assert_eq!(attempts.waits(address, "a@b.c", start), None);
    }

    #[test]
    fn one_address_cannot_try_every_person() {
        let attempts = Attempts::default();
        let (start, address) = (Timestamp::from_seconds(1_000_000), Some(IpAddr::from([192, 0, 2, 1])));
        for person in 0..FAILURES_OF_ADDRESS_MAX {
            attempts.note_failure(address, &format!("{person}@b.c"), start);
        }
        assert!(attempts.waits(address, "new@b.c", start).is_some());
    }
}
