//! Whole tables as they are: for copies that are restored into either database.
//!
//! Tables and columns are read from the schema of the open database, so a copy misses nothing that a later
//! migration adds. A copy goes into a database that holds nothing yet: its schema is brought to the version of the copy,
//! and the few rows that a first start writes by itself make room.

use crate::Insert;
use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::migrations::{MIGRATIONS, apply_next};
use crate::tx::Tx;
use crate::value::{Kind, Row, Value};

/// The list of migrations: a copy names its version instead.
const SCHEMA: &str = "schema_migrations";
/// Tables that a database has rows in before anything was stored: starting writes them by itself, or a migration does.
const SEEDED: [&str; 5] = ["award_positions", "output_positions", "revisions", "secrets", "store_probe"];

/// A table of the open database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns in their order, with their kinds.
    pub columns: Vec<(String, Kind)>,
}

/// Every table, in the order of their names, without the list of migrations.
///
/// # Errors
/// [`Error::Damaged`] for a column of a kind that Merit does not use; storage errors.
pub fn tables(tx: &mut Tx<'_>) -> Result<Vec<Table>> {
    let mut tables: Vec<Table> = Vec::new();
    for row in tx.query(columns_sql(tx.dialect()), &[])? {
        let (table, column, kind) = (row.text(0)?, row.text(1)?, row.text(2)?);
        if table == SCHEMA {
            continue;
        }
        let kind = kind_of(kind).ok_or_else(|| {
            let hint = "the table is not one of Merit; give Merit a database of its own";
            Error::Damaged(format!("column {column} of {table} is of the type {kind}: {hint}"))
        })?;
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push((column.to_owned(), kind)),
            _ => tables.push(Table { name: table.to_owned(), columns: vec![(column.to_owned(), kind)] }),
        }
    }
    Ok(tables)
}

fn columns_sql(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT tables.name, columns.name, columns.type \
             FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns \
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             ORDER BY tables.name, columns.cid"
        }
        Dialect::Postgres => {
            "SELECT CAST(columns.table_name AS TEXT), CAST(columns.column_name AS TEXT), CAST(columns.data_type AS TEXT) \
             FROM information_schema.columns AS columns \
             JOIN information_schema.tables AS tables USING (table_schema, table_name) \
             WHERE columns.table_schema = current_schema() AND tables.table_type = 'BASE TABLE' \
             ORDER BY CAST(columns.table_name AS TEXT) COLLATE \"C\", columns.ordinal_position"
        }
    }
}

fn kind_of(column_type: &str) -> Option<Kind> {
    match column_type.to_ascii_lowercase().as_str() {
        "int" | "bigint" => Some(Kind::Int),
        "text" => Some(Kind::Text),
        "blob" | "bytea" => Some(Kind::Bytes),
        _ => None,
    }
}

/// The version of the schema; `None` for a database without one.
///
/// # Errors
/// Storage errors.
pub fn schema_version(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    let named = tx.query(columns_sql(tx.dialect()), &[])?;
    let exists = named.iter().any(|row| row.text(0) == Ok(SCHEMA));
    if !exists {
        return Ok(None);
    }
    let rows = tx.query(&format!("SELECT MAX(version) FROM {SCHEMA}"), &[])?;
    rows.first().map_or(Ok(None), |row| row.opt_int(0))
}

/// The newest version of the schema that this program knows.
#[must_use]
pub fn known_schema_version() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, ..)| *version)
}

/// The number of rows of a table.
///
/// # Errors
/// Storage errors.
pub fn count(tx: &mut Tx<'_>, table: &Table) -> Result<u64> {
    let rows = tx.query(&format!("SELECT COUNT(*) FROM {}", table.name), &[])?;
    let count = rows.first().map_or(Ok(0), |row| row.int(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Gives every row of a table to `each`, its values in the order of the table's columns.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn each_row(tx: &mut Tx<'_>, table: &Table, each: &mut dyn FnMut(&Row) -> Result<()>) -> Result<()> {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    tx.query_each(&format!("SELECT {} FROM {}", columns.join(", "), table.name), &[], each)
}

/// Makes a database ready to take a copy of schema `version`, and gives its tables.
///
/// # Errors
/// [`Error::Usage`] with what to do when the database holds something, or is of another version; storage errors.
pub fn prepare(tx: &mut Tx<'_>, version: i64) -> Result<Vec<Table>> {
    let known = known_schema_version();
    if version > known {
        return Err(Error::SchemaNewer { found: version, known });
    }
    let present = schema_version(tx)?;
    for table in tables(tx)? {
        if !SEEDED.contains(&table.name.as_str()) && count(tx, &table)? > 0 {
            let message = format!(
                "the database is not empty ({} has rows); a copy is only restored into a new database",
                table.name
            );
            return Err(Error::Usage(message));
        }
    }
    if present.is_some_and(|present| present > version) {
        let message = format!(
            "the schema of the database is newer than the copy's (version {version}); restore into a database that was never used"
        );
        return Err(Error::Usage(message));
    }
    let wanted: Vec<_> = MIGRATIONS.iter().copied().filter(|(number, ..)| *number <= version).collect();
    while apply_next(tx, &wanted)?.is_some() {}
    let tables = tables(tx)?;
    for table in tables.iter().filter(|table| SEEDED.contains(&table.name.as_str())) {
        tx.execute(&format!("DELETE FROM {}", table.name), &[])?;
    }
    Ok(tables)
}

/// Inserts rows, whose values stand one row after the other, into `columns` of a table.
///
/// # Errors
/// [`Error::Usage`] when the values are not whole rows of the right kinds; storage errors.
pub fn insert(tx: &mut Tx<'_>, table: &str, columns: &[(&str, Kind)], values: &[Value<'_>]) -> Result<u64> {
    tx.insert_many(&Insert { table, columns, conflict: "" }, values)
}
