//! SQLite: one connection that writes, several that read, one that checkpoints.
//!
//! All writers of the process share ONE connection behind a fair lock, so `SQLITE_BUSY` between them cannot happen and
//! nobody starves: the writer thread runs the transactions of [`crate::Store::write`] on it, the engine runs its own in
//! place, without handing them to another thread. Readers have connections of their own; in WAL mode neither side waits
//! for the other.

mod checkpoint;
mod connection;
mod failure;

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

pub(crate) use checkpoint::Checkpointer;
pub(crate) use connection::Connection;

use crate::error::{Error, Result};
use crate::health::Health;
use crate::options::Options;
use crate::session::panic_message;
use crate::tx::{Driver, Mode, Tx};

/// Where the database is and how its connections are set.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub path: PathBuf,
    pub options: Options,
}

/// One connection and what it is for; clones share the connection.
#[derive(Clone)]
pub(crate) struct Session {
    connection: Arc<Mutex<Connection>>,
    settings: Arc<Settings>,
    health: Arc<Health>,
}

impl Session {
    /// Opens the connection that writes. What an earlier process left in the write-ahead log is moved into the database
    /// first: if that process met a failing fsync, its last commit can be readable without being on the disk, and copying
    /// it writes it again.
    pub(crate) fn writer(settings: &Arc<Settings>, health: &Arc<Health>) -> Result<Self> {
        let connection = Connection::open(settings, Mode::Write)?;
        connection.checkpoint(connection::Checkpoint::Truncate)?;
        Ok(Self::of(connection, settings, health))
    }

    /// Opens a connection that reads.
    pub(crate) fn reader(settings: &Arc<Settings>, health: &Arc<Health>) -> Result<Self> {
        Ok(Self::of(Connection::open(settings, Mode::Read)?, settings, health))
    }

    fn of(connection: Connection, settings: &Arc<Settings>, health: &Arc<Health>) -> Self {
        Self {
            connection: Arc::new(Mutex::new(connection)),
            settings: Arc::clone(settings),
            health: Arc::clone(health),
        }
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// The handle that stops a running statement from another thread.
    pub(crate) fn interrupt_handle(&self) -> rusqlite::InterruptHandle {
        self.connection.lock().interrupt_handle()
    }

    /// Runs one transaction on this thread.
    pub(crate) fn transaction<T, E: From<Error>>(
        &mut self,
        name: &'static str,
        mode: Mode,
        f: &mut dyn FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let connection = self.connection.lock();
        let result = run(&connection, &self.health, name, mode, f);
        // Fair: a busy engine would otherwise take the lock again before a waiting writer wakes up.
        MutexGuard::unlock_fair(connection);
        result
    }

    /// Replaces the connection by a new one and commits a probe with it.
    ///
    /// A reader stays open meanwhile, so the shared index of the log survives and with it the knowledge that frames whose
    /// fsync failed are not committed; the next commit overwrites them.
    pub(crate) fn prove(&mut self) -> Result<()> {
        let mut connection = self.connection.lock();
        *connection = Connection::open(&self.settings, Mode::Write)?;
        connection.checkpoint(connection::Checkpoint::Passive)?;
        run(&connection, &self.health, "probe", Mode::Write, &mut crate::health::beat)
    }

    /// Holds off all writers of this process while `f` runs.
    pub(crate) fn while_nobody_writes<T>(&self, f: impl FnOnce() -> T) -> T {
        let connection = self.connection.lock();
        let result = f();
        MutexGuard::unlock_fair(connection);
        result
    }
}

fn run<T, E: From<Error>>(
    connection: &Connection,
    health: &Health,
    name: &'static str,
    mode: Mode,
    f: &mut dyn FnMut(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    connection.begin(mode)?;
    let mut tx = Tx::new(name, Driver::Sqlite(connection));
    let result = catch_unwind(AssertUnwindSafe(|| f(&mut tx)));
    let (_, failure) = tx.finish();
    let value = match (result, failure) {
        (Ok(Ok(value)), None) => value,
        (result, _) => {
            connection.rollback(health);
            health.rolled_back();
            return match result {
                Ok(Ok(_)) => Err(Error::Aborted { name }.into()),
                Ok(Err(error)) => Err(error),
                Err(panic) => {
                    health.panicked();
                    Err(Error::Panicked { name, message: panic_message(&*panic) }.into())
                }
            };
        }
    };
    if mode == Mode::Read {
        connection.rollback(health);
        health.ended(mode);
        return Ok(value);
    }
    match connection.commit() {
        Ok(()) => {
            health.ended(mode);
            Ok(value)
        }
        // A rule that is checked at the end of a transaction: SQLite has not begun to commit.
        Err(error @ (Error::Constraint(_) | Error::Unique { .. })) => {
            connection.rollback(health);
            health.rolled_back();
            Err(error.into())
        }
        Err(error) => {
            connection.rollback(health);
            health.commit_failed();
            Err(Error::CommitFailed { name, message: error.to_string() }.into())
        }
    }
}

/// The lock that keeps the engine single on a database file; held as long as the value lives.
pub(crate) struct EngineLock {
    _file: File,
}

impl EngineLock {
    pub(crate) fn take(database: &Path) -> Result<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push("-engine");
        let unavailable =
            |error: std::io::Error| Error::Unavailable(format!("the engine's lock file: {error}"));
        let file =
            File::options().create(true).truncate(false).write(true).open(path).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(Error::EngineTaken),
            Err(std::fs::TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}
