//! The plan: what an engine is asked to add up, and its answer.
//!
//! A plan says nothing of metrics, names, zones or rights: those were resolved when it was made. An engine keeps the facts
//! of the network whose moment lies in the range and that the filter keeps, groups them by the keys and adds up the sums.

use std::{collections::BTreeMap, sync::Arc};

use model::{NetworkId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    dimension::Dimension,
    fact::{Fact, Text},
    filter::Filter,
    measure::Measure,
    sketch::{Sketch, SketchOf},
};

/// The date by which facts belong to a period.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateBasis {
    /// When the touch was that earned it.
    Click,
    /// When the conversion was received.
    #[default]
    Conversion,
    /// When the conversion was approved; without what is not.
    Approval,
    /// When the payment was confirmed that paid its publisher; conversions only, without what is not paid.
    Payment,
    /// When it was booked: each change at its own moment, as in the ledger.
    Booking,
}

impl DateBasis {
    /// Every date.
    pub const ALL: [Self; 5] = [Self::Click, Self::Conversion, Self::Approval, Self::Payment, Self::Booking];

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Click => "click",
            Self::Conversion => "conversion",
            Self::Approval => "approval",
            Self::Payment => "payment",
            Self::Booking => "booking",
        }
    }
    /// The column that holds it.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Click => "clicked_at",
            Self::Conversion => "converted_at",
            Self::Approval => "approved_at",
            Self::Payment => "paid_at",
            Self::Booking => "recorded_at",
        }
    }
}

/// What facts are grouped by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Key {
    /// A dimension.
    Dimension(Dimension),
    /// The period that holds the moment: these are the beginnings, ascending; the first is not after the beginning of the range.
    /// The key is the place of the last beginning that is not after the moment.
    Period(Vec<Timestamp>),
}

/// One sum: a measure over those facts of the group whose dimensions have these values.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Sum {
    /// What is added up.
    pub measure: Measure,
    /// Only of facts whose dimension has one of these words; all must hold.
    pub only: Vec<(Dimension, &'static [&'static str])>,
}

impl Sum {
    /// Whether a fact of the group counts.
    pub fn counts(&self, fact: &Fact) -> bool {
        let holds = |(dimension, words): &(Dimension, &'static [&'static str])| {
            fact.dimension(*dimension).is_some_and(|word| words.contains(&word))
        };
        self.only.iter().all(holds)
    }
}

/// What is to be added up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The network; facts of others do not exist for this plan.
    pub network_id: NetworkId,
    /// The date that counts.
    pub basis: DateBasis,
    /// First moment of the range.
    pub from: Timestamp,
    /// First moment after it.
    pub to: Timestamp,
    /// What holds for every fact that counts: the walls around the viewer.
    pub walls: Filter,
    /// What was asked for within them.
    pub filter: Filter,
    /// The groups; one for everything when empty.
    pub keys: Vec<Key>,
    /// The sums of each group.
    pub sums: Vec<Sum>,
    /// The sketches of each group.
    pub sketches: Vec<SketchOf>,
    /// Only what had been booked before this moment.
    pub as_of: Option<Timestamp>,
    /// Most groups that are answered; more is an error.
    pub groups_max: usize,
    /// Who manages which publisher.
    pub serving: Serving,
}

impl Plan {
    /// The dimensions that groups, sums and filters look at, ascending.
    pub fn dimensions(&self) -> Vec<Dimension> {
        let mut dimensions = self.walls.dimensions();
        dimensions.extend(self.filter.dimensions());
        dimensions.extend(self.sums.iter().flat_map(|sum| sum.only.iter().map(|(dimension, _)| *dimension)));
        dimensions.extend(self.keys.iter().filter_map(|key| match key {
            Key::Dimension(dimension) => Some(*dimension),
            Key::Period(_) => None,
        }));
        dimensions.sort_unstable();
        dimensions.dedup();
        dimensions
    }
}

/// Who manages which publisher, at the time of the report. Facts do not say it: who takes over a publisher takes over all that he ever
/// brought, so a return goes to where its order now stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Serving(Arc<BTreeMap<String, Text>>);

impl Serving {
    /// From pairs of a publisher's and his manager's ids.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(Arc::new(pairs.into_iter().map(|(publisher, manager)| (publisher, manager.into())).collect()))
    }

    /// Whether nobody is managed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The manager of a publisher.
    pub fn manager_of(&self, publisher: &str) -> Option<&Text> {
        self.0.get(publisher)
    }

    /// The pairs of a publisher and his manager, ascending.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(publisher, manager)| (publisher.as_str(), &**manager))
    }

    /// Says in a fact who manages its publisher.
    pub fn say(&self, fact: &mut Fact) {
        let manager = fact.dimension(Dimension::Publisher).and_then(|publisher| self.manager_of(publisher));
        fact.dimensions[Dimension::Manager.index()] = manager.cloned();
    }
}

/// One part of a group's key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum KeyValue {
    /// The text of a dimension; `None` where it is not known.
    Text(Option<Text>),
    /// The place of a period.
    Period(u32),
}

/// One group with its sums, in the order of the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its key.
    pub key: Vec<KeyValue>,
    /// Its sums.
    pub sums: Vec<i128>,
    /// Its sketches.
    pub sketches: Vec<Sketch>,
}

impl Group {
    /// A group of nothing.
    pub fn empty(key: Vec<KeyValue>, plan: &Plan) -> Self {
        let sketches = plan.sketches.iter().map(SketchOf::empty).collect();
        Self { key, sums: vec![0; plan.sums.len()], sketches }
    }

    /// Adds what another group of the same plan holds.
    pub fn merge(&mut self, other: &Self) {
        for (sum, more) in self.sums.iter_mut().zip(&other.sums) {
            *sum += more;
        }
        for (sketch, more) in self.sketches.iter_mut().zip(&other.sketches) {
            sketch.merge(more);
        }
    }

    /// Whether everything in it is zero.
    pub fn is_nothing(&self) -> bool {
        self.sums.iter().all(|sum| *sum == 0) && self.sketches.iter().all(Sketch::is_empty)
    }
}

/// What an engine answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The groups that have any fact, ascending by key.
    pub groups: Vec<Group>,
    /// Up to which moment of booking all facts are in it.
    pub complete_to: Timestamp,
    /// What was read for it, for people who ask how it came about.
    pub read: Read,
}

/// What an engine read for an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Read {
    /// Facts that were looked at one by one.
    pub facts: u64,
    /// Rows of rollups, each of many facts.
    pub rollup_rows: u64,
}
