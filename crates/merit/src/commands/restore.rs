//! `merit restore`: a copy of `merit backup` into an empty database of either kind.
//!
//! The file is read twice: first to see that it is whole, before anything is opened or created, then into one write
//! transaction, so that nobody sees half of it. The engine's lock keeps servers away meanwhile.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use indicatif::ProgressBar;
use serde_json::{Map, Value, json};
use store::{Kind, OwnedValue, Tx, portable};

use crate::{
    commands::{
        copy_file::{Contents, CopyError, CopyReader, Header, Part},
        terminal,
    },
    open,
    settings::{Common, Settings},
};

/// Arguments of `restore`.
#[derive(clap::Args)]
pub struct Arguments {
    /// File that `merit backup` wrote.
    file: PathBuf,
}

/// Values and bytes that wait at most before they are inserted.
const VALUES_AT_ONCE: usize = 20_000;
const BYTES_AT_ONCE: usize = 8 << 20;

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error("cannot read the copy")]
    File(#[from] std::io::Error),
    #[error("the file has a {0} that the schema of its version does not have")]
    Unknown(String),
    #[error("of {table} {inserted} rows were stored instead of {rows}")]
    Lost { table: String, inserted: u64, rows: u64 },
}

/// Restores a copy.
///
/// # Errors
/// When the file is not whole, the database is not empty, or it cannot be written.
pub fn run(common: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    let file = arguments.file;
    let damaged = || format!("{}: nothing was restored", file.display());
    let length = std::fs::metadata(&file).with_context(damaged)?.len();
    let bar = terminal::bar("checking", Some(length), true);
    let (header, contents) = check(&file, &bar).with_context(damaged)?;
    if header.schema > portable::known_schema_version() {
        let message = "the copy is of a newer version of the program; restore it with that one";
        return Err(anyhow::anyhow!(message).context(damaged()));
    }
    bar.finish_and_clear();
    let tables = open::runtime()?.block_on(restore(&settings, &file, length)).with_context(damaged)?;
    eprintln!("restored {} rows, copied at {}", contents.rows, header.made_at);
    eprintln!("now run `merit verify`");
    terminal::print_json(&json!({
        "file": file,
        "schema": header.schema,
        "made_at": header.made_at,
        "rows": contents.rows,
        "tables": tables,
        "sha256": contents.sha256,
    }))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads a file and moves a bar.
fn reader(file: &Path, bar: &ProgressBar) -> Result<(CopyReader<impl Read>, Header), Failure> {
    bar.set_position(0);
    Ok(CopyReader::open(bar.wrap_read(File::open(file)?))?)
}

/// Reads the whole file without storing anything.
fn check(file: &Path, bar: &ProgressBar) -> Result<(Header, Contents), Failure> {
    let (mut reader, header) = reader(file, bar)?;
    loop {
        if let Part::End(contents) = reader.next()? {
            return Ok((header, contents));
        }
    }
}

async fn restore(settings: &Settings, file: &Path, length: u64) -> anyhow::Result<Map<String, Value>> {
    open::make_data_folder(settings)?;
    let store = open::open_store(settings, open::long_reads(settings)).await?;
    let mut engine = store.engine()?;
    // Connecting blocks, so it happens where blocking is allowed.
    let engine = tokio::task::spawn_blocking(move || engine.lock().map(|()| engine)).await?;
    let _engine = engine.context("a server runs on this database; a copy is only restored into a new one")?;
    let bar = terminal::bar("restore", Some(length), true);
    let (file, shown) = (file.to_owned(), bar.clone());
    let tables = store.write("restore", move |tx| load(tx, &file, &shown)).await?;
    bar.finish_and_clear();
    // What the program knows beyond the copy's schema.
    store.migrate().await?;
    Ok(tables)
}

/// Stores everything of the file. It may run again after a lost connection, so it begins with an empty database.
fn load(tx: &mut Tx<'_>, file: &Path, bar: &ProgressBar) -> Result<Map<String, Value>, Failure> {
    let (mut reader, header) = reader(file, bar)?;
    let tables = portable::prepare(tx, header.schema)?;
    let mut rows_of = Map::new();
    let mut target: Option<Target> = None;
    loop {
        match reader.next()? {
            Part::Table { name, columns } => target = Some(Target::find(&tables, name, columns)?),
            Part::Row(values) => {
                let target =
                    target.as_mut().ok_or_else(|| Failure::Unknown("row outside of a table".to_owned()))?;
                target.add(tx, values)?;
            }
            Part::EndOfTable(rows) => {
                if let Some(mut target) = target.take() {
                    target.flush(tx)?;
                    target.check(rows)?;
                    rows_of.insert(target.table, rows.into());
                }
            }
            Part::End(_) => return Ok(rows_of),
        }
    }
}

fn bytes_of(value: &OwnedValue) -> usize {
    match value {
        store::Value::Null | store::Value::Int(_) => 8,
        store::Value::Text(text) => text.len(),
        store::Value::Bytes(bytes) => bytes.len(),
    }
}

/// The table that rows go into.
struct Target {
    table: String,
    columns: Vec<(String, Kind)>,
    waiting: Vec<OwnedValue>,
    waiting_bytes: usize,
    inserted: u64,
}

impl Target {
    fn find(tables: &[portable::Table], table: String, names: Vec<String>) -> Result<Self, Failure> {
        let Some(known) = tables.iter().find(|known| known.name == table) else {
            return Err(Failure::Unknown(format!("table {table}")));
        };
        let columns = names.into_iter().map(|name| {
            let kind = known.columns.iter().find(|(column, _)| *column == name).map(|(_, kind)| *kind);
            let kind = kind.ok_or_else(|| Failure::Unknown(format!("column {name} of {table}")))?;
            Ok::<_, Failure>((name, kind))
        });
        let columns = columns.collect::<Result<_, _>>()?;
        Ok(Self { table, columns, waiting: Vec::new(), waiting_bytes: 0, inserted: 0 })
    }

    fn add(&mut self, tx: &mut Tx<'_>, values: Vec<OwnedValue>) -> Result<(), Failure> {
        if values.len() != self.columns.len() {
            return Err(Failure::Unknown(format!("row of {} with {} values", self.table, values.len())));
        }
        self.waiting_bytes += values.iter().map(bytes_of).sum::<usize>();
        self.waiting.extend(values);
        if self.waiting.len() >= VALUES_AT_ONCE || self.waiting_bytes >= BYTES_AT_ONCE {
            self.flush(tx)?;
        }
        Ok(())
    }

    fn flush(&mut self, tx: &mut Tx<'_>) -> Result<(), Failure> {
        let columns: Vec<(&str, Kind)> =
            self.columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        self.inserted += portable::insert(tx, &self.table, &columns, &self.waiting)?;
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    fn check(&self, rows: u64) -> Result<(), Failure> {
        match self.inserted == rows {
            true => Ok(()),
            false => Err(Failure::Lost { table: self.table.clone(), inserted: self.inserted, rows }),
        }
    }
}
