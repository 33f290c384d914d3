//! What can go wrong, sorted by what the caller can do about it.

/// The result of a storage operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every way in which storage fails.
///
/// The same cause gives the same variant on both databases. [`Error::CommitFailed`] is the one whose outcome is unknown:
/// whoever receives it must not acknowledge anything that the transaction held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A row with this key exists already.
    #[error("a row with the same {columns} exists already in {table}")]
    Unique {
        /// The table that refused the row.
        table: String,
        /// The columns of the unique key, separated by `, ` (the name of the constraint when the columns are not known).
        columns: String,
    },
    /// Another rule of the schema was broken: a check, a foreign key, a missing value.
    #[error("a rule of the schema was broken: {0}")]
    Constraint(String),
    /// Somebody else holds what is needed, or too many wait already; trying again later may work.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// Concurrent transactions collided again and again, after several attempts; trying again later may work.
    #[error("concurrent changes collided: {0}")]
    Conflict(String),
    /// A statement took longer than `Options::statement_timeout`.
    #[error("the statement took too long and was stopped")]
    Timeout,
    /// The database cannot be reached or is not able to work.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The server does not let this user in, or has no such database; an operator has to act.
    #[error("the database server refuses the connection: {0}")]
    NotAllowed(String),
    /// The disk (or the quota of the database) is full.
    #[error("the disk of the database is full: {0}")]
    Full(String),
    /// `COMMIT` failed: nobody knows whether the transaction is stored. Nothing of it may be acknowledged.
    #[error("the commit of \"{name}\" failed and its outcome is unknown: {message}")]
    CommitFailed {
        /// The name that the transaction was given.
        name: &'static str,
        /// What the database said.
        message: String,
    },
    /// The closure panicked; its transaction was rolled back.
    #[error("\"{name}\" panicked and was rolled back: {message}")]
    Panicked {
        /// The name that the transaction was given.
        name: &'static str,
        /// The message of the panic.
        message: String,
    },
    /// A statement was run, or a commit asked for, after an earlier statement of the same transaction had failed.
    #[error("an earlier statement of \"{name}\" failed, so the transaction cannot go on")]
    Aborted {
        /// The name that the transaction was given.
        name: &'static str,
    },
    /// What is stored is not what this program writes: a row that cannot be read, or one that must be there is missing.
    #[error("damaged data: {0}")]
    Damaged(String),
    /// A write was tried in a read transaction.
    #[error("a read transaction cannot write: {0}")]
    ReadOnly(String),
    /// A column did not hold what was expected of it.
    #[error("column {column} should hold {expected} but holds {found}")]
    Decode {
        /// The position of the column.
        column: usize,
        /// What was expected.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// A text with a NUL character, which PostgreSQL cannot store and SQLite therefore is not given.
    #[error("a text holds a NUL character, which cannot be stored")]
    NulInText,
    /// A query that may answer at most one row answered more.
    #[error("a query for at most one row found several: {0}")]
    TooManyRows(String),
    /// The executor was called wrongly: a mistake in the program.
    #[error("{0}")]
    Usage(String),
    /// The database refused a statement for a reason that no other variant describes.
    #[error("the database refused a statement: {0}")]
    Sql(String),
    /// The database was written by a newer version of this program.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}: start a newer version of the program, or restore a backup from before the update"
    )]
    SchemaNewer {
        /// The newest version that the database has.
        found: i64,
        /// The newest version that the program knows.
        known: i64,
    },
    /// A migration that was applied to the database is not the one that the program has under its number.
    #[error("migration {version} was applied as \"{applied}\" but is \"{known}\" in this program")]
    SchemaForeign {
        /// The number of the migration.
        version: i64,
        /// The name under which the database knows it.
        applied: String,
        /// The name under which the program knows it.
        known: String,
    },
    /// Another process decides events on this database already.
    #[error(
        "another engine works on this database already: stop it first, or start this process without the engine role"
    )]
    EngineTaken,
    /// The server is configured in a way that loses acknowledged data.
    #[error("the database server would lose acknowledged data: {0}")]
    NotDurable(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl Error {
    /// Whether the same transaction may simply be run again: nothing of it was stored, and the cause passes.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Busy(_) | Error::Conflict(_) | Error::Unavailable(_))
    }

    /// Whether the error ends a transaction as a whole, so that not even a savepoint can be returned to.
    pub(crate) fn ends_everything(&self) -> bool {
        matches!(self, Error::Conflict(_) | Error::Unavailable(_) | Error::Full(_))
    }
}
