//! How large a plan gets when its parts are put into each other.
//!
//! A short text can name a part twice, and a part of that twice, and so on: forty levels of `a || a` are longer than any memory, forty
//! levels of `a + a`, or of a `WITH` that is used twice, take longer than anybody waits when conditions are rewritten. So each column
//! is followed from the table up: of how many pieces it is, and how long its text may be. The plan's kinds of nodes are listed as well; whatever is
//! not listed is no part of a report.

use std::ops::ControlFlow;

use datafusion::{
    common::{
        DFSchema,
        tree_node::{TreeNode as _, TreeNodeRecursion},
    },
    logical_expr::{Expr, JoinType, LogicalPlan, Operator},
    scalar::ScalarValue,
    sql::sqlparser::ast::{ObjectName, Query, Statement, Visit as _, Visitor},
};

use super::refuse;
use crate::LakeError;

/// Most nodes of a plan, everything that is named twice counted twice.
const NODES_MAX: usize = 400;
/// Most pieces of an expression, with what its columns are made of.
const PIECES_MAX: u64 = 5_000;
/// The longest text that may be put together.
const TEXT_MAX: u64 = 64 * 1024;
/// How long the text of a column may be taken to be.
const COLUMN_TEXT: u64 = 2_048;

/// How often parts of a text may be put in place of their names, all in all.
const COPIES_MAX: usize = 64;
/// The deepest expression.
const DEPTH_MAX: usize = 200;

/// Refuses a text whose parts would be put in place of their names too often: making a plan of it would already take all memory.
pub(super) fn count_names(statement: &Statement) -> Result<(), LakeError> {
    let mut names = Names::default();
    let _ = statement.visit(&mut names);
    let mut copies = 1_usize;
    for name in &names.given {
        let used = names.used.iter().filter(|used| *used == name).count();
        copies = copies.saturating_mul(used.max(1));
    }
    if copies > COPIES_MAX {
        return Err(refuse("the names of WITH are used too often, every use of a use counted"));
    }
    Ok(())
}

/// What WITH gives names to, and every table that is named.
#[derive(Default)]
struct Names {
    given: Vec<String>,
    used: Vec<String>,
}

impl Visitor for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let given = query.with.iter().flat_map(|with| &with.cte_tables);
        self.given.extend(given.map(|one| one.alias.name.value.to_lowercase()));
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let last = relation.0.last().map(|part| part.to_string().trim_matches('"').to_lowercase());
        self.used.extend(last);
        ControlFlow::Continue(())
    }
}

/// What a column costs.
#[derive(Clone, Copy)]
struct Cost {
    pieces: u64,
    text: u64,
}

const COLUMN: Cost = Cost { pieces: 1, text: COLUMN_TEXT };

impl Cost {
    /// Side by side: both pieces, the longer text.
    fn beside(self, other: Self) -> Self {
        Self { pieces: self.pieces.saturating_add(other.pieces), text: self.text.max(other.text) }
    }
}

/// Refuses a plan that would grow too large.
pub(super) fn measure(plan: &LogicalPlan) -> Result<(), LakeError> {
    let mut nodes = 0;
    // Stops at the limit, so a plan that is named in itself over and over costs no more than others.
    plan.apply_with_subqueries(|_| {
        nodes += 1;
        Ok(if nodes > NODES_MAX { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    if nodes > NODES_MAX {
        return Err(refuse("the question has too many parts, everything that is named twice counted twice"));
    }
    columns(plan).map(|_| ())
}

/// The costs of the columns of a plan.
fn columns(plan: &LogicalPlan) -> Result<Vec<Cost>, LakeError> {
    let mut inputs = Vec::new();
    for input in plan.inputs() {
        inputs.push((input.schema().as_ref(), columns(input)?));
    }
    let scope = |expressions: &[Expr]| -> Result<Vec<Cost>, LakeError> {
        expressions.iter().map(|expression| cost_of(expression, &inputs, 0)).collect()
    };
    // Conditions, sort keys and the like may be as large as columns.
    let own = scope(&plan.expressions())?;
    let first = || inputs.first().map(|(_, costs)| costs.clone()).unwrap_or_default();
    Ok(match plan {
        LogicalPlan::TableScan(scan) => vec![COLUMN; scan.projected_schema.fields().len()],
        LogicalPlan::EmptyRelation(_) => Vec::new(),
        LogicalPlan::Values(values) => {
            let width = values.schema.fields().len();
            own.chunks(width.max(1)).fold(vec![COLUMN; width], |all, row| {
                all.into_iter().zip(row).map(|(one, other)| one.beside(*other)).collect()
            })
        }
        LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_) => own,
        LogicalPlan::Window(_) => [first(), own].concat(),
        LogicalPlan::Union(_) => {
            let mut all = first();
            for (_, costs) in inputs.iter().skip(1) {
                all = all.into_iter().zip(costs).map(|(one, other)| one.beside(*other)).collect();
            }
            all
        }
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::LeftSemi | JoinType::LeftAnti => first(),
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {
                inputs.iter().flat_map(|(_, costs)| costs.clone()).collect()
            }
            _ => return Err(refuse("this kind of join is not answered")),
        },
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Distinct(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::SubqueryAlias(_) => first(),
        _ => return Err(refuse("only a query is answered: SELECT .., or WITH .. SELECT ..")),
    })
}

/// What an expression costs over these inputs.
fn cost_of(expression: &Expr, inputs: &[(&DFSchema, Vec<Cost>)], depth: usize) -> Result<Cost, LakeError> {
    if depth > DEPTH_MAX {
        return Err(refuse("an expression is nested too deeply"));
    }
    let cost = match expression {
        Expr::Column(column) => {
            let found = inputs
                .iter()
                .find_map(|(schema, costs)| costs.get(schema.maybe_index_of_column(column)?).copied());
            found.unwrap_or(COLUMN)
        }
        Expr::Literal(value, _) => Cost { pieces: 1, text: length(value) },
        Expr::ScalarSubquery(subquery) => inside(&columns(&subquery.subquery)?),
        Expr::InSubquery(within) => {
            inside(&columns(&within.subquery.subquery)?).beside(cost_of(&within.expr, inputs, depth + 1)?)
        }
        Expr::GroupingSet(_) => return Err(refuse("sets of groups are not answered; group by columns")),
        Expr::Exists(exists) => inside(&columns(&exists.subquery.subquery)?),
        other => {
            let mut parts: Vec<Cost> = Vec::new();
            let mut failed = None;
            other.apply_children(|child| {
                match cost_of(child, inputs, depth + 1) {
                    Ok(cost) => parts.push(cost),
                    Err(error) => failed = Some(error),
                }
                Ok(if failed.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
            })?;
            if let Some(error) = failed {
                return Err(error);
            }
            let mut cost = parts.iter().fold(Cost { pieces: 1, text: 64 }, |one, other| one.beside(*other));
            if joins_texts(other) {
                cost.text = parts.iter().map(|part| part.text).sum();
            }
            cost
        }
    };
    if cost.pieces > PIECES_MAX {
        return Err(refuse("an expression has too many pieces, with those that its columns are made of"));
    }
    if cost.text > TEXT_MAX {
        return Err(refuse(format!("a text may become longer than {TEXT_MAX} bytes")));
    }
    Ok(cost)
}

fn inside(costs: &[Cost]) -> Cost {
    costs.iter().fold(COLUMN, |one, other| one.beside(*other))
}

fn joins_texts(expression: &Expr) -> bool {
    match expression {
        Expr::BinaryExpr(binary) => binary.op == Operator::StringConcat,
        Expr::ScalarFunction(call) => matches!(call.name(), "concat" | "concat_ws"),
        _ => false,
    }
}

fn length(value: &ScalarValue) -> u64 {
    match value {
        ScalarValue::Utf8(Some(text))
        | ScalarValue::LargeUtf8(Some(text))
        | ScalarValue::Utf8View(Some(text)) => text.len() as u64,
        _ => 64,
    }
}
