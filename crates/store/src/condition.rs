//! What an operator wants to know of a database before he trusts it: version, durability, clock.

use model::Timestamp;

use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::tx::Tx;

/// A database as it is set for the transaction that asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    /// Its version.
    pub version: String,
    /// The settings that durability hangs on, as the database names and shows them.
    pub settings: Vec<(&'static str, String)>,
    /// Which of them would lose what was acknowledged, each with what it must be; empty for a durable database.
    pub complaints: Vec<String>,
    /// The clock of a server.
    pub server_time: Option<Timestamp>,
}

/// The condition of the database; ask in a write transaction, because readers have connections with other settings.
///
/// # Errors
/// Storage errors.
pub fn read(tx: &mut Tx<'_>) -> Result<Condition> {
    match tx.dialect() {
        Dialect::Sqlite => sqlite(tx),
        Dialect::Postgres => postgres(tx),
    }
}

fn sqlite(tx: &mut Tx<'_>) -> Result<Condition> {
    let version = one_text(tx, "SELECT sqlite_version()")?;
    let journal_mode = one_text(tx, "PRAGMA journal_mode")?;
    let synchronous = tx.query_opt("PRAGMA synchronous", &[])?.map_or(Ok(0), |row| row.int(0))?;
    let synchronous = match synchronous {
        0 => "off".to_owned(),
        1 => "normal".to_owned(),
        2 => "full".to_owned(),
        3 => "extra".to_owned(),
        other => other.to_string(),
    };
    let mut complaints = Vec::new();
    if journal_mode != "wal" {
        complaints.push(format!("journal_mode is {journal_mode} and must be wal"));
    }
    if !["full", "extra"].contains(&synchronous.as_str()) {
        complaints.push(format!("synchronous is {synchronous} and must be full"));
    }
    let settings = vec![("journal_mode", journal_mode), ("synchronous", synchronous)];
    Ok(Condition { engine: "SQLite", version, settings, complaints, server_time: None })
}

fn postgres(tx: &mut Tx<'_>) -> Result<Condition> {
    let version = one_text(tx, "SELECT current_setting('server_version')")?;
    let mut settings = Vec::new();
    let mut complaints = Vec::new();
    for (name, good) in [
        ("fsync", &["on"][..]),
        ("synchronous_commit", &["on", "remote_apply"]),
        ("full_page_writes", &["on"]),
    ] {
        let value = one_text(tx, &format!("SELECT current_setting('{name}')"))?;
        if !good.contains(&value.as_str()) {
            complaints.push(format!("{name} is {value} and must be {}", good[0]));
        }
        settings.push((name, value));
    }
    let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
    let server_time = tx.query_opt(sql, &[])?.map(|row| row.int(0)).transpose()?.map(Timestamp::from_micros);
    Ok(Condition { engine: "PostgreSQL", version, settings, complaints, server_time })
}

fn one_text(tx: &mut Tx<'_>, sql: &str) -> Result<String> {
    let row = tx.query_opt(sql, &[])?.ok_or_else(|| Error::Damaged(format!("no answer to {sql}")))?;
    Ok(row.text(0)?.to_owned())
}

/// The moment of the newest stored change, in a database with the newest schema.
///
/// # Errors
/// Storage errors.
pub fn newest_change(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let sql = "SELECT at FROM outbox ORDER BY sequence DESC, part DESC LIMIT 1";
    Ok(tx.query_opt(sql, &[])?.map(|row| row.int(0)).transpose()?.map(Timestamp::from_micros))
}
