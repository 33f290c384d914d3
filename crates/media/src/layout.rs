//! The header of a file: on which line it stands, what its columns hold, and what the lines above it say.

use std::collections::BTreeMap;

use crate::{
    date::Dated,
    header::{self, Column, comparable},
    number::Said,
    period,
    question::{Options, Question, Subject},
    sheet::{self, Line},
    text::Unreadable,
};

/// Lines that may stand above the header.
const ABOVE_MAX: usize = 40;
/// Text in which the header is looked for.
const HEAD_BYTES: usize = 64 * 1024;

/// One column that is read.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) place: usize,
    pub(crate) name: String,
    /// The currency that the name says.
    pub(crate) said: Option<Said>,
    rank: usize,
}

/// A file taken apart.
pub(crate) struct Layout {
    pub(crate) columns: BTreeMap<Column, Read>,
    pub(crate) header: Line,
    /// The lines below the header.
    pub(crate) body: Vec<Line>,
    /// The days that a line above the header names, with its number.
    pub(crate) range: Option<(u64, (Dated, Dated))>,
    /// Columns between which only the caller can choose.
    pub(crate) question: Option<Question>,
}

impl Layout {
    /// Finds the header by trying the delimiters: it is where most columns are known.
    pub(crate) fn find(text: &str, options: &Options) -> Result<Self, Unreadable> {
        let (text, delimiters, first) = match sheet::named_delimiter(text) {
            Some((delimiter, rest)) => (rest, vec![delimiter], 2),
            None => (text, sheet::DELIMITERS.to_vec(), 1),
        };
        let head = &text[..floor_char_boundary(text, HEAD_BYTES)];
        let mut best: Option<(usize, u8)> = None;
        for delimiter in delimiters {
            let lines = sheet::first_lines(head, delimiter, first);
            let known = lines.iter().take(ABOVE_MAX).map(|line| known(line, options)).max().unwrap_or(0);
            if known > best.map_or(1, |(most, _)| most) {
                best = Some((known, delimiter));
            }
        }
        let Some((most, delimiter)) = best else { return Err(Unreadable::NoHeader { lines: ABOVE_MAX }) };
        let mut lines = sheet::lines(text, delimiter, first)?;
        let at = lines.iter().take(ABOVE_MAX).position(|line| known(line, options) == most);
        let at = at.ok_or(Unreadable::NoHeader { lines: ABOVE_MAX })?;
        let body = lines.split_off(at + 1);
        let header = lines.pop().ok_or(Unreadable::NoHeader { lines: ABOVE_MAX })?;
        // The delimiter may stand in the range itself, as in `July 1, 2026 - July 31, 2026` without quotation marks.
        let range = lines.iter().rev().find_map(|line| {
            let whole = line.cells.join(", ");
            let found =
                period::range(&whole).or_else(|| line.cells.iter().find_map(|cell| period::range(cell)));
            found.map(|range| (line.number, range))
        });
        let (columns, question) = columns(&header, options)?;
        Ok(Self { columns, header, body, range, question })
    }

    /// A cell of a line; empty without such a column.
    pub(crate) fn cell<'a>(&self, line: &'a Line, column: Column) -> &'a str {
        self.columns.get(&column).map_or("", |read| line.cell(read.place))
    }

    /// The name of a column.
    pub(crate) fn name(&self, column: Column) -> Option<&str> {
        self.columns.get(&column).map(|read| read.name.as_str())
    }
}

fn floor_char_boundary(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}

/// The column that a caller named like this header cell.
fn chosen(cell: &str, options: &Options) -> Option<Column> {
    let same =
        |name: &str| sheet::trim(name) == cell || comparable(name) == comparable(cell) && !cell.is_empty();
    options.columns.iter().find(|(_, name)| same(name)).map(|(column, _)| *column)
}

/// How many columns of a header are known; 0 for a line that cannot be one.
fn known(line: &Line, options: &Options) -> usize {
    let found: Vec<Column> = (0..line.cells.len())
        .filter_map(|place| {
            let cell = line.cell(place);
            chosen(cell, options).or_else(|| header::named(cell).map(|named| named.column))
        })
        .collect();
    let spends = found.iter().filter(|column| matches!(column, Column::Spend | Column::SpendMicros)).count();
    if spends == 0 || found.len() == spends { 0 } else { found.len() }
}

/// The columns of a header, and what has to be asked about them.
fn columns(
    header: &Line,
    options: &Options,
) -> Result<(BTreeMap<Column, Read>, Option<Question>), Unreadable> {
    let mut columns: BTreeMap<Column, Read> = BTreeMap::new();
    let mut spends: Vec<&str> = Vec::new();
    for place in 0..header.cells.len() {
        let name = header.cell(place);
        // What the caller chose stands before everything else.
        let found = match chosen(name, options) {
            Some(column) => Some((column, 0, header::currency_in(name))),
            None => header::named(name)
                .filter(|named| !options.columns.contains_key(&named.column))
                .map(|named| (named.column, named.rank + 1, named.said)),
        };
        let Some((column, rank, said)) = found else { continue };
        if matches!(column, Column::Spend | Column::SpendMicros) {
            spends.push(name);
        }
        let read = Read { place, name: name.to_owned(), said, rank };
        match columns.get(&column) {
            Some(better) if better.rank <= rank => {}
            _ => {
                columns.insert(column, read);
            }
        }
    }
    for name in options.columns.values() {
        if !(0..header.cells.len()).any(|place| {
            chosen(header.cell(place), options).is_some_and(|column| options.columns[&column] == *name)
        }) {
            return Err(Unreadable::NoColumn { line: header.number, name: name.chars().take(100).collect() });
        }
    }
    let is_chosen =
        [Column::Spend, Column::SpendMicros].iter().any(|column| options.columns.contains_key(column));
    let question = (spends.len() > 1 && !is_chosen)
        .then(|| Question::new(Subject::SpendColumn, header.number, None, &spends));
    if is_chosen && options.columns.contains_key(&Column::Spend) {
        columns.remove(&Column::SpendMicros);
    } else if is_chosen {
        columns.remove(&Column::Spend);
    }
    Ok((columns, question))
}
