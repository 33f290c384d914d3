//! A file of paths, in the form that tools for attribution share: `path;conversions;value;nulls`.

use std::path::Path;

use insight::JourneysBuilder;

use crate::commands::{
    Usage,
    rows::{self, Rows},
};

/// What a file holds.
pub struct Read {
    /// Its good rows.
    pub builder: JourneysBuilder,
    /// What became of its rows.
    pub rows: Rows,
    /// Rows whose path is one channel.
    pub undivided: usize,
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

/// Reads the file.
///
/// # Errors
/// When it cannot be read, has no header or not the columns.
pub fn read(path: &Path, separator: &str) -> anyhow::Result<Read> {
    let (mut builder, mut undivided) = (JourneysBuilder::default(), 0);
    let rows = rows::read(path, columns, |columns, record| {
        let path = rows::cell(record, columns.path, "path")?;
        let mut pieces = 0;
        let taken = take(&mut builder, columns, record, path.split(separator).inspect(|_| pieces += 1));
        undivided += usize::from(pieces == 1);
        taken
    })?;
    Ok(Read { builder, rows, undivided })
}

fn columns(header: &csv::StringRecord) -> anyhow::Result<Columns> {
    let mut places = [None; 4];
    for (place, name) in header.iter().enumerate() {
        let plain = rows::plain(name);
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

fn take<'a>(
    builder: &mut JourneysBuilder,
    columns: &Columns,
    record: &csv::StringRecord,
    path: impl Iterator<Item = &'a str>,
) -> Result<(), String> {
    let whole = |place: Option<usize>, name: &str, without: u64| {
        let Some(place) = place else { return Ok(without) };
        let text = rows::cell(record, place, name)?;
        text.parse::<u64>().map_err(|_| {
            format!("`{name}` is `{}`; a whole number from zero up is needed", text.escape_debug())
        })
    };
    // Each row is one conversion when the file does not count them.
    let conversions = whole(columns.conversions, "conversions", 1)?;
    let nulls = whole(columns.nulls, "nulls", 0)?;
    let value = columns.value.map_or(Ok(0.0), |place| {
        let text = rows::cell(record, place, "value")?;
        text.parse::<f64>()
            .map_err(|_| format!("`value` is `{}`; a number such as 12.50 is needed", text.escape_debug()))
    })?;
    let is_empty = rows::cell(record, columns.path, "path")?.is_empty();
    let channels = path.map(str::trim).filter(|_| !is_empty);
    builder.add(channels, conversions, value, nulls).map_err(|refused| refused.to_string())
}
