//! Old touches without what is of one visitor alone.
//!
//! Reports over years need what touches add up to, and nobody needs to know for years which browser clicked at which second. So when a
//! network says after how many days, the rows of touches that moved no money lose their ids and keep the quarter of an hour only, and rows
//! that are alike then become one with their sums. Whatever is added up stays the same to the last unit: by every dimension, in every
//! zone (since 1973 all are whole quarters away from UTC), by every period from the hour up. Rows with money, and those of conversions, stay as they are.
//!
//! A file is thinned once, by itself: the new one takes its place in one manifest, as a merged one does. Its rollups stay. Files are
//! sorted by publisher and moment of booking, so rows that can become one lie close together and little is held in memory.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use bytes::Bytes;
use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray as _, Int64Array, RecordBatch, StringViewArray},
    datatypes::{Int64Type, TimestampMicrosecondType},
    row::{RowConverter, SortField},
};
use model::{Day, NetworkId, time::SECOND_US};
use report::{DateBasis, FactKind, Measure, measure::In};
use rustc_hash::FxBuildHasher;

use crate::{
    LakeError,
    columns::{IDS, KIND, SCHEMA, moments},
    contents::Contents,
    encode::{Encoder, ORDER, decode, sorted},
    lake::Inner,
    manifest::FactFile,
};

/// To what the moments of touches are rounded down.
const QUARTER_US: i64 = 900 * SECOND_US;
/// 1973, since when every zone is whole quarters away from UTC.
const QUARTERS_SINCE_US: i64 = 94_694_400 * SECOND_US;
/// Groups that are held before they are written.
const GROUPS: usize = 50_000;

/// What was thinned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Thinned {
    /// Files.
    pub files: usize,
    /// Their rows before.
    pub rows_before: u64,
    /// Their rows since.
    pub rows: u64,
}

impl Inner {
    /// Thins the files of days before these.
    pub async fn thin(&self, before: &BTreeMap<NetworkId, Day>) -> Result<Thinned, LakeError> {
        let _only_one = self.compacting.lock().await;
        let mut thinned = Thinned::default();
        let manifest = self.known_manifest().await?;
        for (network, files) in &manifest.networks {
            let Some(before) = before.get(network) else { continue };
            for file in files.iter().filter(|file| file.day < *before && !file.thinned) {
                self.thin_file(*network, file, &mut thinned).await?;
            }
        }
        Ok(thinned)
    }

    async fn thin_file(
        &self,
        network: NetworkId,
        file: &FactFile,
        thinned: &mut Thinned,
    ) -> Result<(), LakeError> {
        let mut thinner = Thinner::new()?;
        for batch in decode(self.storage.read(&file.path).await?, &SCHEMA)? {
            thinner.take(&batch?)?;
        }
        let mut new = FactFile { thinned: true, ..file.clone() };
        // Sums beyond 64 bits cannot be written as one row; such a file stays as it is.
        if let Some((bytes, contents)) = thinner.finish()? {
            if Measure::ALL
                .iter()
                .any(|measure| contents.total(*measure).sum != file.contents.total(*measure).sum)
            {
                return Err(LakeError::damaged(
                    &file.path,
                    &"it adds up to other sums than the manifest says",
                ));
            }
            thinned.rows_before += file.contents.rows;
            thinned.rows += contents.rows;
            let number = self.state.read().manifest.number + 1;
            let folder = format!("facts/network={network}/day={}", file.day);
            (new.path, new.bytes) = self.write_file(&folder, number, bytes).await?;
            new.contents = contents;
        }
        self.replace(network, |files| match files.iter_mut().find(|now| now.path == file.path) {
            Some(now) => {
                *now = new;
                true
            }
            None => false,
        })
        .await?;
        thinned.files += 1;
        Ok(())
    }
}

/// Rounds and adds up the rows of a file as they come.
struct Thinner {
    keys: RowConverter,
    /// Columns that are no measures; they come first.
    key_columns: usize,
    groups: HashMap<Box<[u8]>, usize, FxBuildHasher>,
    sums: Vec<Vec<i64>>,
    /// Publisher and quarter of the last row.
    last: Option<(Option<String>, i64)>,
    encoder: Encoder,
    overrun: bool,
}

impl Thinner {
    fn new() -> Result<Self, LakeError> {
        let key_columns = SCHEMA.fields().len() - Measure::ALL.len();
        let fields = SCHEMA.fields().iter().take(key_columns);
        let fields = fields.map(|field| SortField::new(field.data_type().clone())).collect();
        Ok(Self {
            keys: RowConverter::new(fields)?,
            key_columns,
            groups: HashMap::default(),
            sums: vec![Vec::new(); Measure::ALL.len()],
            last: None,
            encoder: Encoder::of_facts()?,
            overrun: false,
        })
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let thin = thin_rows(batch);
        let columns = SCHEMA.fields().iter().take(self.key_columns).enumerate();
        let columns: Vec<ArrayRef> =
            columns.map(|(place, field)| without_detail(field.name(), batch.column(place), &thin)).collect();
        let keys = self.keys.convert_columns(&columns)?;
        let [publishers, booked] = ORDER.map(|name| SCHEMA.index_of(name));
        let (publishers, booked) = (batch.column(publishers?).as_string_view(), batch.column(booked?));
        let booked = booked.as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            let publisher = (!publishers.is_null(row)).then(|| publishers.value(row));
            let here = (publisher, booked.value(row).div_euclid(QUARTER_US));
            let is_new = self.last.as_ref().is_none_or(|(last, quarter)| (last.as_deref(), *quarter) != here);
            if is_new {
                if self.groups.len() >= GROUPS {
                    self.write()?;
                }
                self.last = Some((publisher.map(str::to_owned), here.1));
            }
            let next = self.groups.len();
            let key = keys.row(row);
            let place = match self.groups.get(key.as_ref()) {
                Some(place) => *place,
                None => *self.groups.entry(key.as_ref().into()).or_insert(next),
            };
            for (measure, sums) in batch.columns()[self.key_columns..].iter().zip(&mut self.sums) {
                if place == sums.len() {
                    sums.push(0);
                }
                let measure = measure.as_primitive::<Int64Type>();
                let value = if measure.is_null(row) { 0 } else { measure.value(row) };
                let (sum, over) = sums[place].overflowing_add(value);
                sums[place] = sum;
                self.overrun |= over;
            }
        }
        Ok(())
    }

    /// Writes what is held.
    fn write(&mut self) -> Result<(), LakeError> {
        let groups = std::mem::take(&mut self.groups);
        let mut sums = std::mem::replace(&mut self.sums, vec![Vec::new(); Measure::ALL.len()]);
        let mut groups: Vec<(Box<[u8]>, usize)> = groups.into_iter().collect();
        groups.sort_unstable();
        let parser = self.keys.parser();
        let mut columns = self.keys.convert_rows(groups.iter().map(|(key, _)| parser.parse(key)))?;
        for sums in &mut sums {
            let values: Int64Array = groups.iter().map(|(_, place)| sums[*place]).collect();
            columns.push(Arc::new(values));
        }
        self.encoder.write(&sorted(&RecordBatch::try_new(SCHEMA.clone(), columns)?)?)
    }

    /// The new file; none when a sum ran over 64 bits.
    fn finish(mut self) -> Result<Option<(Bytes, Contents)>, LakeError> {
        if self.overrun {
            return Ok(None);
        }
        self.write()?;
        self.encoder.finish().map(Some)
    }
}

/// Which rows lose their details: touches that moved no money.
fn thin_rows(batch: &RecordBatch) -> Vec<bool> {
    let touch = FactKind::Touch.word();
    let mut thin: Vec<bool> = match batch.column_by_name(KIND) {
        Some(kinds) => kinds.as_string_view().iter().map(|kind| kind == Some(touch)).collect(),
        None => vec![false; batch.num_rows()],
    };
    for basis in DateBasis::ALL {
        let Some(column) = batch.column_by_name(basis.column()) else { continue };
        for (thin, at) in thin.iter_mut().zip(column.as_primitive::<TimestampMicrosecondType>()) {
            *thin &= at.is_none_or(|at| at >= QUARTERS_SINCE_US);
        }
    }
    for measure in Measure::ALL.iter().filter(|measure| measure.currency() != In::Pieces) {
        let Some(column) = batch.column_by_name(measure.word()) else { continue };
        for (thin, value) in thin.iter_mut().zip(column.as_primitive::<Int64Type>()) {
            *thin &= value.unwrap_or(0) == 0;
        }
    }
    thin
}

/// A column as it is kept.
fn without_detail(name: &str, column: &ArrayRef, thin: &[bool]) -> ArrayRef {
    if IDS.contains(&name) {
        let ids = column.as_string_view().iter().zip(thin);
        let kept: StringViewArray = ids.map(|(id, thin)| id.filter(|_| !thin)).collect();
        return Arc::new(kept);
    }
    if DateBasis::ALL.iter().any(|basis| basis.column() == name) {
        let rounded = |at: i64, thin: bool| if thin { at - at.rem_euclid(QUARTER_US) } else { at };
        let values = column.as_primitive::<TimestampMicrosecondType>().iter().zip(thin);
        return moments(values.map(|(at, thin)| at.map(|at| rounded(at, *thin))));
    }
    Arc::clone(column)
}
