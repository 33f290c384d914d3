//! The facts that a plan counts, one by one: a page of them, or all of them as they are read.

use datafusion::{
    arrow::{
        array::{Array as _, ArrayRef, AsArray as _, RecordBatch},
        compute::cast,
        datatypes::{DataType, Int64Type, TimestampMicrosecondType},
    },
    dataframe::DataFrame,
    error::DataFusionError,
    logical_expr::{Expr, ident, lit},
};
use model::{NetworkId, Timestamp};
use report::{DateBasis, Dimension, Fact, FactKind, FactPage, Measure, Plan, Sum, plan::Serving};

use super::condition;
use crate::{LakeError, columns::COLUMNS};

/// Facts behind what the plan adds up, without an order.
pub(super) fn counted(rows: DataFrame, plan: &Plan) -> Result<DataFrame, DataFusionError> {
    let rows = rows.filter(condition::of_plan(plan))?;
    match plan.sums.iter().map(counts).reduce(Expr::or) {
        Some(any) => rows.filter(any),
        None => Ok(rows),
    }
}

fn counts(sum: &Sum) -> Expr {
    let moved = ident(sum.measure.word()).not_eq(lit(0_i64));
    let only = sum.only.iter().map(|(dimension, words)| condition::one_of(*dimension, words));
    only.fold(moved, Expr::and)
}

/// The facts of a page, newest first. Facts that are alike in all columns are alike in the order, too, so pages fit together.
pub(super) fn page(rows: DataFrame, page: FactPage) -> Result<DataFrame, DataFusionError> {
    let booked = DateBasis::Booking.column();
    let mut rows = rows;
    if let Some(place) = page.after {
        rows = rows.filter(ident(booked).lt_eq(condition::moment(place.recorded_at)))?;
    }
    let others = COLUMNS.iter().filter(|column| column.name != booked);
    let mut order = vec![ident(booked).sort(false, true)];
    order.extend(others.map(|column| ident(column.name).sort(true, true)));
    rows.sort(order)?.limit(page.after.map_or(0, |place| place.seen), Some(page.take))
}

/// The rows of a batch as facts.
pub(super) fn read_facts(
    batch: &RecordBatch,
    network_id: NetworkId,
    serving: &Serving,
) -> Result<Vec<Fact>, LakeError> {
    let column = |name: &str| -> Result<ArrayRef, LakeError> {
        let found = batch.column_by_name(name).cloned();
        found.ok_or_else(|| LakeError::Engine(format!("the engine gave no column {name}")))
    };
    let texts = |name: &str| Ok::<_, LakeError>(cast(&column(name)?, &DataType::Utf8View)?);
    let kinds = texts("kind")?;
    let mut facts = Vec::with_capacity(batch.num_rows());
    for kind in kinds.as_string_view() {
        let known = FactKind::ALL.into_iter().find(|known| Some(known.word()) == kind);
        let known = known.ok_or_else(|| LakeError::damaged("a fact file", &"an unknown kind of fact"))?;
        facts.push(Fact::new(network_id, known, Timestamp::from_micros(0)));
    }
    for basis in DateBasis::ALL {
        let moments = column(basis.column())?;
        let moments = moments.as_primitive::<TimestampMicrosecondType>();
        for (fact, at) in facts.iter_mut().zip(moments.iter()) {
            set_moment(fact, basis, at.map(Timestamp::from_micros))?;
        }
    }
    let (touches, conversions, visitors) =
        (texts("touch_id")?, texts("conversion_id")?, texts("visitor_id")?);
    for (row, fact) in facts.iter_mut().enumerate() {
        fact.touch_id = id(&touches, row)?;
        fact.conversion_id = id(&conversions, row)?;
        fact.visitor_id = id(&visitors, row)?;
    }
    for dimension in Dimension::of_facts() {
        let values = texts(dimension.word())?;
        for (fact, text) in facts.iter_mut().zip(values.as_string_view()) {
            fact.dimensions[dimension.index()] = text.map(Into::into);
        }
    }
    for fact in &mut facts {
        serving.say(fact);
    }
    for measure in Measure::ALL {
        let values = column(measure.word())?;
        for (fact, units) in facts.iter_mut().zip(values.as_primitive::<Int64Type>().iter()) {
            fact.measures[measure.index()] = units.unwrap_or(0);
        }
    }
    Ok(facts)
}

fn set_moment(fact: &mut Fact, basis: DateBasis, at: Option<Timestamp>) -> Result<(), LakeError> {
    let known = || at.ok_or_else(|| LakeError::damaged("a fact file", &format!("no {}", basis.column())));
    match basis {
        DateBasis::Click => fact.clicked_at = known()?,
        DateBasis::Conversion => fact.converted_at = known()?,
        DateBasis::Booking => fact.recorded_at = known()?,
        DateBasis::Approval => fact.approved_at = at,
        DateBasis::Payment => fact.paid_at = at,
    }
    Ok(())
}

fn id<T: std::str::FromStr>(texts: &ArrayRef, row: usize) -> Result<Option<T>, LakeError> {
    let texts = texts.as_string_view();
    if texts.is_null(row) {
        return Ok(None);
    }
    let damaged = |_| LakeError::damaged("a fact file", &format!("`{}` is no id", texts.value(row)));
    texts.value(row).parse().map(Some).map_err(damaged)
}
