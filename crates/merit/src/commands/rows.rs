//! Rows of files that people give to commands: read one by one, and the bad ones named by line and reason.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::Context;

use crate::commands::terminal;

/// Bad rows that are named one by one.
const NAMED_MAX: usize = 50;

/// A row that cannot be taken.
struct Bad {
    /// The line where it begins.
    line: u64,
    /// Why.
    reason: String,
}

/// What became of the rows of a file.
pub struct Rows {
    /// All of them.
    pub all: usize,
    bad: Vec<Bad>,
}

impl Rows {
    /// Names the bad rows on stderr; whether there are none, or it goes on without them.
    pub fn may_go_on(&self, skip_bad_rows: bool) -> bool {
        for bad in self.bad.iter().take(NAMED_MAX) {
            eprintln!("line {}: {}", bad.line, bad.reason);
        }
        if self.bad.len() > NAMED_MAX {
            eprintln!("and {} more", self.bad.len() - NAMED_MAX);
        }
        if !self.bad.is_empty() && !skip_bad_rows {
            let (bad, all) = (self.bad.len(), self.all);
            eprintln!("{bad} of {all} rows cannot be read; give --skip-bad-rows to go on without them");
        }
        self.bad.is_empty() || skip_bad_rows
    }

    /// Whether all could be taken.
    pub fn are_good(&self) -> bool {
        self.bad.is_empty()
    }
}

/// Reads a file with a header; semicolons, commas or tabs as its header has them. `columns` is given the header, and `take` each row with
/// what `columns` made of it; a row that it refuses is bad.
///
/// # Errors
/// When the file cannot be read or `columns` does not like its header.
pub fn read<C>(
    path: &Path,
    columns: impl FnOnce(&csv::StringRecord) -> anyhow::Result<C>,
    mut take: impl FnMut(&C, &csv::StringRecord) -> Result<(), String>,
) -> anyhow::Result<Rows> {
    let file = || File::open(path).with_context(|| format!("`{}` cannot be opened", path.display()));
    let length = file()?.metadata().ok().map(|data| data.len());
    let bar = terminal::bar("read", length, true);
    let mut first = String::new();
    std::io::BufRead::read_line(&mut BufReader::new(file()?), &mut first)
        .context("the header cannot be read")?;
    let delimiter =
        [b';', b'\t', b','].into_iter().find(|one| first.as_bytes().contains(one)).unwrap_or(b';');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bar.wrap_read(file()?));
    let columns = columns(reader.headers().context("the header cannot be read")?)?;
    let mut rows = Rows { all: 0, bad: Vec::new() };
    let mut record = csv::StringRecord::new();
    loop {
        let found = reader.read_record(&mut record);
        let line = record.position().map_or_else(|| reader.position().line(), csv::Position::line);
        let taken = match found {
            Ok(false) => break,
            Ok(true) => take(&columns, &record),
            Err(error) if error.is_io_error() => {
                return Err(error).context("the file cannot be read further");
            }
            Err(_) => Err("the row is not UTF-8".to_owned()),
        };
        rows.all += 1;
        if let Err(reason) = taken {
            rows.bad.push(Bad { line, reason });
        }
    }
    bar.finish_and_clear();
    Ok(rows)
}

/// The name of a column as headers have it, without what spreadsheets put before it.
pub fn plain(name: &str) -> String {
    name.trim_start_matches('\u{feff}').trim().to_lowercase()
}

/// The text of a cell.
///
/// # Errors
/// That the row has no such cell.
pub fn cell<'a>(record: &'a csv::StringRecord, place: usize, name: &str) -> Result<&'a str, String> {
    record.get(place).map(str::trim).ok_or_else(|| format!("`{name}` is missing"))
}
