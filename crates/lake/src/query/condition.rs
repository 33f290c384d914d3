//! Filters as expressions. Every part is true or false and never unknown, so `not` means what the filter says.

use datafusion::{
    logical_expr::{Expr, ident, in_list, lit},
    scalar::ScalarValue,
};
use model::Timestamp;
use report::{DateBasis, Dimension, Filter, Key, Plan};

use super::functions;

/// Which rows a plan counts.
pub(super) fn of_plan(plan: &Plan) -> Expr {
    let at = || ident(plan.basis.column());
    let mut all = at().gt_eq(moment(first(plan))).and(at().lt(moment(plan.to)));
    if let Some(as_of) = plan.as_of {
        all = all.and(ident(DateBasis::Booking.column()).lt(moment(as_of)));
    }
    all.and(of_filter(&plan.walls)).and(of_filter(&plan.filter))
}

/// The first moment that can count: what lies before the first period belongs to none.
pub(super) fn first(plan: &Plan) -> Timestamp {
    let beginnings = plan.keys.iter().filter_map(|key| match key {
        Key::Period(beginnings) => Some(beginnings.first().copied().unwrap_or(plan.to)),
        Key::Dimension(_) => None,
    });
    beginnings.fold(plan.from, Timestamp::max)
}

pub(super) fn moment(at: Timestamp) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(at.as_micros()), Some("UTC".into())))
}

fn text(value: &str) -> Expr {
    lit(ScalarValue::Utf8View(Some(value.to_owned())))
}

/// Whether a filter keeps a row.
pub(crate) fn of_filter(filter: &Filter) -> Expr {
    match filter {
        Filter::And(parts) => parts.iter().map(of_filter).reduce(Expr::and).unwrap_or_else(|| lit(true)),
        Filter::Or(parts) => parts.iter().map(of_filter).reduce(Expr::or).unwrap_or_else(|| lit(false)),
        Filter::Not(part) => !of_filter(part),
        Filter::In(dimension, values) => {
            let known: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
            let is_known = one_of(*dimension, &known);
            if values.contains(&None) { ident(dimension.word()).is_null().or(is_known) } else { is_known }
        }
        Filter::Contains(dimension, part) => functions::contains(part, ident(dimension.word())),
        Filter::StartsWith(dimension, part) => functions::begins_with(part, ident(dimension.word())),
    }
}

/// The dimension has one of these texts.
pub(super) fn one_of(dimension: Dimension, texts: &[impl AsRef<str>]) -> Expr {
    let column = || ident(dimension.word());
    let texts: Vec<Expr> = texts.iter().map(|value| text(value.as_ref())).collect();
    if texts.is_empty() {
        return lit(false);
    }
    column().is_not_null().and(in_list(column(), texts, false))
}
