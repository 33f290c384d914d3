//! Scenarios as text: a header of column names, then one case a line, cells parted by `|`.

use std::collections::BTreeMap;

/// One case: its cells by the names of their columns.
pub struct Row<'a> {
    cells: BTreeMap<&'a str, &'a str>,
    /// The line as written, to name the case in a failed assertion.
    pub line: &'a str,
}

impl<'a> Row<'a> {
    /// The cell of this column.
    pub fn cell(&self, column: &str) -> &'a str {
        self.cells.get(column).unwrap_or_else(|| panic!("no column `{column}` in: {}", self.line))
    }

    /// The entries of a cell, parted by commas.
    pub fn list(&self, column: &str) -> Vec<&'a str> {
        self.cell(column).split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect()
    }
}

/// The cases of a table. Empty lines and lines that begin with `#` are for the reader.
pub fn rows(text: &str) -> Vec<Row<'_>> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#'));
    let header: Vec<&str> = lines.next().expect("a table has a header").split('|').map(str::trim).collect();
    let rows: Vec<_> = lines
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            assert_eq!(cells.len(), header.len(), "wrong number of cells: {line}");
            Row { cells: header.iter().copied().zip(cells).collect(), line }
        })
        .collect();
    assert!(!rows.is_empty(), "a table without cases proves nothing");
    rows
}
