//! The table `facts` of a question: what lies within its walls.
//!
//! The scan reads the columns that are asked for and those of the walls. The filter of the walls stands directly above it, and only what passes is
//! seen by anything of the question.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::{Schema, SchemaRef},
    catalog::{Session, TableProvider},
    common::DFSchema,
    datasource::TableType,
    error::DataFusionError,
    execution::object_store::ObjectStoreUrl,
    logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown, utils::conjunction},
    physical_plan::{
        ExecutionPlan, PhysicalExpr, expressions::col, filter::FilterExec, projection::ProjectionExec,
    },
};
use report::{Dimension, Measure, sql::Question};

use crate::{
    LakeError,
    columns::{COLUMNS, SCHEMA},
    lake::State,
    query::{FactTable, Selection, of_filter},
};

#[derive(Debug)]
pub(super) struct Walled {
    facts: FactTable,
    /// What exists for the viewer.
    schema: SchemaRef,
    walls: Option<Expr>,
    /// Columns that the walls look at, by their places in the whole.
    walls_need: Vec<usize>,
}

impl Walled {
    pub fn new(state: &State, question: &Question, store: ObjectStoreUrl) -> Result<Self, LakeError> {
        let exists = |name: &str| {
            let dimension = Dimension::ALL.iter().find(|dimension| dimension.word() == name);
            let measure = Measure::ALL.iter().find(|measure| measure.word() == name);
            dimension.is_none_or(|dimension| question.shows(*dimension))
                && measure.is_none_or(|measure| question.counts(*measure))
        };
        let shown = COLUMNS.iter().filter(|column| exists(column.name));
        let mut fields = Vec::new();
        for column in shown {
            fields.push(SCHEMA.field_with_name(column.name)?.clone());
        }
        let dimensions = question.walls.dimensions();
        let mut walls_need = Vec::new();
        for dimension in &dimensions {
            walls_need.push(SCHEMA.index_of(dimension.word())?);
        }
        let walls = (!dimensions.is_empty()).then(|| of_filter(&question.walls));
        let facts = FactTable::new(Selection::everything(state, question.network_id), store);
        Ok(Self { facts, schema: Arc::new(Schema::new(fields)), walls, walls_need })
    }

    /// Places of shown columns in the whole.
    fn places(&self, projection: Option<&Vec<usize>>) -> Result<Vec<usize>, DataFusionError> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let mut places = Vec::new();
        for place in projection.unwrap_or(&all) {
            places.push(SCHEMA.index_of(self.schema.field(*place).name())?);
        }
        Ok(places)
    }
}

/// Whether it compares a column with a value, which cannot fail on any row.
fn is_plain(expression: &Expr) -> bool {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expression else { return false };
    let plain = matches!(op, Operator::Eq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq);
    let column = |one: &Expr| matches!(one, Expr::Column(_));
    let value = |one: &Expr| matches!(one, Expr::Literal(..));
    plain && (column(left) && value(right) || value(left) && column(right))
}

#[async_trait]
impl TableProvider for Walled {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        let one = |filter: &&Expr| match is_plain(filter) {
            true => TableProviderFilterPushDown::Inexact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(one).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let shown = self.places(projection)?;
        let mut read = shown.clone();
        read.extend(&self.walls_need);
        read.sort_unstable();
        read.dedup();
        // What skips parts of files: the walls, and comparisons that say the same of the files' own ranges.
        let skips = filters.iter().filter(|filter| is_plain(filter)).chain(&self.walls).cloned();
        let skips = conjunction(skips.map(unqualified));
        let whole = DFSchema::try_from(SCHEMA.as_ref().clone())?;
        let skips = skips.map(|skips| session.create_physical_expr(skips, &whole)).transpose()?;
        let mut plan = self.facts.read(session, Some(&read), skips)?;
        if let Some(walls) = &self.walls {
            let within = DFSchema::try_from(plan.schema().as_ref().clone())?;
            let walls = session.create_physical_expr(walls.clone(), &within)?;
            plan = Arc::new(FilterExec::try_new(walls, plan)?);
        }
        let mut columns: Vec<(Arc<dyn PhysicalExpr>, String)> = Vec::with_capacity(shown.len());
        for place in shown {
            let name = SCHEMA.field(place).name();
            columns.push((col(name, &plan.schema())?, name.clone()));
        }
        Ok(Arc::new(ProjectionExec::try_new(columns, plan)?))
    }
}

/// The same over columns without the name of their table.
fn unqualified(expression: Expr) -> Expr {
    use datafusion::common::tree_node::{Transformed, TreeNode as _};
    let plain = expression.clone().transform(|one| {
        Ok(match one {
            Expr::Column(column) => Transformed::yes(datafusion::logical_expr::ident(column.name)),
            other => Transformed::no(other),
        })
    });
    plain.map_or(expression, |plain| plain.data)
}
