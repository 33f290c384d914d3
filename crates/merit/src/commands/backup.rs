//! `merit backup`: a consistent copy of the whole database into one file, while a server runs.
//!
//! Everything is read in one transaction: on SQLite readers and the writer do not wait for each other, on PostgreSQL the
//! transaction is a snapshot. The file appears under its name only when it is whole and on the disk.

use std::{
    fs::File,
    io::{BufWriter, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use indicatif::ProgressBar;
use model::{Clock, Timestamp};
use serde_json::{Map, Value, json};
use store::{Tx, portable};

use crate::{
    ambient::SystemClock,
    commands::{
        copy_file::{Contents, CopyWriter, Header},
        terminal,
    },
    open,
    settings::{Common, Settings},
};

/// Arguments of `backup`.
#[derive(clap::Args)]
pub struct Arguments {
    /// File to write; it must not exist.
    file: PathBuf,
}

/// What was copied.
struct Copied {
    schema: i64,
    tables: Map<String, Value>,
    contents: Contents,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("cannot write the copy")]
    File(#[from] std::io::Error),
    #[error("the database has no schema yet; there is nothing to copy")]
    Unused,
}

/// Copies the database.
///
/// # Errors
/// When it cannot be read or the file cannot be written.
pub fn run(common: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    let file = arguments.file;
    if file.exists() {
        anyhow::bail!("{} exists already; a backup is never overwritten", file.display());
    }
    let part = part_of(&file);
    let result = open::runtime()?.block_on(backup(&settings, part.clone()));
    let copied = match result {
        Ok(copied) => copied,
        Err(error) => {
            // Half a copy is of no use to anybody.
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
    };
    put_in_place(&part, &file).with_context(|| format!("cannot write {}", file.display()))?;
    let bytes = std::fs::metadata(&file)?.len();
    eprintln!("copied {} rows into {}", copied.contents.rows, file.display());
    eprintln!("the file holds keys and password hashes: keep it where only you can read it");
    terminal::print_json(&json!({
        "file": file,
        "bytes": bytes,
        "schema": copied.schema,
        "rows": copied.contents.rows,
        "tables": copied.tables,
        "sha256": copied.contents.sha256,
    }))?;
    Ok(ExitCode::SUCCESS)
}

fn part_of(file: &Path) -> PathBuf {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

/// Names the finished file, so that also the name survives a power cut. A file that appeared meanwhile stays.
fn put_in_place(part: &Path, file: &Path) -> std::io::Result<()> {
    std::fs::hard_link(part, file)?;
    std::fs::remove_file(part)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

async fn backup(settings: &Settings, part: PathBuf) -> anyhow::Result<Copied> {
    let mut options = open::long_reads(settings);
    options.readers = 1;
    options.writers = 1;
    let store = open::open_store(settings, options).await?;
    let made_at = SystemClock.now();
    let bar = terminal::bar("backup", None, false);
    let shown = bar.clone();
    let copied = store.read("backup", move |tx| copy(tx, &part, made_at, &shown)).await?;
    bar.finish_and_clear();
    Ok(copied)
}

/// Copies everything as one transaction sees it. It may run again after a lost connection, so it begins the file anew.
fn copy(tx: &mut Tx<'_>, part: &Path, made_at: Timestamp, bar: &ProgressBar) -> Result<Copied, Failure> {
    let schema = portable::schema_version(tx)?.ok_or(Failure::Unused)?;
    let tables = portable::tables(tx)?;
    if std::io::stderr().is_terminal() {
        let counts = tables.iter().map(|table| portable::count(tx, table));
        bar.set_length(counts.sum::<store::Result<u64>>()?);
    }
    bar.set_position(0);
    let mut writer = CopyWriter::start(BufWriter::new(create(part)?), Header { schema, made_at })?;
    let mut rows_of = Map::new();
    for table in &tables {
        writer.table(&table.name, table.columns.iter().map(|(name, _)| name.as_str()))?;
        let mut rows = 0_u64;
        let mut failed = None;
        let stop = || store::Error::Usage("the copy could not be written".to_owned());
        let read = portable::each_row(tx, table, &mut |row| {
            writer.row(row).map_err(|error| {
                failed = Some(error);
                stop()
            })?;
            rows += 1;
            bar.inc(1);
            Ok(())
        });
        match failed {
            Some(error) => return Err(error.into()),
            None => read?,
        }
        writer.end_table()?;
        rows_of.insert(table.name.clone(), rows.into());
    }
    let (out, contents) = writer.finish()?;
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(Copied { schema, tables: rows_of, contents })
}

/// A file that only its owner can read.
fn create(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}
