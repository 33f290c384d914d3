//! Where the server under test keeps its state, as the server and the comparison need it.

use std::{path::PathBuf, time::Duration};

use store::{Options, Store};

/// The name that the server gives its SQLite file.
const SQLITE_FILE: &str = "merit.db";
/// Comparing reads whole tables in one transaction.
const READ_LIMIT: Duration = Duration::from_secs(1_800);

/// A database of the server under test.
#[derive(Clone, Debug)]
pub enum Database {
    /// SQLite in a data folder.
    Sqlite(PathBuf),
    /// PostgreSQL at a URL.
    Postgres(String),
}

impl Database {
    /// Its name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// The arguments that make a command of the server use it.
    pub fn arguments(&self) -> [String; 2] {
        match self {
            Self::Sqlite(folder) => ["--data".to_owned(), folder.display().to_string()],
            Self::Postgres(url) => ["--database".to_owned(), url.clone()],
        }
    }

    /// How the harness itself opens it.
    pub fn options(&self) -> Options {
        let options = match self {
            Self::Sqlite(folder) => Options::sqlite(folder.join(SQLITE_FILE)),
            Self::Postgres(url) => Options::postgres(url),
        };
        Options { readers: 1, writers: 1, statement_timeout: READ_LIMIT, ..options }
    }

    /// Opens it. Close it before the next crash: a connection of ours that outlives the server would spare it the recovery
    /// that is to be tried.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub async fn open(&self) -> store::Result<Store> {
        Store::open(self.options()).await
    }
}
