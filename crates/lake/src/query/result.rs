//! Batches of sums as groups of an answer.

use std::sync::Arc;

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray as _, RecordBatch},
    compute::cast,
    datatypes::{DataType, Decimal128Type, Int64Type, UInt32Type},
};
use report::{Key, KeyValue, Plan, plan::Group};

use super::{Addition, COUNT, Shape, key_name, sketch_name, sketches, sum_name};
use crate::LakeError;

/// Adds the groups of a batch.
pub(super) fn read_groups(
    batch: &RecordBatch,
    plan: &Plan,
    shape: &Shape,
    groups: &mut Vec<Group>,
) -> Result<(), LakeError> {
    let mut rows: Vec<Group> = (0..batch.num_rows())
        .map(|_| Group {
            key: Vec::with_capacity(plan.keys.len()),
            sums: Vec::with_capacity(plan.sums.len()),
            sketches: Vec::with_capacity(plan.sketches.len()),
        })
        .collect();
    for key in &plan.keys {
        let place = shape.keys.iter().position(|other| other == key).unwrap_or(0);
        for (row, value) in rows.iter_mut().zip(key_values(key, &column(batch, &key_name(place))?)?) {
            row.key.push(value);
        }
    }
    for sum in &plan.sums {
        let place = shape.sums.iter().position(|other| other.sum == *sum).unwrap_or(0);
        let values = match shape.sums[place].how {
            Addition::Zero => vec![0; batch.num_rows()],
            _ => sums(&column(batch, &sum_name(place))?)?,
        };
        for (row, value) in rows.iter_mut().zip(values) {
            row.sums.push(value);
        }
    }
    for (place, of) in plan.sketches.iter().enumerate() {
        let states = column(batch, &sketch_name(place))?;
        for (row, sketch) in rows.iter_mut().zip(sketches::read(of, &states)) {
            row.sketches.push(sketch);
        }
    }
    if plan.keys.is_empty() && sums(&column(batch, COUNT)?)? == [0] {
        return Ok(());
    }
    groups.append(&mut rows);
    Ok(())
}

fn column(batch: &RecordBatch, name: &str) -> Result<ArrayRef, LakeError> {
    let found = batch.column_by_name(name).cloned();
    found.ok_or_else(|| LakeError::Engine(format!("the engine gave no column {name}")))
}

fn key_values(key: &Key, column: &ArrayRef) -> Result<Vec<KeyValue>, LakeError> {
    Ok(match key {
        Key::Dimension(_) => {
            let texts = cast(column, &DataType::Utf8View)?;
            texts.as_string_view().iter().map(|text| KeyValue::Text(text.map(Arc::from))).collect()
        }
        Key::Period(_) => column
            .as_primitive::<UInt32Type>()
            .values()
            .iter()
            .map(|place| KeyValue::Period(*place))
            .collect(),
    })
}

/// Sums of either width; of no row the sum is zero.
fn sums(column: &ArrayRef) -> Result<Vec<i128>, LakeError> {
    match column.data_type() {
        DataType::Int64 => {
            let values = column.as_primitive::<Int64Type>().iter();
            Ok(values.map(|value| value.unwrap_or(0).into()).collect())
        }
        DataType::Decimal128(_, 0) => {
            let values = column.as_primitive::<Decimal128Type>().iter();
            Ok(values.map(|value| value.unwrap_or(0)).collect())
        }
        other => Err(LakeError::Engine(format!("the engine gave a sum as {other}"))),
    }
}
