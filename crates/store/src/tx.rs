//! One transaction, whichever database it runs on.
//!
//! A [`Tx`] is given to a closure by [`crate::Store::write`], [`crate::Store::read`] or [`crate::EngineConnection`]; what
//! the closure returns decides: `Ok` commits, `Err` rolls back. SQL is written once, in the portable subset that
//! [`crate::dialect`] describes, with `$1`, `$2`, .. for parameters.
//!
//! After a statement has failed the transaction is over, on both databases (PostgreSQL has that rule, SQLite does not):
//! every later statement answers [`Error::Aborted`] and the commit is refused. What is allowed to fail goes into
//! [`Tx::attempt`].

use crate::bulk::{Insert, Update, check_distinct, check_rows};
use crate::dialect::{Claim, Dialect};
use crate::error::{Error, Result};
use crate::value::{Kind, Row, Value};
use crate::{postgres, sqlite};

/// Whether a transaction may change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A consistent view without changes.
    Read,
    /// The only kind that is committed.
    Write,
}

/// The driver under a transaction.
pub(crate) enum Driver<'c> {
    Sqlite(&'c sqlite::Connection),
    Postgres(postgres::Transaction<'c>),
}

/// An open transaction.
pub struct Tx<'c> {
    pub(crate) driver: Driver<'c>,
    name: &'static str,
    failure: Option<Error>,
    depth: u32,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(name: &'static str, driver: Driver<'c>) -> Self {
        Self { driver, name, failure: None, depth: 0 }
    }

    /// Takes the transaction apart for its end: the driver, and the failure that forbids a commit.
    pub(crate) fn finish(self) -> (Driver<'c>, Option<Error>) {
        (self.driver, self.failure)
    }

    /// The database that this transaction runs on. Needed only by [`crate::dialect`] and by tests.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.driver {
            Driver::Sqlite(_) => Dialect::Sqlite,
            Driver::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement that answers no rows and gives the number of rows that it changed.
    ///
    /// # Errors
    /// Any [`Error`] of the statement; the transaction is over then.
    pub fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        self.step(|driver| {
            check_params(params)?;
            match driver {
                Driver::Sqlite(connection) => connection.execute(sql, params),
                Driver::Postgres(transaction) => transaction.execute(sql, params),
            }
        })
    }

    /// Runs a statement and gives all rows of its answer.
    ///
    /// # Errors
    /// Any [`Error`] of the statement; the transaction is over then.
    pub fn query(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        self.step(|driver| {
            check_params(params)?;
            match driver {
                Driver::Sqlite(connection) => connection.query(sql, params),
                Driver::Postgres(transaction) => transaction.query(sql, params),
            }
        })
    }

    /// Runs a statement that answers at most one row.
    ///
    /// # Errors
    /// [`Error::TooManyRows`] when it answers more, and any [`Error`] of the statement; the transaction is over then.
    pub fn query_opt(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Option<Row>> {
        let mut rows = self.query(sql, params)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            _ => self.step(|_| Err(Error::TooManyRows(sql.to_owned()))),
        }
    }

    /// Runs a statement and gives its rows to `each` one after another, never holding the whole answer. An error of `each`
    /// stops the query and is returned; it does not end the transaction.
    ///
    /// # Errors
    /// Any [`Error`] of the statement (the transaction is over then), and the first error of `each`.
    pub fn query_each(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        let mut stopped = None;
        let mut visit = |row: &Row| match each(row) {
            Ok(()) => true,
            Err(error) => {
                stopped = Some(error);
                false
            }
        };
        self.step(|driver| {
            check_params(params)?;
            match driver {
                Driver::Sqlite(connection) => connection.query_each(sql, params, &mut visit),
                Driver::Postgres(transaction) => transaction.query_each(sql, params, &mut visit),
            }
        })?;
        stopped.map_or(Ok(()), Err)
    }

    /// Inserts many rows, whose values stand one row after the other, and gives the number of rows that were inserted or,
    /// with `DO UPDATE`, changed.
    ///
    /// # Errors
    /// [`Error::Usage`] when the values are not whole rows of the right kinds, and any [`Error`] of the statement; the
    /// transaction is over then.
    pub fn insert_many(&mut self, insert: &Insert, values: &[Value<'_>]) -> Result<u64> {
        self.step(|driver| {
            if check_rows(insert.table, &insert.kinds(), values)? == 0 {
                return Ok(0);
            }
            match driver {
                Driver::Sqlite(connection) => connection.insert_many(insert, values),
                Driver::Postgres(transaction) => transaction.insert_many(insert, values),
            }
        })
    }

    /// Updates many rows by key, whose values (keys, then columns) stand one row after the other, and gives the number of
    /// rows that were found and changed.
    ///
    /// # Errors
    /// [`Error::Usage`] when the values are not whole rows of the right kinds or name a key twice, and any [`Error`] of the
    /// statement; the transaction is over then.
    pub fn update_many(&mut self, update: &Update, values: &[Value<'_>]) -> Result<u64> {
        self.step(|driver| {
            let kinds = update.kinds();
            if check_rows(update.table, &kinds, values)? == 0 {
                return Ok(0);
            }
            check_distinct(update.table, update.keys.len(), kinds.len(), values)?;
            match driver {
                Driver::Sqlite(connection) => connection.update_many(update, values),
                Driver::Postgres(transaction) => transaction.update_many(update, values),
            }
        })
    }

    /// Looks up many keys at once. `sql` holds `= $key` where one key stands and `$1`, `$2`, .. for `params`, for example
    /// `SELECT id, state FROM touches WHERE id = $key AND network_id = $1`. The rows of all keys come back in any order, so
    /// select the key too; a key that is given twice answers once, and a null key answers nothing.
    ///
    /// The statement must find each row by one key alone: no `ORDER BY`, `LIMIT`, `DISTINCT` or aggregate over several keys
    /// (`GROUP BY` the key is fine).
    ///
    /// # Errors
    /// [`Error::Usage`] without `= $key` or with a key of another kind, and any [`Error`] of the statement; the transaction
    /// is over then.
    pub fn query_keys(
        &mut self,
        sql: &str,
        key_kind: Kind,
        keys: &[Value<'_>],
        params: &[Value<'_>],
    ) -> Result<Vec<Row>> {
        self.step(|driver| {
            check_rows("a list of keys", &[key_kind], keys)?;
            check_params(params)?;
            let mut distinct: Vec<&Value<'_>> = keys.iter().filter(|key| **key != Value::Null).collect();
            // In the order of the index too: neighbouring keys are then found on one page.
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.is_empty() {
                return Ok(Vec::new());
            }
            match driver {
                Driver::Sqlite(connection) => connection.query_keys(sql, key_kind, &distinct, params),
                Driver::Postgres(transaction) => transaction.query_keys(sql, key_kind, &distinct, params),
            }
        })
    }

    /// Claims up to `limit` rows of a job table, so that no two workers get the same row; see [`Claim`].
    ///
    /// # Errors
    /// Any [`Error`] of the statement; the transaction is over then.
    pub fn claim(&mut self, claim: &Claim, limit: u32, params: &[Value<'_>]) -> Result<Vec<Row>> {
        let sql = self.dialect().claim_sql(claim, limit);
        self.query(&sql, params)
    }

    /// Runs `f` inside a savepoint: when it fails, only what it did is undone and the transaction goes on. An error that
    /// ends the transaction as a whole (a collision, a lost connection) still does.
    ///
    /// # Errors
    /// The error of `f`, or of the savepoint itself.
    pub fn attempt<T, E: From<Error>>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.depth += 1;
        let savepoint = format!("attempt_{}", self.depth);
        let entered = self.batch(&format!("SAVEPOINT {savepoint}"));
        let result = match entered {
            Ok(()) => f(self),
            Err(error) => Err(E::from(error)),
        };
        self.depth -= 1;
        let result = match (result, &self.failure) {
            (Ok(_), Some(_)) => Err(E::from(Error::Aborted { name: self.name })),
            (result, _) => result,
        };
        if result.is_ok() {
            self.batch(&format!("RELEASE SAVEPOINT {savepoint}"))?;
        } else if !self.failure.as_ref().is_some_and(Error::ends_everything) {
            self.failure = None;
            self.batch(&format!("ROLLBACK TO SAVEPOINT {savepoint}; RELEASE SAVEPOINT {savepoint}"))?;
        }
        result
    }

    /// Runs several statements without parameters, separated by `;`, as they are.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.step(|driver| match driver {
            Driver::Sqlite(connection) => connection.batch(sql),
            Driver::Postgres(transaction) => transaction.batch(sql),
        })
    }

    /// One step of the transaction: refused after a failure, remembered when it fails.
    fn step<T>(&mut self, run: impl FnOnce(&mut Driver<'c>) -> Result<T>) -> Result<T> {
        if self.failure.is_some() {
            return Err(Error::Aborted { name: self.name });
        }
        let result = run(&mut self.driver);
        if let Err(error) = &result {
            self.failure = Some(error.clone());
        }
        result
    }
}

fn check_params(params: &[Value<'_>]) -> Result<()> {
    params.iter().try_for_each(Value::check)
}
