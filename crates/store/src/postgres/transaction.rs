//! The statements of one transaction on PostgreSQL.
//!
//! Bulk inserts unnest one array a column. `COPY` was measured beside it, with rows of ten columns: slower by a fifth at
//! 100 rows a transaction, as fast at 1,000, faster by a sixth at 10,000; and it knows no `ON CONFLICT`.

use std::collections::HashMap;

use tokio::runtime::Runtime;
use tokio_postgres::Statement;
use tokio_postgres::types::{ToSql, Type};

use super::codec::{Array, Param, array_type, fits, param_type, read};
use super::failure::map;
use crate::bulk::{Insert, Update};
use crate::dialect::{Dialect, parameter_count};
use crate::error::{Error, Result};
use crate::value::{Kind, Row, Value};

/// How many SQL texts a connection keeps prepared; past it all are forgotten (nearly all texts are constants).
const STATEMENTS: usize = 512;
/// How many rows of a bulk statement go into one message.
const ROWS_PER_MESSAGE: usize = 8192;
/// How many rows of a streamed query are fetched at a time.
const ROWS_PER_FETCH: i32 = 256;

/// The prepared statements of a connection: by SQL text, and for each text by the types of its parameters.
#[derive(Default)]
pub(crate) struct Statements {
    by_sql: HashMap<Box<str>, Vec<Statement>>,
}

pub(crate) struct Transaction<'c> {
    runtime: &'c Runtime,
    raw: tokio_postgres::Transaction<'c>,
    statements: &'c mut Statements,
}

impl<'c> Transaction<'c> {
    pub(crate) fn new(
        runtime: &'c Runtime,
        raw: tokio_postgres::Transaction<'c>,
        statements: &'c mut Statements,
    ) -> Self {
        Self { runtime, raw, statements }
    }

    pub(crate) fn commit(self) -> Result<()> {
        self.runtime.block_on(self.raw.commit()).map_err(map)
    }

    pub(crate) fn rollback(self) -> Result<()> {
        self.runtime.block_on(self.raw.rollback()).map_err(map)
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.runtime.block_on(self.raw.batch_execute(sql)).map_err(map)
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        let statement = self.prepare_for(sql, params)?;
        if !statement.columns().is_empty() {
            return Err(Error::Usage(format!("a statement that answers rows was run with execute: {sql}")));
        }
        self.runtime.block_on(self.raw.execute_raw(&statement, params.iter().map(Param))).map_err(map)
    }

    pub(crate) fn query(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        let statement = self.prepare_for(sql, params)?;
        let params: Vec<Param<'_>> = params.iter().map(Param).collect();
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        self.fetch(&statement, &params)
    }

    pub(crate) fn query_each(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<()> {
        let statement = self.prepare_for(sql, params)?;
        let portal =
            self.runtime.block_on(self.raw.bind_raw(&statement, params.iter().map(Param))).map_err(map)?;
        loop {
            let rows = self.runtime.block_on(self.raw.query_portal(&portal, ROWS_PER_FETCH)).map_err(map)?;
            for row in &rows {
                if !visit(&read(row)?) {
                    return Ok(());
                }
            }
            if rows.len() < ROWS_PER_FETCH as usize {
                return Ok(());
            }
        }
    }

    pub(crate) fn insert_many(&mut self, insert: &Insert, values: &[Value<'_>]) -> Result<u64> {
        self.each_message(&Dialect::Postgres.insert_sql(insert), &insert.kinds(), values)
    }

    pub(crate) fn update_many(&mut self, update: &Update, values: &[Value<'_>]) -> Result<u64> {
        self.each_message(&Dialect::Postgres.update_sql(update), &update.kinds(), values)
    }

    pub(crate) fn query_keys(
        &mut self,
        sql: &str,
        kind: Kind,
        keys: &[&Value<'_>],
        params: &[Value<'_>],
    ) -> Result<Vec<Row>> {
        let sql = Dialect::Postgres.keys_sql(sql, kind, params.len())?;
        let mut types: Vec<Type> = params.iter().map(param_type).collect();
        types.push(array_type(kind));
        let statement = self.prepare(&sql, &types)?;
        let params: Vec<Param<'_>> = params.iter().map(Param).collect();
        let keys = Array::of_keys(kind, keys);
        let mut given: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        given.push(&keys);
        self.fetch(&statement, &given)
    }

    /// Runs a statement over arrays, one for each column.
    fn each_message(&mut self, sql: &str, kinds: &[Kind], values: &[Value<'_>]) -> Result<u64> {
        let types: Vec<Type> = kinds.iter().map(|kind| array_type(*kind)).collect();
        let statement = self.prepare(sql, &types)?;
        let mut total = 0;
        for rows in values.chunks(ROWS_PER_MESSAGE * kinds.len()) {
            let columns =
                kinds.iter().enumerate().map(|(i, kind)| Array::of_column(*kind, rows, kinds.len(), i));
            let columns: Vec<Array<'_>> = columns.collect();
            total += self.runtime.block_on(self.raw.execute_raw(&statement, columns)).map_err(map)?;
        }
        Ok(total)
    }

    fn fetch(&mut self, statement: &Statement, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        let rows = self.runtime.block_on(self.raw.query(statement, params)).map_err(map)?;
        rows.iter().map(read).collect()
    }

    fn prepare_for(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Statement> {
        let types: Vec<Type> = params.iter().map(param_type).collect();
        self.prepare(sql, &types)
    }

    /// The prepared statement whose parameters are of `types`. An integer is announced as `BIGINT` even where the server
    /// would guess a smaller type, so that large numbers mean the same everywhere; a null fits every type.
    fn prepare(&mut self, sql: &str, types: &[Type]) -> Result<Statement> {
        if let Some(known) = self.statements.by_sql.get(sql) {
            let fitting = |statement: &&Statement| {
                let wanted = statement.params();
                wanted.len() == types.len()
                    && types.iter().zip(wanted).all(|(given, wanted)| fits(given, wanted))
            };
            if let Some(statement) = known.iter().find(fitting) {
                return Ok(statement.clone());
            }
        }
        // The server itself takes parameters that the text does not use.
        let (wanted, given) = (parameter_count(sql), types.len());
        if wanted != given {
            return Err(Error::Usage(format!(
                "the statement takes {wanted} parameters but got {given}: {sql}"
            )));
        }
        let statement =
            self.runtime.block_on(self.raw.prepare_typed(sql, types)).map_err(|error| match map(error) {
                Error::Sql(message) => Error::Sql(format!("{message} in {sql}")),
                other => other,
            })?;
        if self.statements.by_sql.len() >= STATEMENTS {
            self.statements.by_sql.clear();
        }
        self.statements.by_sql.entry(sql.into()).or_default().push(statement.clone());
        Ok(statement)
    }
}
