//! Who asks: an API key or a signed-in person, never both.
//!
//! A key comes as `Authorization: Bearer mk_...`. A person's session comes as a cookie, and every write with it needs the
//! CSRF token in `x-csrf-token`, which a foreign page cannot know. A request with both kinds is refused, so that
//! neither can lend the other its power. A person who serves several networks names one with `merit-network`.

use app::{
    access::{Actor, Who},
    errors::{ErrorCode, Refusal},
    people::{keys, sessions, users},
};
use axum::{Json, extract::FromRequestParts, http::request::Parts};
use http::{HeaderMap, Method, header};
use model::{NetworkId, SessionId, UserId, parties::User};
use subtle::ConstantTimeEq;

use super::problem::Problem;
use crate::Api;

/// The cookie of a session.
pub const COOKIE: &str = "merit_session";
/// The header with the CSRF token.
pub const CSRF_HEADER: &str = "x-csrf-token";
/// The header with the network to act in.
pub const NETWORK_HEADER: &str = "merit-network";

/// Somebody who may ask, and the way to answers.
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// The session's cookie, when he signed in.
    pub cookie: Option<String>,
    /// The running application.
    pub api: Api,
}

/// What was sent to tell who asks.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    key: Option<String>,
    cookie: Option<String>,
}

impl Credentials {
    /// Reads the headers.
    ///
    /// # Errors
    /// `credentials_mixed`, `credentials_invalid`.
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let invalid = |message: &str| Problem::new(ErrorCode::CredentialsInvalid, message);
        let mut found = Self::default();
        for value in headers.get_all(header::AUTHORIZATION) {
            let text = value.to_str().map_err(|_| invalid("the header Authorization is not readable"))?;
            let bearer = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            let (_, key) =
                bearer.ok_or_else(|| invalid("write the key as `Authorization: Bearer mk_...`"))?;
            if found.key.replace(key.trim().to_owned()).is_some() {
                return Err(Problem::new(ErrorCode::CredentialsMixed, "send one key, not several"));
            }
        }
        for value in headers.get_all(header::COOKIE) {
            let Ok(text) = value.to_str() else { continue };
            for (name, value) in text.split(';').filter_map(|pair| pair.trim().split_once('=')) {
                if name == COOKIE && found.cookie.replace(value.to_owned()).is_some() {
                    return Err(Problem::new(ErrorCode::CredentialsMixed, "send one session, not several"));
                }
            }
        }
        if found.key.is_some() && found.cookie.is_some() {
            let message = "send either an API key or the session cookie, not both";
            return Err(Problem::new(ErrorCode::CredentialsMixed, message));
        }
        Ok(found)
    }
}

/// The network that is asked for.
fn wanted_network(headers: &HeaderMap) -> Result<Option<NetworkId>, Problem> {
    let Some(value) = headers.get(NETWORK_HEADER) else { return Ok(None) };
    let network = value.to_str().ok().and_then(|text| text.parse().ok());
    let refusal = || Refusal::field(NETWORK_HEADER, "write the id of a network, net_...");
    network.map(Some).ok_or_else(|| Problem(refusal()))
}

/// Whether a method changes nothing.
pub fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

impl FromRequestParts<Api> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let credentials = Credentials::read(&parts.headers)?;
        let network = wanted_network(&parts.headers)?;
        let (actor, cookie) = match (credentials.key, credentials.cookie) {
            (Some(key), _) => (by_key(api, key, network).await?, None),
            (None, Some(cookie)) => {
                check_csrf(parts, &cookie)?;
                (by_cookie(api, cookie.clone(), network).await?, Some(cookie))
            }
            (None, None) => {
                let message = "send an API key as `Authorization: Bearer mk_...`, or sign in";
                return Err(Problem::new(ErrorCode::SignInRequired, message));
            }
        };
        Ok(Self { actor, cookie, api: api.clone() })
    }
}

fn check_csrf(parts: &Parts, cookie: &str) -> Result<(), Problem> {
    if is_read(&parts.method) {
        return Ok(());
    }
    let wanted = sessions::csrf_token(cookie);
    let given = parts.headers.get(CSRF_HEADER).map(http::HeaderValue::as_bytes).unwrap_or_default();
    if bool::from(wanted.as_bytes().ct_eq(given)) {
        return Ok(());
    }
    let message = "a write with the session cookie needs the right token in the header x-csrf-token";
    Err(Problem::new(ErrorCode::CsrfInvalid, message))
}

async fn by_key(api: &Api, key: String, network: Option<NetworkId>) -> Result<Actor, Problem> {
    let now = api.app.clock.now();
    let found = api.app.store.read("find key", move |tx| keys::actor_of(tx, &key, now)).await;
    let invalid =
        || Problem::new(ErrorCode::CredentialsInvalid, "this API key is unknown, revoked or expired");
    let actor = found.map_err(Refusal::from)?.ok_or_else(invalid)?;
    if network.is_some_and(|network| network != actor.network()) {
        let message = "this API key is of another network";
        return Err(Problem::new(ErrorCode::CredentialsInvalid, message));
    }
    Ok(actor)
}

async fn by_cookie(api: &Api, cookie: String, network: Option<NetworkId>) -> Result<Actor, Problem> {
    let now = api.app.clock.now();
    let found = api.app.store.read("find session", move |tx| sessions::of_cookie(tx, &cookie, now)).await;
    let invalid = |message: &str| Problem::new(ErrorCode::CredentialsInvalid, message);
    let (session, user) =
        found.map_err(Refusal::from)?.ok_or_else(|| invalid("this session has ended; sign in again"))?;
    sessions::actor_of(&session, &user, network).ok_or_else(|| invalid("you have no role in this network"))
}

impl Caller {
    /// The person who signed in and his session, for what keys have not.
    ///
    /// # Errors
    /// `state_conflict` for an API key.
    pub fn person(&self) -> Result<(UserId, SessionId), Problem> {
        match self.actor.who {
            Who::Person { user_id, session_id } => Ok((user_id, session_id)),
            Who::Key { .. } | Who::System => Err(Problem::new(
                ErrorCode::StateConflict,
                "an API key has no session; sign in and do it there, or revoke the key",
            )),
        }
    }

    /// The person who signed in, as he is stored.
    ///
    /// # Errors
    /// `state_conflict` for an API key; storage errors.
    pub async fn own_user(&self) -> Result<User, Problem> {
        let (id, _) = self.person()?;
        let actor = self.actor.clone();
        Ok(self.api.app.store.read("user.get", move |tx| users::get(tx, &actor, id)).await?)
    }

    /// Looks something up in one read transaction.
    ///
    /// # Errors
    /// Whatever `look` refuses; storage errors.
    pub async fn read<T, F>(self, name: &'static str, mut look: F) -> Result<Json<T>, Problem>
    where
        F: FnMut(&mut app::command::Tx<'_>, &Actor) -> Result<T, Refusal> + Send + 'static,
        T: Send + 'static,
    {
        let Self { actor, api, .. } = self;
        Ok(Json(api.app.store.read(name, move |tx| look(tx, &actor)).await?))
    }
}
