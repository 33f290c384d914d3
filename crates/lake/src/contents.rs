//! What a file holds, in numbers: rows, the range of every date, the sum of every measure.
//!
//! The ranges say which files a report need not open; the sums are what the files are verified by; the magnitudes (sums without
//! signs) prove when plain 64-bit addition cannot run over.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array as _, AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use report::{DateBasis, Measure};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The sum of a measure, and its sum without signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Total {
    pub sum: i128,
    pub magnitude: i128,
}

impl Total {
    pub fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.magnitude += other.magnitude;
    }
}

/// As text, because most readers of JSON lose the last digits of numbers beyond 2^53.
impl Serialize for Total {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.sum.to_string(), self.magnitude.to_string()].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Total {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [sum, magnitude] = <[String; 2]>::deserialize(deserializer)?;
        let read = |text: String| text.parse().map_err(D::Error::custom);
        Ok(Self { sum: read(sum)?, magnitude: read(magnitude)? })
    }
}

/// What a file or a part of memory holds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub rows: u64,
    /// First and last moment of each date, in microseconds, by the name of its column; none when no row has it.
    pub moments: BTreeMap<String, [i64; 2]>,
    /// By the name of the measure; without those that are zero in every row.
    pub totals: BTreeMap<String, Total>,
}

impl Contents {
    /// Counts further rows. Columns that the batch does not have are unknown or zero.
    pub fn add(&mut self, batch: &RecordBatch) {
        self.rows += batch.num_rows() as u64;
        for basis in DateBasis::ALL {
            let Some(column) = batch.column_by_name(basis.column()) else { continue };
            let values = column.as_primitive::<TimestampMicrosecondType>();
            let mut range: Option<[i64; 2]> = self.moments.get(basis.column()).copied();
            for value in values.iter().flatten() {
                range = Some(range.map_or([value; 2], |[first, last]| [first.min(value), last.max(value)]));
            }
            if let Some(range) = range {
                self.moments.insert(basis.column().to_owned(), range);
            }
        }
        for measure in Measure::ALL {
            let Some(column) = batch.column_by_name(measure.word()) else { continue };
            let values = column.as_primitive::<Int64Type>();
            let mut total = Total::default();
            let mut add = |value: i64| {
                total.add(Total { sum: value.into(), magnitude: i128::from(value.unsigned_abs()) })
            };
            if values.null_count() == 0 {
                values.values().iter().copied().for_each(&mut add);
            } else {
                values.iter().flatten().for_each(&mut add);
            }
            if total.magnitude != 0 {
                self.totals.entry(measure.word().to_owned()).or_default().add(total);
            }
        }
    }

    pub fn moment(&self, basis: DateBasis) -> Option<[i64; 2]> {
        self.moments.get(basis.column()).copied()
    }

    pub fn total(&self, measure: Measure) -> Total {
        self.totals.get(measure.word()).copied().unwrap_or_default()
    }
}
