//! Rows of a report as a Parquet file, written as they come.

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use parquet::arrow::{ArrowWriter, arrow_writer::ArrowWriterOptions};
use sheets::{Cell, Column, Kind, Sheet, SheetError};

use crate::{LakeError, columns::moments, encode::properties};

/// Bytes of rows that are gathered for one row group.
const GROUP_BYTES: usize = 16 << 20;
/// Digits of decimals: the most that there are.
const DIGITS: u8 = 38;

/// A Parquet file whose rows come in pieces. Text is `STRING`, counts are `INT64`, amounts and ratios `DECIMAL`, moments
/// `TIMESTAMP(MICROS, UTC)`.
pub struct ParquetSheet {
    columns: Vec<Column>,
    schema: SchemaRef,
    writer: ArrowWriter<Vec<u8>>,
}

impl ParquetSheet {
    /// A file with these columns.
    ///
    /// # Errors
    /// The engine's own.
    pub fn new(columns: &[Column]) -> Result<Self, LakeError> {
        let field = |column: &Column| {
            let kind = match column.kind {
                Kind::Text => DataType::Utf8,
                Kind::Count => DataType::Int64,
                Kind::Decimal(places) => DataType::Decimal128(DIGITS, i8::try_from(places).unwrap_or(0)),
                Kind::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            };
            Field::new(&column.name, kind, true)
        };
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let options =
            ArrowWriterOptions::new().with_properties(properties()?.build()).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options)?;
        Ok(Self { columns: columns.to_vec(), schema, writer })
    }

    fn batch(&self, rows: &[Vec<Cell>]) -> Result<RecordBatch, SheetError> {
        let arrays = self.columns.iter().enumerate().map(|(place, column)| array(column, place, rows));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(|error| failed(&error))
    }
}

impl Sheet for ParquetSheet {
    fn rows(&mut self, rows: &[Vec<Cell>]) -> Result<Vec<u8>, SheetError> {
        let batch = self.batch(rows)?;
        self.writer.write(&batch).map_err(|error| failed(&error))?;
        if self.writer.in_progress_size() >= GROUP_BYTES {
            self.writer.flush().map_err(|error| failed(&error))?;
        }
        Ok(std::mem::take(self.writer.inner_mut()))
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, SheetError> {
        self.writer.into_inner().map_err(|error| failed(&error))
    }
}

fn failed(error: &dyn std::fmt::Display) -> SheetError {
    SheetError(error.to_string())
}

fn array(column: &Column, place: usize, rows: &[Vec<Cell>]) -> Result<ArrayRef, SheetError> {
    let cells = || rows.iter().map(|row| row.get(place).unwrap_or(&Cell::Empty));
    let wrong = |cell: &Cell| SheetError(format!("{cell:?} does not fit into the column {}", column.name));
    Ok(match column.kind {
        Kind::Text => Arc::new(cells().map(text).collect::<StringArray>()),
        Kind::Count => {
            let count = |cell: &Cell| match cell {
                Cell::Empty => Ok(None),
                Cell::Number(text) => text.parse::<i64>().map(Some).map_err(|_| wrong(cell)),
                _ => Err(wrong(cell)),
            };
            Arc::new(cells().map(count).collect::<Result<Int64Array, _>>()?)
        }
        Kind::Decimal(places) => {
            let decimal = |cell: &Cell| match cell {
                Cell::Empty => Ok(None),
                Cell::Number(text) => units(text, places).map(Some).ok_or_else(|| wrong(cell)),
                _ => Err(wrong(cell)),
            };
            let decimals = cells().map(decimal).collect::<Result<Decimal128Array, _>>()?;
            let scale = i8::try_from(places).unwrap_or(0);
            Arc::new(decimals.with_precision_and_scale(DIGITS, scale).map_err(|error| failed(&error))?)
        }
        Kind::Moment => {
            let moment = |cell: &Cell| match cell {
                Cell::Empty => Ok(None),
                Cell::Moment(micros, _) => Ok(Some(*micros)),
                _ => Err(wrong(cell)),
            };
            moments(cells().map(moment).collect::<Result<Vec<_>, _>>()?.into_iter())
        }
    })
}

fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Empty => None,
        Cell::Text(text) | Cell::Number(text) | Cell::Moment(_, text) => Some(text),
    }
}

/// Decimal text in units of ten to the power of minus `places`; none when it has more places or too many digits.
fn units(text: &str, places: u8) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let missing = usize::from(places).checked_sub(fraction.len())?;
    let all = format!("{whole}{fraction}{}", "0".repeat(missing));
    let plain = !all.is_empty() && all.bytes().all(|byte| byte.is_ascii_digit());
    (plain && all.trim_start_matches('0').len() <= usize::from(DIGITS))
        .then(|| all.parse::<i128>().ok())?
        .map(|units| sign * units)
}

#[cfg(test)]
mod tests {
    use super::units;

    #[test]
    fn decimals_keep_every_digit() {
        for (text, places, number) in [
            ("12.5", 6, Some(12_500_000)),
            ("-0.000001", 6, Some(-1)),
            ("7", 0, Some(7)),
            ("0.5", 0, None),
            ("1e5", 6, None),
            ("", 0, None),
            (
                "99999999999999999999999999999999999999",
                0,
                Some(99_999_999_999_999_999_999_999_999_999_999_999_999),
            ),
            ("100000000000000000000000000000000000000", 0, None),
        ] {
            assert_eq!(units(text, places), number, "{text}");
        }
    }
}
