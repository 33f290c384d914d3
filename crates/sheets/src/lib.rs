//! Rows as files that people open: CSV and XLSX.
//!
//! A [`Sheet`] takes rows and gives back the bytes that are finished, so that a file of any length goes through a few
//! kilobytes of memory, and its first bytes are on their way before its last row is known. That is also why the writer of XLSX is
//! our own: an XLSX file is a ZIP archive of XML, and the libraries for it want all rows before the first byte.
//!
//! A cell is text, a number as exact decimal text, or nothing. Text that a spreadsheet would take for a formula is written so that it
//! is none: see [`formula`]. Other formats implement [`Sheet`] elsewhere.

mod comma;
pub mod formula;
mod xlsx;
mod zip;

pub use comma::Csv;
pub use xlsx::Xlsx;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Count,
    /// Decimal numbers with at most so many places.
    Decimal(u8),
    /// Moments in UTC, as microseconds since 1970.
    Moment,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Column {
    /// A column of this name.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// A cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing is known.
    Empty,
    /// Text of any origin.
    Text(String),
    /// A number as exact decimal text, such as `-12.50`.
    Number(String),
    /// A moment: microseconds since 1970, and as text.
    Moment(i64, String),
}

/// Why a file could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file could not be written: {0}")]
pub struct SheetError(pub String);

/// A file that is written as its rows come. Every row has a cell for each column.
pub trait Sheet: Send {
    /// Takes rows, and gives the bytes that are finished with them.
    ///
    /// # Errors
    /// A cell that its column cannot hold.
    fn rows(&mut self, rows: &[Vec<Cell>]) -> Result<Vec<u8>, SheetError>;

    /// The bytes that end the file.
    ///
    /// # Errors
    /// As [`Sheet::rows`].
    fn finish(self: Box<Self>) -> Result<Vec<u8>, SheetError>;
}
