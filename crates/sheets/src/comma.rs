//! CSV: UTF-8, commas, lines ended by a line feed, quoted where it must be.

use crate::{Cell, Column, Sheet, SheetError, formula::neutralised};

/// A CSV file with a header.
pub struct Csv {
    header: Option<Vec<String>>,
}

impl Csv {
    /// A file with these columns.
    pub fn new(columns: &[Column]) -> Self {
        Self { header: Some(columns.iter().map(|column| column.name.clone()).collect()) }
    }

    fn written(&mut self, rows: &[Vec<Cell>]) -> Result<Vec<u8>, SheetError> {
        let failed = |error: &dyn std::fmt::Display| SheetError(error.to_string());
        let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        if let Some(header) = self.header.take() {
            out.write_record(&header).map_err(|error| failed(&error))?;
        }
        for row in rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Empty => "".into(),
                Cell::Text(text) => neutralised(text),
                // A minus before a number of ours is no formula.
                Cell::Number(text) | Cell::Moment(_, text) => text.as_str().into(),
            });
            let cells: Vec<std::borrow::Cow<'_, str>> = cells.collect();
            out.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(|error| failed(&error))?;
        }
        out.into_inner().map_err(|error| failed(&error))
    }
}

impl Sheet for Csv {
    fn rows(&mut self, rows: &[Vec<Cell>]) -> Result<Vec<u8>, SheetError> {
        self.written(rows)
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<u8>, SheetError> {
        self.written(&[])
    }
}
