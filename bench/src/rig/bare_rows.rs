//! The peer of deciding: the rows that decided conversions left behind, inserted once more into an empty database by the
//! same bulk statements, with as many conversions a transaction, and nothing read, decided, signed or answered.

use anyhow::{Context, Result};
use store::{EngineConnection, Insert, Kind, Store, Tx, Value, dialect::Dialect};

use super::{ambient::Stopwatch, database::Database};

/// The tables that a conversion adds rows to, and the order in which it did.
const TABLES: &[(&str, &str)] = &[
    ("conversions", "id"),
    ("decisions", "conversion_id, sequence"),
    ("commission_lines", "conversion_id, line"),
    // The keys are hashes; in their own order they would append, which they never do.
    ("dedup_keys", "conversion_id"),
    ("transfers", "source, sequence"),
];

/// The balances change once a transaction.
const ACCOUNTS: (&str, &str) = ("accounts", "key");
const ADD: &str =
    "ON CONFLICT (key) DO UPDATE SET debits_pending = accounts.debits_pending + excluded.debits_pending";

/// The rows of one table.
struct Rows {
    table: &'static str,
    columns: Vec<(String, Kind)>,
    conflict: &'static str,
    values: Vec<Value<'static>>,
}

/// The rows of decided conversions.
pub struct BareRows {
    tables: Vec<Rows>,
    accounts: Rows,
    conversions: usize,
}

impl BareRows {
    /// Reads what an SQLite store holds.
    pub async fn read(store: &Store) -> Result<Self> {
        anyhow::ensure!(
            store.dialect() == Dialect::Sqlite,
            "rows are recorded on SQLite, whatever they are compared on"
        );
        Ok(store.read("read rows", Self::of).await?)
    }

    fn of(tx: &mut Tx<'_>) -> store::Result<Self> {
        let tables = TABLES
            .iter()
            .map(|(table, order)| Rows::read(tx, table, order, ""))
            .collect::<store::Result<Vec<_>>>()?;
        let accounts = Rows::read(tx, ACCOUNTS.0, ACCOUNTS.1, ADD)?;
        let conversions = tables.first().map_or(0, Rows::len);
        Ok(Self { tables, accounts, conversions })
    }

    /// Inserts everything into an empty database, `batch` conversions a transaction; gives conversions a second.
    pub fn insert(&self, database: &Database, batch: usize) -> Result<f64> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let store = runtime.block_on(async {
            let store = Store::open(database.options()).await.context("open the store")?;
            store.migrate().await?;
            Ok::<_, anyhow::Error>(store)
        })?;
        let mut connection = store.engine()?;
        let batches = self.conversions.div_ceil(batch.max(1));
        let begun = Stopwatch::start();
        for number in 0..batches {
            self.insert_batch(&mut connection, number, batches)?;
        }
        Ok(self.conversions as f64 / begun.seconds())
    }

    fn insert_batch(
        &self,
        connection: &mut EngineConnection,
        number: usize,
        batches: usize,
    ) -> store::Result<()> {
        let sequence = i64::try_from(number).unwrap_or(i64::MAX);
        // As the outbox names decisions: 20 bytes each.
        let body = vec![0; self.conversions / batches * 20];
        connection.transaction("bare rows", |tx| {
            for rows in &self.tables {
                rows.insert(tx, rows.part(number, batches))?;
            }
            self.accounts.insert(tx, &self.accounts.values)?;
            tx.execute(
                "INSERT INTO outbox (sequence, part, kind, at, body) VALUES ($1, 0, 'decisions', $1, $2)",
                &[Value::Int(sequence), Value::from(&body)],
            )?;
            Ok(())
        })
    }
}

impl Rows {
    fn read(
        tx: &mut Tx<'_>,
        table: &'static str,
        order: &str,
        conflict: &'static str,
    ) -> store::Result<Self> {
        let described =
            tx.query("SELECT name, type FROM pragma_table_info($1) ORDER BY cid", &[Value::from(table)])?;
        let mut columns = Vec::with_capacity(described.len());
        for column in &described {
            let kind = match column.text(1)? {
                "TEXT" => Kind::Text,
                "BLOB" => Kind::Bytes,
                _ => Kind::Int,
            };
            columns.push((column.text(0)?.to_owned(), kind));
        }
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let mut values = Vec::new();
        let sql = format!("SELECT {} FROM {table} ORDER BY {order}", names.join(", "));
        tx.query_each(&sql, &[], &mut |row| {
            values.extend((0..columns.len()).map(|place| row.value(place).clone()));
            Ok(())
        })?;
        Ok(Self { table, columns, conflict, values })
    }

    fn insert(&self, tx: &mut Tx<'_>, values: &[Value<'_>]) -> store::Result<()> {
        let columns: Vec<(&str, Kind)> =
            self.columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        let insert = Insert { table: self.table, columns: &columns, conflict: self.conflict };
        tx.insert_many(&insert, values).map(drop)
    }

    fn len(&self) -> usize {
        self.values.len() / self.columns.len().max(1)
    }

    /// The share of the rows that belongs to one of so many batches.
    fn part(&self, number: usize, batches: usize) -> &[Value<'static>] {
        let width = self.columns.len();
        let place = |number: usize| self.len() * number / batches * width;
        &self.values[place(number)..place(number + 1)]
    }
}
