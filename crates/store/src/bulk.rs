//! Statements over many rows: what is inserted, updated or looked up in bulk, said once for both databases.
//!
//! SQLite loops over a prepared statement (it runs in this process, a loop costs nothing), PostgreSQL receives one array a
//! column and unnests them (one round trip whatever the number of rows).

use crate::error::{Error, Result};
use crate::value::{Kind, Value};

/// A bulk insert into one table.
#[derive(Clone, Copy, Debug)]
pub struct Insert<'a> {
    /// The table.
    pub table: &'a str,
    /// Its columns in the order of the values, with their kinds.
    pub columns: &'a [(&'a str, Kind)],
    /// `""`, or what happens to a row whose key exists, for example `ON CONFLICT (key) DO NOTHING` or
    /// `ON CONFLICT (key) DO UPDATE SET used = excluded.used`. With `DO UPDATE` the keys of one call must differ from each
    /// other (PostgreSQL refuses to touch one row twice in one statement).
    pub conflict: &'a str,
}

/// What an [`Update`] does to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assign {
    /// The column takes the value.
    Set,
    /// The value, an integer that may be negative, is added to the column.
    Add,
}

/// A bulk update of one table by key. The values of a row are those of its keys, then those of its columns.
#[derive(Clone, Copy, Debug)]
pub struct Update {
    /// The table.
    pub table: &'static str,
    /// The columns that find the row; the keys of one call must differ from each other.
    pub keys: &'static [(&'static str, Kind)],
    /// The columns that change.
    pub columns: &'static [(&'static str, Kind, Assign)],
    /// `""`, or a further condition over columns of the table, for example `state = 'pending'`. A row that does not meet it
    /// is left alone and not counted.
    pub guard: &'static str,
}

/// Checks that `values` are whole rows of `width` and of the right kinds, and gives the number of rows.
pub(crate) fn check_rows(table: &str, kinds: &[Kind], values: &[Value<'_>]) -> Result<usize> {
    let width = kinds.len();
    if width == 0 || !values.len().is_multiple_of(width) {
        return Err(Error::Usage(format!(
            "{} values are not whole rows of {width} columns of {table}",
            values.len()
        )));
    }
    for row in values.chunks_exact(width) {
        for (value, kind) in row.iter().zip(kinds) {
            if value.kind().is_some_and(|found| found != *kind) {
                return Err(Error::Usage(format!(
                    "a value for {table} is {:?} where the column is {kind:?}",
                    value.kind()
                )));
            }
            value.check()?;
        }
    }
    Ok(values.len() / width)
}

/// Refuses keys that occur twice: SQLite would apply both rows, PostgreSQL only one of them.
pub(crate) fn check_distinct(table: &str, keys: usize, width: usize, values: &[Value<'_>]) -> Result<()> {
    let mut seen: Vec<&[Value<'_>]> = values.chunks_exact(width).map(|row| &row[..keys]).collect();
    seen.sort_unstable();
    if seen.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::Usage(format!("a bulk update of {table} names one key twice")));
    }
    Ok(())
}

impl Insert<'_> {
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.columns.iter().map(|(_, kind)| *kind).collect()
    }
}

impl Update {
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let keys = self.keys.iter().map(|(_, kind)| *kind);
        keys.chain(self.columns.iter().map(|(_, kind, _)| *kind)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 2] = [Kind::Int, Kind::Text];

    #[test]
    fn rows_must_be_whole_and_of_the_right_kinds() {
        assert_eq!(check_rows("t", &KINDS, &[]).unwrap(), 0);
        assert_eq!(check_rows("t", &KINDS, &[1.into(), "a".into(), Value::Null, Value::Null]).unwrap(), 2);
        assert!(matches!(check_rows("t", &KINDS, &[1.into()]), Err(Error::Usage(_))));
        assert!(matches!(check_rows("t", &KINDS, &["a".into(), 1.into()]), Err(Error::Usage(_))));
        assert_eq!(check_rows("t", &KINDS, &[1.into(), "a\0".into()]), Err(Error::NulInText));
        assert!(matches!(check_rows("t", &[], &[]), Err(Error::Usage(_))));
    }

    #[test]
    fn the_keys_of_an_update_must_differ() {
        assert!(check_distinct("t", 1, 2, &[1.into(), 5.into(), 2.into(), 5.into()]).is_ok());
        assert!(check_distinct("t", 1, 2, &[1.into(), 5.into(), 1.into(), 6.into()]).is_err());
    }
}
