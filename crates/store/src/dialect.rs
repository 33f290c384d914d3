//! The true differences between SQLite and PostgreSQL; everything else in this crate and above is written once.
//!
//! The portable subset, and what to write so that both mean the same:
//! - Parameters are `$1`, `$2`, ..; an `Int` is a `BIGINT` on both. Where PostgreSQL cannot know the type (`SELECT $1`), say
//!   `CAST($1 AS BIGINT)`.
//! - Truth values are `BIGINT` 0 and 1; write `active = 1`, never `WHERE active`.
//! - `SUM` of `BIGINT` and `COUNT` read as integers on both. `AVG` does not exist here: select sum and count.
//! - `ORDER BY` on a column that can be null says `NULLS FIRST` or `NULLS LAST`. `LIKE` distinguishes case on both.
//! - `ON CONFLICT`, `RETURNING`, partial indexes, common table expressions and window functions work on both.
//! - A migration is written for both, too: `BIGINT`, `TEXT`, `BLOB`; see [`Dialect::migration_sql`].

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::bulk::{Assign, Insert, Update};
use crate::error::{Error, Result};
use crate::value::Kind;

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The embedded database.
    Sqlite,
    /// The database server.
    Postgres,
}

/// How a worker claims rows of a job table. PostgreSQL skips rows that another worker is claiming at the same moment;
/// SQLite has one writer, so there is no such moment.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The table.
    pub table: &'static str,
    /// Its primary key, one column.
    pub key: &'static str,
    /// Which rows may be claimed, for example `run_at <= $1 AND claimed_until < $1`.
    pub ready: &'static str,
    /// Which are claimed first, for example `run_at, id`.
    pub order: &'static str,
    /// What marks a row as claimed, for example `claimed_until = $2, attempts = attempts + 1`.
    pub set: &'static str,
    /// The columns to give back, for example `id, kind, payload`.
    pub returning: &'static str,
}

/// The key of the session lock that keeps the engine single on a PostgreSQL database ("merit" in ASCII).
pub(crate) const ENGINE_LOCK: i64 = 0x6d_6572_6974;
/// The key of the lock under which migrations run on PostgreSQL.
pub(crate) const MIGRATION_LOCK: i64 = ENGINE_LOCK + 1;

impl Kind {
    /// The name of an array of this kind on PostgreSQL.
    fn postgres_array(self) -> &'static str {
        match self {
            Kind::Int => "bigint[]",
            Kind::Text => "text[]",
            Kind::Bytes => "bytea[]",
        }
    }
}

impl Dialect {
    /// The SQL text with the placeholders of this database: SQLite counts `$1` as a *name* and numbers names by first use,
    /// so it is given `?1`.
    pub(crate) fn placeholders(self, sql: &str) -> Cow<'_, str> {
        if self == Dialect::Postgres || !sql.contains('$') {
            return Cow::Borrowed(sql);
        }
        Cow::Owned(outside_quotes(sql, &mut |word, out| match word.strip_prefix('$') {
            Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                out.push('?');
                out.push_str(number);
            }
            _ => out.push_str(word),
        }))
    }

    /// The statement of a bulk insert: one row (SQLite) or one array a column (PostgreSQL).
    pub(crate) fn insert_sql(self, insert: &Insert) -> String {
        let names: Vec<&str> = insert.columns.iter().map(|(name, _)| *name).collect();
        let mut sql = format!("INSERT INTO {} ({}) ", insert.table, names.join(", "));
        match self {
            Dialect::Sqlite => {
                sql.push_str("VALUES (");
                push_list(&mut sql, 1..=names.len(), |sql, i| write!(sql, "?{i}"));
                sql.push(')');
            }
            Dialect::Postgres => {
                sql.push_str("SELECT * FROM ");
                push_unnest(&mut sql, insert.columns.iter().map(|(_, kind)| *kind));
            }
        }
        if !insert.conflict.is_empty() {
            sql.push(' ');
            sql.push_str(insert.conflict);
        }
        sql
    }

    /// The statement of a bulk update, with the parameters of [`Dialect::insert_sql`]: the keys, then the columns.
    pub(crate) fn update_sql(self, update: &Update) -> String {
        let given = |i: usize| match self {
            Dialect::Sqlite => format!("?{i}"),
            Dialect::Postgres => format!("given.v{i}"),
        };
        let (table, keys) = (update.table, update.keys.len());
        let mut sql = format!("UPDATE {table} SET ");
        push_list(&mut sql, update.columns.iter().enumerate(), |sql, (i, (name, _, assign))| {
            let value = given(keys + i + 1);
            match assign {
                Assign::Set => write!(sql, "{name} = {value}"),
                Assign::Add => write!(sql, "{name} = {table}.{name} + {value}"),
            }
        });
        if self == Dialect::Postgres {
            sql.push_str(" FROM ");
            push_unnest(&mut sql, update.kinds().into_iter());
            sql.push_str(" AS given(");
            push_list(&mut sql, 1..=update.kinds().len(), |sql, i| write!(sql, "v{i}"));
            sql.push(')');
        }
        sql.push_str(" WHERE ");
        for (i, (name, _)) in update.keys.iter().enumerate() {
            let separator = if i == 0 { "" } else { " AND " };
            let _ = write!(sql, "{separator}{table}.{name} = {}", given(i + 1));
        }
        if !update.guard.is_empty() {
            let _ = write!(sql, " AND ({})", update.guard);
        }
        sql
    }

    /// The statement of a look-up by key, after `params` other parameters: one key at a time (SQLite) or all in one array
    /// (PostgreSQL).
    pub(crate) fn keys_sql(self, sql: &str, kind: Kind, params: usize) -> Result<String> {
        let (before, after) = sql
            .split_once("= $key")
            .filter(|(_, after)| !after.contains("$key"))
            .ok_or_else(|| Error::Usage(format!("a look-up by key must hold \"= $key\" once: {sql}")))?;
        let position = params + 1;
        Ok(match self {
            Dialect::Sqlite => {
                format!("{}= ?{position}{}", self.placeholders(before), self.placeholders(after))
            }
            Dialect::Postgres => format!("{before}= ANY(${position}::{}){after}", kind.postgres_array()),
        })
    }

    /// The statement that claims rows.
    pub(crate) fn claim_sql(self, claim: &Claim, limit: u32) -> String {
        let Claim { table, key, ready, order, set, returning } = claim;
        let skip = match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
        };
        // MATERIALIZED: the rows are chosen once; a plain subquery may be evaluated again and choose others.
        format!(
            "WITH ready AS MATERIALIZED (SELECT {key} FROM {table} WHERE {ready} ORDER BY {order} LIMIT {limit}{skip}) \
             UPDATE {table} SET {set} WHERE {key} IN (SELECT {key} FROM ready) RETURNING {returning}"
        )
    }

    /// A migration in the words of this database. The text is written once, with `BIGINT`, `TEXT` and `BLOB`, and a table
    /// that is found by its primary key alone ends in `WITHOUT ROWID`:
    /// - PostgreSQL reads `BLOB` as `BYTEA` and knows no `WITHOUT ROWID`;
    /// - SQLite reads `BIGINT` as `INT` (the same column, in a word that strict tables know) and gets every table
    ///   `STRICT`, so that it refuses a value of another kind as PostgreSQL does.
    pub(crate) fn migration_sql(self, sql: &str) -> String {
        let (word, replacement) = match self {
            Dialect::Sqlite => ("BIGINT", "INT"),
            Dialect::Postgres => ("BLOB", "BYTEA"),
        };
        let sql = outside_quotes(sql, &mut |found, out| {
            out.push_str(if found == word { replacement } else { found })
        });
        let mut out = String::with_capacity(sql.len());
        let mut rest = sql.as_str();
        while let Some(end) = statement_end(rest) {
            let (statement, after) = rest.split_at(end);
            let is_table = without_comments(statement).starts_with("CREATE TABLE");
            match (self, statement.strip_suffix("WITHOUT ROWID")) {
                (Dialect::Postgres, Some(plain)) => out.push_str(plain.trim_end()),
                (Dialect::Sqlite, Some(_)) => out.extend([statement, ", STRICT"]),
                (Dialect::Sqlite, None) if is_table => out.extend([statement, " STRICT"]),
                _ => out.push_str(statement),
            }
            out.push(';');
            rest = &after[1..];
        }
        out.push_str(rest);
        out
    }
}

/// Writes `items` with commas between them.
fn push_list<I: Iterator>(
    sql: &mut String,
    items: I,
    mut push: impl FnMut(&mut String, I::Item) -> std::fmt::Result,
) {
    for (i, item) in items.enumerate() {
        if i > 0 {
            sql.push_str(", ");
        }
        let _ = push(sql, item);
    }
}

fn push_unnest(sql: &mut String, kinds: impl Iterator<Item = Kind>) {
    sql.push_str("unnest(");
    push_list(sql, kinds.enumerate(), |sql, (i, kind)| write!(sql, "${}::{}", i + 1, kind.postgres_array()));
    sql.push(')');
}

/// Rewrites the words (letters, digits, `_`, `$`) that stand outside quotes and comments; all else is copied.
fn outside_quotes(sql: &str, rewrite: &mut dyn FnMut(&str, &mut String)) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    while let Some((token, length)) = next_token(rest) {
        match token {
            Token::Word => rewrite(&rest[..length], &mut out),
            Token::Quoted | Token::Comment | Token::Other => out.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    out
}

/// How many parameters a statement as written takes: the highest of its `$1`, `$2`, ..
pub(crate) fn parameter_count(sql: &str) -> usize {
    let mut highest = 0;
    outside_quotes(sql, &mut |word, _| {
        if let Some(number) = word.strip_prefix('$').and_then(|number| number.parse().ok()) {
            highest = highest.max(number);
        }
    });
    highest
}

/// Where the first statement ends: the position of its `;`.
fn statement_end(sql: &str) -> Option<usize> {
    let mut at = 0;
    while let Some((_, length)) = next_token(&sql[at..]) {
        if sql[at..].starts_with(';') {
            return Some(at);
        }
        at += length;
    }
    None
}

/// The text from its first word on, past white space and comments.
fn without_comments(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start();
        match next_token(sql) {
            Some((Token::Comment, length)) => sql = &sql[length..],
            _ => return sql,
        }
    }
}

enum Token {
    Word,
    Quoted,
    Comment,
    Other,
}

/// What stands at the beginning of `sql`, and how long it is.
fn next_token(sql: &str) -> Option<(Token, usize)> {
    let first = sql.chars().next()?;
    Some(match first {
        '\'' | '"' => (Token::Quoted, sql[1..].find(first).map_or(sql.len(), |end| end + 2)),
        '-' if sql.starts_with("--") => (Token::Comment, sql.find('\n').unwrap_or(sql.len())),
        '/' if sql.starts_with("/*") => (Token::Comment, sql.find("*/").map_or(sql.len(), |end| end + 2)),
        _ if is_word(first) => (Token::Word, sql.find(|letter| !is_word(letter)).unwrap_or(sql.len())),
        other => (Token::Other, other.len_utf8()),
    })
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::Dialect::{Postgres, Sqlite};
    use super::*;

    #[test]
    fn placeholders_are_translated_outside_quotes_and_comments_only() {
        let sql = "SELECT '$1', \"$2\", a$3, $10 /* $4 */ -- $5\n, $1 FROM t WHERE x = 'it''s $6' AND y=$2";
        assert_eq!(
            Sqlite.placeholders(sql),
            "SELECT '$1', \"$2\", a$3, ?10 /* $4 */ -- $5\n, ?1 FROM t WHERE x = 'it''s $6' AND y=?2"
        );
        assert_eq!(Postgres.placeholders(sql), sql);
        assert!(matches!(Sqlite.placeholders("SELECT 1"), Cow::Borrowed(_)));
        assert_eq!(parameter_count(sql), 10);
        assert_eq!(parameter_count("SELECT '$1'"), 0);
    }

    const INSERT: Insert = Insert {
        table: "t",
        columns: &[("id", Kind::Bytes), ("n", Kind::Int), ("s", Kind::Text)],
        conflict: "ON CONFLICT (id) DO NOTHING",
    };

    #[test]
    fn a_bulk_insert_is_a_row_or_an_array_a_column() {
        assert_eq!(
            Sqlite.insert_sql(&INSERT),
            "INSERT INTO t (id, n, s) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING"
        );
        assert_eq!(
            Postgres.insert_sql(&INSERT),
            "INSERT INTO t (id, n, s) SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::text[]) ON CONFLICT (id) DO NOTHING"
        );
    }

    #[test]
    fn a_bulk_update_finds_rows_by_key_and_guard() {
        let update = Update {
            table: "caps",
            keys: &[("id", Kind::Bytes), ("day", Kind::Int)],
            columns: &[("used", Kind::Int, Assign::Add), ("note", Kind::Text, Assign::Set)],
            guard: "open = 1",
        };
        assert_eq!(
            Sqlite.update_sql(&update),
            "UPDATE caps SET used = caps.used + ?3, note = ?4 WHERE caps.id = ?1 AND caps.day = ?2 AND (open = 1)"
        );
        assert_eq!(
            Postgres.update_sql(&update),
            "UPDATE caps SET used = caps.used + given.v3, note = given.v4 \
             FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::text[]) AS given(v1, v2, v3, v4) \
             WHERE caps.id = given.v1 AND caps.day = given.v2 AND (open = 1)"
        );
    }

    #[test]
    fn a_look_up_by_key_takes_one_key_or_an_array() {
        let sql = "SELECT a FROM t WHERE id = $key AND n = $1";
        assert_eq!(Sqlite.keys_sql(sql, Kind::Bytes, 1).unwrap(), "SELECT a FROM t WHERE id = ?2 AND n = ?1");
        assert_eq!(
            Postgres.keys_sql(sql, Kind::Bytes, 1).unwrap(),
            "SELECT a FROM t WHERE id = ANY($2::bytea[]) AND n = $1"
        );
        assert!(matches!(Sqlite.keys_sql("SELECT 1", Kind::Int, 0), Err(Error::Usage(_))));
        assert!(matches!(
            Sqlite.keys_sql("SELECT 1 WHERE a = $key OR b = $key", Kind::Int, 0),
            Err(Error::Usage(_))
        ));
    }

    #[test]
    fn a_migration_is_one_text() {
        let sql = "-- A table; with a remark.
                   CREATE TABLE t (id BLOB PRIMARY KEY, n BIGINT, BLOB_x TEXT DEFAULT 'BLOB;') WITHOUT ROWID;
                   CREATE INDEX i ON t (n);
                   CREATE TABLE u (n BIGINT);
                   INSERT INTO u VALUES (1); -- done";
        let tables = |out: String| {
            let lines =
                out.lines().map(str::trim).filter(|line| line.starts_with("CREATE")).map(ToOwned::to_owned);
            lines.collect::<Vec<_>>()
        };
        assert_eq!(
            tables(Sqlite.migration_sql(sql)),
            [
                "CREATE TABLE t (id BLOB PRIMARY KEY, n INT, BLOB_x TEXT DEFAULT 'BLOB;') WITHOUT ROWID, STRICT;",
                "CREATE INDEX i ON t (n);",
                "CREATE TABLE u (n INT) STRICT;",
            ]
        );
        assert_eq!(
            tables(Postgres.migration_sql(sql)),
            [
                "CREATE TABLE t (id BYTEA PRIMARY KEY, n BIGINT, BLOB_x TEXT DEFAULT 'BLOB;');",
                "CREATE INDEX i ON t (n);",
                "CREATE TABLE u (n BIGINT);",
            ]
        );
        assert!(Postgres.migration_sql(sql).ends_with("INSERT INTO u VALUES (1); -- done"));
    }
}
