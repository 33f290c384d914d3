//! What fails outside the program: connections, servers, time.

use std::time::Duration;

use store::{Durability, Error, Options, Store, Tx};
use testkit::postgres::{Options as Cluster, ThrowAwayPostgres};

use crate::both::{Place, on_both, postgres_with, sqlite_with};

const TABLE: &str = "CREATE TABLE t (id BIGINT PRIMARY KEY)";

fn insert(tx: &mut Tx<'_>, id: i64) -> Result<u64, Error> {
    tx.execute("INSERT INTO t VALUES ($1)", &[id.into()])
}

/// Ends every session of the store.
fn end_sessions(place: &Place) {
    place.run_outside(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_the_server_ended_are_made_again() {
    let Some(place) = postgres_with(|_| {}).await else { return };
    place.create(TABLE).await;
    for round in 0..3 {
        for id in 0..8 {
            place.store.write("insert", move |tx| insert(tx, round * 8 + id)).await.unwrap();
            place.store.ping().await.unwrap();
        }
        end_sessions(&place);
    }
    assert_eq!(place.count("t").await, 24);
    assert!(place.store.stats().connected >= 9, "{:?}", place.store.stats());
    assert_eq!(place.store.stats().commit_failed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_loses_its_connection_before_the_commit_is_tried_again() {
    let Some(place) = postgres_with(|_| {}).await else { return };
    place.create(TABLE).await;
    let outside = std::sync::Arc::new(place);
    let place = std::sync::Arc::clone(&outside);
    let mut attempts = 0;
    let seen = place
        .store
        .write("interrupted", move |tx| {
            attempts += 1;
            insert(tx, attempts)?;
            if attempts == 1 {
                end_sessions(&outside);
            }
            insert(tx, attempts + 10)?;
            Ok::<_, Error>(attempts)
        })
        .await;
    assert_eq!(seen, Ok(2));
    assert_eq!(place.count("t").await, 2);
    assert_eq!(place.store.stats().retried, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_gets_no_answer_is_an_unknown_outcome() {
    let Some(place) = postgres_with(|_| {}).await else { return };
    place.create(TABLE).await;
    let outside = std::sync::Arc::new(place);
    let place = std::sync::Arc::clone(&outside);
    let result = place
        .store
        .write("cut off", move |tx| {
            let changed = insert(tx, 1);
            end_sessions(&outside);
            changed
        })
        .await;
    assert!(matches!(result, Err(Error::CommitFailed { name: "cut off", .. })), "{result:?}");
    assert!(place.store.stats().in_doubt);
    place.store.prove_healthy().await.unwrap();
    assert!(!place.store.stats().in_doubt);
    place.store.write("insert", |tx| insert(tx, 2)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_after_a_failed_commit_proves_the_store_by_itself() {
    let Some(place) = postgres_with(|_| {}).await else { return };
    place.create(TABLE).await;
    let outside = std::sync::Arc::new(place);
    let place = std::sync::Arc::clone(&outside);
    let cut_off = place.store.write("cut off", move |tx| {
        let changed = insert(tx, 1);
        end_sessions(&outside);
        changed
    });
    assert!(cut_off.await.is_err());
    place.store.write("insert", |tx| insert(tx, 2)).await.unwrap();
    assert!(!place.store.stats().in_doubt);
    assert!(
        place.store.read("proof", |tx| tx.query("SELECT beats FROM store_probe", &[])).await.unwrap().len()
            == 1
    );
}

#[tokio::test]
async fn proving_writes_a_row() {
    on_both(|place| async move {
        place.store.prove_healthy().await.unwrap();
        place.store.prove_healthy().await.unwrap();
        let row =
            place.store.read("proof", |tx| tx.query("SELECT beats FROM store_probe", &[])).await.unwrap();
        assert_eq!(row[0].int(0).unwrap(), 2);
        place.store.write("after", |tx| tx.execute("DELETE FROM store_probe", &[])).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_crashed_is_reported_and_found_again() {
    if testkit::postgres::fresh_url().is_none() {
        return;
    }
    let cluster = ThrowAwayPostgres::start().unwrap();
    let mut options = Options::postgres(cluster.create_database("state").unwrap());
    options.connect_timeout = Duration::from_millis(200);
    let store = Store::open(options.clone()).await.unwrap();
    store.migrate().await.unwrap();
    store.write("create", |tx| tx.execute(TABLE, &[])).await.unwrap();
    store.write("insert", |tx| insert(tx, 1)).await.unwrap();

    cluster.kill_immediately().unwrap();
    assert!(matches!(store.write("down", |tx| insert(tx, 2)).await, Err(Error::Unavailable(_))));
    assert!(matches!(store.ping().await, Err(Error::Unavailable(_))));
    assert!(matches!(Store::open(options).await, Err(Error::Unavailable(_))));

    cluster.start_again().unwrap();
    store.write("up", |tx| insert(tx, 3)).await.unwrap();
    let rows = store.read("all", |tx| tx.query("SELECT id FROM t ORDER BY id", &[])).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.int(0).unwrap()).collect::<Vec<_>>(), [1, 3]);
}

#[tokio::test]
async fn a_server_that_does_not_wait_for_the_disk_is_refused_unless_accepted() {
    if testkit::postgres::fresh_url().is_none() {
        return;
    }
    let cluster = ThrowAwayPostgres::start_with(Cluster { fsync: false }).unwrap();
    let mut options = Options::postgres(cluster.url());
    let refused = Store::open(options.clone()).await.err().unwrap();
    assert_eq!(refused, Error::NotDurable("its setting fsync is off".to_owned()));
    options.accept_server_without_fsync = true;
    Store::open(options).await.unwrap();
}

#[tokio::test]
async fn commits_of_sqlite_wait_for_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    for (durability, expected) in [(Durability::Full, 2), (Durability::OffForMustFailControl, 0)] {
        let place = sqlite_with(|options| options.durability = durability, &folder).await;
        let rows = place.store.write("show", |tx| tx.query("PRAGMA synchronous", &[])).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), expected);
    }
}

#[tokio::test]
async fn commits_wait_for_the_disk_whatever_the_server_has_as_default() {
    let Some(place) = postgres_with(|_| {}).await else { return };
    let database = place.run_outside("SELECT current_database()");
    let setting = |store: Store| async move {
        let rows = store
            .write("show", |tx| tx.query("SELECT current_setting('synchronous_commit')", &[]))
            .await
            .unwrap();
        rows[0].text(0).unwrap().to_owned()
    };
    for (default, expected) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")] {
        place.run_outside(&format!("ALTER DATABASE \"{database}\" SET synchronous_commit = {default}"));
        assert_eq!(setting(Store::open(place.options.clone()).await.unwrap()).await, expected);
    }
    let mut options = place.options.clone();
    options.durability = Durability::OffForMustFailControl;
    assert_eq!(setting(Store::open(options).await.unwrap()).await, "off");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_takes_too_long_is_stopped() {
    on_both(|place| async move {
        // Opened once more, since making the tables may take a busy machine longer than that.
        let mut options = place.options.clone();
        options.statement_timeout = Duration::from_millis(150);
        options.readers = 1;
        drop(place.store);
        let store = Store::open(options).await.unwrap();
        let endless =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i % 1000 + 1 FROM n) SELECT COUNT(*) FROM n";
        let stopped = store.read("endless", move |tx| tx.query(endless, &[])).await;
        assert_eq!(stopped, Err(Error::Timeout));
        store.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_place_that_does_not_exist_is_not_available() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Options::sqlite(folder.path().join("no/such/folder/state.db"));
    assert!(matches!(Store::open(missing).await, Err(Error::Unavailable(_))));
    let file = folder.path().join("text");
    std::fs::write(&file, "This is not a database, but long enough to be looked at as one. ".repeat(100))
        .unwrap();
    assert!(matches!(Store::open(Options::sqlite(file)).await, Err(Error::Unavailable(_))));
    let mut nobody = Options::postgres("postgres://merit@127.0.0.1:1/none");
    nobody.connect_timeout = Duration::from_millis(100);
    assert!(matches!(Store::open(nobody).await, Err(Error::Unavailable(_))));
    assert!(matches!(Store::open(Options::postgres("https://example.com")).await, Err(Error::Usage(_))));
    let Some(place) = postgres_with(|_| {}).await else { return };
    let store::Database::Postgres(url) = &place.options.url else { panic!("a place on PostgreSQL") };
    let unknown = Options::postgres(format!("{url}_unknown"));
    assert!(matches!(Store::open(unknown).await, Err(Error::NotAllowed(_))));
}
