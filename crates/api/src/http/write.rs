//! Writes: the body, the idempotency key, the dry run, and who asks, read once for every endpoint.

use app::{
    command::{self, Answer, Change, Command},
    errors::{ErrorCode, Refusal},
};
use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{caller::Caller, problem::Problem, query::pairs, read_json::read_json};
use crate::Api;

/// The largest body, in bytes.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The header with the idempotency key.
pub const IDEMPOTENCY_HEADER: &str = "idempotency-key";
/// The longest idempotency key, in characters.
pub const IDEMPOTENCY_CHARACTERS_MAX: usize = 200;

/// A body without members: for writes that the path says everything about.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoBody {}

/// Members of an object that are to be changed; the others stay as they are.
pub type Members = Map<String, Value>;

/// A write by somebody who may ask.
pub struct Write<T> {
    /// Who.
    pub caller: Caller,
    /// What is sent.
    pub body: T,
    intent: Intent,
}

/// A write that needs no credentials: the first start and signing in.
pub struct OpenWrite<T> {
    /// The running application.
    pub api: Api,
    /// What is sent.
    pub body: T,
    intent: Intent,
}

/// How a write is meant.
struct Intent {
    idempotency_key: Option<String>,
    input_sha256: [u8; 32],
    dry_run: bool,
}

impl<T: DeserializeOwned> FromRequest<Api> for Write<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, api).await?;
        let (body, intent) = read(&parts, body).await?;
        Ok(Self { caller, body, intent })
    }
}

impl<T: DeserializeOwned> FromRequest<Api> for OpenWrite<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let (body, intent) = read(&parts, body).await?;
        Ok(Self { api: api.clone(), body, intent })
    }
}

async fn read<T: DeserializeOwned>(parts: &Parts, body: axum::body::Body) -> Result<(T, Intent), Problem> {
    let idempotency_key = idempotency_key(parts)?;
    let dry_run = dry_run(parts)?;
    let too_large =
        || Problem::new(ErrorCode::BodyTooLarge, format!("a body has at most {BODY_BYTES_MAX} bytes"));
    let bytes: Bytes = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| too_large())?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Problem::new(ErrorCode::BodyMalformed, "the body is not UTF-8 text"))?;
    let blank = text.trim().is_empty();
    if !blank && !is_json(parts) {
        return Err(Problem::new(
            ErrorCode::MediaTypeUnsupported,
            "send the body as Content-Type: application/json",
        ));
    }
    let mut hash = Sha256::new();
    hash.update(format!("{} {}\n", parts.method, parts.uri.path()));
    hash.update(&bytes);
    let intent = Intent { idempotency_key, input_sha256: hash.finalize().into(), dry_run };
    Ok((read_json(if blank { "{}" } else { text })?, intent))
}

fn is_json(parts: &Parts) -> bool {
    let essence = |value: &HeaderValue| {
        let text = value.to_str().ok()?;
        Some(text.split(';').next()?.trim().to_ascii_lowercase())
    };
    parts.headers.get(header::CONTENT_TYPE).and_then(essence).as_deref() == Some("application/json")
}

fn idempotency_key(parts: &Parts) -> Result<Option<String>, Problem> {
    let Some(value) = parts.headers.get(IDEMPOTENCY_HEADER) else { return Ok(None) };
    let fits = |text: &&str| {
        (1..=IDEMPOTENCY_CHARACTERS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match value.to_str().ok().filter(fits) {
        Some(text) => Ok(Some(text.to_owned())),
        None => {
            let message =
                format!("an Idempotency-Key has 1 to {IDEMPOTENCY_CHARACTERS_MAX} visible ASCII characters");
            Err(Problem::new(ErrorCode::IdempotencyKeyInvalid, message))
        }
    }
}

/// Reads `?dry_run=`, the only query parameter of a write.
fn dry_run(parts: &Parts) -> Result<bool, Problem> {
    let mut dry_run = false;
    for (name, value) in pairs(&parts.uri)? {
        dry_run = match (name.as_str(), value.as_str()) {
            ("dry_run", Some("true" | "1")) => true,
            ("dry_run", Some("false" | "0")) => false,
            ("dry_run", _) => return Err(refuse_parameter(name, "write true or false")),
            _ => return Err(refuse_parameter(name, "this query parameter is not known here")),
        };
    }
    Ok(dry_run)
}

fn refuse_parameter(name: String, message: &str) -> Problem {
    Problem(Refusal { field: Some(name), ..Refusal::new(ErrorCode::ParameterInvalid, message) })
}

impl Intent {
    fn command(&self, name: &'static str, actor: Option<app::access::Actor>) -> Command {
        Command {
            name,
            actor,
            idempotency_key: self.idempotency_key.clone(),
            input_sha256: self.input_sha256,
            dry_run: self.dry_run,
        }
    }
}

/// An answer to a write on its way to the wire.
pub struct Written {
    answer: Answer,
    dry_run: bool,
}

impl Written {
    /// The answer; a status of `dry_run` is told in a header.
    pub fn new(answer: Answer, dry_run: bool) -> Self {
        Self { answer, dry_run }
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.answer.status).unwrap_or(StatusCode::OK);
        let mut response = (status, axum::Json(self.answer.body)).into_response();
        let yes = HeaderValue::from_static("true");
        if self.answer.replayed {
            response.headers_mut().insert("idempotent-replayed", yes.clone());
        }
        if self.dry_run {
            response.headers_mut().insert("merit-dry-run", yes);
        }
        response
    }
}

impl<T> Write<T>
where
    T: Send + 'static,
{
    /// True when the effect is only to be shown.
    pub fn is_dry_run(&self) -> bool {
        self.intent.dry_run
    }

    /// The idempotency key, for writes that keep it themselves.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.intent.idempotency_key.as_deref()
    }

    /// Carries the write out: `effect` in one transaction with its audit row and idempotency key, shown by `show`.
    ///
    /// # Errors
    /// Whatever `effect` refuses; storage errors.
    pub async fn run<R, F, S>(self, name: &'static str, mut effect: F, show: S) -> Result<Written, Problem>
    where
        F: FnMut(&T, &mut Change<'_, '_>) -> Result<R, Refusal> + Send + 'static,
        S: Fn(R) -> Answer + Send + 'static,
        R: 'static,
    {
        let Self { caller, body, intent } = self;
        let command = intent.command(name, Some(caller.actor));
        let answer =
            command::run(&caller.api.app, command, move |change| effect(&body, change), show).await?;
        Ok(Written::new(answer, intent.dry_run))
    }
}

impl<T> OpenWrite<T>
where
    T: Send + 'static,
{
    /// True when the effect is only to be shown.
    pub fn is_dry_run(&self) -> bool {
        self.intent.dry_run
    }

    /// As [`Write::run`], by nobody yet.
    ///
    /// # Errors
    /// Whatever `effect` refuses; storage errors.
    pub async fn run<R, F, S>(self, name: &'static str, mut effect: F, show: S) -> Result<Written, Problem>
    where
        F: FnMut(&T, &mut Change<'_, '_>) -> Result<R, Refusal> + Send + 'static,
        S: Fn(R) -> Answer + Send + 'static,
        R: 'static,
    {
        let Self { api, body, intent } = self;
        let command = intent.command(name, None);
        let answer = command::run(&api.app, command, move |change| effect(&body, change), show).await?;
        Ok(Written::new(answer, intent.dry_run))
    }
}

/// `201` with the new object.
pub fn created<V: Serialize>(view: &V) -> Answer {
    Answer::new(201, shown(view))
}

/// `201` with an object whose member `secret` is shown this once.
pub fn created_with_secret<V: Serialize>(view: &V, secret: &'static str) -> Answer {
    Answer { secret: Some(secret), ..created(view) }
}

/// `202` with what is known now.
pub fn accepted<V: Serialize>(view: &V) -> Answer {
    Answer::new(202, shown(view))
}

/// `200` with the changed object.
pub fn changed<V: Serialize>(view: &V) -> Answer {
    Answer::new(200, shown(view))
}

fn shown<V: Serialize>(view: &V) -> Value {
    serde_json::to_value(view).expect("answers are structs of strings, numbers and maps with string keys")
}

/// `before` with the members that are to be changed, read as strictly as a new one.
///
/// # Errors
/// `field_unknown`, `field_invalid`.
pub fn merged<D: Serialize + DeserializeOwned>(before: &D, members: &Members) -> Result<D, Refusal> {
    let mut whole = shown(before);
    if let Some(whole) = whole.as_object_mut() {
        whole.extend(members.clone());
    }
    read_json(&whole.to_string())
}
