//! Reports and facts as columns and cells of files.
//!
//! An object stands with its id and, beside it, its name. Amounts are exact decimals; the column `amounts_in` says in which currency,
//! and when they are as booked a currency stands in each row.

use model::{Currency, Timestamp};
use report::{
    DateBasis, Dimension, Fact, Measure,
    dimension::Content,
    metric::{Amounts, RATIO_PLACES, Unit, Value},
    request::{By, Prepared},
    table::{KeyText, Row},
};
use sheets::{Cell, Column, Kind};

use super::{behind::FactSight, run::name};
use crate::snapshot::Snapshot;

/// The most decimal places that any currency keeps.
fn places_max() -> u8 {
    Currency::all().map(Currency::scale).max().unwrap_or(0)
}

fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

fn known(value: Option<&str>) -> Cell {
    value.map_or(Cell::Empty, text)
}

fn number(value: Value) -> Cell {
    value.text().map_or(Cell::Empty, Cell::Number)
}

fn moment(at: Option<Timestamp>) -> Cell {
    at.map_or(Cell::Empty, |at| Cell::Moment(at.as_micros(), at.to_string()))
}

fn dimension_columns(dimension: Dimension) -> impl Iterator<Item = Column> {
    let named = (dimension.content() == Content::Object)
        .then(|| Column::new(format!("{}_name", dimension.word()), Kind::Text));
    std::iter::once(Column::new(dimension.word(), Kind::Text)).chain(named)
}

/// The columns of a report.
pub fn report_columns(prepared: &Prepared) -> Vec<Column> {
    let mut columns = Vec::new();
    for by in &prepared.by {
        match by {
            By::Period(grain) => columns.push(Column::new(grain.word(), Kind::Text)),
            By::Dimension(dimension) => columns.extend(dimension_columns(*dimension)),
        }
    }
    let kind = |unit: Unit| match unit {
        Unit::Count | Unit::Seconds => Kind::Count,
        Unit::Ratio => Kind::Decimal(RATIO_PLACES),
        Unit::Money | Unit::MoneyEach => Kind::Decimal(match prepared.amounts {
            Amounts::Network => prepared.currency.scale(),
            Amounts::Booked => places_max(),
        }),
    };
    let mut metrics = |suffix: &str| {
        for bound in &prepared.metrics {
            let name = format!("{}{suffix}", bound.metric.word);
            columns.push(Column::new(name, kind(bound.metric.unit)));
        }
    };
    metrics("");
    if prepared.compared.is_some() {
        metrics("_before");
    }
    if in_one_currency(prepared) {
        columns.push(Column::new("amounts_in", Kind::Text));
    }
    columns
}

/// Whether there are amounts, all in the network's currency.
fn in_one_currency(prepared: &Prepared) -> bool {
    let money = |unit: Unit| matches!(unit, Unit::Money | Unit::MoneyEach);
    prepared.amounts == Amounts::Network && prepared.metrics.iter().any(|bound| money(bound.metric.unit))
}

/// A row of a report.
pub fn report_cells(prepared: &Prepared, snapshot: &Snapshot, row: &Row) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (by, key) in prepared.by.iter().zip(&row.key) {
        let value = match key {
            KeyText::Dimension(value) => value.as_deref(),
            KeyText::Period(period) => Some(period.as_str()),
            KeyText::All => None,
        };
        cells.push(known(value));
        if let By::Dimension(dimension) = by
            && dimension.content() == Content::Object
        {
            cells.push(value.and_then(|id| name(snapshot, *dimension, id)).map_or(Cell::Empty, text));
        }
    }
    cells.extend(row.values.iter().copied().map(number));
    if prepared.compared.is_some() {
        match &row.compared {
            Some(values) => cells.extend(values.iter().copied().map(number)),
            None => cells.extend(prepared.metrics.iter().map(|_| Cell::Empty)),
        }
    }
    if in_one_currency(prepared) {
        cells.push(text(prepared.currency.code()));
    }
    cells
}

/// Moments of facts in files.
const MOMENTS: [DateBasis; 5] =
    [DateBasis::Booking, DateBasis::Click, DateBasis::Conversion, DateBasis::Approval, DateBasis::Payment];

/// The columns of facts.
pub fn fact_columns(sight: &FactSight) -> Vec<Column> {
    let mut columns = vec![Column::new("kind", Kind::Text)];
    columns.extend(MOMENTS.iter().map(|basis| Column::new(basis.column(), Kind::Moment)));
    columns.push(Column::new("touch_id", Kind::Text));
    columns.push(Column::new("conversion_id", Kind::Text));
    columns.extend(sight.dimensions().flat_map(dimension_columns));
    columns.extend(sight.measures().map(|measure: Measure| {
        let kind = match measure.currency() {
            report::measure::In::Pieces => Kind::Count,
            _ => Kind::Decimal(places_max()),
        };
        Column::new(measure.word(), kind)
    }));
    columns
}

/// A fact as a row.
pub fn fact_cells(sight: &FactSight, fact: &Fact) -> Vec<Cell> {
    let mut cells = vec![text(fact.kind.word())];
    cells.extend(MOMENTS.iter().map(|basis| moment(fact.moment(*basis))));
    cells.push(fact.touch_id.map_or(Cell::Empty, |id| text(id.to_string())));
    cells.push(fact.conversion_id.map_or(Cell::Empty, |id| text(id.to_string())));
    for dimension in sight.dimensions() {
        let value = fact.dimension(dimension);
        cells.push(known(value));
        if dimension.content() == Content::Object {
            cells.push(value.and_then(|id| sight.name(dimension, id)).map_or(Cell::Empty, text));
        }
    }
    cells.extend(sight.measures().map(|measure| match sight.value(fact, measure) {
        // Where there is no currency there is no amount.
        Value::None => Cell::Empty,
        value => number(value),
    }));
    cells
}
