//! Reports: a plan becomes expressions over files and memory, DataFusion adds up.
//!
//! Nothing that a person wrote becomes SQL: filters are built as expressions, and texts are literals in them.
//!
//! Sums are exact. Where the magnitudes in the manifest prove that 64 bits suffice, for any subset and order, plain addition is used;
//! else each value is widened to 128 bits first.

mod behind;
mod condition;
mod functions;
mod result;
mod select;
mod sketches;
mod stream;
mod table;

use std::{sync::Arc, time::Duration};

use datafusion::{
    arrow::datatypes::DataType,
    dataframe::DataFrame,
    error::DataFusionError,
    execution::{
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        object_store::ObjectStoreUrl,
        runtime_env::RuntimeEnvBuilder,
    },
    functions_aggregate::expr_fn::{count, sum},
    logical_expr::{Expr, ExprFunctionExt as _, cast, ident, lit},
    prelude::{SessionConfig, SessionContext},
};
use futures::StreamExt as _;
use object_store::ObjectStore;
use parking_lot::RwLock;
use report::{Answer, Dimension, Fact, FactPage, Key, Plan, Sum, plan::Group};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{LakeError, Limits, lake::State};
pub(crate) use condition::of_filter;
pub(crate) use select::Selection;
pub use stream::Batches;
pub(crate) use stream::Reader;
pub(crate) use table::{FactTable, scan_files};

/// Stands for the lake's storage within DataFusion.
pub(crate) const STORE: &str = "lake://files";

/// Runs reports within limits.
#[derive(Debug)]
pub(crate) struct Engine {
    context: SessionContextOf,
    running: Semaphore,
    exporting: Semaphore,
    time: Duration,
    store: ObjectStoreUrl,
}

/// A context, which has no `Debug` of its own.
struct SessionContextOf(SessionContext);

impl std::fmt::Debug for SessionContextOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionContext")
    }
}

impl Engine {
    pub fn new(files: Arc<dyn ObjectStore>, limits: &Limits) -> Result<Self, LakeError> {
        let no_disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory)))
            .with_disk_manager_builder(no_disk)
            .build_arc()?;
        let store = ObjectStoreUrl::parse(STORE)?;
        runtime.register_object_store(store.as_ref(), files);
        let config = SessionConfig::new().with_target_partitions(limits.threads.max(1));
        let context = SessionContextOf(SessionContext::new_with_config_rt(config, runtime));
        let (running, exporting) =
            (Semaphore::new(limits.reports.max(1)), Semaphore::new(limits.exports.max(1)));
        Ok(Self { context, running, exporting, time: limits.time, store })
    }

    /// The context, for those who read files by the same means.
    pub fn context(&self) -> &SessionContext {
        &self.context.0
    }

    pub fn store(&self) -> &ObjectStoreUrl {
        &self.store
    }

    /// Answers a plan over what the state says now.
    pub async fn answer(&self, state: &RwLock<State>, plan: &Plan) -> Result<Answer, LakeError> {
        self.within_limits(self.run(state, plan)).await
    }

    /// The facts of a page, newest first.
    pub async fn facts(
        &self,
        state: &RwLock<State>,
        plan: &Plan,
        page: FactPage,
    ) -> Result<Vec<Fact>, LakeError> {
        self.within_limits(self.read_page(state, plan, page)).await
    }

    /// Waits for its turn and runs it, not longer than reports may take.
    async fn within_limits<T>(
        &self,
        work: impl Future<Output = Result<T, LakeError>>,
    ) -> Result<T, LakeError> {
        let end = tokio::time::Instant::now() + self.time;
        let permit = tokio::time::timeout_at(end, self.running.acquire()).await;
        let Ok(Ok(_permit)) = permit else { return Err(LakeError::Busy) };
        let answered = tokio::time::timeout_at(end, work).await;
        answered.unwrap_or(Err(LakeError::TimedOut(self.time.as_secs())))
    }

    /// The turn of an export, which takes as long as its reader does.
    async fn export_permit(&self) -> Result<SemaphorePermit<'_>, LakeError> {
        match tokio::time::timeout(self.time, self.exporting.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(LakeError::Busy),
        }
    }

    async fn read_page(
        &self,
        state: &RwLock<State>,
        plan: &Plan,
        page: FactPage,
    ) -> Result<Vec<Fact>, LakeError> {
        let selection = Selection::of_facts(&state.read(), plan);
        if selection.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.rows(selection, plan)?;
        let mut stream = behind::page(behind::counted(rows, plan)?, page)?.execute_stream().await?;
        let mut facts = Vec::new();
        while let Some(batch) = stream.next().await {
            facts.append(&mut behind::read_facts(&batch?, plan.network_id, &plan.serving)?);
        }
        Ok(facts)
    }

    async fn run(&self, state: &RwLock<State>, plan: &Plan) -> Result<Answer, LakeError> {
        // Sketches need facts, while sums mostly do with rollups: so each is asked for by itself.
        let sums = Plan { sketches: Vec::new(), ..plan.clone() };
        let sketches = Plan { sums: Vec::new(), ..plan.clone() };
        let (selection, of_facts, complete_to) = {
            let state = state.read();
            let of_facts = (!sketches.sketches.is_empty()).then(|| Selection::of(&state, &sketches));
            (Selection::of(&state, &sums), of_facts, state.tail.complete_to)
        };
        let mut read = selection.read;
        let mut groups = self.add_up(selection, &sums).await?;
        if let Some(of_facts) = of_facts {
            read.facts += of_facts.read.facts;
            let sketched = self.add_up(of_facts, &sketches).await?;
            groups = beside(groups, sketched, plan);
        }
        Ok(Answer { groups, complete_to, read })
    }

    /// What was selected, with what the plan asks for that no file has.
    fn rows(&self, selection: Selection, plan: &Plan) -> Result<DataFrame, DataFusionError> {
        let rows = self.context().read_table(Arc::new(FactTable::new(selection, self.store.clone())))?;
        if !plan.dimensions().contains(&Dimension::Manager) {
            return Ok(rows);
        }
        let manager = functions::manager(&plan.serving, ident(Dimension::Publisher.word()));
        rows.with_column(Dimension::Manager.word(), manager)
    }

    async fn add_up(&self, selection: Selection, plan: &Plan) -> Result<Vec<Group>, LakeError> {
        if selection.is_empty() {
            return Ok(Vec::new());
        }
        let shape = Shape::of(plan, &selection);
        let rows = self.rows(selection, plan)?;
        let mut stream = shape.over(rows, plan)?.execute_stream().await?;
        let mut groups = Vec::new();
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            if groups.len() + batch.num_rows() > plan.groups_max {
                return Err(LakeError::TooManyGroups(plan.groups_max));
            }
            result::read_groups(&batch, plan, &shape, &mut groups)?;
        }
        groups.sort_unstable_by(|a: &Group, b: &Group| a.key.cmp(&b.key));
        Ok(groups)
    }
}

/// Groups with the sketches of groups of the same keys. Both ascend, and whoever has a sketch has sums.
fn beside(mut groups: Vec<Group>, sketched: Vec<Group>, plan: &Plan) -> Vec<Group> {
    let mut sketched = sketched.into_iter().peekable();
    for group in &mut groups {
        group.sketches = match sketched.next_if(|other| other.key == group.key) {
            Some(other) => other.sketches,
            None => Group::empty(Vec::new(), plan).sketches,
        };
    }
    groups
}

/// Which columns the engine is to make: equal keys and sums once.
struct Shape {
    keys: Vec<Key>,
    sums: Vec<AddedUp>,
}

/// A sum as the engine makes it.
struct AddedUp {
    sum: Sum,
    how: Addition,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Addition {
    /// Nothing that is not zero is in the selection.
    Zero,
    /// 64 bits suffice.
    Plain,
    /// They might not.
    Wide,
}

impl Shape {
    fn of(plan: &Plan, selection: &Selection) -> Self {
        let mut shape = Self { keys: Vec::new(), sums: Vec::new() };
        for key in &plan.keys {
            if !shape.keys.contains(key) {
                shape.keys.push(key.clone());
            }
        }
        for sum in &plan.sums {
            if shape.sums.iter().all(|other| other.sum != *sum) {
                let how = match selection.magnitude(sum.measure) {
                    0 => Addition::Zero,
                    magnitude if magnitude <= i128::from(i64::MAX) => Addition::Plain,
                    _ => Addition::Wide,
                };
                shape.sums.push(AddedUp { sum: sum.clone(), how });
            }
        }
        shape
    }

    fn over(&self, rows: DataFrame, plan: &Plan) -> Result<DataFrame, DataFusionError> {
        let keys = self.keys.iter().enumerate().map(|(place, key)| {
            let key = match key {
                Key::Dimension(dimension) => ident(dimension.word()),
                Key::Period(beginnings) => functions::period(beginnings, ident(plan.basis.column())),
            };
            key.alias(key_name(place))
        });
        let mut sums = Vec::new();
        for (place, added) in self.sums.iter().enumerate() {
            if let Some(sum) = added.expression()? {
                sums.push(sum.alias(sum_name(place)));
            }
        }
        if self.keys.is_empty() {
            // Without keys there is a row even of nothing; this tells.
            sums.push(count(lit(1)).alias(COUNT));
        }
        for (place, of) in plan.sketches.iter().enumerate() {
            sums.push(sketches::expression(of)?.alias(sketch_name(place)));
        }
        rows.filter(condition::of_plan(plan))?.aggregate(keys.collect(), sums)
    }
}

impl AddedUp {
    fn expression(&self) -> Result<Option<Expr>, DataFusionError> {
        let column = ident(self.sum.measure.word());
        let total = match self.how {
            Addition::Zero => return Ok(None),
            Addition::Plain => sum(column),
            Addition::Wide => sum(cast(column, DataType::Decimal128(19, 0))),
        };
        let only = self.sum.only.iter().map(|(dimension, words)| condition::one_of(*dimension, words));
        match only.reduce(Expr::and) {
            Some(only) => total.filter(only).build().map(Some),
            None => Ok(Some(total)),
        }
    }
}

const COUNT: &str = "count";

fn key_name(place: usize) -> String {
    format!("key{place}")
}

fn sketch_name(place: usize) -> String {
    format!("sketch{place}")
}

fn sum_name(place: usize) -> String {
    format!("sum{place}")
}
