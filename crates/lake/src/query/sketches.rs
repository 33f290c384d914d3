//! Sketches as aggregate functions of DataFusion. Their states are bytes; partitions and files are put together by merging them.

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray as _},
        datatypes::{DataType, Int64Type, TimestampMicrosecondType},
    },
    error::DataFusionError,
    functions_aggregate::expr_fn::max,
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, Expr, ExprFunctionExt as _, Signature, Volatility,
        function::AccumulatorArgs, ident, lit,
    },
    scalar::ScalarValue,
};
use model::Timestamp;
use report::{
    DateBasis, Measure, Sketch, SketchOf,
    sketch::{Distinct, Durations},
};

use super::condition;
use crate::columns::{ColumnType, TOUCH, VISITOR};

/// The sketch as an expression.
pub(super) fn expression(of: &SketchOf) -> Result<Expr, DataFusionError> {
    let measure = |measure: Measure| ident(measure.word());
    match of {
        SketchOf::Visitors => {
            let counted = measure(Measure::Impressions)
                .gt(lit(0_i64))
                .or(measure(Measure::Clicks).gt(measure(Measure::InvalidClicks)));
            let seen = ident(VISITOR).is_not_null().and(counted);
            call(Kind::Distinct, vec![ident(VISITOR)]).filter(seen).build()
        }
        SketchOf::Durations { from, to, only } => {
            let arguments = vec![ident(from.column()), ident(to.column()), measure(Measure::Conversions)];
            let known = ident(from.column()).is_not_null().and(ident(to.column()).is_not_null());
            let known = known.and(measure(Measure::Conversions).not_eq(lit(0_i64)));
            let known = if *from == DateBasis::Click { known.and(ident(TOUCH).is_not_null()) } else { known };
            let only = only.iter().map(|(dimension, words)| condition::one_of(*dimension, words));
            call(Kind::Durations, arguments).filter(only.fold(known, Expr::and)).build()
        }
        SketchOf::Latest => Ok(max(ident(DateBasis::Booking.column()))),
    }
}

/// The sketches in a column of an answer.
pub(super) fn read(of: &SketchOf, column: &ArrayRef) -> Vec<Sketch> {
    let bytes = || column.as_binary::<i32>().iter().map(Option::unwrap_or_default);
    match of {
        SketchOf::Visitors => bytes().map(|bytes| Sketch::Distinct(distinct_of(bytes))).collect(),
        SketchOf::Durations { .. } => bytes().map(|bytes| Sketch::Durations(durations_of(bytes))).collect(),
        SketchOf::Latest => {
            let moments = column.as_primitive::<TimestampMicrosecondType>().iter();
            moments.map(|at| Sketch::Latest(at.map(Timestamp::from_micros))).collect()
        }
    }
}

fn call(kind: Kind, arguments: Vec<Expr>) -> Expr {
    let types = match kind {
        Kind::Distinct => vec![ColumnType::Text.arrow()],
        Kind::Durations => {
            vec![ColumnType::Moment.arrow(), ColumnType::Moment.arrow(), ColumnType::Measure.arrow()]
        }
    };
    let signature = Signature::exact(types, Volatility::Immutable);
    AggregateUDF::from(SketchFunction { kind, signature }).call(arguments)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Distinct,
    Durations,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct SketchFunction {
    kind: Kind,
    signature: Signature,
}

impl AggregateUDFImpl for SketchFunction {
    fn name(&self) -> &str {
        match self.kind {
            Kind::Distinct => "sketch_distinct",
            Kind::Durations => "sketch_durations",
        }
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Binary)
    }
    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>, DataFusionError> {
        Ok(match self.kind {
            Kind::Distinct => Box::new(Visitors::default()),
            Kind::Durations => Box::new(Times::default()),
        })
    }
}

fn state(bytes: Vec<u8>) -> ScalarValue {
    ScalarValue::Binary(Some(bytes))
}

fn states(arrays: &[ArrayRef]) -> Result<impl Iterator<Item = &[u8]>, DataFusionError> {
    let [array] = arrays else {
        return Err(DataFusionError::Internal("one state is expected".to_owned()));
    };
    Ok(array.as_binary::<i32>().iter().flatten())
}

#[derive(Debug, Default)]
struct Visitors(Distinct);

impl Accumulator for Visitors {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<(), DataFusionError> {
        for text in values.iter().flat_map(|array| array.as_string_view().iter()).flatten() {
            self.0.add(text.as_bytes());
        }
        Ok(())
    }
    fn evaluate(&mut self) -> Result<ScalarValue, DataFusionError> {
        let (hashes, is_full) = self.0.parts();
        let mut bytes = vec![u8::from(is_full)];
        bytes.extend(hashes.flat_map(u64::to_le_bytes));
        Ok(state(bytes))
    }
    fn size(&self) -> usize {
        // Nodes of eleven places, mostly two thirds full.
        size_of::<Self>() + self.0.kept() * 16
    }
    fn state(&mut self) -> Result<Vec<ScalarValue>, DataFusionError> {
        Ok(vec![self.evaluate()?])
    }
    fn merge_batch(&mut self, arrays: &[ArrayRef]) -> Result<(), DataFusionError> {
        for bytes in states(arrays)? {
            self.0.merge(&distinct_of(bytes));
        }
        Ok(())
    }
}

fn distinct_of(bytes: &[u8]) -> Distinct {
    let (first, rest) = bytes.split_at(bytes.len().min(1));
    let hashes = rest.chunks_exact(8).filter_map(|chunk| chunk.try_into().ok()).map(u64::from_le_bytes);
    Distinct::from_parts(hashes, first == [1])
}

#[derive(Debug, Default)]
struct Times(Durations);

impl Accumulator for Times {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<(), DataFusionError> {
        let [from, to, number] = values else {
            return Err(DataFusionError::Internal("two moments and a number are expected".to_owned()));
        };
        let (from, to) = (from.as_primitive::<TimestampMicrosecondType>(), to.as_primitive());
        let to: &datafusion::arrow::array::PrimitiveArray<TimestampMicrosecondType> = to;
        let number = number.as_primitive::<Int64Type>();
        for ((from, to), number) in from.iter().zip(to).zip(number) {
            if let (Some(from), Some(to), Some(number)) = (from, to, number) {
                let passed = Timestamp::from_micros(to).micros_since(Timestamp::from_micros(from));
                self.0.add(passed, number);
            }
        }
        Ok(())
    }
    fn evaluate(&mut self) -> Result<ScalarValue, DataFusionError> {
        let mut bytes = Vec::with_capacity(self.0.parts().len() * 24);
        for (seconds, number) in self.0.parts() {
            bytes.extend(seconds.to_le_bytes());
            bytes.extend(number.to_le_bytes());
        }
        Ok(state(bytes))
    }
    fn size(&self) -> usize {
        size_of::<Self>() + self.0.parts().len() * 48
    }
    fn state(&mut self) -> Result<Vec<ScalarValue>, DataFusionError> {
        Ok(vec![self.evaluate()?])
    }
    fn merge_batch(&mut self, arrays: &[ArrayRef]) -> Result<(), DataFusionError> {
        for bytes in states(arrays)? {
            self.0.merge(&durations_of(bytes));
        }
        Ok(())
    }
}

fn durations_of(bytes: &[u8]) -> Durations {
    let mut durations = Durations::new();
    for pair in bytes.chunks_exact(24) {
        let (seconds, number) = pair.split_at(8);
        if let (Ok(seconds), Ok(number)) = (seconds.try_into(), number.try_into()) {
            durations.add_class(u64::from_le_bytes(seconds), i128::from_le_bytes(number));
        }
    }
    durations
}
