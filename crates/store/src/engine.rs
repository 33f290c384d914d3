//! The connection of the engine: the one thread that decides events.
//!
//! It runs its transactions in place, on the thread that calls: a batch is decided with everything it borrows at hand, and
//! no other thread has to wake up for it. On PostgreSQL it is a connection of its own; on SQLite it is the one that all
//! writers share.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::session::Session;
use crate::store::Store;
use crate::tx::{Mode, Tx};
use crate::{postgres, sqlite};

/// A connection on which a plain thread (not one of an async runtime) runs transactions.
pub struct EngineConnection {
    session: Session,
    lock: Lock,
    /// Keeps the store open as long as its engine lives.
    _store: Store,
}

enum Lock {
    File {
        path: PathBuf,
        held: Option<sqlite::EngineLock>,
    },
    /// Held by the session of the server, which the session here takes again when it connects again.
    Server,
}

impl EngineConnection {
    pub(crate) fn sqlite(writer: sqlite::Session, path: PathBuf, store: Store) -> Self {
        Self { session: Session::Sqlite(writer), lock: Lock::File { path, held: None }, _store: store }
    }

    pub(crate) fn postgres(session: postgres::Session, store: Store) -> Self {
        Self { session: Session::Postgres(Box::new(session)), lock: Lock::Server, _store: store }
    }

    /// Makes this the only engine of the database until it is dropped. On PostgreSQL the lock lives in the session that
    /// also runs the transactions: when the connection is lost, it is taken again before the next transaction, which fails
    /// with [`Error::EngineTaken`] if another engine was quicker.
    ///
    /// # Errors
    /// [`Error::EngineTaken`] when another engine has it, or why the database could not be reached.
    pub fn lock(&mut self) -> Result<()> {
        match (&mut self.lock, &mut self.session) {
            (Lock::File { path, held }, _) => {
                if held.is_none() {
                    *held = Some(sqlite::EngineLock::take(path)?);
                }
                Ok(())
            }
            (Lock::Server, Session::Postgres(session)) => session.take_engine_lock(),
            (Lock::Server, Session::Sqlite(_)) => Ok(()),
        }
    }

    /// Runs one write transaction on this thread; the rules are those of [`crate::Store::write`].
    ///
    /// # Errors
    /// The error of `f`, or one of [`Error`]: above all [`Error::CommitFailed`], after which nothing may be acknowledged.
    pub fn transaction<T, E, F>(&mut self, name: &'static str, mut f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E>,
        E: From<Error>,
    {
        self.session.transaction(name, Mode::Write, &mut f)
    }

    /// As [`crate::Store::prove_healthy`], on this thread.
    ///
    /// # Errors
    /// [`Error::Unavailable`] while the store is not well.
    pub fn prove_healthy(&mut self) -> Result<()> {
        self.session.prove()
    }
}
