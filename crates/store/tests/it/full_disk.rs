//! A disk that takes no more: nothing that was acknowledged is lost, and the store comes back when there is room.

use std::process::Command;

use store::{Error, Options, Store};

use crate::both::on_both;

const INSERT: &str = "INSERT INTO t (id, b) VALUES ($1, $2)";
const TABLE: &str = "CREATE TABLE t (id BIGINT PRIMARY KEY, b BLOB)";

/// A full database file is an error of the statement: the transaction is rolled back and nothing is in doubt.
#[tokio::test]
async fn a_statement_that_finds_no_room_is_rolled_back() {
    on_both(|place| async move {
        if place.store.dialect() == store::Dialect::Postgres {
            return;
        }
        place.create(TABLE).await;
        place.store.write("limit", |tx| tx.query("PRAGMA max_page_count = 1000", &[])).await.unwrap();
        let fill = |id: i64| {
            place.store.write("fill", move |tx| tx.execute(INSERT, &[id.into(), vec![1; 20_000].into()]))
        };
        let mut stored = 0;
        let error = loop {
            match fill(stored).await {
                Ok(_) => stored += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::Full(_)), "{error:?}");
        assert!(stored > 3);
        assert_eq!(place.count("t").await, stored);
        place.store.write("limit", |tx| tx.query("PRAGMA max_page_count = 4000", &[])).await.unwrap();
        fill(stored).await.unwrap();
    })
    .await;
}

/// The size of files is limited for a process of its own (this test, run again by a shell), so that the log of SQLite cannot
/// grow: `COMMIT` itself fails. Then the limit is lifted.
#[test]
fn a_commit_that_finds_no_room_is_an_unknown_outcome_until_the_store_proves_itself() {
    if let Some(folder) = std::env::var_os("STORE_FULL_DISK") {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime
            .block_on(commit_until_full(Options::sqlite(std::path::Path::new(&folder).join("state.db"))));
    }
    let folder = tempfile::tempdir().unwrap();
    let name = "full_disk::a_commit_that_finds_no_room_is_an_unknown_outcome_until_the_store_proves_itself";
    let output = Command::new("/bin/sh")
        .args(["-c", "trap '' XFSZ; ulimit -S -f 16384; exec \"$@\"", "limited"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env("STORE_FULL_DISK", folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

async fn commit_until_full(options: Options) {
    let store = Store::open(options.clone()).await.unwrap();
    store.migrate().await.unwrap();
    store.write("create", |tx| tx.execute(TABLE, &[])).await.unwrap();
    let fill = |store: &Store, id: i64| {
        let store = store.clone();
        async move {
            store.write("fill", move |tx| tx.execute(INSERT, &[id.into(), vec![1; 10_000].into()])).await
        }
    };
    let mut acknowledged = Vec::new();
    for id in 0.. {
        match fill(&store, id).await {
            Ok(_) => acknowledged.push(id),
            Err(Error::CommitFailed { name: "fill", .. }) => {
                assert!(store.stats().in_doubt);
                // The probe moves the log into the database, which makes room as long as that may grow.
                if store.prove_healthy().await.is_err() {
                    break;
                }
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(acknowledged.len() > 10);
    assert!(store.stats().commit_failed > 0);
    assert!(matches!(fill(&store, -1).await, Err(Error::Unavailable(_))));

    let process = std::process::id().to_string();
    assert!(
        Command::new("prlimit").args(["--fsize=unlimited", "--pid", &process]).status().unwrap().success()
    );
    store.prove_healthy().await.unwrap();
    assert!(!store.stats().in_doubt);
    fill(&store, 1_000_000).await.unwrap();
    acknowledged.push(1_000_000);
    drop(store);
    let again = Store::open(options).await.unwrap();
    let rows = again.read("all", |tx| tx.query("SELECT id FROM t ORDER BY id", &[])).await.unwrap();
    let stored: Vec<i64> = rows.iter().map(|row| row.int(0).unwrap()).collect();
    assert_eq!(stored, acknowledged);
}
