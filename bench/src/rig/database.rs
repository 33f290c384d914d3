//! Databases that wait for a real disk.

use anyhow::Context;
use testkit::postgres::ThrowAwayPostgres;

use super::{DatabaseKind, data_folder};

/// Where databases are made.
pub enum Place {
    /// Files in new folders.
    Sqlite,
    /// A cluster of its own, with fsync.
    Postgres(Box<ThrowAwayPostgres>),
}

/// An empty database in a folder of its own, which goes when this is dropped.
pub struct Database {
    /// The folder of the data.
    pub folder: tempfile::TempDir,
    /// The URL of a server's database; none for a file in the folder.
    pub url: Option<String>,
}

impl Place {
    /// Makes a place. `None`, with a line that says so, when PostgreSQL is not installed.
    pub fn of(kind: DatabaseKind) -> Option<Self> {
        match kind {
            DatabaseKind::Sqlite => Some(Self::Sqlite),
            DatabaseKind::Postgres => match ThrowAwayPostgres::start() {
                Ok(cluster) => Some(Self::Postgres(Box::new(cluster))),
                Err(error) => {
                    println!("NOT RUN: on PostgreSQL: {error:#}");
                    None
                }
            },
        }
    }

    /// An empty database.
    pub fn fresh(&self) -> anyhow::Result<Database> {
        let url = match self {
            Self::Sqlite => None,
            Self::Postgres(cluster) => Some(cluster.fresh_database().context("a fresh database")?),
        };
        Ok(Database { folder: data_folder()?, url })
    }
}

impl Database {
    /// How the store opens it, as the server does.
    pub fn options(&self) -> store::Options {
        match &self.url {
            None => store::Options::sqlite(self.folder.path().join("merit.db")),
            Some(url) => store::Options::postgres(url.clone()),
        }
    }
}
