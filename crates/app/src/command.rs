//! Writes of people and programs: one way for all of them.
//!
//! [`run`] opens one transaction and in it: reserves the idempotency key or finds the first answer, lets the use case
//! check and change (through [`Change`], which adds an audit row to each change), shows the effect as an answer and keeps
//! that under the key. Then it commits, or rolls back for a dry run, which therefore ran the very same code. After a
//! configuration change has committed, the snapshot is refreshed before the answer leaves, so that whoever made a link can
//! click it at once.

use std::sync::Arc;

use model::{AuditId, Clock, Entropy, NetworkId, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{audit::AuditRow, configuration, configuration::Record, idempotency};

use crate::{
    App,
    access::Actor,
    errors::{ErrorCode, Refusal},
};

pub use store::Tx;

/// A write that somebody asks for.
#[derive(Debug, Clone)]
pub struct Command {
    /// What is done, such as `program.create`: for the audit log and the names of transactions.
    pub name: &'static str,
    /// Who asks; none before anybody could sign in.
    pub actor: Option<Actor>,
    /// The key under which the answer is kept.
    pub idempotency_key: Option<String>,
    /// SHA-256 of method, path and body. It is stored only as a keyed mark: the body may hold bank details, which a plain hash
    /// would let somebody guess.
    pub input_sha256: [u8; 32],
    /// Show the effect and undo it.
    pub dry_run: bool,
}

impl Command {
    /// A write of the program itself, with every right in `network`: for jobs, imports and commands.
    pub fn system(name: &'static str, network: NetworkId) -> Self {
        let actor = Some(Actor::system(network));
        Self { name, actor, idempotency_key: None, input_sha256: [0; 32], dry_run: false }
    }

    /// The row of the idempotency table: keys of different actors never meet. A person's sessions share theirs.
    fn key(&self) -> Option<[u8; 32]> {
        let key = self.idempotency_key.as_ref()?;
        let scope = self
            .actor
            .as_ref()
            .map_or_else(|| "nobody".to_owned(), |actor| format!("{}@{}", actor.word(), actor.network()));
        Some(Sha256::digest(format!("{scope}\n{key}")).into())
    }
}

/// What is answered to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON of the effect.
    pub body: Value,
    /// Member of `body` that is a secret: shown once, `null` when the answer is repeated.
    pub secret: Option<&'static str>,
    /// True when the request had been carried out before and this is the first answer again.
    pub replayed: bool,
}

impl Answer {
    /// An answer without secrets.
    pub const fn new(status: u16, body: Value) -> Self {
        Self { status, body, secret: None, replayed: false }
    }

    /// What is kept for a repetition.
    fn kept(&self) -> String {
        let mut body = self.body.clone();
        if let (Some(secret), Some(members)) = (self.secret, body.as_object_mut()) {
            members.insert(secret.to_owned(), Value::Null);
        }
        body.to_string()
    }
}

/// The inside of a write: what a use case gets.
pub struct Change<'t, 'c> {
    /// The transaction.
    pub tx: &'t mut Tx<'c>,
    /// Who acts.
    pub actor: &'t Actor,
    /// One moment for everything in the change.
    pub now: Timestamp,
    /// For ids and secrets.
    pub entropy: &'t dyn Entropy,
    name: &'static str,
    configured: bool,
}

impl<'t, 'c> Change<'t, 'c> {
    /// A change outside of [`run`]: for jobs and the commands of whoever runs the machine, who own the transaction and
    /// refresh the snapshot themselves.
    pub fn new(
        tx: &'t mut Tx<'c>,
        actor: &'t Actor,
        name: &'static str,
        now: Timestamp,
        entropy: &'t dyn Entropy,
    ) -> Self {
        Self { tx, actor, now, entropy, name, configured: false }
    }

    /// What is done, such as `program.create`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The same change with another actor: for what the program does on behalf of somebody whose place does not exist yet.
    pub fn acting_as<R>(&mut self, actor: &Actor, act: impl FnOnce(&mut Change<'_, 'c>) -> R) -> R {
        let mut inner = Change::new(self.tx, actor, self.name, self.now, self.entropy);
        let done = act(&mut inner);
        self.configured |= inner.configured;
        done
    }

    /// Stores a new record with its audit row.
    ///
    /// # Errors
    /// `taken` when a unique value is; storage errors.
    pub fn insert<T: Record>(&mut self, record: &T, shown_id: &dyn std::fmt::Display) -> Result<(), Refusal> {
        let network = self.actor.network();
        configuration::insert(self.tx, record)?;
        self.configured = true;
        let body = without_secrets(to_value(record)?);
        self.audit(Some(network), shown_id, &serde_json::json!({ "created": body }))
    }

    /// Replaces a record and notes in the audit log what changed. An update that changes nothing writes nothing.
    ///
    /// # Errors
    /// `taken` when a unique value is; storage errors.
    pub fn update<T: Record>(
        &mut self,
        before: &T,
        after: &T,
        shown_id: &dyn std::fmt::Display,
    ) -> Result<(), Refusal> {
        let changed = difference(to_value(before)?, to_value(after)?);
        if changed.as_object().is_some_and(serde_json::Map::is_empty) {
            return Ok(());
        }
        let network = self.actor.network();
        configuration::update(self.tx, after)?;
        self.configured = true;
        self.audit(Some(network), shown_id, &serde_json::json!({ "changed": changed }))
    }

    /// Adds a row to the audit log.
    ///
    /// # Errors
    /// Storage errors.
    pub fn audit(
        &mut self,
        network_id: Option<NetworkId>,
        object: &dyn std::fmt::Display,
        change: &Value,
    ) -> Result<(), Refusal> {
        let row = AuditRow {
            id: AuditId::new(self.now, self.entropy),
            network_id,
            at: self.now,
            actor: self.actor.word(),
            action: self.name.to_owned(),
            object: object.to_string(),
            change: change.to_string(),
        };
        Ok(store::audit::insert(self.tx, &row)?)
    }
}

fn to_value<T: serde::Serialize>(record: &T) -> Result<Value, Refusal> {
    serde_json::to_value(record).map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))
}

/// Members that the audit log must not hold.
const SECRETS: [&str; 4] = ["password_hash", "secret_sha256", "token_sha256", "signing_secret"];

/// The same value with every secret member blotted out.
fn without_secrets(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let blot = SECRETS.contains(&name.as_str()) && !member.is_null();
                *member = if blot { Value::from("(hidden)") } else { without_secrets(member.take()) };
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|one| *one = without_secrets(one.take())),
        _ => {}
    }
    value
}

/// The members of two records that differ, each with both values; a changed secret shows that it changed.
fn difference(before: Value, after: Value) -> Value {
    let (Value::Object(mut before), Value::Object(mut after)) = (before, after) else { return Value::Null };
    // What was cleared may not be written at all.
    for name in before.keys().filter(|name| !after.contains_key(*name)).cloned().collect::<Vec<_>>() {
        after.insert(name, Value::Null);
    }
    let changed = after.into_iter().filter_map(|(name, after)| {
        let before = before.remove(&name).unwrap_or(Value::Null);
        let differs = before != after;
        let blotted = |value| without_secrets(serde_json::json!({ name.clone(): value }))[&name].take();
        differs.then(|| (name.clone(), serde_json::json!({ "from": blotted(before), "to": blotted(after) })))
    });
    Value::Object(changed.collect())
}

/// How a write ended inside the transaction.
enum End {
    /// Rolled back on purpose: the effect is shown.
    DryRun(Answer),
    /// Refused, or the storage failed.
    Refused(Refusal),
}

impl From<store::Error> for End {
    fn from(error: store::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Carries out a write; see the head of this file. `effect` may run several times when transactions collide.
///
/// # Errors
/// Whatever `effect` refuses, `idempotency_key_reused`, storage errors.
pub async fn run<T, F, S>(app: &App, command: Command, mut effect: F, show: S) -> Result<Answer, Refusal>
where
    F: FnMut(&mut Change<'_, '_>) -> Result<T, Refusal> + Send + 'static,
    S: Fn(T) -> Answer + Send + 'static,
    T: 'static,
{
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) =
        (Arc::clone(&app.clock), Arc::clone(&app.entropy));
    let name = command.name;
    let marks = app.seal_keys.marks("input of a write", &command.input_sha256);
    let ended = app
        .store
        .write(name, move |tx| -> Result<(Answer, bool), End> {
            let now = clock.now();
            let key = command.key();
            if let (Some(key), Some(mark)) = (&key, marks.first())
                && let Some(kept) = idempotency::reserve(tx, key, mark, now)?
            {
                return Ok((replay(&kept, &command, &marks)?, false));
            }
            // Without an actor nothing is checked yet: the first start and signing in do that themselves.
            let nobody = Actor::system(NetworkId::from_bytes([0; 16]));
            let actor = command.actor.as_ref().unwrap_or(&nobody);
            let mut change = Change::new(tx, actor, name, now, &*entropy);
            let done = effect(&mut change)?;
            let configured = change.configured;
            let answer = show(done);
            if command.dry_run {
                return Err(End::DryRun(answer));
            }
            if let Some(key) = &key {
                idempotency::keep(tx, key, answer.status, &answer.kept())?;
            }
            Ok((answer, configured))
        })
        .await;
    match ended {
        Ok((answer, configured)) => {
            // The effect is stored whatever happens now; a snapshot that lags catches up at the next refresh.
            if configured && let Err(error) = app.snapshot.refresh().await {
                tracing::warn!(%error, name, "the snapshot could not be refreshed");
            }
            Ok(answer)
        }
        Err(End::DryRun(answer)) => Ok(answer),
        Err(End::Refused(refusal)) => Err(refusal),
    }
}

fn replay(kept: &idempotency::Kept, command: &Command, marks: &[[u8; 32]]) -> Result<Answer, Refusal> {
    // An earlier version kept the plain hash; those rows are forgotten with their time.
    let mut known = marks.iter().chain([&command.input_sha256]);
    if !known.any(|mark| kept.input_mark == *mark) {
        let message = "this Idempotency-Key came before with another method, path or body; use a new one";
        return Err(Refusal::new(ErrorCode::IdempotencyKeyReused, message));
    }
    let damaged = |what: String| Refusal::new(ErrorCode::Internal, what);
    let body = serde_json::from_str(&kept.response).map_err(|error| damaged(error.to_string()))?;
    let status = u16::try_from(kept.status).map_err(|error| damaged(error.to_string()))?;
    Ok(Answer { status, body, secret: None, replayed: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_audit_log_shows_what_changed_but_no_secret() {
        let before = json!({"name": "a", "same": 1, "password_hash": "x", "postback": {"token_sha256": "t", "age": 1}});
        let after = json!({"name": "b", "same": 1, "password_hash": "y", "postback": {"token_sha256": "u", "age": 2}});
        assert_eq!(
            difference(before, after),
            json!({
                "name": {"from": "a", "to": "b"},
                "password_hash": {"from": "(hidden)", "to": "(hidden)"},
                "postback": {
                    "from": {"token_sha256": "(hidden)", "age": 1},
                    "to": {"token_sha256": "(hidden)", "age": 2},
                },
            })
        );
    }

    #[test]
    fn a_kept_answer_holds_no_secret() {
        let answer =
            Answer { secret: Some("secret"), ..Answer::new(201, json!({"id": "x", "secret": "mk_1"})) };
        assert_eq!(answer.kept(), r#"{"id":"x","secret":null}"#);
    }
}
