//! Models side by side, with what each would move.

use crate::{Journeys, models::Model};

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
    let row = |(place, channel): (usize, &'a String)| {
        let base = credits.first().map_or(0.0, |credit| credit.value[place]);
        let cell = |credit: &crate::Credit| {
            let (conversions, value) = (credit.conversions[place], credit.value[place]);
            Cell { conversions, value, moved: value - base }
        };
        Row { channel, cells: credits.iter().map(cell).collect() }
    };
    journeys.channels().iter().enumerate().map(row).collect()
}
