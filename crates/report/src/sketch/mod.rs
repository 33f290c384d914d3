//! Sketches: what is no sum and can still be put together from parts.
//!
//! How many different visitors there were, and what the median of some durations is, cannot be added up from the numbers of
//! days or publishers. A sketch of each can: it is small, putting sketches together in any order gives the same one, and it says how
//! exact its answer is. So totals, the rest of a table and several files all come of the same parts as its rows.

mod distinct;
mod durations;

pub use distinct::{Distinct, EXACT};
pub use durations::{Durations, FINE_SECONDS};

use model::Timestamp;

use crate::{dimension::Dimension, fact::Fact, measure::Measure, plan::DateBasis};

/// What is sketched.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum SketchOf {
    /// The different visitors who may be remembered, of touches that counted.
    Visitors,
    /// How long it took from one date of a conversion to a later one.
    Durations {
        /// The first date.
        from: DateBasis,
        /// The second.
        to: DateBasis,
        /// Only of conversions whose dimensions have these words.
        only: Vec<(Dimension, &'static [&'static str])>,
    },
    /// When the last fact was booked.
    Latest,
}

/// A sketch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sketch {
    /// Different values.
    Distinct(Distinct),
    /// Durations with their numbers.
    Durations(Durations),
    /// The last moment.
    Latest(Option<Timestamp>),
}

/// How far an answer may be from the truth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Error {
    /// As a share of the value, in thousandths.
    pub per_mille: u16,
    /// In how many of a hundred cases it is within that.
    pub of_hundred: u8,
}

impl SketchOf {
    /// A sketch of nothing, as engines use it.
    pub const fn empty(&self) -> Sketch {
        match self {
            Self::Visitors => Sketch::Distinct(Distinct::new()),
            Self::Durations { .. } => Sketch::Durations(Durations::new()),
            Self::Latest => Sketch::Latest(None),
        }
    }

    /// A sketch of nothing, for the slow engine: of visitors it will be exact however many there are.
    pub const fn exact(&self) -> Sketch {
        match self {
            Self::Visitors => Sketch::Distinct(Distinct::unlimited()),
            Self::Durations { .. } => Sketch::Durations(Durations::new()),
            Self::Latest => Sketch::Latest(None),
        }
    }

    /// Adds what a fact says.
    pub fn take(&self, sketch: &mut Sketch, fact: &Fact) {
        match (self, sketch) {
            (Self::Visitors, Sketch::Distinct(distinct)) => {
                let counted = fact.measure(Measure::Impressions) > 0
                    || fact.measure(Measure::Clicks) > fact.measure(Measure::InvalidClicks);
                if let Some(visitor) = fact.visitor_id.filter(|_| counted) {
                    distinct.add(visitor.to_string().as_bytes());
                }
            }
            (Self::Latest, Sketch::Latest(latest)) => *latest = (*latest).max(Some(fact.recorded_at)),
            (Self::Durations { from, to, only }, Sketch::Durations(durations)) => {
                let holds = |(dimension, words): &(Dimension, &'static [&'static str])| {
                    fact.dimension(*dimension).is_some_and(|word| words.contains(&word))
                };
                // A conversion without a touch was clicked at no moment of its own.
                let began = *from != DateBasis::Click || fact.touch_id.is_some();
                if let (Some(from), Some(to)) = (fact.moment(*from), fact.moment(*to))
                    && began
                    && only.iter().all(holds)
                {
                    durations.add(to.micros_since(from), fact.measure(Measure::Conversions));
                }
            }
            _ => {}
        }
    }
}

impl Sketch {
    /// Adds another one of the same kind.
    pub fn merge(&mut self, other: &Self) {
        match (self, other) {
            (Self::Distinct(one), Self::Distinct(other)) => one.merge(other),
            (Self::Durations(one), Self::Durations(other)) => one.merge(other),
            (Self::Latest(one), Self::Latest(other)) => *one = (*one).max(*other),
            _ => {}
        }
    }

    /// The number of different values, the median in seconds, or the last moment in microseconds; none of nothing.
    pub fn value(&self) -> Option<i128> {
        match self {
            Self::Distinct(distinct) => Some(distinct.count()),
            Self::Durations(durations) => durations.median_seconds(),
            Self::Latest(latest) => latest.map(|at| at.as_micros().into()),
        }
    }

    /// How far the value may be from the truth; none where it is exact.
    pub fn error(&self) -> Option<Error> {
        match self {
            Self::Distinct(distinct) => distinct.error(),
            Self::Durations(durations) => durations.error(),
            Self::Latest(_) => None,
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Distinct(distinct) => distinct.count() == 0,
            Self::Durations(durations) => durations.is_empty(),
            // That something was booked is no value of a report.
            Self::Latest(_) => true,
        }
    }
}
