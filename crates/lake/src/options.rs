//! How a lake is opened: who may write, what a report may take, when files are made.

use std::{fmt, sync::Arc, time::Duration};

use model::clock::{Clock, Entropy};

/// What the opener may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Read files and hold further facts in memory; never write.
    Read,
    /// Write too. Only one process may.
    Write,
}

/// What reports may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of memory of all reports together.
    pub memory: usize,
    /// The longest that one may take, waiting included.
    pub time: Duration,
    /// How many may run at once.
    pub reports: usize,
    /// How many exports of any length may run at once, beside reports.
    pub exports: usize,
    /// Threads that compute; they are apart from those that serve requests.
    pub threads: usize,
    /// Bytes of memory of all questions in SQL together.
    pub sql_memory: usize,
    /// How many of them may run at once.
    pub sql_questions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            memory: 1 << 30,
            time: Duration::from_secs(30),
            reports: 4,
            exports: 2,
            threads,
            sql_memory: 256 << 20,
            sql_questions: 2,
        }
    }
}

/// When files are made, merged and removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Files {
    /// Facts in memory that make a flush due.
    pub flush_rows: usize,
    /// Age of the oldest fact in memory that makes a flush due.
    pub flush_after: Duration,
    /// Facts of a merged file.
    pub rows: u64,
    /// Small files of a day that make merging due before the day has ended.
    pub small: usize,
    /// How long after its end a day is merged and gets its rollups.
    pub settle: Duration,
    /// Facts of a file from which on rollups are worth it although it may be merged once more; after its day, [`Self::rollup_rows`].
    pub early_rollup_rows: u64,
    /// Facts of a file from which on rollups are worth it.
    pub rollup_rows: u64,
    /// Most rows of a rollup for a thousand facts; one with more is not worth it.
    pub rollup_share: u64,
    /// How long files that nothing names any more are kept for those who still read them.
    pub grace: Duration,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            flush_rows: 200_000,
            flush_after: Duration::from_secs(60),
            rows: 2_000_000,
            small: 16,
            settle: Duration::from_secs(3_600),
            early_rollup_rows: 100_000,
            rollup_rows: 1_000,
            rollup_share: 500,
            grace: Duration::from_secs(3_600),
        }
    }
}

/// How a lake is opened.
#[derive(Clone)]
pub struct Options {
    /// What the opener may do.
    pub access: Access,
    /// What reports may take.
    pub limits: Limits,
    /// When files are made, merged and removed.
    pub files: Files,
    /// Names the database whose facts these are. A lake of another one is refused; the name is written with the next change.
    pub database: Option<String>,
    /// Settings of S3 storage by the names of the environment (`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, ...), which they replace.
    pub storage: Vec<(String, String)>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes names of files that nobody else makes.
    pub entropy: Arc<dyn Entropy>,
}

impl Options {
    /// The usual ones.
    pub fn new(access: Access, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            access,
            limits: Limits::default(),
            files: Files::default(),
            database: None,
            storage: Vec::new(),
            clock,
            entropy,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("access", &self.access)
            .field("limits", &self.limits)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
