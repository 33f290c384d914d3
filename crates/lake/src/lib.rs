//! Facts as open Parquet files, and the engine that adds them up.
//!
//! ```text
//!   outbox ──append──▶ memory tail ──flush──▶ small files ──compact──▶ large files + rollups
//!                           │                       │                        │
//!                           └───────────────────────┴────────── query ◀──────┘
//! ```
//!
//! - A fact is visible to reports from [`Lake::append`] on; it is in a file from [`Lake::flush`] on.
//! - The [manifest](manifest) names the files that hold, and how far into the outbox they go: [`Lake::position`]. Both change
//!   in one step. Whoever feeds the lake begins behind the position after a start, so that nothing is lost and nothing doubled.
//! - [`Lake::compact`] merges small files and makes [rollups](rollup), which answer most reports.
//! - [`Lake::thin`] takes from old touches what is of one visitor alone.
//! - [SQL](sql) is answered over what somebody may see.
//! - A [query](Lake::query) gives exactly what `report::reference` gives over the same facts.
//!
//! Only this crate knows DataFusion and Parquet.

mod clean;
mod columns;
mod compact;
mod contents;
mod days;
mod encode;
mod error;
mod lake;
mod manifest;
mod options;
mod query;
mod rollup;
mod sheet;
mod sql;
mod storage;
mod tail;
mod thin;
mod verify;
mod workers;

pub use clean::Cleaned;
pub use columns::{COLUMNS, Column, ColumnType};
pub use compact::Compacted;
pub use error::LakeError;
pub use lake::{Flushed, Lake, Statistics};
pub use options::{Access, Files, Limits, Options};
pub use query::Batches;
pub use sheet::ParquetSheet;
pub use thin::Thinned;
pub use verify::Finding;
