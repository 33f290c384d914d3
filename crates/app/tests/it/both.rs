//! Runs one test on SQLite and on PostgreSQL.

use std::future::Future;

use store::{Options, Store};

/// Runs `test` on an empty, migrated database of each kind.
pub async fn on_both<F: Future<Output = ()>>(test: impl Fn(Store) -> F) {
    let folder = tempfile::tempdir().unwrap();
    test(open(Options::sqlite(folder.path().join("state.db"))).await).await;
    if let Some(url) = tokio::task::spawn_blocking(testkit::postgres::fresh_url).await.unwrap() {
        test(open(Options::postgres(url)).await).await;
    }
}

/// An empty, migrated database.
pub async fn open(options: Options) -> Store {
    let store = Store::open(options).await.unwrap();
    store.migrate().await.unwrap();
    store
}
