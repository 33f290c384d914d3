//! What benchmarks measure with.

pub mod ambient;
pub mod bare_rows;
pub mod client;
pub mod database;
pub mod in_process;
pub mod machine;
pub mod metrics;
pub mod nginx;
pub mod open_loop;
pub mod process;
pub mod samples;
pub mod server;
pub mod table;
pub mod world;
pub mod wrk;

use std::path::PathBuf;

use anyhow::Context;

/// How much is measured.
pub struct Effort {
    /// Seconds of one run.
    pub seconds: u64,
    /// Runs of each side.
    pub rounds: usize,
    /// Only this database.
    pub only: Option<DatabaseKind>,
    /// Facts of the lake that reports are asked of.
    pub facts: u64,
    /// Where this lake is kept; nowhere when absent.
    pub lake: Option<PathBuf>,
    /// Touches of a large file of journeys; none when absent.
    pub touches: Option<u64>,
}

impl Effort {
    /// Whether this database is measured.
    pub fn measures(&self, kind: DatabaseKind) -> bool {
        self.only.is_none_or(|only| only == kind)
    }
}

/// A database that Merit runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum DatabaseKind {
    /// The embedded one.
    Sqlite,
    /// A server.
    Postgres,
}

impl DatabaseKind {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A new folder for data: beside the build and not among the temporary files, which may live in memory, where a disk costs
/// nothing. Removed when dropped.
pub fn data_folder() -> anyhow::Result<tempfile::TempDir> {
    let parent = build_folder()?.join("bench-data");
    std::fs::create_dir_all(&parent)?;
    Ok(tempfile::Builder::new().prefix("run-").tempdir_in(parent)?)
}

/// The folder that this program was built into; the server's binary is there, too.
pub fn build_folder() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.parent().context("a program is in a folder")?.to_path_buf())
}
