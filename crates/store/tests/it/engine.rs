//! The connection of the engine, on a plain thread.

use std::thread;

use store::{Error, Store, Tx};

use crate::both::{on_both, postgres_with};

const TABLE: &str = "CREATE TABLE t (id BIGINT PRIMARY KEY)";

/// Runs `f` on a plain thread and waits for it without blocking the runtime.
async fn on_a_thread<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(|| thread::spawn(f).join().unwrap()).await.unwrap()
}

fn insert(tx: &mut Tx<'_>, id: i64) -> Result<u64, Error> {
    tx.execute("INSERT INTO t VALUES ($1)", &[id.into()])
}

#[tokio::test]
async fn the_engine_borrows_what_it_decides_and_runs_beside_other_writers() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let store = place.store.clone();
        let engine = on_a_thread(move || {
            let mut engine = store.engine().unwrap();
            engine.lock().unwrap();
            let batch = [1, 2, 3];
            let mut seen = 0;
            let inserted = engine.transaction("batch", |tx| {
                seen = batch.len();
                batch.iter().try_fold(0, |sum, id| Ok::<_, Error>(sum + insert(tx, *id)?))
            });
            assert_eq!((inserted, seen), (Ok(3), 3));
            let refused = engine.transaction("refuse", |tx| {
                insert(tx, 4)?;
                Err::<(), _>(Error::Closed)
            });
            assert_eq!(refused, Err(Error::Closed));
            engine
        })
        .await;
        place.store.write("beside", |tx| insert(tx, 10)).await.unwrap();
        assert_eq!(place.count("t").await, 4);
        // Also a runtime's thread may drop it.
        drop(engine);
    })
    .await;
}

#[tokio::test]
async fn there_is_one_engine_on_a_database() {
    on_both(|place| async move {
        let elsewhere = Store::open(place.options.clone()).await.unwrap();
        let store = place.store.clone();
        on_a_thread(move || {
            let mut first = store.engine().unwrap();
            first.lock().unwrap();
            first.lock().unwrap();
            for store in [&store, &elsewhere] {
                assert_eq!(store.engine().unwrap().lock(), Err(Error::EngineTaken));
            }
            drop(first);
            elsewhere.engine().unwrap().lock().unwrap();
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_engine_that_lost_its_connection_decides_again_only_with_the_lock() {
    let Some(place) =
        postgres_with(|options| options.connect_timeout = std::time::Duration::from_millis(300)).await
    else {
        return;
    };
    place.create(TABLE).await;
    on_a_thread(move || {
        let mut engine = place.store.engine().unwrap();
        engine.lock().unwrap();
        let pid = |tx: &mut Tx<'_>| tx.query("SELECT pg_backend_pid()", &[])?[0].int(0);
        let before = engine.transaction("pid", pid).unwrap();
        place.run_outside(&format!("SELECT pg_terminate_backend({before}, 5000)"));
        let after = engine.transaction("pid", pid).unwrap();
        assert_ne!(before, after);

        let mut rival = place.store.engine().unwrap();
        assert_eq!(rival.lock(), Err(Error::EngineTaken));
        place.run_outside(&format!("SELECT pg_terminate_backend({after}, 5000)"));
        rival.lock().unwrap();
        assert_eq!(engine.transaction("late", |tx| insert(tx, 1)), Err(Error::EngineTaken));
        drop(rival);
        // The server notices the end of a connection a moment later.
        let back = (0..100).any(|_| {
            thread::sleep(std::time::Duration::from_millis(20));
            engine.transaction("back", |tx| insert(tx, 1)).is_ok()
        });
        assert!(back);
    })
    .await;
}
