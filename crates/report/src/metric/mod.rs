//! Metrics: what a number of a report means, each defined once.
//!
//! A metric is a sum of measures, one sum over another, or what a sketch says. It is computed from the sums of its group, never from other
//! rows' results, so the value of a total is right as well. A ratio whose lower sum is zero has no value.
//!
//! To add one: an entry in the list of its family beside this file. Words are never used again for something else.

mod bound;
mod distinct;
mod money;
mod ratios;
mod volume;

use std::{collections::BTreeSet, fmt};

use crate::{
    dimension::{Dimension, Viewer},
    measure::Measure,
    plan::DateBasis,
    sketch::SketchOf,
};

pub use bound::{Bound, Currencies, Needed, Value};

/// Decimals of a ratio.
pub const RATIO_PLACES: u8 = 6;

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// A whole number.
    Count,
    /// An amount of money.
    Money,
    /// One number over another of the same unit; 0.05 is five percent.
    Ratio,
    /// An amount for each of something.
    MoneyEach,
    /// A time in seconds.
    Seconds,
}

impl Unit {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Money => "money",
            Self::Ratio => "ratio",
            Self::MoneyEach => "money_each",
            Self::Seconds => "seconds",
        }
    }
}

/// The words that a dimension of a fact must have one of.
pub type Only = (Dimension, &'static [&'static str]);

/// One summand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// Whether it is taken away.
    pub minus: bool,
    /// The measure.
    pub measure: Measure,
    /// Only of facts with these words.
    pub only: &'static [Only],
}

const fn all(measure: Measure) -> Part {
    Part { minus: false, measure, only: &[] }
}
const fn only(measure: Measure, only: &'static [Only]) -> Part {
    Part { minus: false, measure, only }
}
const fn less(measure: Measure) -> Part {
    Part { minus: true, measure, only: &[] }
}

/// States in which a conversion counts: a publisher earns by it, or it is the advertiser's own and stands beside the refused one.
const LIVE: Only = (Dimension::State, &["pending", "held", "approved", "paid", "own"]);
/// States of conversions as they were decided, each of which is in one of them.
const DECIDED: Only =
    (Dimension::State, &["pending", "held", "approved", "paid", "rejected", "reversed", "duplicate", "test"]);
/// States in which it waits.
const OPEN: Only = (Dimension::State, &["pending", "held"]);
/// States in which it is earned for good.
const APPROVED: Only = (Dimension::State, &["approved", "paid"]);
/// The state in which the publisher has his money.
const PAID: Only = (Dimension::State, &["paid"]);
/// Purchases.
const ORDER: Only = (Dimension::ActionKind, &["order"]);
/// Customers who had not bought before.
const NEW: Only = (Dimension::Customer, &["new"]);

/// How a metric is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Formula {
    /// A sum.
    Sum(&'static [Part]),
    /// One sum, times a number, over another.
    Ratio {
        /// Above the line.
        over: &'static [Part],
        /// Below it.
        under: &'static [Part],
        /// For prices of a thousand.
        times: u16,
    },
    /// What a sketch says.
    Sketch(Source),
    /// One sum over what a sketch says.
    Each {
        /// Above the line.
        over: &'static [Part],
        /// Below it.
        under: Source,
    },
}

/// Of what the sketch of a metric is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The different visitors.
    Visitors,
    /// How long it took from one date to another.
    Durations {
        /// The first date.
        from: DateBasis,
        /// The second.
        to: DateBasis,
        /// Only of conversions with these words.
        only: &'static [Only],
    },
}

impl Source {
    /// As plans name it.
    fn sketch(self) -> SketchOf {
        match self {
            Self::Visitors => SketchOf::Visitors,
            Self::Durations { from, to, only } => SketchOf::Durations { from, to, only: only.to_vec() },
        }
    }

    fn text(self) -> String {
        match self {
            Self::Visitors => "distinct visitor_id".to_owned(),
            Self::Durations { from, to, only } => {
                format!("median ({} - {}){}", to.column(), from.column(), only_text(only))
            }
        }
    }
}

const fn ratio(over: &'static [Part], under: &'static [Part]) -> Formula {
    Formula::Ratio { over, under, times: 1 }
}

/// One metric.
#[derive(Debug)]
pub struct Metric {
    /// The word in requests.
    pub word: &'static str,
    /// The heading in English, Vietnamese and Persian.
    pub names: [&'static str; 3],
    /// What it means, in the same languages.
    pub descriptions: [&'static str; 3],
    /// What its values are.
    pub unit: Unit,
    /// How it is computed.
    pub formula: Formula,
}

/// In which currencies amounts are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amounts {
    /// The network's, each fact at the rate of its day.
    #[default]
    Network,
    /// As in the ledger and on the orders, each currency by itself.
    Booked,
}

impl Metric {
    /// Every metric, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        volume::METRICS.iter().chain(money::METRICS).chain(ratios::METRICS).chain(distinct::METRICS)
    }

    /// The metric of this word.
    pub fn find(word: &str) -> Option<&'static Self> {
        Self::all().find(|metric| metric.word == word)
    }

    fn parts(&self) -> impl Iterator<Item = &'static Part> {
        let (over, under): (&[Part], &[Part]) = match self.formula {
            Formula::Sum(parts) => (parts, &[]),
            Formula::Ratio { over, under, .. } => (over, under),
            Formula::Sketch(_) => (&[], &[]),
            Formula::Each { over, .. } => (over, &[]),
        };
        over.iter().chain(under)
    }

    /// Who may see it: whoever may see all that it is made of.
    pub fn seen_by(&self, viewer: Viewer) -> bool {
        self.parts().all(|part| part.measure.seen_by().contains(&viewer))
    }

    /// The measures it is made of.
    pub fn measures(&self) -> BTreeSet<Measure> {
        self.parts().map(|part| part.measure).collect()
    }

    /// The formula in the words of measures, such as `commission / unique_clicks`.
    pub fn formula_text(&self) -> String {
        let group =
            |parts: &[Part]| if parts.len() > 1 { format!("({})", sum_text(parts)) } else { sum_text(parts) };
        match self.formula {
            Formula::Sum(parts) => sum_text(parts),
            Formula::Ratio { over, under, times: 1 } => format!("{} / {}", group(over), group(under)),
            Formula::Ratio { over, under, times } => format!("{} x {times} / {}", group(over), group(under)),
            Formula::Sketch(source) => source.text(),
            Formula::Each { over, under } => format!("{} / {}", group(over), under.text()),
        }
    }
}

fn sum_text(parts: &[Part]) -> String {
    let mut text = String::new();
    for (place, part) in parts.iter().enumerate() {
        text.push_str(match (place, part.minus) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        });
        text.push_str(part.measure.word());
        text.push_str(&only_text(part.only));
    }
    text
}

fn only_text(only: &[Only]) -> String {
    let conditions: Vec<String> =
        only.iter().map(|(by, words)| format!("{by}: {}", words.join(", "))).collect();
    if conditions.is_empty() { String::new() } else { format!(" [{}]", conditions.join("; ")) }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word)
    }
}
