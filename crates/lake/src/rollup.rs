//! Rollups: facts of a file added up by some dimensions and by the day of each date.
//!
//! A row of a rollup is a coarse fact: its moments are beginnings of days in the network's zone, the other dimensions are
//! missing, its measures are sums. So a report reads rollups and facts in the same way, and both give the same answer where
//! the report asks for nothing that the rollup does not have. A new rollup is one line in [`ROLLUPS`].

use std::{collections::HashMap, sync::Arc};

use datafusion::arrow::{
    array::{ArrayRef, AsArray as _, Int64Array, RecordBatch},
    datatypes::{Field, Int64Type, Schema, SchemaRef, TimestampMicrosecondType},
    row::{RowConverter, SortField},
};
use model::calendar::Zone;
use report::{DateBasis, Dimension, Measure};
use rustc_hash::FxBuildHasher;
use sha2::{Digest as _, Sha256};

use crate::{
    LakeError,
    columns::{SCHEMA, moments},
    days::Days,
};

/// Sums by these dimensions and by the day of each date.
pub(crate) struct Rollup {
    pub name: &'static str,
    pub dimensions: &'static [Dimension],
}

use Dimension as D;

/// Every rollup. A report takes the one with the fewest rows of those that have all that it needs.
pub(crate) const ROLLUPS: &[Rollup] = &[
    Rollup {
        name: "programs",
        dimensions: &[
            D::Program,
            D::Advertiser,
            D::Channel,
            D::Action,
            D::ActionKind,
            D::State,
            D::Code,
            D::TouchKind,
            D::Intake,
            D::Customer,
            D::Currency,
            D::OrderCurrency,
        ],
    },
    Rollup {
        name: "publishers",
        dimensions: &[
            D::Publisher,
            D::Channel,
            D::Action,
            D::ActionKind,
            D::State,
            D::Code,
            D::TouchKind,
            D::Customer,
            D::Currency,
            D::OrderCurrency,
        ],
    },
    Rollup {
        name: "parties",
        dimensions: &[
            D::Program,
            D::Advertiser,
            D::Publisher,
            D::Channel,
            D::Action,
            D::ActionKind,
            D::State,
            D::Code,
            D::TouchKind,
            D::Customer,
            D::Currency,
            D::OrderCurrency,
        ],
    },
    Rollup {
        name: "audience",
        dimensions: &[
            D::Program,
            D::Advertiser,
            D::Channel,
            D::ActionKind,
            D::State,
            D::TouchKind,
            D::Customer,
            D::Country,
            D::Device,
            D::Currency,
            D::OrderCurrency,
        ],
    },
    Rollup {
        name: "sources",
        dimensions: &[
            D::Publisher,
            D::Source,
            D::Sub1,
            D::Channel,
            D::ActionKind,
            D::State,
            D::TouchKind,
            D::Currency,
            D::OrderCurrency,
        ],
    },
];

/// Tells apart what [`ROLLUPS`] said when rollups were made.
pub(crate) fn definitions() -> String {
    let mut digest = Sha256::new();
    for rollup in ROLLUPS {
        digest.update(rollup.name);
        for dimension in rollup.dimensions {
            digest.update([b',']);
            digest.update(dimension.word());
        }
        digest.update([b';']);
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Adds facts up.
pub(crate) struct Adder {
    rollup: &'static Rollup,
    days: Vec<Days>,
    keys: RowConverter,
    places: HashMap<Box<[u8]>, usize, FxBuildHasher>,
    sums: Vec<Vec<i64>>,
    /// A sum that ran over 64 bits: then there is no such rollup.
    overrun: bool,
    most: u64,
}

impl Adder {
    /// For a rollup of `most` rows at the most.
    pub fn new(rollup: &'static Rollup, zone: &Zone, most: u64) -> Result<Self, LakeError> {
        let text = |_: &Dimension| SortField::new(datafusion::arrow::datatypes::DataType::Utf8View);
        let moment =
            |basis: DateBasis| SCHEMA.field_with_name(basis.column()).map(|field| field.data_type().clone());
        let mut fields: Vec<SortField> = rollup.dimensions.iter().map(text).collect();
        for basis in DateBasis::ALL {
            fields.push(SortField::new(moment(basis)?));
        }
        Ok(Self {
            rollup,
            days: DateBasis::ALL.iter().map(|_| Days::new(zone.clone())).collect(),
            keys: RowConverter::new(fields)?,
            places: HashMap::default(),
            sums: Measure::ALL.iter().map(|_| Vec::new()).collect(),
            overrun: false,
            most,
        })
    }

    /// The columns that it needs, of facts and in its own rows.
    pub fn schema(rollup: &Rollup) -> SchemaRef {
        let names = rollup.dimensions.iter().map(|dimension| dimension.word());
        let names = names.chain(DateBasis::ALL.iter().map(|basis| basis.column()));
        let names = names.chain(Measure::ALL.iter().map(|measure| measure.word()));
        let fields: Vec<Field> =
            names.filter_map(|name| SCHEMA.field_with_name(name).ok().cloned()).collect();
        Arc::new(Schema::new(fields))
    }

    /// Whether nothing will come of it.
    pub fn is_hopeless(&self) -> bool {
        self.overrun || self.places.len() as u64 > self.most
    }

    /// Adds facts that have the columns of [`Self::schema`].
    pub fn add(&mut self, facts: &RecordBatch) -> Result<(), LakeError> {
        let (dimensions, rest) = facts.columns().split_at(self.rollup.dimensions.len());
        let (dates, measures) = rest.split_at(DateBasis::ALL.len());
        let mut keys: Vec<ArrayRef> = dimensions.to_vec();
        for (column, days) in dates.iter().zip(&mut self.days) {
            let values = column.as_primitive::<TimestampMicrosecondType>();
            keys.push(moments(values.iter().map(|at| at.map(|at| days.beginning(at)))));
        }
        let keys = self.keys.convert_columns(&keys)?;
        let mut places = Vec::with_capacity(facts.num_rows());
        for key in &keys {
            let next = self.places.len();
            places.push(match self.places.get(key.as_ref()) {
                Some(place) => *place,
                None => *self.places.entry(key.as_ref().into()).or_insert(next),
            });
        }
        for (column, sums) in measures.iter().zip(&mut self.sums) {
            sums.resize(self.places.len(), 0);
            let values = column.as_primitive::<Int64Type>();
            for (value, place) in values.iter().zip(&places) {
                let (sum, over) = sums[*place].overflowing_add(value.unwrap_or(0));
                sums[*place] = sum;
                self.overrun |= over;
            }
        }
        Ok(())
    }

    /// Its rows in the order of their keys; none when it is not worth it.
    pub fn finish(self) -> Result<Option<RecordBatch>, LakeError> {
        if self.is_hopeless() {
            return Ok(None);
        }
        let mut groups: Vec<(Box<[u8]>, usize)> = self.places.into_iter().collect();
        groups.sort_unstable();
        let parser = self.keys.parser();
        let mut columns = self.keys.convert_rows(groups.iter().map(|(key, _)| parser.parse(key)))?;
        for sums in &self.sums {
            let values: Int64Array = groups.iter().map(|(_, place)| sums[*place]).collect();
            columns.push(Arc::new(values));
        }
        Ok(Some(RecordBatch::try_new(Self::schema(self.rollup), columns)?))
    }
}

/// Adds up a whole file; none when it comes to more than `most` rows.
pub(crate) fn roll_up(
    rollup: &'static Rollup,
    zone: &Zone,
    most: u64,
    batches: impl Iterator<Item = Result<RecordBatch, LakeError>>,
) -> Result<Option<RecordBatch>, LakeError> {
    let mut adder = Adder::new(rollup, zone, most)?;
    for batch in batches {
        adder.add(&batch?)?;
        if adder.is_hopeless() {
            return Ok(None);
        }
    }
    adder.finish()
}
