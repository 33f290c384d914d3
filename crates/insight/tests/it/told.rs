//! Journeys told as lines of text: `a > b; conversions; value; nulls`.

use insight::{Journeys, JourneysBuilder};
use proptest::prelude::*;

/// A row: path, conversions, value, nulls.
pub type Row = (Vec<String>, u64, f64, u64);

pub fn journeys(rows: &[Row]) -> Journeys {
    let mut builder = JourneysBuilder::default();
    for (path, conversions, value, nulls) in rows {
        builder.add(path.iter().map(String::as_str), *conversions, *value, *nulls).unwrap();
    }
    builder.finish()
}

pub fn told(lines: &str) -> Journeys {
    let rows: Vec<Row> = lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let cells: Vec<&str> = line.split(';').map(str::trim).collect();
            let number = |place: usize| cells.get(place).map_or(0, |cell| cell.parse().unwrap());
            let value = cells.get(2).map_or(0.0, |cell| cell.parse().unwrap());
            (cells[0].split(" > ").map(str::to_owned).collect(), number(1), value, number(3))
        })
        .collect();
    journeys(&rows)
}

/// Rows over a few channels, some without conversions.
pub fn any_rows(channels: u8, rows: usize) -> impl Strategy<Value = Vec<Row>> {
    let path = prop::collection::vec(0..channels, 1..8)
        .prop_map(|path| path.iter().map(|channel| format!("channel {channel}")).collect::<Vec<_>>());
    let row = (path, 0_u64..4, 0_u32..1_000, 0_u64..4).prop_map(|(path, conversions, value, nulls)| {
        (path, conversions, if conversions > 0 { f64::from(value) / 8.0 } else { 0.0 }, nulls)
    });
    prop::collection::vec(row, 1..rows)
}

/// Nearly the same, measured by the larger.
pub fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(f64::MIN_POSITIVE)
}
