//! Signing in with a password, and the sessions that follow.
//!
//! A session is a random cookie of which only the hash is stored. Its CSRF token is made from the cookie, so
//! that a page that was loaded again can be told it, and a foreign page cannot know it. Failed attempts are
//! counted in memory by address and e-mail: a restart forgives them, which costs an attacker more than it gives him.

use std::net::IpAddr;

use model::{
    NetworkId, SessionId, Timestamp,
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

use super::{passwords, users};
use crate::{
    App,
    access::{Actor, Who},
    errors::{ErrorCode, Refusal},
    secrets_shown::{self, Shown},
};

/// How long a session lasts, in seconds: two weeks.
pub const SESSION_SECONDS: i64 = 14 * 86_400;
/// Failed attempts for one address and e-mail before waiting.
pub const FAILURES_MAX: u32 = 5;
/// Failed attempts for one address, whatever the e-mail, before waiting.
pub const FAILURES_OF_ADDRESS_MAX: u32 = 50;
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
        let failures = self.failures.lock();
        let wait = |key: &Suspect, max: u32| {
            let (count, since) = failures.get(key)?;
            let left = since.plus_seconds(FAILURES_SECONDS).micros_since(now);
            (*count >= max && left > 0).then(|| u32::try_from(left / SECOND_US + 1).unwrap_or(u32::MAX))
        };
        let of_both = wait(&(address, email.to_owned()), FAILURES_MAX);
        of_both.or_else(|| wait(&(address, String::new()), FAILURES_OF_ADDRESS_MAX))
    }

    fn note_failure(&self, address: Option<IpAddr>, email: &str, now: Timestamp) {
        let mut failures = self.failures.lock();
        let fresh = |since: Timestamp| now < since.plus_seconds(FAILURES_SECONDS);
        if failures.len() >= ENTRIES_MAX {
            failures.retain(|_, (_, since)| fresh(*since));
        }
        // Full of fresh entries: the address alone is still counted, since there are fewer of them.
        let keys = [(address, String::new()), (address, email.to_owned())];
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

/// Who wants to sign in.
#[derive(Debug)]
pub struct SignIn {
    /// From which address, when the server knows it.
    pub address: Option<IpAddr>,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Only check: the session that is shown does not work.
    pub dry_run: bool,
}

/// Signs a person in.
///
/// # Errors
/// `sign_in_refused`, `too_many_attempts`; storage errors.
pub async fn sign_in(app: &App, attempts: &Attempts, sign_in: SignIn) -> Result<SignedIn, Refusal> {
    let SignIn { address, email, password, dry_run } = sign_in;
    let now = app.clock.now();
    let email: String = email.trim().to_lowercase().chars().take(254).collect();
    if let Some(seconds) = attempts.waits(address, &email, now) {
        let message = format!("too many failed attempts; try again in {seconds} seconds");
        let refusal = Refusal::new(ErrorCode::TooManyAttempts, message);
        return Err(Refusal { retry_after_seconds: Some(seconds), ..refusal });
    }
    let wanted = email.clone();
    let user = match email.contains('\0') {
        true => None,
        false => app.store.read("find user", move |tx| users::by_email(tx, &wanted)).await?,
    };
    let user = user.filter(|user| user.status == Status::Active && !user.memberships.is_empty());
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = passwords::verify(password, hash).await?;
    let Some(user) = user.filter(|_| right) else {
        attempts.note_failure(address, &email, now);
        let message = "the e-mail address or the password is wrong, or this person may not sign in";
        return Err(Refusal::new(ErrorCode::SignInRefused, message));
    };
    attempts.forgive(address, &email);
    let signed_in = begin(app, user, now);
    if dry_run {
        return Ok(signed_in);
    }
    let session = signed_in.session.clone();
    app.store
        .write("session.create", move |tx| {
            sessions::forget(tx, now)?;
            sessions::insert(tx, &session)
        })
        .await?;
    Ok(signed_in)
}

fn begin(app: &App, user: User, now: Timestamp) -> SignedIn {
    let token = secrets_shown::draw("", &*app.entropy);
    let csrf_token = csrf_token(token.text());
    let session = Session {
        id: SessionId::new(now, &*app.entropy),
        user_id: user.id,
        token_sha256: token.sha256_hex(),
        csrf_sha256: secrets_shown::sha256_hex(&csrf_token),
        created_at: now,
        expires_at: now.plus_seconds(SESSION_SECONDS),
    };
    SignedIn { user, session, token, csrf_token }
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
