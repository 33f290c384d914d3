//! One SQLite connection: its settings and its statements.
//!
//! `synchronous=FULL` makes every commit wait for the disk. Automatic checkpoints are off: they would run inside the commit
//! that happens to cross the limit, two more fsyncs and the copying of every page in the middle of a group commit; the
//! checkpointer does that beside the writer instead. Foreign keys are on, as they always are on PostgreSQL. `LIKE`
//! distinguishes case, as it does on PostgreSQL.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, OpenFlags};

use super::Settings;
use super::failure::map;
use crate::bulk::{Insert, Update};
use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::health::Health;
use crate::options::Durability;
use crate::tx::Mode;
use crate::value::{Kind, OwnedValue, Row, Value};

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 512;
/// The page cache of the writer and of a reader, in KiB.
///
/// The writer's is not larger, because a commit after a page was split walks the whole table of cached pages; what does
/// not fit is in the operating system's cache.
const WRITER_CACHE: u32 = 16 * 1024;
const READER_CACHE: u32 = 16 * 1024;
/// The size to which the write-ahead log file is cut when it starts again from its beginning.
const LOG_SIZE_LIMIT: u32 = 256 << 20;

/// What a checkpoint waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Checkpoint {
    /// For nobody: it copies what no reader needs.
    Passive,
    /// For everybody; the log is empty afterwards.
    Truncate,
}

/// How far a checkpoint came, in pages since the log last began anew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copied {
    /// Pages that the log holds.
    pub(crate) log: i64,
    /// Those of them that are in the database file.
    pub(crate) copied: i64,
}

pub(crate) struct Connection {
    raw: rusqlite::Connection,
    /// SQL text as written -> as SQLite takes it.
    translated: RefCell<HashMap<Box<str>, Arc<str>>>,
}

impl Connection {
    pub(crate) fn open(settings: &Settings, mode: Mode) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let raw = rusqlite::Connection::open_with_flags(&settings.path, flags).map_err(map)?;
        raw.busy_timeout(settings.options.busy_timeout).map_err(map)?;
        raw.set_prepared_statement_cache_capacity(STATEMENTS);
        let synchronous = match settings.options.durability {
            Durability::Full => "FULL",
            Durability::OffForMustFailControl => "OFF",
        };
        let (cache, query_only) = match mode {
            Mode::Write => (WRITER_CACHE, "OFF"),
            Mode::Read => (READER_CACHE, "ON"),
        };
        raw.execute_batch(&format!(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = {synchronous};
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA journal_size_limit = {LOG_SIZE_LIMIT};
             PRAGMA foreign_keys = ON;
             PRAGMA case_sensitive_like = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -{cache};
             PRAGMA query_only = {query_only};"
        ))
        .map_err(map)?;
        let connection = Self { raw, translated: RefCell::default() };
        connection.check_journal_mode()?;
        Ok(connection)
    }

    /// A file system that cannot share memory silently keeps the old journal; what is promised about it then differs.
    fn check_journal_mode(&self) -> Result<()> {
        let mode: String = self.raw.query_row("PRAGMA journal_mode", [], |row| row.get(0)).map_err(map)?;
        if mode == "wal" {
            Ok(())
        } else {
            Err(Error::Unavailable(format!("SQLite cannot use a write-ahead log here (journal mode {mode})")))
        }
    }

    pub(crate) fn interrupt_handle(&self) -> rusqlite::InterruptHandle {
        self.raw.get_interrupt_handle()
    }

    pub(crate) fn begin(&self, mode: Mode) -> Result<()> {
        self.batch(match mode {
            Mode::Read => "BEGIN DEFERRED",
            Mode::Write => "BEGIN IMMEDIATE",
        })
    }

    pub(crate) fn commit(&self) -> Result<()> {
        self.prepare_exact("COMMIT")?.raw_execute().map(drop).map_err(map)
    }

    /// Rolls back what is open. A transaction that SQLite itself has ended is no error; one that cannot be ended makes the
    /// connection useless, so the store must prove itself before it is used again.
    pub(crate) fn rollback(&self, health: &Health) {
        if self.raw.is_autocommit() {
            return;
        }
        if let Err(error) = self.batch("ROLLBACK") {
            tracing::error!(%error, "a rollback failed");
            health.doubt();
        }
    }

    /// Copies the write-ahead log into the database.
    pub(crate) fn checkpoint(&self, kind: Checkpoint) -> Result<Copied> {
        let sql = match kind {
            Checkpoint::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
            Checkpoint::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
        };
        self.raw.query_row(sql, [], |row| Ok(Copied { log: row.get(1)?, copied: row.get(2)? })).map_err(map)
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        self.raw.execute_batch(sql).map_err(map)
    }

    pub(crate) fn execute(&self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        let mut statement = self.prepare(sql, params.len())?;
        if statement.column_count() > 0 {
            return Err(Error::Usage(format!("a statement that answers rows was run with execute: {sql}")));
        }
        bind(&mut statement, params)?;
        changed(&mut statement)
    }

    pub(crate) fn query(&self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        let mut statement = self.prepare(sql, params.len())?;
        bind(&mut statement, params)?;
        let mut found = Vec::new();
        collect(&mut statement, &mut found)?;
        Ok(found)
    }

    pub(crate) fn query_each(
        &self,
        sql: &str,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<()> {
        let mut statement = self.prepare(sql, params.len())?;
        bind(&mut statement, params)?;
        let width = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(map)? {
            if !visit(&read(row, width)?) {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn insert_many(&self, insert: &Insert, values: &[Value<'_>]) -> Result<u64> {
        self.each_row(&Dialect::Sqlite.insert_sql(insert), insert.columns.len(), values)
    }

    pub(crate) fn update_many(&self, update: &Update, values: &[Value<'_>]) -> Result<u64> {
        self.each_row(&Dialect::Sqlite.update_sql(update), update.keys.len() + update.columns.len(), values)
    }

    pub(crate) fn query_keys(
        &self,
        sql: &str,
        kind: Kind,
        keys: &[&Value<'_>],
        params: &[Value<'_>],
    ) -> Result<Vec<Row>> {
        let sql = Dialect::Sqlite.keys_sql(sql, kind, params.len())?;
        let mut statement = self.prepare_exact(&sql)?;
        expect_params(&statement, &sql, params.len() + 1)?;
        bind(&mut statement, params)?;
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            statement.raw_bind_parameter(params.len() + 1, key).map_err(map)?;
            collect(&mut statement, &mut found)?;
        }
        Ok(found)
    }

    fn each_row(&self, sql: &str, width: usize, values: &[Value<'_>]) -> Result<u64> {
        let mut statement = self.prepare_exact(sql)?;
        let mut total = 0;
        for row in values.chunks_exact(width) {
            bind(&mut statement, row)?;
            total += changed(&mut statement)?;
        }
        Ok(total)
    }

    /// Prepares a statement as it is written for both databases.
    fn prepare(&self, sql: &str, params: usize) -> Result<CachedStatement<'_>> {
        let translated = self.translate(sql);
        let statement = self.prepare_exact(translated.as_deref().unwrap_or(sql))?;
        expect_params(&statement, sql, params)?;
        Ok(statement)
    }

    fn prepare_exact(&self, sql: &str) -> Result<CachedStatement<'_>> {
        self.raw.prepare_cached(sql).map_err(|error| match map(error) {
            Error::Sql(message) => Error::Sql(format!("{message} in {sql}")),
            other => other,
        })
    }

    fn translate(&self, sql: &str) -> Option<Arc<str>> {
        if !sql.contains('$') {
            return None;
        }
        let mut translated = self.translated.borrow_mut();
        if let Some(known) = translated.get(sql) {
            return Some(Arc::clone(known));
        }
        if translated.len() >= STATEMENTS {
            translated.clear();
        }
        let fresh: Arc<str> = Dialect::Sqlite.placeholders(sql).into();
        translated.insert(sql.into(), Arc::clone(&fresh));
        Some(fresh)
    }
}

/// SQLite reads a parameter that was not given as null, which hides mistakes that PostgreSQL reports.
fn expect_params(statement: &CachedStatement<'_>, sql: &str, given: usize) -> Result<()> {
    let wanted = statement.parameter_count();
    if wanted == given {
        Ok(())
    } else {
        Err(Error::Usage(format!("the statement takes {wanted} parameters but got {given}: {sql}")))
    }
}

fn bind(statement: &mut CachedStatement<'_>, params: &[Value<'_>]) -> Result<()> {
    for (i, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(i + 1, param).map_err(map)?;
    }
    Ok(())
}

fn changed(statement: &mut CachedStatement<'_>) -> Result<u64> {
    let rows = statement.raw_execute().map_err(map)?;
    Ok(rows as u64)
}

fn collect(statement: &mut CachedStatement<'_>, found: &mut Vec<Row>) -> Result<()> {
    let width = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(map)? {
        found.push(read(row, width)?);
    }
    Ok(())
}

fn read(row: &rusqlite::Row<'_>, width: usize) -> Result<Row> {
    let values = (0..width).map(|i| owned(i, row.get_ref(i).map_err(map)?)).collect::<Result<_>>()?;
    Ok(Row { values })
}

fn owned(column: usize, value: ValueRef<'_>) -> Result<OwnedValue> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).map_err(|_| Error::Decode {
                column,
                expected: "text in UTF-8",
                found: "other bytes".to_owned(),
            })?;
            Value::from(text.to_owned())
        }
        ValueRef::Blob(bytes) => Value::from(bytes.to_vec()),
        ValueRef::Real(number) => {
            return Err(Error::Decode {
                column,
                expected: "an integer, text or bytes",
                found: format!("the floating-point number {number}"),
            });
        }
    })
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
