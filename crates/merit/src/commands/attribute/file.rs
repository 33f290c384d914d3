//! A file of paths, in the form that tools for attribution share: `path;conversions;value;nulls`.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::Context;
use insight::JourneysBuilder;

use crate::commands::{Usage, terminal};

/// A row that cannot be taken.
pub struct Bad {
    /// The line where it begins.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// What a file holds.
pub struct Read {
    /// Its good rows.
    pub builder: JourneysBuilder,
    /// Its rows.
    pub rows: usize,
    /// Those whose path is one channel.
    pub undivided: usize,
    /// Those that cannot be taken.
    pub bad: Vec<Bad>,
}

/// Where the columns are.
struct Columns {
    path: usize,
    conversions: Option<usize>,
    value: Option<usize>,
    nulls: Option<usize>,
}

/// Names by which each column goes.
const NAMES: [&[&str]; 4] = [
    &["path"],
    &["conversions", "total_conversions"],
    &["value", "conversion_value", "total_conversion_value"],
    &["nulls", "null", "total_null"],
];

/// Reads the file; semicolons, commas or tabs as its header has them.
///
/// # Errors
/// When it cannot be read, has no header or not the columns.
pub fn read(path: &Path, separator: &str) -> anyhow::Result<Read> {
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
    let mut read = Read { builder: JourneysBuilder::default(), rows: 0, undivided: 0, bad: Vec::new() };
    let mut record = csv::StringRecord::new();
    loop {
        let found = reader.read_record(&mut record);
        let line = record.position().map_or_else(|| reader.position().line(), csv::Position::line);
        let taken = match found {
            Ok(false) => break,
            Ok(true) => take(&mut read, &columns, &record, separator),
            Err(error) if error.is_io_error() => {
                return Err(error).context("the file cannot be read further");
            }
            Err(_) => Err("the row is not UTF-8".to_owned()),
        };
        read.rows += 1;
        if let Err(reason) = taken {
            read.bad.push(Bad { line, reason });
        }
    }
    bar.finish_and_clear();
    Ok(read)
}

fn columns(header: &csv::StringRecord) -> anyhow::Result<Columns> {
    let mut places = [None; 4];
    for (place, name) in header.iter().enumerate() {
        let plain = name.trim_start_matches('\u{feff}').trim().to_lowercase();
        let known = NAMES.iter().position(|names| names.contains(&plain.as_str()));
        let Some(known) = known else {
            let message = format!(
                "column {} is `{}`; columns are path, conversions, value and nulls",
                place + 1,
                name.escape_debug()
            );
            return Err(Usage(message).into());
        };
        if places[known].replace(place).is_some() {
            return Err(Usage(format!("there are two columns `{}`", NAMES[known][0])).into());
        }
    }
    let [path, conversions, value, nulls] = places;
    let path = path.ok_or_else(|| Usage("the header has no column `path`".to_owned()))?;
    Ok(Columns { path, conversions, value, nulls })
}

fn take(
    read: &mut Read,
    columns: &Columns,
    record: &csv::StringRecord,
    separator: &str,
) -> Result<(), String> {
    let cell = |place: usize, name: &str| {
        record.get(place).map(str::trim).ok_or_else(|| format!("`{name}` is missing"))
    };
    let whole = |place: Option<usize>, name: &str, without: u64| {
        let Some(place) = place else { return Ok(without) };
        let text = cell(place, name)?;
        text.parse::<u64>().map_err(|_| {
            format!("`{name}` is `{}`; a whole number from zero up is needed", text.escape_debug())
        })
    };
    let path = cell(columns.path, "path")?;
    // Each row is one conversion when the file does not count them.
    let conversions = whole(columns.conversions, "conversions", 1)?;
    let nulls = whole(columns.nulls, "nulls", 0)?;
    let value = columns.value.map_or(Ok(0.0), |place| {
        let text = cell(place, "value")?;
        text.parse::<f64>()
            .map_err(|_| format!("`value` is `{}`; a number such as 12.50 is needed", text.escape_debug()))
    })?;
    if !path.contains(separator) {
        read.undivided += 1;
    }
    let channels = path.split(separator).map(str::trim).filter(|_| !path.is_empty());
    read.builder.add(channels, conversions, value, nulls).map_err(|refused| refused.to_string())
}
