//! The facts behind a number: the way from a row of a report down to its touches and conversions.
//!
//! A row is named by what it is cut by; a period narrows the range and a dimension the filter. With metrics only the facts
//! that these count are behind the number, so that the facts of a row add up to its value, to the last unit.

use std::collections::BTreeMap;

use model::{Timestamp, calendar::Zone};

use crate::{
    dimension::Dimension,
    filter::Filter,
    metric::Needed,
    period::{Grain, PERIODS_MAX, Range},
    plan::Plan,
    request::{Context, Request, RequestError, error, hidden_text},
};

/// Which of the facts behind a number are wanted; they come newest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FactPage {
    /// Where the page before ended.
    pub after: Option<FactPlace>,
    /// Most facts.
    pub take: usize,
}

/// A place among facts: many can be booked at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FactPlace {
    /// When the last fact was booked.
    pub recorded_at: Timestamp,
    /// How many facts of this moment were on this page and those before.
    pub seen: usize,
}

impl Request {
    /// The plan whose facts are behind the row with these keys. What only orders or shortens a table is not looked at; without
    /// metrics all facts of the row are meant.
    ///
    /// # Errors
    /// The first field that is wrong, with what to do.
    pub fn behind(
        &self,
        context: &Context,
        row: &BTreeMap<String, Option<String>>,
    ) -> Result<Plan, RequestError> {
        let (zone, mut range) = self.zone_and_range(context)?;
        let mut filters = vec![self.checked_filter(context.viewer)?];
        for (word, value) in row {
            match (word.parse::<Grain>(), word.parse::<Dimension>()) {
                (Ok(grain), _) => range = period_of(grain, &zone, range, value.as_deref())?,
                (_, Ok(dimension)) if dimension.seen_by().contains(&context.viewer) => {
                    filters.push(Filter::In(dimension, vec![value.clone()]));
                }
                (_, Ok(dimension)) => return error("row", hidden_text(dimension.word())),
                (_, Err(unknown)) => return error("row", unknown.to_string()),
            }
        }
        let mut needed = Needed::default();
        if !self.metrics.is_empty() {
            self.bound_metrics(context.viewer, &mut needed)?;
        }
        Ok(Plan {
            network_id: context.network_id,
            basis: self.basis,
            from: range.from,
            to: range.to,
            walls: context.walls.clone(),
            filter: Filter::And(filters),
            keys: Vec::new(),
            sums: needed.sums,
            sketches: Vec::new(),
            as_of: self.as_of,
            groups_max: context.groups_max,
            serving: context.serving.clone(),
        })
    }
}

/// The part of the range that lies in the period of this text.
fn period_of(grain: Grain, zone: &Zone, range: Range, text: Option<&str>) -> Result<Range, RequestError> {
    let Some(beginnings) = grain.beginnings(zone, range) else {
        return error(
            "row",
            format!("the range has more than {PERIODS_MAX} of `{grain}`; take a shorter range"),
        );
    };
    let found = beginnings.iter().position(|start| Some(grain.text(zone, *start).as_str()) == text);
    let Some(place) = found else {
        return error("row", format!("the range has no such {grain}; write it as the report does"));
    };
    let end = beginnings.get(place + 1).map_or(range.to, |end| range.to.min(*end));
    Ok(Range { from: range.from.max(beginnings[place]), to: end })
}
