//! Rows as text, as many as are wanted.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::RecordBatch,
        datatypes::DataType,
        util::display::{ArrayFormatter, FormatOptions},
    },
    dataframe::DataFrame,
};
use futures::StreamExt as _;
use model::Timestamp;
use report::sql::{Kind, Rows};

use super::{refuse, wrong};
use crate::LakeError;

/// Most bytes of an answer.
const BYTES_MAX: usize = 32 * 1024 * 1024;

/// Runs it and keeps so many rows; one more than wanted tells that there are more.
pub(super) async fn collected(
    rows: DataFrame,
    wanted: usize,
    complete_to: Timestamp,
) -> Result<Rows, LakeError> {
    let fields = rows.schema().fields().clone();
    let columns = fields.iter().map(|field| (field.name().clone(), kind(field.data_type()))).collect();
    let mut answer = Rows { columns, rows: Vec::new(), more: false, complete_to };
    let mut bytes = 0;
    let mut stream = rows.execute_stream().await.map_err(wrong)?;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(wrong)?;
        bytes += read(&batch, &mut answer.rows)?;
        if bytes > BYTES_MAX {
            return Err(refuse(format!(
                "the answer has more than {BYTES_MAX} bytes; choose fewer rows or columns"
            )));
        }
    }
    answer.more = answer.rows.len() > wanted;
    answer.rows.truncate(wanted);
    Ok(answer)
}

fn read(batch: &RecordBatch, rows: &mut Vec<Vec<Option<String>>>) -> Result<usize, LakeError> {
    let options = FormatOptions::new().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.6f%:z"));
    let mut formatters = Vec::with_capacity(batch.num_columns());
    for column in batch.columns() {
        formatters.push((Arc::clone(column), ArrayFormatter::try_new(column.as_ref(), &options)?));
    }
    let mut bytes = 0;
    for row in 0..batch.num_rows() {
        let mut cells = Vec::with_capacity(formatters.len());
        for (column, formatter) in &formatters {
            let cell = (!column.is_null(row)).then(|| formatter.value(row).to_string());
            bytes += cell.as_ref().map_or(0, String::len) + size_of::<Option<String>>();
            cells.push(cell);
        }
        rows.push(cells);
    }
    Ok(bytes)
}

fn kind(of: &DataType) -> Kind {
    match of {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::Text,
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => Kind::Decimal,
        DataType::Boolean => Kind::Boolean,
        DataType::Timestamp(..) => Kind::Moment,
        one if one.is_integer() => Kind::Integer,
        one if one.is_floating() => Kind::Real,
        _ => Kind::Other,
    }
}
