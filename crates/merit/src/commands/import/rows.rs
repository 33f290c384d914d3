//! Rows of a file, one after the other, each with the line where it begins.
//!
//! CSV (comma, semicolon or tab, told apart by the header) and JSON lines give the same: members by name. A row that cannot
//! be read is one bad row, and the next one is read. Only a header that is not understood ends the import before it began,
//! because a column that nobody reads may be somebody's wage.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use indicatif::ProgressBar;
use serde_json::{Map, Value};

use super::lines::{BYTES_MAX, Found, Lines};
use crate::commands::Usage;

/// The form of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
    /// A header and a line for each row.
    Csv,
    /// A JSON object on each line.
    Jsonl,
}

impl Format {
    /// The named one, or that of the file's name.
    ///
    /// # Errors
    /// When neither says it.
    pub fn of(named: Option<Self>, path: Option<&Path>) -> anyhow::Result<Self> {
        let extension = path.and_then(Path::extension).and_then(|extension| extension.to_str());
        let by_name = extension.map(str::to_ascii_lowercase).and_then(|extension| match extension.as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            _ => None,
        });
        named.or(by_name).ok_or_else(|| {
            Usage("say what the file is with --format csv or --format jsonl".to_owned()).into()
        })
    }
}

/// The columns that a kind of file may have.
#[derive(Clone, Copy)]
pub struct Columns {
    /// Those that are read.
    pub read: &'static [&'static str],
    /// Those that an export has and an import does not need.
    pub passed_over: &'static [&'static str],
}

impl Columns {
    fn find(&self, name: &str, ignored: &[String]) -> Result<Option<&'static str>, String> {
        let plain = plain(name);
        if let Some(known) = self.read.iter().find(|known| **known == plain) {
            return Ok(Some(known));
        }
        if self.passed_over.contains(&plain.as_str())
            || ignored.iter().any(|one| *one == name || *one == plain)
        {
            return Ok(None);
        }
        let nearest = self.read.iter().map(|known| (distance(known, &plain), known)).min();
        let hint = match nearest {
            Some((steps, known)) if steps <= 3 && steps < known.len() => format!("did you mean `{known}`? "),
            _ => String::new(),
        };
        Err(format!(
            "`{}` is no column of this kind of file; {hint}Give --ignore {} to leave it out",
            name.escape_debug(),
            shell_word(name)
        ))
    }
}

fn shell_word(name: &str) -> String {
    match name.chars().all(|character| character.is_alphanumeric() || "_-.".contains(character)) {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', "'\\''")),
    }
}

/// A column's name without the ways in which people write it: `Order ID` is `order_id`.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-', '.'], "_")
}

/// How many letters must be added, taken away or exchanged to make one name of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, second) in other.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != *second);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

/// A row that can be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line where it begins, from 1.
    pub line: u64,
    /// Its members.
    pub members: Map<String, Value>,
}

/// A row that cannot.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BadRow {
    /// The line where it begins, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// The rows of a file.
pub struct Rows {
    lines: Lines,
    form: Form,
    columns: Columns,
    ignored: Vec<String>,
}

enum Form {
    Csv { delimiter: u8, header: Vec<Option<&'static str>> },
    Jsonl,
}

/// Opens a file and moves a bar as it is read.
///
/// # Errors
/// When it cannot be opened or its header is not understood.
pub fn open(
    path: &Path,
    format: Format,
    columns: Columns,
    ignored: &[String],
    bar: &ProgressBar,
) -> anyhow::Result<Rows> {
    let file =
        File::open(path).map_err(|error| anyhow::anyhow!("cannot read {}: {error}", path.display()))?;
    bar.set_length(file.metadata()?.len());
    Rows::new(Box::new(bar.wrap_read(file)), format, columns, ignored)
}

impl Rows {
    /// Reads the header, when the form has one.
    ///
    /// # Errors
    /// When it cannot be read or is not understood.
    pub fn new(
        input: Box<dyn Read>,
        format: Format,
        columns: Columns,
        ignored: &[String],
    ) -> anyhow::Result<Self> {
        let mut lines = Lines::new(input)?;
        let form = match format {
            Format::Jsonl => Form::Jsonl,
            Format::Csv => {
                let delimiter = delimiter(lines.peek()?);
                let header = match lines.next_record(delimiter)? {
                    Found::Text(_, text) => header(&text, delimiter, columns, ignored)?,
                    Found::End => anyhow::bail!("the file is empty; its first line must name the columns"),
                    Found::TooLong(_) | Found::Unclosed(_) => {
                        anyhow::bail!("line 1: the header cannot be read")
                    }
                };
                Form::Csv { delimiter, header }
            }
        };
        Ok(Self { lines, form, columns, ignored: ignored.to_vec() })
    }

    /// The next row, good or bad; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read any further.
    pub fn next(&mut self) -> io::Result<Option<Result<Row, BadRow>>> {
        loop {
            let found = match &self.form {
                Form::Csv { delimiter, .. } => self.lines.next_record(*delimiter)?,
                Form::Jsonl => self.lines.next_line()?,
            };
            let (line, members) = match found {
                Found::End => return Ok(None),
                Found::TooLong(line) => (line, Err(format!("is longer than {BYTES_MAX} bytes"))),
                Found::Unclosed(line) => {
                    (line, Err("a quote that is opened here is never closed".to_owned()))
                }
                Found::Text(line, text) => match &self.form {
                    Form::Jsonl => (line, object(&text, &self.columns, &self.ignored)),
                    Form::Csv { delimiter, header } => (line, record(&text, *delimiter, header)),
                },
            };
            match members {
                // Cells without anything in them, as spreadsheets leave them behind the last row.
                Ok(members) if members.is_empty() && matches!(self.form, Form::Csv { .. }) => {}
                Ok(members) => return Ok(Some(Ok(Row { line, members }))),
                Err(reason) => return Ok(Some(Err(BadRow { line, reason }))),
            }
        }
    }
}

/// The delimiter that the header has most of.
fn delimiter(header: &[u8]) -> u8 {
    let count = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    let most = [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter));
    most.filter(|delimiter| count(*delimiter) > 0).unwrap_or(b',')
}

/// The cells of one record.
fn cells_of(text: &[u8], delimiter: u8) -> csv::Result<csv::ByteRecord> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .buffer_capacity(text.len().max(1))
        .from_reader(text);
    let mut record = csv::ByteRecord::new();
    reader.read_byte_record(&mut record)?;
    Ok(record)
}

fn header(
    text: &[u8],
    delimiter: u8,
    columns: Columns,
    ignored: &[String],
) -> anyhow::Result<Vec<Option<&'static str>>> {
    let mut header = Vec::new();
    let mut problems = Vec::new();
    for cell in &cells_of(text, delimiter)? {
        match columns.find(&String::from_utf8_lossy(cell), ignored) {
            Ok(Some(known)) if header.contains(&Some(known)) => {
                problems.push(format!("`{known}` is named twice"));
            }
            Ok(found) => header.push(found),
            Err(problem) => problems.push(problem),
        }
    }
    match problems.is_empty() {
        true => Ok(header),
        false => Err(anyhow::anyhow!("line 1: {}", problems.join("\nline 1: "))),
    }
}

fn record(text: &[u8], delimiter: u8, header: &[Option<&'static str>]) -> Result<Map<String, Value>, String> {
    let cells = cells_of(text, delimiter).map_err(|error| error.to_string())?;
    if cells.len() != header.len() {
        return Err(format!("has {} cells where the header has {}", cells.len(), header.len()));
    }
    let mut members = Map::new();
    for (name, cell) in header.iter().zip(cells.iter()) {
        let Some(name) = name else { continue };
        let Ok(cell) = std::str::from_utf8(cell) else {
            return Err(format!("`{name}` is not UTF-8 text; save the file as UTF-8"));
        };
        if !cell.trim().is_empty() {
            members.insert((*name).to_owned(), Value::from(sheets::formula::meant(cell)));
        }
    }
    Ok(members)
}

fn object(bytes: &[u8], columns: &Columns, ignored: &[String]) -> Result<Map<String, Value>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the line is not UTF-8 text".to_owned())?;
    let members = match serde_json::from_str(text) {
        Ok(Value::Object(members)) => members,
        Ok(_) => return Err("the line is no JSON object".to_owned()),
        Err(error) => return Err(format!("the line is not valid JSON: {error}")),
    };
    let mut read = Map::new();
    for (name, value) in members {
        if let Some(known) = columns.find(&name, ignored)?
            && !value.is_null()
        {
            read.insert(known.to_owned(), value);
        }
    }
    Ok(read)
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
