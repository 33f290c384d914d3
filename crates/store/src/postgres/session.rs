//! One connection to the server: connecting, its settings, and the attempts of a transaction.
//!
//! Write transactions are `SERIALIZABLE`, because that is what SQLite gives: what is right on one database is then right on
//! the other. Read transactions are `REPEATABLE READ READ ONLY`, a snapshot that neither waits nor is refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_postgres::{Client, Config, IsolationLevel, NoTls};

use super::failure::{map, passes};
use super::transaction::{Statements, Transaction};
use crate::dialect::ENGINE_LOCK;
use crate::error::{Error, Result};
use crate::health::{Health, beat};
use crate::options::{Durability, Options};
use crate::session::panic_message;
use crate::tx::{Driver, Mode, Tx};

/// How often a transaction is tried when it collides with others or loses its connection.
const ATTEMPTS: u32 = 8;
/// The pause before the second attempt; it doubles from one to the next.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
/// The pause before the second attempt to connect; it doubles up to the longest.
const FIRST_CONNECT_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_CONNECT_PAUSE: Duration = Duration::from_millis(500);

/// Where the server is and how its sessions are set.
pub(crate) struct Settings {
    config: Config,
    options: Options,
}

impl Settings {
    pub(crate) fn new(url: &str, options: &Options) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            Error::Usage(format!("the database URL is not one of PostgreSQL: {error}"))
        })?;
        config.connect_timeout(options.connect_timeout);
        if config.get_application_name().is_none() {
            config.application_name("merit");
        }
        Ok(Self { config, options: options.clone() })
    }

    /// What a new session is told. `synchronous_commit` is only ever made stronger. Compiling queries costs more than the
    /// short queries of this program take.
    fn preamble(&self) -> String {
        let synchronous_commit = match self.options.durability {
            Durability::Full => {
                "SELECT set_config('synchronous_commit', 'on', false)
                 WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')"
            }
            Durability::OffForMustFailControl => "SET synchronous_commit = off",
        };
        format!(
            "{synchronous_commit}; SET statement_timeout = {}; SET lock_timeout = {}; SET jit = off;
             SET client_min_messages = warning",
            self.options.statement_timeout.as_millis(),
            self.options.busy_timeout.as_millis(),
        )
    }
}

struct Connected {
    client: Client,
    statements: Statements,
}

pub(crate) struct Session {
    // Before the runtime that drives it.
    connected: Option<Connected>,
    runtime: Option<Runtime>,
    settings: Arc<Settings>,
    health: Arc<Health>,
    holds_engine_lock: bool,
}

/// What came of one attempt.
enum Attempt<T, E> {
    Over(Result<T, E>),
    /// Nothing was stored, and the cause passes.
    Again(E),
}

impl Session {
    pub(crate) fn new(settings: &Arc<Settings>, health: &Arc<Health>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self {
            connected: None,
            runtime: Some(runtime),
            settings: Arc::clone(settings),
            health: Arc::clone(health),
            holds_engine_lock: false,
        })
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// Lets go of the connection; the next use makes another.
    pub(crate) fn forget(&mut self) {
        self.connected = None;
    }

    /// Connects, if there is no connection, and takes the engine's lock again if this session had it.
    pub(crate) fn connect(&mut self) -> Result<()> {
        if self.connected.as_ref().is_some_and(|connected| !connected.client.is_closed()) {
            return Ok(());
        }
        self.connected = None;
        let limit = self.settings.options.connect_timeout;
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_CONNECT_PAUSE);
        loop {
            let error = match self.connect_once() {
                Ok(()) => return Ok(()),
                Err(error @ Error::NotDurable(_)) => return Err(error),
                Err(error) => error,
            };
            let may_pass = error.is_transient() || error == Error::EngineTaken;
            if !may_pass || waited >= limit {
                return Err(error);
            }
            std::thread::sleep(pause);
            waited += pause;
            pause = (pause * 2).min(LONGEST_CONNECT_PAUSE);
        }
    }

    fn connect_once(&mut self) -> Result<()> {
        let runtime = runtime(&self.runtime)?;
        let settings = &self.settings;
        let client = runtime.block_on(async {
            let (client, connection) = settings.config.connect(NoTls).await.map_err(map)?;
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection to the database ended");
                }
            });
            client.batch_execute(&settings.preamble()).await.map_err(map)?;
            check_durable(&client, &settings.options).await?;
            Ok::<_, Error>(client)
        })?;
        if self.holds_engine_lock {
            take_lock(runtime, &client)?;
        }
        self.health.connected();
        self.connected = Some(Connected { client, statements: Statements::default() });
        Ok(())
    }

    /// Takes the lock that keeps the engine single; it lives as long as the connection.
    pub(crate) fn take_engine_lock(&mut self) -> Result<()> {
        if self.holds_engine_lock {
            return self.connect();
        }
        self.connect()?;
        if let Some(connected) = &self.connected {
            take_lock(runtime(&self.runtime)?, &connected.client)?;
        }
        self.holds_engine_lock = true;
        Ok(())
    }

    /// Commits a probe on a new connection.
    pub(crate) fn prove(&mut self) -> Result<()> {
        self.forget();
        self.transaction("probe", Mode::Write, &mut beat)
    }

    /// Runs one transaction on this thread, trying again what collided or lost its connection before the commit.
    pub(crate) fn transaction<T, E: From<Error>>(
        &mut self,
        name: &'static str,
        mode: Mode,
        f: &mut dyn FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            match self.attempt(name, mode, f) {
                Attempt::Over(result) => return result,
                Attempt::Again(error) if attempt == ATTEMPTS => return Err(error),
                Attempt::Again(_) => {
                    self.health.retried();
                    std::thread::sleep(pause);
                    pause *= 2;
                }
            }
        }
        unreachable!("the loop ends at the last attempt")
    }

    fn attempt<T, E: From<Error>>(
        &mut self,
        name: &'static str,
        mode: Mode,
        f: &mut dyn FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Attempt<T, E> {
        if let Err(error) = self.connect() {
            return Attempt::Over(Err(error.into()));
        }
        let Self { connected: Some(connected), runtime: Some(runtime), health, .. } = self else {
            return Attempt::Over(Err(Error::Closed.into()));
        };
        let (attempt, keep) = run(runtime, connected, name, mode, f, health);
        if !keep {
            self.forget();
        }
        attempt
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.connected = None;
        if let Some(runtime) = self.runtime.take() {
            // Unlike an ordinary drop this may also happen on a thread of an async runtime.
            runtime.shutdown_background();
        }
    }
}

/// One attempt on an open connection; also tells whether the connection may be kept.
fn run<T, E: From<Error>>(
    runtime: &Runtime,
    connected: &mut Connected,
    name: &'static str,
    mode: Mode,
    f: &mut dyn FnMut(&mut Tx<'_>) -> Result<T, E>,
    health: &Health,
) -> (Attempt<T, E>, bool) {
    let Connected { client, statements } = connected;
    let begin = client.build_transaction().read_only(mode == Mode::Read).isolation_level(match mode {
        Mode::Read => IsolationLevel::RepeatableRead,
        Mode::Write => IsolationLevel::Serializable,
    });
    let raw = match runtime.block_on(begin.start()).map_err(map) {
        Ok(raw) => raw,
        Err(error) if passes(&error) => return (Attempt::Again(error.into()), false),
        Err(error) => return (Attempt::Over(Err(error.into())), false),
    };
    let mut tx = Tx::new(name, Driver::Postgres(Transaction::new(runtime, raw, statements)));
    let result = catch_unwind(AssertUnwindSafe(|| f(&mut tx)));
    let (Driver::Postgres(transaction), failure) = tx.finish() else {
        return (Attempt::Over(Err(Error::Closed.into())), false);
    };
    match (result, failure) {
        (Ok(Ok(value)), None) => commit(transaction, name, mode, value, health),
        (result, failure) => roll_back(transaction, name, result, failure.as_ref(), health),
    }
}

/// Commits; also tells whether the connection may be kept.
fn commit<T, E: From<Error>>(
    transaction: Transaction<'_>,
    name: &'static str,
    mode: Mode,
    value: T,
    health: &Health,
) -> (Attempt<T, E>, bool) {
    match transaction.commit() {
        Ok(()) => {
            health.ended(mode);
            (Attempt::Over(Ok(value)), true)
        }
        // A view without changes was complete before it ended.
        Err(_) if mode == Mode::Read => {
            health.ended(mode);
            (Attempt::Over(Ok(value)), false)
        }
        // The server has decided against it: these are not unknown outcomes.
        Err(error @ Error::Conflict(_)) => {
            health.rolled_back();
            (Attempt::Again(error.into()), true)
        }
        Err(error @ (Error::Unique { .. } | Error::Constraint(_))) => {
            health.rolled_back();
            (Attempt::Over(Err(error.into())), true)
        }
        Err(error) => {
            health.commit_failed();
            (Attempt::Over(Err(Error::CommitFailed { name, message: error.to_string() }.into())), false)
        }
    }
}

/// Rolls back; also tells whether the connection may be kept.
fn roll_back<T, E: From<Error>>(
    transaction: Transaction<'_>,
    name: &'static str,
    result: std::thread::Result<Result<T, E>>,
    failure: Option<&Error>,
    health: &Health,
) -> (Attempt<T, E>, bool) {
    let keep = transaction.rollback().is_ok() && !matches!(failure, Some(Error::Unavailable(_)));
    health.rolled_back();
    let attempt = match result {
        Ok(Ok(_)) => Attempt::Over(Err(Error::Aborted { name }.into())),
        Ok(Err(error)) if failure.is_some_and(passes) => Attempt::Again(error),
        Ok(Err(error)) => Attempt::Over(Err(error)),
        Err(panic) => {
            health.panicked();
            Attempt::Over(Err(Error::Panicked { name, message: panic_message(&*panic) }.into()))
        }
    };
    (attempt, keep)
}

fn runtime(runtime: &Option<Runtime>) -> Result<&Runtime> {
    runtime.as_ref().ok_or(Error::Closed)
}

async fn check_durable(client: &Client, options: &Options) -> Result<()> {
    if options.durability == Durability::OffForMustFailControl || options.accept_server_without_fsync {
        return Ok(());
    }
    let sql = "SELECT current_setting('fsync'), current_setting('synchronous_commit')";
    let row = client.query_one(sql, &[]).await.map_err(map)?;
    for (i, setting) in ["fsync", "synchronous_commit"].into_iter().enumerate() {
        let value: &str = row.try_get(i).map_err(map)?;
        if !matches!(value, "on" | "remote_apply") {
            return Err(Error::NotDurable(format!("its setting {setting} is {value}")));
        }
    }
    Ok(())
}

fn take_lock(runtime: &Runtime, client: &Client) -> Result<()> {
    let sql = "SELECT pg_try_advisory_lock($1)";
    let row = runtime.block_on(client.query_one(sql, &[&ENGINE_LOCK])).map_err(map)?;
    if row.try_get(0).map_err(map)? { Ok(()) } else { Err(Error::EngineTaken) }
}
