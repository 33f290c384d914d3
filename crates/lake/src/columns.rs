//! The columns of fact files, made from the registries of `report`: a new dimension or measure appears by itself.
//!
//! All columns may be missing in a file, and are unknown or zero then, so files that were written before a column
//! existed stay readable as they are.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringViewBuilder, TimestampMicrosecondArray},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    error::ArrowError,
};
use report::{DateBasis, Dimension, Fact, Measure};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ColumnType {
    /// A moment: Parquet `TIMESTAMP(MICROS, UTC)`.
    Moment,
    /// Text: Parquet `STRING`, written with a dictionary.
    Text,
    /// A sum: Parquet `INT64`.
    Measure,
}

impl ColumnType {
    /// The type as Parquet's documents write it.
    pub const fn parquet(self) -> &'static str {
        match self {
            Self::Moment => "TIMESTAMP(MICROS, UTC)",
            Self::Text => "STRING",
            Self::Measure => "INT64",
        }
    }

    pub(crate) fn arrow(self) -> DataType {
        match self {
            Self::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Text => DataType::Utf8View,
            Self::Measure => DataType::Int64,
        }
    }
}

/// A column of fact files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnType,
    /// What it means.
    pub description: &'static str,
}

/// Every column, in the order of the files.
pub static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let text = |name, description| Column { name, kind: ColumnType::Text, description };
    let moment = |basis: &DateBasis| {
        let description = match basis {
            DateBasis::Click => "When the touch was that earned it; the conversion itself where none did.",
            DateBasis::Conversion => "When the conversion was received.",
            DateBasis::Approval => "When it was approved; empty before that.",
            DateBasis::Payment => "When it was paid out; empty before that.",
            DateBasis::Booking => "When the row was booked; its UTC day is the folder.",
        };
        Column { name: basis.column(), kind: ColumnType::Moment, description }
    };
    let dimension = |of: Dimension| text(of.word(), of.description());
    let measure =
        |of: &Measure| Column { name: of.word(), kind: ColumnType::Measure, description: of.description() };
    let mut columns = vec![text(
        KIND,
        "What the row tells of: `touch`, `conversion`, `bonus`, `referral`, `spend`, `own_result`.",
    )];
    columns.extend(DateBasis::ALL.iter().map(moment));
    columns.push(text(TOUCH, "The touch."));
    columns.push(text(CONVERSION, "The conversion."));
    columns.push(text(VISITOR, "The browser, where it may be remembered."));
    columns.extend(Dimension::of_facts().map(dimension));
    columns.extend(Measure::ALL.iter().map(measure));
    columns
});

pub(crate) const KIND: &str = "kind";
pub(crate) const TOUCH: &str = "touch_id";
const CONVERSION: &str = "conversion_id";
pub(crate) const VISITOR: &str = "visitor_id";
/// Columns of ids, in which few values come twice.
pub(crate) const IDS: [&str; 3] = [TOUCH, CONVERSION, VISITOR];

/// [`COLUMNS`] in the words of Arrow.
pub(crate) static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let field = |column: &Column| Field::new(column.name, column.kind.arrow(), true);
    Arc::new(Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>()))
});

/// Moments as an array of a column.
pub(crate) fn moments(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

/// Facts as rows of [`SCHEMA`].
pub(crate) fn batch_of(facts: &[&Fact]) -> Result<RecordBatch, ArrowError> {
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(COLUMNS.len());
    columns.push(texts(facts, |fact, builder| builder.append_value(fact.kind.word())));
    for basis in DateBasis::ALL {
        columns.push(moments(facts.iter().map(|fact| fact.moment(basis).map(|at| at.as_micros()))));
    }
    columns.push(texts(facts, |fact, builder| append_id(builder, fact.touch_id.as_ref())));
    columns.push(texts(facts, |fact, builder| append_id(builder, fact.conversion_id.as_ref())));
    columns.push(texts(facts, |fact, builder| append_id(builder, fact.visitor_id.as_ref())));
    for dimension in Dimension::of_facts() {
        columns.push(texts(facts, |fact, builder| builder.append_option(fact.dimension(dimension))));
    }
    for measure in Measure::ALL {
        let values: Int64Array = facts.iter().map(|fact| fact.measure(*measure)).collect();
        columns.push(Arc::new(values));
    }
    RecordBatch::try_new(SCHEMA.clone(), columns)
}

fn texts(facts: &[&Fact], append: impl Fn(&Fact, &mut StringViewBuilder)) -> ArrayRef {
    let mut builder = StringViewBuilder::with_capacity(facts.len()).with_deduplicate_strings();
    for fact in facts {
        append(fact, &mut builder);
    }
    Arc::new(builder.finish())
}

fn append_id(builder: &mut StringViewBuilder, id: Option<&impl ToString>) {
    builder.append_option(id.map(ToString::to_string));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice() {
        let names: std::collections::BTreeSet<_> = COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), COLUMNS.len());
        for folder in ["network", "day"] {
            assert!(!names.contains(folder), "{folder} is a folder");
        }
    }
}
