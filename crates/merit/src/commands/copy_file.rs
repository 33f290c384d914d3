//! The file of a backup: one format for both databases.
//!
//! A zstd stream. Inside, numbers are big-endian:
//!
//! | part | bytes |
//! |---|---|
//! | header | `MERITCPY`, format version (u32), schema version (i64), moment of the copy in microseconds (i64) |
//! | table | `T`, name, number of columns (u32), their names; a text is its length (u32) and its bytes |
//! | row | `R`, length (u32), values: `n` null, `i` and 8 bytes, `t` or `b`, length (u32) and bytes |
//! | end of a table | `E`, number of its rows (u64) |
//! | end | `Z`, number of all rows (u64), SHA-256 of everything before the digest (32 bytes) |
//!
//! Counts and digest stand at the end, so a copy is written in one pass, and one that was cut short is never taken
//! for a whole one.

use std::io::{self, Read, Write};

use model::Timestamp;
use sha2::{Digest, Sha256};
use store::{OwnedValue, Row, Value};

const MAGIC: &[u8; 8] = b"MERITCPY";
/// The version of the format.
pub const FORMAT: u32 = 1;
/// The longest row that is believed; a damaged length must not take all memory.
const ROW_BYTES_MAX: u32 = 1 << 30;
/// The longest name of a table or column.
const NAME_BYTES_MAX: u32 = 1_000;
/// The most columns of a table.
const COLUMNS_MAX: u32 = 1_000;
/// zstd's own default: fast, and a quarter of the size.
const LEVEL: i32 = 3;

/// What a file says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Version of the database's schema.
    pub schema: i64,
    /// When the copy was made.
    pub made_at: Timestamp,
}

/// What a whole file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Rows of all tables.
    pub rows: u64,
    /// SHA-256 of what was copied, in hex.
    pub sha256: String,
}

/// Writes a file.
pub struct CopyWriter<W: Write> {
    out: zstd::Encoder<'static, W>,
    digest: Sha256,
    row: Vec<u8>,
    rows_of_table: u64,
    rows: u64,
}

impl<W: Write> CopyWriter<W> {
    /// Begins a file.
    pub fn start(out: W, header: Header) -> io::Result<Self> {
        let out = zstd::Encoder::new(out, LEVEL)?;
        let mut writer = Self { out, digest: Sha256::new(), row: Vec::new(), rows_of_table: 0, rows: 0 };
        writer.put(MAGIC)?;
        writer.put(&FORMAT.to_be_bytes())?;
        writer.put(&header.schema.to_be_bytes())?;
        writer.put(&header.made_at.as_micros().to_be_bytes())?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.out.write_all(bytes)
    }

    fn put_text(&mut self, text: &str) -> io::Result<()> {
        self.put(&length(text.len())?)?;
        self.put(text.as_bytes())
    }

    /// Begins a table.
    pub fn table<'a>(
        &mut self,
        name: &str,
        columns: impl ExactSizeIterator<Item = &'a str>,
    ) -> io::Result<()> {
        self.put(b"T")?;
        self.put_text(name)?;
        self.put(&length(columns.len())?)?;
        for column in columns {
            self.put_text(column)?;
        }
        self.rows_of_table = 0;
        Ok(())
    }

    /// Adds a row to the table.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.row);
        bytes.clear();
        for value in (0..row.len()).map(|column| row.value(column)) {
            match value {
                Value::Null => bytes.push(b'n'),
                Value::Int(number) => {
                    bytes.push(b'i');
                    bytes.extend(number.to_be_bytes());
                }
                Value::Text(text) => put_run(&mut bytes, b't', text.as_bytes())?,
                Value::Bytes(blob) => put_run(&mut bytes, b'b', blob)?,
            }
        }
        self.put(b"R")?;
        self.put(&length(bytes.len())?)?;
        self.put(&bytes)?;
        self.row = bytes;
        self.rows_of_table += 1;
        self.rows += 1;
        Ok(())
    }

    /// Ends the table.
    pub fn end_table(&mut self) -> io::Result<()> {
        self.put(b"E")?;
        self.put(&self.rows_of_table.to_be_bytes())
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(mut self) -> io::Result<(W, Contents)> {
        self.put(b"Z")?;
        self.put(&self.rows.to_be_bytes())?;
        let digest = self.digest.finalize();
        self.out.write_all(&digest)?;
        let contents = Contents { rows: self.rows, sha256: engine::receipt::hex(&digest) };
        Ok((self.out.finish()?, contents))
    }
}

fn length(bytes: usize) -> io::Result<[u8; 4]> {
    match u32::try_from(bytes) {
        Ok(bytes) if bytes <= ROW_BYTES_MAX => Ok(bytes.to_be_bytes()),
        _ => Err(io::Error::other(format!("a row of {bytes} bytes is longer than a copy can hold"))),
    }
}

fn put_run(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) -> io::Result<()> {
    out.push(kind);
    out.extend(length(bytes.len())?);
    out.extend(bytes);
    Ok(())
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// It ends too early.
    #[error("the file is cut short")]
    CutShort,
    /// It is no copy.
    #[error("the file is no backup of Merit")]
    Foreign,
    /// A later program made it.
    #[error(
        "the file has format version {0}, this program reads up to {FORMAT}; use a newer version of the program"
    )]
    Newer(u32),
    /// Its bytes are not those that were written.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// It could not be read.
    #[error(transparent)]
    Io(io::Error),
}

impl From<io::Error> for CopyError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::CutShort,
            // zstd's complaints about its stream have no kind of their own.
            io::ErrorKind::Other => Self::Damaged(error.to_string()),
            _ => Self::Io(error),
        }
    }
}

fn damaged(what: impl Into<String>) -> CopyError {
    CopyError::Damaged(what.into())
}

/// One part of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    /// A table begins.
    Table {
        /// Its name.
        name: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A row of the table.
    Row(Vec<OwnedValue>),
    /// The table had this many rows.
    EndOfTable(u64),
    /// The file was read to its end and is whole.
    End(Contents),
}

/// Reads a file.
pub struct CopyReader<R: Read> {
    input: zstd::Decoder<'static, io::BufReader<R>>,
    digest: Sha256,
    row: Vec<u8>,
    rows_of_table: u64,
    rows: u64,
}

impl<R: Read> CopyReader<R> {
    /// Reads the header.
    pub fn open(input: R) -> Result<(Self, Header), CopyError> {
        let input = zstd::Decoder::new(input)?;
        let mut reader = Self { input, digest: Sha256::new(), row: Vec::new(), rows_of_table: 0, rows: 0 };
        let magic: [u8; 8] = match reader.take() {
            Err(CopyError::Damaged(_) | CopyError::CutShort) => return Err(CopyError::Foreign),
            other => other?,
        };
        if magic != *MAGIC {
            return Err(CopyError::Foreign);
        }
        let format = reader.number()?;
        if format > FORMAT {
            return Err(CopyError::Newer(format));
        }
        let schema = i64::from_be_bytes(reader.take()?);
        let made_at = Timestamp::from_micros(i64::from_be_bytes(reader.take()?));
        Ok((reader, Header { schema, made_at }))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], CopyError> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes)?;
        self.digest.update(bytes);
        Ok(bytes)
    }

    fn number(&mut self) -> Result<u32, CopyError> {
        Ok(u32::from_be_bytes(self.take()?))
    }

    fn bounded(&mut self, most: u32) -> Result<u32, CopyError> {
        match self.number()? {
            number if number <= most => Ok(number),
            number => Err(damaged(format!("a length of {number}"))),
        }
    }

    /// The next bytes, taking memory only as they come.
    fn run(&mut self, into: &mut Vec<u8>, length: u32) -> Result<(), CopyError> {
        into.clear();
        (&mut self.input).take(u64::from(length)).read_to_end(into)?;
        if into.len() != length as usize {
            return Err(CopyError::CutShort);
        }
        self.digest.update(&into);
        Ok(())
    }

    fn text(&mut self) -> Result<String, CopyError> {
        let length = self.bounded(NAME_BYTES_MAX)?;
        let mut bytes = Vec::new();
        self.run(&mut bytes, length)?;
        String::from_utf8(bytes).map_err(|_| damaged("a name is no text"))
    }

    /// The next part; after [`Part::End`] there is none.
    pub fn next(&mut self) -> Result<Part, CopyError> {
        match &self.take::<1>()? {
            b"T" => {
                let name = self.text()?;
                let columns = self.bounded(COLUMNS_MAX)?;
                let columns = (0..columns).map(|_| self.text()).collect::<Result<_, _>>()?;
                self.rows_of_table = 0;
                Ok(Part::Table { name, columns })
            }
            b"R" => {
                let length = self.bounded(ROW_BYTES_MAX)?;
                let mut row = std::mem::take(&mut self.row);
                self.run(&mut row, length)?;
                let values = values_of(&row)?;
                self.row = row;
                self.rows_of_table += 1;
                self.rows += 1;
                Ok(Part::Row(values))
            }
            b"E" => {
                let rows = u64::from_be_bytes(self.take()?);
                if rows != self.rows_of_table {
                    return Err(damaged(format!(
                        "a table has {} rows instead of {rows}",
                        self.rows_of_table
                    )));
                }
                Ok(Part::EndOfTable(rows))
            }
            b"Z" => self.end(),
            _ => Err(damaged("a part of an unknown kind")),
        }
    }

    fn end(&mut self) -> Result<Part, CopyError> {
        let rows = u64::from_be_bytes(self.take()?);
        if rows != self.rows {
            return Err(damaged(format!("it has {} rows instead of {rows}", self.rows)));
        }
        let expected = self.digest.clone().finalize();
        let mut found = [0; 32];
        self.input.read_exact(&mut found)?;
        if found != expected[..] {
            return Err(damaged("its digest does not fit its contents"));
        }
        if self.input.read(&mut [0])? != 0 {
            return Err(damaged("something follows its end"));
        }
        Ok(Part::End(Contents { rows, sha256: engine::receipt::hex(&found) }))
    }
}

fn values_of(mut bytes: &[u8]) -> Result<Vec<OwnedValue>, CopyError> {
    let mut values = Vec::new();
    while let Some((kind, rest)) = bytes.split_first() {
        bytes = rest;
        values.push(match kind {
            b'n' => Value::Null,
            b'i' => Value::Int(i64::from_be_bytes(array(&mut bytes)?)),
            b't' => {
                let text =
                    std::str::from_utf8(run_of(&mut bytes)?).map_err(|_| damaged("a text is no text"))?;
                Value::from(text.to_owned())
            }
            b'b' => Value::from(run_of(&mut bytes)?.to_vec()),
            _ => return Err(damaged("a value of an unknown kind")),
        });
    }
    Ok(values)
}

fn array<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], CopyError> {
    let (found, rest) = bytes.split_first_chunk::<N>().ok_or_else(|| damaged("a row ends within a value"))?;
    *bytes = rest;
    Ok(*found)
}

fn run_of<'b>(bytes: &mut &'b [u8]) -> Result<&'b [u8], CopyError> {
    let length = u32::from_be_bytes(array(bytes)?) as usize;
    let (found, rest) = bytes.split_at_checked(length).ok_or_else(|| damaged("a row ends within a value"))?;
    *bytes = rest;
    Ok(found)
}

#[cfg(test)]
#[path = "copy_file_tests.rs"]
mod tests;
