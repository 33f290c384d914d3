//! Read-only SQL over what somebody may see.
//!
//! ```text
//!   text ──parsed──▶ one SELECT ──planned over `facts`──▶ measured ──run within limits──▶ rows as text
//! ```
//!
//! What keeps it harmless, each by itself:
//!
//! - **One table.** The session knows no files, schemas or settings, and only the [functions](functions) that are listed.
//! - **A wall that conditions cannot see behind.** The table is a scan, the viewer's filter and the columns that exist for him, in this
//!   order. A condition of the question is never evaluated on a row beyond the wall, where its failing (a division by zero, say)
//!   would tell of that row: so the rules that would move conditions into the scan are not there, and only comparisons of a column
//!   with a value are used to skip parts of files.
//! - **Only queries.** The statement must be a query, and no part of its plan may be anything that writes, explains or describes.
//! - **Size.** Plans that grow when their parts are put into each other are [measured](growth) before anything is done with them.
//! - **Limits** on text, rows, bytes of the answer, time, memory and number, apart from those of reports.

mod answer;
mod functions;
mod growth;
mod walled;

use std::{sync::Arc, time::Duration};

use datafusion::{
    common::Span,
    error::DataFusionError,
    execution::{
        SessionState, SessionStateBuilder,
        context::SQLOptions,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        object_store::ObjectStoreUrl,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    physical_optimizer::optimizer::PhysicalOptimizer,
    prelude::{SessionConfig, SessionContext},
    sql::{
        parser::{DFParserBuilder, Statement},
        sqlparser::{
            ast,
            dialect::GenericDialect,
            tokenizer::{Token, Tokenizer},
        },
    },
};
use object_store::ObjectStore;
use parking_lot::RwLock;
use report::sql::{Question, Rows, TEXT_MAX};
use tokio::sync::Semaphore;

use crate::{LakeError, Limits, lake::State, query::STORE};
use walled::Walled;

/// The deepest nesting of a statement.
const DEPTH_MAX: usize = 40;
/// Most words, numbers and signs of a text.
const TOKENS_MAX: usize = 4_000;
/// Rows that are computed at a time.
const BATCH_ROWS: usize = 2_048;

/// Answers questions in SQL.
#[derive(Debug)]
pub(crate) struct Sql {
    runtime: Arc<RuntimeEnv>,
    store: ObjectStoreUrl,
    running: Semaphore,
    time: Duration,
    threads: usize,
}

impl Sql {
    pub fn new(files: Arc<dyn ObjectStore>, limits: &Limits) -> Result<Self, LakeError> {
        let no_disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.sql_memory)))
            .with_disk_manager_builder(no_disk)
            .build_arc()?;
        let store = ObjectStoreUrl::parse(STORE)?;
        runtime.register_object_store(store.as_ref(), files);
        let running = Semaphore::new(limits.sql_questions.max(1));
        Ok(Self { runtime, store, running, time: limits.time, threads: limits.threads.max(1) })
    }

    /// Answers a question over what the state says now.
    pub async fn answer(&self, state: &RwLock<State>, question: &Question) -> Result<Rows, LakeError> {
        let end = tokio::time::Instant::now() + self.time;
        let permit = tokio::time::timeout_at(end, self.running.acquire()).await;
        let Ok(Ok(_permit)) = permit else { return Err(LakeError::Busy) };
        let answered = tokio::time::timeout_at(end, self.run(state, question)).await;
        answered.unwrap_or(Err(LakeError::TimedOut(self.time.as_secs())))
    }

    async fn run(&self, state: &RwLock<State>, question: &Question) -> Result<Rows, LakeError> {
        let statement = parsed(&question.text)?;
        let (table, complete_to) = {
            let state = state.read();
            (Walled::new(&state, question, self.store.clone())?, state.tail.complete_to)
        };
        let context = SessionContext::new_with_state(self.session());
        context.register_table("facts", Arc::new(table))?;
        let plan = context.state().statement_to_plan(statement).await.map_err(wrong)?;
        growth::measure(&plan)?;
        let only_reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false);
        only_reads.with_allow_statements(false).verify_plan(&plan).map_err(|_| only_select())?;
        let most = question.rows.saturating_add(1);
        let rows = context.execute_logical_plan(plan).await.map_err(wrong)?.limit(0, Some(most))?;
        answer::collected(rows, question.rows, complete_to).await
    }

    /// A session that knows nothing but the listed functions.
    fn session(&self) -> SessionState {
        let mut config = SessionConfig::new()
            .with_target_partitions(self.threads)
            .with_batch_size(BATCH_ROWS)
            .with_default_catalog_and_schema("merit", "reports");
        let options = config.options_mut();
        options.sql_parser.collect_spans = true;
        options.execution.enable_recursive_ctes = false;
        let mut physical = PhysicalOptimizer::new().rules;
        // Conditions and expressions of the question stay above the wall; see above.
        let moves = ["FilterPushdown", "ProjectionPushdown"];
        physical.retain(|rule| !moves.iter().any(|name| rule.name().contains(name)));
        SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::clone(&self.runtime))
            .with_physical_optimizer_rules(physical)
            .with_expr_planners(functions::planners())
            .with_scalar_functions(functions::scalars())
            .with_aggregate_functions(functions::aggregates())
            .with_window_functions(functions::windows())
            .build()
    }
}

/// The one query that the text is.
fn parsed(text: &str) -> Result<Statement, LakeError> {
    if text.len() > TEXT_MAX {
        return Err(refuse(format!("the text has more than {TEXT_MAX} bytes")));
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize_with_location();
    let tokens = tokens.map_err(|error| LakeError::Sql {
        message: error.message,
        at: Some((error.location.line, error.location.column)),
    })?;
    // A row of operators is a tree as deep as it is long.
    let words = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count();
    if words > TOKENS_MAX {
        return Err(refuse(format!("the text has more than {TOKENS_MAX} words, numbers and signs")));
    }
    let parser = DFParserBuilder::new(tokens).with_dialect(&dialect).with_recursion_limit(DEPTH_MAX);
    let statements = parser.build().and_then(|mut parser| parser.parse_statements()).map_err(wrong)?;
    let mut statements = statements.into_iter();
    match (statements.next(), statements.next()) {
        (Some(Statement::Statement(statement)), None) if matches!(*statement, ast::Statement::Query(_)) => {
            growth::count_names(&statement)?;
            Ok(Statement::Statement(statement))
        }
        (Some(_), Some(_)) => Err(refuse("only one statement is answered at a time")),
        _ => Err(only_select()),
    }
}

fn only_select() -> LakeError {
    refuse("only a query is answered: SELECT .., or WITH .. SELECT ..")
}

fn refuse(message: impl Into<String>) -> LakeError {
    LakeError::Sql { message: message.into(), at: None }
}

/// What is wrong with a question, and where, as far as that is known.
fn wrong(error: DataFusionError) -> LakeError {
    let start = |span: Span| (span.start.line, span.start.column);
    let told = error.diagnostic().and_then(|told| told.span).map(start);
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_)
        | DataFusionError::ObjectStore(_)
        | DataFusionError::ParquetError(_) => error.into(),
        DataFusionError::SQL(parser, _) => {
            let text = parser.to_string();
            let (message, place) = text.split_once(" at Line: ").unwrap_or((&text, ""));
            let (line, column) = place.split_once(", Column: ").unwrap_or_default();
            let message = message.trim_start_matches("sql parser error: ");
            let at = line.parse().ok().zip(column.parse().ok());
            LakeError::Sql { message: message.to_owned(), at }
        }
        root => {
            // Nothing of the machinery: the first line of what is wrong with the question.
            let text = root.strip_backtrace();
            let text = text.lines().next().unwrap_or_default();
            let message = text.split_once(": ").map_or(text, |(_, message)| message);
            LakeError::Sql { message: message.to_owned(), at: told }
        }
    }
}
