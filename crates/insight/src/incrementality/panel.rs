//! A measure by day and unit, in one order, whatever order its rows came in.

use std::collections::BTreeMap;

use super::Refused;

/// Most units of a panel.
pub const UNITS_MAX: usize = 500;
/// Most days of a panel.
pub const DAYS_MAX: usize = 1_500;

/// Takes rows in any order.
#[derive(Default, Debug)]
pub struct PanelBuilder {
    days: BTreeMap<String, usize>,
    units: BTreeMap<String, BTreeMap<usize, f64>>,
}

impl PanelBuilder {
    /// Notes a day, though no unit may have a value of it. Days are ordered as text, so they are written as `2026-01-31`.
    ///
    /// # Errors
    /// [`Refused::TooManyDays`].
    pub fn day(&mut self, day: &str) -> Result<(), Refused> {
        self.place(day).map(|_| ())
    }

    fn place(&mut self, day: &str) -> Result<usize, Refused> {
        if let Some(place) = self.days.get(day) {
            return Ok(*place);
        }
        let place = self.days.len();
        if place == DAYS_MAX {
            return Err(Refused::TooManyDays);
        }
        self.days.insert(day.to_owned(), place);
        Ok(place)
    }

    /// Takes one value. Below zero it may be: what was taken back on a day can be more than what came.
    ///
    /// # Errors
    /// [`Refused`]; nothing is taken then.
    pub fn add(&mut self, day: &str, unit: &str, value: f64) -> Result<(), Refused> {
        if unit.is_empty() {
            return Err(Refused::Nameless);
        }
        if !value.is_finite() || value.abs() > 1e18 {
            return Err(Refused::Value);
        }
        if !self.units.contains_key(unit) && self.units.len() == UNITS_MAX {
            return Err(Refused::TooManyUnits);
        }
        let place = self.place(day)?;
        let cells = self.units.entry(unit.to_owned()).or_default();
        if cells.contains_key(&place) {
            return Err(Refused::Twice);
        }
        cells.insert(place, value);
        Ok(())
    }

    /// The panel. What no row tells is `missing`, or refused without it: a day that was not measured is no day without results.
    ///
    /// # Errors
    /// [`Refused::Missing`] with the first hole, by unit and day.
    pub fn finish(self, missing: Option<f64>) -> Result<Panel, Refused> {
        let Self { days, units } = self;
        let mut told = Vec::with_capacity(units.len());
        for (name, cells) in units {
            let value = |(day, place): (&String, &usize)| {
                let hole = || Refused::Missing { unit: name.clone(), day: day.clone() };
                cells.get(place).copied().or(missing).ok_or_else(hole)
            };
            let values = days.iter().map(value).collect::<Result<Vec<f64>, _>>()?;
            told.push(Unit { name, values });
        }
        Ok(Panel { days: days.into_keys().collect(), units: told })
    }
}

/// A unit: a region, a country, a publisher.
#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// Its values, day after day.
    pub values: Vec<f64>,
}

/// A measure by day and unit: days ascending, units by name, no holes.
#[derive(Clone, PartialEq, Debug)]
pub struct Panel {
    days: Vec<String>,
    units: Vec<Unit>,
}

impl Panel {
    /// The days, ascending.
    pub fn days(&self) -> &[String] {
        &self.days
    }

    /// The units, by name.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The place of a unit.
    pub fn place(&self, unit: &str) -> Option<usize> {
        self.units.binary_search_by(|one| one.name.as_str().cmp(unit)).ok()
    }
}
