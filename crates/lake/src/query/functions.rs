//! What DataFusion does not have: periods of a calendar, and texts compared as filters say.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array as _, AsArray as _, BooleanArray, StringViewArray, UInt32Array},
        datatypes::{DataType, TimestampMicrosecondType},
    },
    error::DataFusionError,
    logical_expr::{
        ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
    },
};
use model::Timestamp;
use report::plan::Serving;
use rustc_hash::FxHashMap;

use crate::columns::ColumnType;

/// The place of the period that holds a moment.
pub(super) fn period(beginnings: &[Timestamp], at: Expr) -> Expr {
    let beginnings = beginnings.iter().map(|at| at.as_micros()).collect();
    let signature = Signature::exact(vec![ColumnType::Moment.arrow()], Volatility::Immutable);
    ScalarUDF::from(Period { beginnings, signature }).call(vec![at])
}

/// Whether a text holds this; upper and lower case are one. An unknown text does not.
pub(super) fn contains(part: &str, text: Expr) -> Expr {
    Holds::call(part, false, text)
}

/// Whether a text begins with this; upper and lower case are one. An unknown text does not.
pub(super) fn begins_with(part: &str, text: Expr) -> Expr {
    Holds::call(part, true, text)
}

/// The manager of a publisher.
pub(super) fn manager(serving: &Serving, publisher: Expr) -> Expr {
    let pairs =
        serving.pairs().map(|(publisher, manager)| (publisher.to_owned(), manager.to_owned())).collect();
    let signature = Signature::exact(vec![ColumnType::Text.arrow()], Volatility::Immutable);
    ScalarUDF::from(Manager { pairs, signature }).call(vec![publisher])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Manager {
    pairs: BTreeMap<String, String>,
    signature: Signature,
}

impl ScalarUDFImpl for Manager {
    fn name(&self) -> &str {
        "manager_of"
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(ColumnType::Text.arrow())
    }
    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let [publishers] = ColumnarValue::values_to_arrays(&arguments.args)?.try_into().map_err(wrong)?;
        // Rows of one publisher lie together.
        let mut last: Option<(&str, Option<&str>)> = None;
        let publishers = publishers.as_string_view();
        let managers: StringViewArray = publishers
            .iter()
            .map(|publisher| {
                let publisher = publisher?;
                match last {
                    Some((known, manager)) if known == publisher => manager,
                    _ => {
                        let manager = self.pairs.get(publisher).map(String::as_str);
                        last = Some((publisher, manager));
                        manager
                    }
                }
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(managers)))
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Period {
    /// Ascending, in microseconds.
    beginnings: Vec<i64>,
    signature: Signature,
}

impl Period {
    fn place(&self, at: i64) -> Option<u32> {
        let after = self.beginnings.partition_point(|beginning| *beginning <= at);
        after.checked_sub(1).and_then(|place| u32::try_from(place).ok())
    }
}

impl ScalarUDFImpl for Period {
    fn name(&self) -> &str {
        "period"
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::UInt32)
    }
    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let [moments] = ColumnarValue::values_to_arrays(&arguments.args)?.try_into().map_err(wrong)?;
        let moments = moments.as_primitive::<TimestampMicrosecondType>();
        // Most rows lie in the period of the row before.
        let mut last: Option<(i64, i64, u32)> = None;
        let mut find = |at: i64| {
            if let Some((begin, end, place)) = last
                && begin <= at
                && at < end
            {
                return Some(place);
            }
            let place = self.place(at)?;
            let begin = self.beginnings.get(place as usize).copied()?;
            let end = self.beginnings.get(place as usize + 1).copied().unwrap_or(i64::MAX);
            last = Some((begin, end, place));
            Some(place)
        };
        let places: UInt32Array = moments.iter().map(|at| find(at?)).collect();
        Ok(ColumnarValue::Array(Arc::new(places)))
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Holds {
    /// In lower case.
    part: String,
    at_the_beginning: bool,
    signature: Signature,
}

impl Holds {
    fn call(part: &str, at_the_beginning: bool, text: Expr) -> Expr {
        let signature = Signature::exact(vec![ColumnType::Text.arrow()], Volatility::Immutable);
        ScalarUDF::from(Self { part: part.to_lowercase(), at_the_beginning, signature }).call(vec![text])
    }

    fn holds(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        if self.at_the_beginning { text.starts_with(&self.part) } else { text.contains(&self.part) }
    }
}

impl ScalarUDFImpl for Holds {
    fn name(&self) -> &str {
        if self.at_the_beginning { "begins_with_any_case" } else { "contains_any_case" }
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Boolean)
    }
    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let [texts] = ColumnarValue::values_to_arrays(&arguments.args)?.try_into().map_err(wrong)?;
        let texts = texts.as_string_view();
        // Equal views of one array are the same text, and most texts come many times.
        let mut known: FxHashMap<u128, bool> = FxHashMap::default();
        let held: BooleanArray = (0..texts.len())
            .map(|row| {
                let holds = || self.holds(texts.value(row));
                Some(!texts.is_null(row) && *known.entry(texts.views()[row]).or_insert_with(holds))
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(held)))
    }
}

fn wrong<T>(_: T) -> DataFusionError {
    DataFusionError::Internal("one argument is expected".to_owned())
}
