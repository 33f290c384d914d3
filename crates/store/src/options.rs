//! How a store is opened.

use std::path::PathBuf;
use std::time::Duration;

/// Which database, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// An SQLite file; it is created when it does not exist.
    Sqlite(PathBuf),
    /// The URL (`postgres://user:password@host:port/database`) or key-value string of a PostgreSQL database.
    Postgres(String),
}

impl std::fmt::Debug for Database {
    /// Hides the URL, because it can hold a password.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Database::Sqlite(path) => write!(out, "Sqlite({})", path.display()),
            Database::Postgres(_) => write!(out, "Postgres(..)"),
        }
    }
}

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A commit that succeeded survives a power loss.
    Full,
    /// A commit does not wait for the disk. Only for the control runs of durability tests, which must fail with it.
    OffForMustFailControl,
}

/// How a store is opened; start from [`Options::sqlite`] or [`Options::postgres`].
#[derive(Clone, Debug)]
pub struct Options {
    /// The database.
    pub url: Database,
    /// How many read transactions can run at the same time.
    pub readers: usize,
    /// How many write transactions can run at the same time beside the engine's; SQLite has one writer whatever is asked.
    pub writers: usize,
    /// Whether a commit waits for the disk.
    pub durability: Durability,
    /// Accept a PostgreSQL server with `fsync=off`: for tests that are not about durability.
    pub accept_server_without_fsync: bool,
    /// How long to wait for a lock that another process or transaction holds.
    pub busy_timeout: Duration,
    /// How long one statement (for SQLite: one read transaction) may run.
    pub statement_timeout: Duration,
    /// How long to try to connect to a server before an operation is given up.
    pub connect_timeout: Duration,
}

impl Options {
    /// The defaults for an SQLite file.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::of(Database::Sqlite(path.into()))
    }

    /// The defaults for a PostgreSQL database.
    #[must_use]
    pub fn postgres(url: impl Into<String>) -> Self {
        Self::of(Database::Postgres(url.into()))
    }

    fn of(url: Database) -> Self {
        Self {
            url,
            readers: 4,
            writers: 4,
            durability: Durability::Full,
            accept_server_without_fsync: false,
            busy_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
        }
    }
}
