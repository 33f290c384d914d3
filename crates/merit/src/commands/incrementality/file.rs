//! A file of a measure by day and unit: `day;unit;value`.

use std::path::Path;

use insight::incrementality::PanelBuilder;
use model::calendar::{self, Zone};

use crate::commands::{
    Usage,
    rows::{self, Rows},
};

/// The columns.
const NAMES: [&str; 3] = ["day", "unit", "value"];

/// What a file holds.
pub struct Read {
    /// Its good rows.
    pub builder: PanelBuilder,
    /// What became of its rows.
    pub rows: Rows,
}

/// Reads the file up to a day.
///
/// # Errors
/// When it cannot be read, has no header or not the columns.
pub fn read(path: &Path, to: Option<&str>) -> anyhow::Result<Read> {
    let mut builder = PanelBuilder::default();
    let zone = Zone::utc();
    let rows = rows::read(path, columns, |places, record| {
        let [day, unit, value] = *places;
        let day = rows::cell(record, day, "day")?;
        if calendar::date(&zone, day).is_none() {
            return Err(format!("`day` is `{}`; a day such as 2026-01-31 is needed", day.escape_debug()));
        }
        let unit = rows::cell(record, unit, "unit")?;
        let text = rows::cell(record, value, "value")?;
        let value = text
            .parse::<f64>()
            .map_err(|_| format!("`value` is `{}`; a number such as 12.50 is needed", text.escape_debug()))?;
        if to.is_some_and(|to| day > to) {
            return Ok(());
        }
        builder.add(day, unit, value).map_err(|refused| refused.to_string())
    })?;
    Ok(Read { builder, rows })
}

/// The places of the columns.
fn columns(header: &csv::StringRecord) -> anyhow::Result<[usize; 3]> {
    let place = |wanted: &&str| {
        let mut found = header.iter().enumerate().filter(|(_, name)| rows::plain(name) == **wanted);
        match (found.next(), found.next()) {
            (Some((place, _)), None) => Ok(place),
            (None, _) => Err(Usage(format!("the header has no column `{wanted}`"))),
            (Some(_), Some(_)) => Err(Usage(format!("there are two columns `{wanted}`"))),
        }
    };
    let places = NAMES.iter().map(place).collect::<Result<Vec<usize>, Usage>>()?;
    Ok([places[0], places[1], places[2]])
}
