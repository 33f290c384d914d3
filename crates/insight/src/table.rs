//! Models side by side, with what each would move.

use crate::{Credit, Journeys, models::Model};

/// What one model says of one channel.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cell {
    /// Conversions.
    pub conversions: f64,
    /// What they were worth.
    pub value: f64,
    /// Value that the model gives it beyond what the first model of the table does; below zero what it takes away.
    pub moved: f64,
}

/// A channel with a cell for each model.
#[derive(Clone, PartialEq, Debug)]
pub struct Row<'a> {
    /// The channel.
    pub channel: &'a str,
    /// One for each model, in their order.
    pub cells: Vec<Cell>,
}

/// The models side by side, channels by name. The first one is what the others are compared with.
pub fn compare<'a>(journeys: &'a Journeys, models: &[&dyn Model]) -> Vec<Row<'a>> {
    let credits: Vec<_> = models.iter().map(|model| model.credit(journeys)).collect();
    beside(journeys, &credits)
}

/// The same for credits that are there already.
pub fn beside<'a>(journeys: &'a Journeys, credits: &[Credit]) -> Vec<Row<'a>> {
    let row = |(place, channel): (usize, &'a String)| {
        let base = credits.first().map_or(0.0, |credit| credit.value[place]);
        let cell = |credit: &Credit| {
            let (conversions, value) = (credit.conversions[place], credit.value[place]);
            Cell { conversions, value, moved: value - base }
        };
        Row { channel, cells: credits.iter().map(cell).collect() }
    };
    journeys.channels().iter().enumerate().map(row).collect()
}

/// The nearest whole number of units.
#[allow(clippy::cast_possible_truncation, reason = "a cast to i64 stops at its ends")]
pub const fn units(value: f64) -> i64 {
    value.round() as i64
}

/// Units as journeys are given them; exact below 2^53.
#[allow(clippy::cast_precision_loss, reason = "more than 2^53 units are told to 16 digits")]
pub const fn value(units: u64) -> f64 {
    units as f64
}

/// How many of `whole` belong to one part of what all parts together are, rounded down; none where they are nothing.
#[allow(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "parts are told to 15 digits, and a cast stops at the ends"
)]
pub fn part_of(part: f64, parts: &[f64], whole: u64) -> u64 {
    let sum: f64 = parts.iter().sum();
    if sum > 0.0 { (part / sum * whole as f64).floor() as u64 } else { 0 }
}
