//! Which files a plan needs to read, and whether rollups may stand for them.

use datafusion::arrow::array::RecordBatch;
use model::{NetworkId, Timestamp};
use report::{DateBasis, Dimension, Key, Measure, Plan, plan::Read};

use super::condition::first;
use crate::{
    contents::Contents,
    days::Days,
    lake::State,
    manifest::{FactFile, RollupFile},
};

/// A file to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    pub path: String,
    pub bytes: u64,
}

/// What a plan reads.
#[derive(Debug)]
pub(crate) struct Selection {
    pub files: Vec<Part>,
    pub memory: Vec<RecordBatch>,
    pub read: Read,
    /// Sums without signs of all of it.
    magnitudes: Vec<i128>,
}

impl Selection {
    pub fn of(state: &State, plan: &Plan) -> Self {
        Self::with(state, plan, true)
    }

    /// The same for single facts, which no rollup has.
    pub fn of_facts(state: &State, plan: &Plan) -> Self {
        Self::with(state, plan, false)
    }

    fn with(state: &State, plan: &Plan, rollups: bool) -> Self {
        // Nobody knows which visitors are in a sum, so sketches need facts as well.
        let rollups = rollups && plan.sketches.is_empty();
        let mut selection = Self::none();
        let needs = Needs::of(plan);
        for file in state.manifest.networks.get(&plan.network_id).into_iter().flatten() {
            if needs.reads(&file.contents) {
                selection.add_file(file, &needs, rollups);
            }
        }
        for rows in state.tail.of(plan.network_id) {
            if needs.reads(&rows.contents) {
                selection.read.facts += rows.contents.rows;
                selection.add_magnitudes(&rows.contents);
                selection.memory.extend(rows.batches.iter().cloned());
            }
        }
        selection
    }

    /// All facts of a network.
    pub fn everything(state: &State, network: NetworkId) -> Self {
        let mut selection = Self::none();
        for file in state.manifest.networks.get(&network).into_iter().flatten() {
            selection.read.facts += file.contents.rows;
            selection.files.push(Part { path: file.path.clone(), bytes: file.bytes });
        }
        for rows in state.tail.of(network) {
            selection.read.facts += rows.contents.rows;
            selection.memory.extend(rows.batches.iter().cloned());
        }
        selection
    }

    fn none() -> Self {
        let magnitudes = vec![0; Measure::ALL.len()];
        Self { files: Vec::new(), memory: Vec::new(), read: Read::default(), magnitudes }
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.memory.is_empty()
    }

    /// The most that any sum over a subset of the selection can be, in either direction.
    pub fn magnitude(&self, measure: Measure) -> i128 {
        self.magnitudes[measure.index()]
    }

    fn add_file(&mut self, file: &FactFile, needs: &Needs<'_>, rollups: bool) {
        self.add_magnitudes(&file.contents);
        let fitting = file.rollups.iter().filter(|rollup| rollups && needs.allows(rollup, &file.contents));
        if let Some(rollup) = fitting.min_by_key(|rollup| rollup.rows) {
            self.read.rollup_rows += rollup.rows;
            self.files.push(Part { path: rollup.path.clone(), bytes: rollup.bytes });
        } else {
            self.read.facts += file.contents.rows;
            self.files.push(Part { path: file.path.clone(), bytes: file.bytes });
        }
    }

    fn add_magnitudes(&mut self, contents: &Contents) {
        for measure in Measure::ALL {
            self.magnitudes[measure.index()] += contents.total(*measure).magnitude;
        }
    }
}

/// What a plan needs of a file.
struct Needs<'a> {
    plan: &'a Plan,
    first: Timestamp,
    dimensions: Vec<Dimension>,
    /// Every moment that the date of the plan is compared with.
    bounds: Vec<Timestamp>,
}

impl<'a> Needs<'a> {
    fn of(plan: &'a Plan) -> Self {
        let dimensions = plan.dimensions().into_iter().map(Dimension::told_by).collect();
        let mut bounds = vec![plan.from, plan.to];
        for key in &plan.keys {
            if let Key::Period(beginnings) = key {
                bounds.extend(beginnings);
            }
        }
        bounds.sort_unstable();
        bounds.dedup();
        Self { plan, first: first(plan), dimensions, bounds }
    }

    /// Whether any row of it can count.
    fn reads(&self, contents: &Contents) -> bool {
        let in_range = contents
            .moment(self.plan.basis)
            .is_some_and(|[begin, end]| begin < self.plan.to.as_micros() && end >= self.first.as_micros());
        let booked = contents
            .moment(DateBasis::Booking)
            .is_some_and(|[begin, _]| self.plan.as_of.is_none_or(|as_of| begin < as_of.as_micros()));
        in_range && booked
    }

    /// Whether the rollup gives the same as the facts of its file. A bound must be the beginning of a day only where rows of the
    /// rollup or facts lie on both of its sides; so a report up to this minute, too, reads the rollups of the days before.
    fn allows(&self, rollup: &RollupFile, contents: &Contents) -> bool {
        let mut days = Days::new(rollup.zone.clone());
        let mut fit = |basis: DateBasis, bounds: &[Timestamp]| {
            let Some([begin, end]) = contents.moment(basis) else { return true };
            let begin = days.beginning(begin);
            let mut bounds = bounds.iter().map(|at| at.as_micros());
            bounds.all(|at| at <= begin || end < at || days.beginning(at) == at)
        };
        self.dimensions.iter().all(|dimension| rollup.dimensions.contains(dimension))
            && fit(DateBasis::Booking, self.plan.as_of.as_slice())
            && fit(self.plan.basis, &self.bounds)
    }
}
