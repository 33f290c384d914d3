//! The values that go into and come out of SQL.
//!
//! Four kinds are enough for the whole schema, and all four mean the same on both databases: time is microseconds in an
//! [`Value::Int`], a truth value is 0 or 1, an id is 16 bytes, a document is JSON in a [`Value::Text`]. Floating point is
//! absent on purpose: no amount and no share is ever stored as one.

use std::borrow::Cow;

use crate::error::{Error, Result};

/// One SQL value, borrowed where the caller can lend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value<'a> {
    /// SQL `NULL`.
    Null,
    /// A `BIGINT`.
    Int(i64),
    /// A `TEXT` without NUL characters (PostgreSQL cannot store them, so neither database is asked to).
    Text(Cow<'a, str>),
    /// A `BLOB` / `BYTEA`.
    Bytes(Cow<'a, [u8]>),
}

/// A value that owns its contents, as rows hold it.
pub type OwnedValue = Value<'static>;

/// The kind of a column or key: what an array of its values is typed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `BIGINT`.
    Int,
    /// `TEXT`.
    Text,
    /// `BLOB` / `BYTEA`.
    Bytes,
}

impl Value<'_> {
    /// The kind, or `None` for `NULL`.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Value::Null => None,
            Value::Int(_) => Some(Kind::Int),
            Value::Text(_) => Some(Kind::Text),
            Value::Bytes(_) => Some(Kind::Bytes),
        }
    }

    /// The same value with contents of its own.
    #[must_use]
    pub fn into_owned(self) -> OwnedValue {
        match self {
            Value::Null => Value::Null,
            Value::Int(number) => Value::Int(number),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
        }
    }

    /// Refuses what one of the databases could not store.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Value::Text(text) if text.as_bytes().contains(&0) => Err(Error::NulInText),
            _ => Ok(()),
        }
    }

    fn kind_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Int(_) => "an integer",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Value::Int(i64::from(number))
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Int(i64::from(number))
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Int(i64::from(truth))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(Cow::Owned(bytes))
    }
}

impl<const N: usize> From<[u8; N]> for Value<'_> {
    fn from(bytes: [u8; N]) -> Self {
        Value::Bytes(Cow::Owned(bytes.to_vec()))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer; columns are read by position, in the order of the `SELECT`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub(crate) values: Vec<OwnedValue>,
}

impl Row {
    /// The number of columns.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a row without columns does not exist")]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// The value of column `i`; a column that the row does not have reads as `NULL`.
    #[must_use]
    pub fn value(&self, i: usize) -> &OwnedValue {
        self.values.get(i).unwrap_or(&Value::Null)
    }

    /// Column `i` as an integer.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is null or of another kind.
    pub fn int(&self, i: usize) -> Result<i64> {
        match self.at(i)? {
            Value::Int(number) => Ok(*number),
            other => Err(wrong(i, "an integer", other)),
        }
    }

    /// Column `i` as an integer or null.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is of another kind.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>> {
        self.optional(i, Self::int)
    }

    /// Column `i` as text.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is null or of another kind.
    pub fn text(&self, i: usize) -> Result<&str> {
        match self.at(i)? {
            Value::Text(text) => Ok(text),
            other => Err(wrong(i, "text", other)),
        }
    }

    /// Column `i` as text or null.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is of another kind.
    pub fn opt_text(&self, i: usize) -> Result<Option<&str>> {
        self.optional(i, Self::text)
    }

    /// Column `i` as bytes.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is null or of another kind.
    pub fn bytes(&self, i: usize) -> Result<&[u8]> {
        match self.at(i)? {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(wrong(i, "bytes", other)),
        }
    }

    /// Column `i` as bytes or null.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is of another kind.
    pub fn opt_bytes(&self, i: usize) -> Result<Option<&[u8]>> {
        self.optional(i, Self::bytes)
    }

    /// Column `i` as a truth value, stored as 0 or 1.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is anything but the integers 0 and 1.
    pub fn bool(&self, i: usize) -> Result<bool> {
        match self.at(i)? {
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(wrong(i, "0 or 1", other)),
        }
    }

    /// Column `i` as the 16 bytes of an id.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is null, of another kind or of another length.
    pub fn id16(&self, i: usize) -> Result<[u8; 16]> {
        let bytes = self.bytes(i)?;
        bytes.try_into().map_err(|_| Error::Decode {
            column: i,
            expected: "16 bytes",
            found: format!("{} bytes", bytes.len()),
        })
    }

    /// Column `i` as the 16 bytes of an id, or null.
    ///
    /// # Errors
    /// [`Error::Decode`] when it is of another kind or length.
    pub fn opt_id16(&self, i: usize) -> Result<Option<[u8; 16]>> {
        self.optional(i, Self::id16)
    }

    fn at(&self, i: usize) -> Result<&OwnedValue> {
        self.values.get(i).ok_or_else(|| Error::Decode {
            column: i,
            expected: "a column",
            found: format!("a row of {} columns", self.values.len()),
        })
    }

    fn optional<'r, T>(
        &'r self,
        i: usize,
        read: impl FnOnce(&'r Self, usize) -> Result<T>,
    ) -> Result<Option<T>> {
        match self.at(i)? {
            Value::Null => Ok(None),
            _ => read(self, i).map(Some),
        }
    }
}

fn wrong(column: usize, expected: &'static str, found: &Value<'_>) -> Error {
    Error::Decode { column, expected, found: found.kind_name().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            values: vec![
                Value::Null,
                7.into(),
                Value::from("x".to_owned()),
                vec![1u8; 16].into(),
                vec![1u8].into(),
            ],
        }
    }

    #[test]
    fn reads_each_kind_and_null() {
        let row = row();
        assert_eq!(row.opt_int(0).unwrap(), None);
        assert_eq!(row.int(1).unwrap(), 7);
        assert_eq!(row.text(2).unwrap(), "x");
        assert_eq!(row.id16(3).unwrap(), [1; 16]);
        assert_eq!(row.opt_id16(0).unwrap(), None);
        assert_eq!(row.bytes(4).unwrap(), [1]);
    }

    #[test]
    fn a_wrong_kind_null_or_position_is_an_error_that_names_the_column() {
        let row = row();
        assert_eq!(row.int(0).unwrap_err().to_string(), "column 0 should hold an integer but holds null");
        assert_eq!(row.text(1).unwrap_err().to_string(), "column 1 should hold text but holds an integer");
        assert_eq!(row.bool(1).unwrap_err().to_string(), "column 1 should hold 0 or 1 but holds an integer");
        assert_eq!(row.id16(4).unwrap_err().to_string(), "column 4 should hold 16 bytes but holds 1 bytes");
        assert_eq!(
            row.int(9).unwrap_err().to_string(),
            "column 9 should hold a column but holds a row of 5 columns"
        );
    }

    #[test]
    fn options_become_null() {
        assert_eq!(Value::from(None::<i64>), Value::Null);
        assert_eq!(Value::from(Some("a")), Value::from("a"));
        assert_eq!(Value::from(true), Value::Int(1));
    }
}
