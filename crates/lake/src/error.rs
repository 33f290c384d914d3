//! What can go wrong in the lake.

use std::fmt::Display;

use datafusion::{arrow::error::ArrowError, error::DataFusionError};
use parquet::errors::ParquetError;

/// Why the lake could not do it.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The place of the lake is no folder and no bucket.
    #[error("`{0}` is no place for a lake; write a folder or s3://bucket/prefix")]
    Place(String),
    /// A setting of S3 that does not exist.
    #[error(
        "`{0}` is no setting of S3 storage; the names are those of the environment, such as AWS_ENDPOINT_URL"
    )]
    Setting(String),
    /// The storage refused or is not there.
    #[error("the lake's storage failed at {path}: {reason}")]
    Storage {
        /// What was being read or written.
        path: String,
        /// What the storage said.
        reason: String,
    },
    /// A file that the lake needs cannot be understood.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody else writes to the same lake.
    #[error(
        "another process wrote manifest {number} of this lake; only one may write. Stop the other, then start again"
    )]
    OtherWriter {
        /// The number that this writer wanted.
        number: u64,
    },
    /// The facts are those of another database.
    #[error(
        "the facts in this lake are of another database ({there}, not {here}). Open the one that belongs to it, or move the lake \
         away, and its facts are made anew"
    )]
    OtherDatabase {
        /// Whose facts are there.
        there: String,
        /// Whose were expected.
        here: String,
    },
    /// The lake was opened for reading.
    #[error("this lake was opened for reading only")]
    ReadOnly,
    /// Facts were given out of order.
    #[error("facts up to {given} were given, but the lake already holds up to {position}")]
    Order {
        /// Through which sequence number the given facts go.
        given: u64,
        /// Through which the lake's go.
        position: u64,
    },
    /// More groups than the plan wants.
    #[error("the report has more than {0} rows; choose a shorter period, a filter or fewer columns")]
    TooManyGroups(usize),
    /// The report would need more memory than reports may take.
    #[error(
        "the report needs more memory than it may take; choose a shorter period, a filter or fewer columns"
    )]
    TooMuchMemory,
    /// It took too long.
    #[error("the report took longer than {0} seconds; choose a shorter period or a filter")]
    TimedOut(u64),
    /// A question in SQL is wrong.
    #[error("{}{message}", place(*at))]
    Sql {
        /// What is wrong with it.
        message: String,
        /// In which line and column, where that is known.
        at: Option<(u64, u64)>,
    },
    /// Too many reports at once.
    #[error("too many reports run at once; ask again in a moment")]
    Busy,
    /// The engine failed.
    #[error("the report engine failed: {0}")]
    Engine(String),
}

fn place(at: Option<(u64, u64)>) -> String {
    at.map_or_else(String::new, |(line, column)| format!("line {line}, column {column}: "))
}

impl LakeError {
    pub(crate) fn storage(path: &str, reason: &dyn Display) -> Self {
        Self::Storage { path: path.to_owned(), reason: reason.to_string() }
    }
    pub(crate) fn damaged(path: &str, reason: &dyn Display) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.to_string() }
    }
}

impl From<DataFusionError> for LakeError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::TooMuchMemory,
            DataFusionError::ObjectStore(inner) => Self::storage("a fact file", &inner),
            DataFusionError::ParquetError(inner) => Self::storage("a fact file", &inner),
            root => Self::Engine(root.to_string()),
        }
    }
}

impl From<ArrowError> for LakeError {
    fn from(error: ArrowError) -> Self {
        Self::Engine(error.to_string())
    }
}

impl From<ParquetError> for LakeError {
    fn from(error: ParquetError) -> Self {
        Self::Engine(error.to_string())
    }
}
