//! The store: the database and the threads that work on it.

use std::sync::Arc;

use crate::dialect::Dialect;
use crate::engine::EngineConnection;
use crate::error::{Error, Result};
use crate::health::{Health, Stats};
use crate::migrations::{self, MIGRATIONS};
use crate::options::{Database, Options};
use crate::pool::Pool;
use crate::session::Session;
use crate::tx::{Mode, Tx};
use crate::{postgres, sqlite};

/// An open database. Clones share it; it is closed when the last one is dropped.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    // In the order in which they end: work first, the connections that others share last.
    writers: Pool,
    readers: Pool,
    health: Arc<Health>,
    options: Options,
    backend: Backend,
}

enum Backend {
    Sqlite { _checkpointer: sqlite::Checkpointer, writer: sqlite::Session, settings: Arc<sqlite::Settings> },
    Postgres(Arc<postgres::Settings>),
}

impl Store {
    /// Opens the database, creating the file of SQLite when there is none, and makes sure that it can be reached and keeps
    /// what it acknowledges. The schema is left as it is; see [`Store::migrate`].
    ///
    /// # Errors
    /// [`Error::Unavailable`], or [`Error::NotDurable`] for a server without fsync that the options do not accept.
    pub async fn open(options: Options) -> Result<Self> {
        let opened = tokio::task::spawn_blocking(move || match options.url.clone() {
            Database::Sqlite(path) => Self::open_sqlite(path, options),
            Database::Postgres(url) => Self::open_postgres(&url, options),
        });
        let store = opened.await.map_err(|error| Error::Unavailable(error.to_string()))??;
        store.inner.writers.run(None, Session::connect).await??;
        Ok(store)
    }

    fn open_sqlite(path: std::path::PathBuf, options: Options) -> Result<Self> {
        let health = Arc::new(Health::default());
        let settings = Arc::new(sqlite::Settings { path, options: options.clone() });
        let writer = sqlite::Session::writer(&settings, &health)?;
        let readers = (0..options.readers.max(1))
            .map(|_| sqlite::Session::reader(&settings, &health).map(Session::Sqlite))
            .collect::<Result<Vec<_>>>()?;
        let checkpointer = sqlite::Checkpointer::start(&settings, &health, writer.clone())?;
        Ok(Self {
            inner: Arc::new(Inner {
                writers: Pool::start("store-write", vec![Session::Sqlite(writer.clone())])?,
                readers: Pool::start("store-read", readers)?,
                health,
                options,
                backend: Backend::Sqlite { _checkpointer: checkpointer, writer, settings },
            }),
        })
    }

    fn open_postgres(url: &str, options: Options) -> Result<Self> {
        let health = Arc::new(Health::default());
        let settings = Arc::new(postgres::Settings::new(url, &options)?);
        let sessions = |count: usize| {
            (0..count.max(1))
                .map(|_| Ok(Session::Postgres(Box::new(postgres::Session::new(&settings, &health)?))))
                .collect::<Result<Vec<_>>>()
        };
        Ok(Self {
            inner: Arc::new(Inner {
                writers: Pool::start("store-write", sessions(options.writers)?)?,
                readers: Pool::start("store-read", sessions(options.readers)?)?,
                health,
                options,
                backend: Backend::Postgres(settings),
            }),
        })
    }

    /// The database behind this store.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.inner.backend {
            Backend::Sqlite { .. } => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Brings the schema up to date, each step in one transaction.
    ///
    /// # Errors
    /// [`Error::SchemaNewer`] and [`Error::SchemaForeign`] when the database belongs to another version of the program, and
    /// any [`Error`] of a step, which is then undone.
    pub async fn migrate(&self) -> Result<()> {
        while let Some(version) = self.write("migrate", |tx| migrations::apply_next(tx, MIGRATIONS)).await? {
            tracing::info!(version, "the schema was brought up to date");
        }
        Ok(())
    }

    /// Runs one write transaction: commits what `f` did when it answers `Ok`, rolls it back when it answers `Err` or
    /// panics. A panic becomes [`Error::Panicked`].
    ///
    /// `f` may run several times: on PostgreSQL a transaction that collided with another, or lost its connection before the
    /// commit, is rolled back and tried again. So it must not have effects outside the transaction. Transactions behave as
    /// if they ran one after the other on both databases (PostgreSQL: `SERIALIZABLE`).
    ///
    /// The transaction goes on when the future is dropped.
    ///
    /// # Errors
    /// The error of `f`, or one of [`Error`]: above all [`Error::CommitFailed`], after which nothing may be acknowledged.
    pub async fn write<T, E, F>(&self, name: &'static str, mut f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let done =
            self.inner.writers.run(None, move |session| session.transaction(name, Mode::Write, &mut f));
        done.await.map_err(E::from)?
    }

    /// Runs one read transaction: all its queries see the same state of the database.
    ///
    /// # Errors
    /// The error of `f`, or one of [`Error`]: [`Error::ReadOnly`] when it tries to write, [`Error::Timeout`] after
    /// `Options::statement_timeout`.
    pub async fn read<T, E, F>(&self, name: &'static str, mut f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        // PostgreSQL limits each statement by itself.
        let limit = (self.dialect() == Dialect::Sqlite).then_some(self.inner.options.statement_timeout);
        let done =
            self.inner.readers.run(limit, move |session| session.transaction(name, Mode::Read, &mut f));
        done.await.map_err(E::from)?
    }

    /// A connection for the engine's own thread, on which transactions run in place. Nothing is connected yet, so this may
    /// be called anywhere; what it gives belongs on a plain thread.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the operating system refuses what a connection needs.
    pub fn engine(&self) -> Result<EngineConnection> {
        Ok(match &self.inner.backend {
            Backend::Sqlite { writer, settings, .. } => {
                EngineConnection::sqlite(writer.clone(), settings.path.clone(), self.clone())
            }
            Backend::Postgres(settings) => EngineConnection::postgres(
                postgres::Session::new(settings, &self.inner.health)?,
                self.clone(),
            ),
        })
    }

    /// Writes and commits a probe row on a fresh connection. Writes do this by themselves after a commit has failed; call
    /// it to learn whether the store is well again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] while it is not.
    pub async fn prove_healthy(&self) -> Result<()> {
        self.inner.writers.run(None, Session::prove).await?
    }

    /// Asks the database for an answer without writing.
    ///
    /// # Errors
    /// Why there was none.
    pub async fn ping(&self) -> Result<()> {
        self.read("ping", |tx| tx.query("SELECT 1", &[]).map(drop)).await
    }

    /// Counters since the store was opened.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.inner.health.stats()
    }
}
