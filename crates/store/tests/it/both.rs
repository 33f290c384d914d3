//! Runs one test on SQLite and on PostgreSQL.

use std::future::Future;

use store::{Database, Dialect, Error, Options, Store, Tx};
use tempfile::TempDir;

/// An empty, migrated database of one kind.
pub struct Place {
    pub store: Store,
    /// How to open the same database again.
    pub options: Options,
}

impl Place {
    async fn open(change: impl FnOnce(&mut Options), mut options: Options) -> Self {
        change(&mut options);
        let store = Store::open(options.clone()).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, options }
    }

    /// Creates a table from a text that says `BLOB`, as migrations do.
    pub async fn create(&self, sql: &'static str) {
        self.store
            .write("create", move |tx| {
                let bytes = if tx.dialect() == Dialect::Postgres { "BYTEA" } else { "BLOB" };
                tx.execute(&sql.replace("BLOB", bytes), &[])
            })
            .await
            .unwrap();
    }

    /// The number of rows of a table.
    pub async fn count(&self, table: &'static str) -> i64 {
        self.store.read("count", move |tx| count(tx, table)).await.unwrap()
    }

    /// Runs SQL on a connection that the store knows nothing of; only on PostgreSQL.
    pub fn run_outside(&self, sql: &str) -> String {
        let Database::Postgres(url) = &self.options.url else {
            panic!("there is no outside of an embedded database")
        };
        let database = url.rsplit('/').next().unwrap();
        testkit::postgres::shared().unwrap().query(database, sql).unwrap()
    }
}

pub fn count(tx: &mut Tx<'_>, table: &str) -> Result<i64, Error> {
    let rows = tx.query(&format!("SELECT COUNT(*) FROM {table}"), &[])?;
    rows[0].int(0)
}

/// Runs `test` on both databases.
pub async fn on_both<F: Future<Output = ()>>(test: impl Fn(Place) -> F) {
    let folder = tempfile::tempdir().unwrap();
    test(sqlite_with(|_| {}, &folder).await).await;
    if let Some(place) = postgres_with(|_| {}).await {
        test(place).await;
    }
}

/// A place on SQLite.
pub async fn sqlite_with(change: impl FnOnce(&mut Options), folder: &TempDir) -> Place {
    Place::open(change, Options::sqlite(folder.path().join("state.db"))).await
}

/// A place on PostgreSQL.
pub async fn postgres_with(change: impl FnOnce(&mut Options)) -> Option<Place> {
    let url = tokio::task::spawn_blocking(testkit::postgres::fresh_url).await.unwrap()?;
    Some(Place::open(change, Options::postgres(url)).await)
}
