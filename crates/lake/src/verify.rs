//! Reading everything again and comparing it with what the manifest says.

use std::sync::Arc;

use datafusion::arrow::{
    array::{AsArray as _, RecordBatch},
    compute::concat_batches,
    datatypes::TimestampMicrosecondType,
};
use model::{Day, Timestamp};
use report::{DateBasis, Measure};

use crate::{
    LakeError,
    columns::SCHEMA,
    contents::Contents,
    encode::decode,
    lake::Inner,
    manifest::{FactFile, RollupFile},
    rollup::{Adder, ROLLUPS, roll_up},
};

/// Something in the lake that is not as it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

impl Inner {
    pub async fn verify(&self) -> Result<Vec<Finding>, LakeError> {
        let manifest = Arc::clone(&self.state.read().manifest);
        let mut findings = Vec::new();
        for file in manifest.networks.values().flatten() {
            if let Err(problem) = self.verify_facts(file).await {
                findings.push(Finding { path: file.path.clone(), problem });
                continue;
            }
            for rollup in &file.rollups {
                if let Err(problem) = self.verify_rollup(file, rollup).await {
                    findings.push(Finding { path: rollup.path.clone(), problem });
                }
            }
        }
        Ok(findings)
    }

    async fn verify_facts(&self, file: &FactFile) -> Result<(), String> {
        let bytes = self.storage.read(&file.path).await.map_err(text)?;
        if bytes.len() as u64 != file.bytes {
            return Err(format!("it has {} bytes, the manifest says {}", bytes.len(), file.bytes));
        }
        let mut contents = Contents::default();
        for batch in decode(bytes, &SCHEMA).map_err(text)? {
            let batch = batch.map_err(text)?;
            contents.add(&batch);
            if let Some(day) = strange_day(&batch, file.day) {
                return Err(format!("it holds a fact of {day}"));
            }
        }
        compare(&contents, &file.contents, "the manifest says")
    }

    async fn verify_rollup(&self, file: &FactFile, rollup: &RollupFile) -> Result<(), String> {
        let bytes = self.storage.read(&rollup.path).await.map_err(text)?;
        let mut contents = Contents::default();
        let mut batches = Vec::new();
        for batch in decode(bytes.clone(), &SCHEMA).map_err(text)? {
            let batch = batch.map_err(text)?;
            contents.add(&batch);
            batches.push(batch);
        }
        if contents.rows != rollup.rows {
            return Err(format!("it has {} rows, the manifest says {}", contents.rows, rollup.rows));
        }
        for measure in Measure::ALL {
            let (here, there) = (contents.total(*measure).sum, file.contents.total(*measure).sum);
            if here != there {
                return Err(format!("{measure} comes to {here}, in its facts to {there}"));
            }
        }
        // By groups too, as long as it is the rollup that this version makes.
        let known = ROLLUPS.iter().find(|known| known.name == rollup.name);
        let Some(known) = known.filter(|known| known.dimensions == rollup.dimensions) else { return Ok(()) };
        let facts = self.storage.read(&file.path).await.map_err(text)?;
        let schema = Adder::schema(known);
        let again = roll_up(known, &rollup.zone, u64::MAX, decode(facts, &schema).map_err(text)?);
        let read: Result<Vec<RecordBatch>, LakeError> = decode(bytes, &schema).map_err(text)?.collect();
        let read = concat_batches(&schema, &read.map_err(text)?).map_err(text)?;
        if again.map_err(text)?.as_ref() == Some(&read) {
            Ok(())
        } else {
            Err("it is not what its facts add up to".to_owned())
        }
    }
}

fn compare(here: &Contents, there: &Contents, who: &str) -> Result<(), String> {
    if here.rows != there.rows {
        return Err(format!("it has {} facts, {who} {}", here.rows, there.rows));
    }
    for measure in Measure::ALL {
        let (here, there) = (here.total(*measure).sum, there.total(*measure).sum);
        if here != there {
            return Err(format!("{measure} comes to {here}, {who} {there}"));
        }
    }
    if here == there { Ok(()) } else { Err(format!("its moments are not those that {who}")) }
}

fn strange_day(batch: &RecordBatch, day: Day) -> Option<Day> {
    let booked = batch.column_by_name(DateBasis::Booking.column())?;
    let booked = booked.as_primitive::<TimestampMicrosecondType>().iter().flatten();
    booked.map(|at| Day::of(Timestamp::from_micros(at))).find(|found| *found != day)
}

fn text(error: impl Into<LakeError>) -> String {
    let error: LakeError = error.into();
    error.to_string()
}
