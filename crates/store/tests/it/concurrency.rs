//! Several transactions at once behave as if they ran one after the other.

use std::sync::{Arc, Barrier};

use store::{Error, Store, Tx, Value};

use crate::both::{count, on_both};

async fn all_of<T: Send + 'static>(tasks: Vec<tokio::task::JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_many_read_and_write_loses_nothing() {
    on_both(|place| async move {
        place.create("CREATE TABLE tallies (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)").await;
        place.store.write("zero", |tx| tx.execute("INSERT INTO tallies VALUES (1, 0)", &[])).await.unwrap();
        let increment = |tx: &mut Tx<'_>| {
            let n = tx.query("SELECT n FROM tallies WHERE id = 1", &[])?[0].int(0)?;
            tx.execute("UPDATE tallies SET n = $1 WHERE id = 1", &[(n + 1).into()])
        };
        let tasks = (0..8)
            .map(|_| {
                let store = place.store.clone();
                tokio::spawn(async move {
                    let mut done = 0;
                    while done < 20 {
                        match store.write("increment", increment).await {
                            Ok(_) => done += 1,
                            // The store gives up after some attempts; what matters is that it says so.
                            Err(Error::Conflict(_)) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                })
            })
            .collect();
        all_of(tasks).await;
        let row =
            place.store.read("get", |tx| tx.query("SELECT n FROM tallies", &[])).await.unwrap().remove(0);
        assert_eq!(row.int(0).unwrap(), 160);
    })
    .await;
}

/// Two people may leave only while another stays. Each sees the other still there, unless the database looks after them.
#[tokio::test(flavor = "multi_thread")]
async fn two_decisions_on_what_the_other_changes_do_not_both_pass() {
    on_both(|place| async move {
        place.create("CREATE TABLE people (id BIGINT PRIMARY KEY, here BIGINT NOT NULL)").await;
        for _ in 0..10 {
            place
                .store
                .write("fill", |tx| {
                    tx.execute("DELETE FROM people", &[])?;
                    tx.execute("INSERT INTO people VALUES (1, 1), (2, 1)", &[])
                })
                .await
                .unwrap();
            let start = Arc::new(Barrier::new(2));
            let leave = |store: Store, id: i64, start: Arc<Barrier>| {
                tokio::task::spawn_blocking(move || {
                    start.wait();
                    tokio::runtime::Handle::current().block_on(store.write("leave", move |tx| {
                        let here = tx.query("SELECT COUNT(*) FROM people WHERE here = 1", &[])?[0].int(0)?;
                        if here > 1 {
                            tx.execute("UPDATE people SET here = 0 WHERE id = $1", &[Value::Int(id)])?;
                        }
                        Ok::<_, Error>(())
                    }))
                })
            };
            let tasks = [1, 2].map(|id| leave(place.store.clone(), id, Arc::clone(&start)));
            for result in all_of(tasks.into()).await {
                result.unwrap();
            }
            assert_eq!(place.store.read("left", |tx| count(tx, "people WHERE here = 1")).await.unwrap(), 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_insert_one_key_one_succeeds() {
    on_both(|place| async move {
        place.create("CREATE TABLE once (id BIGINT PRIMARY KEY)").await;
        let tasks = (0..10)
            .map(|_| {
                let store = place.store.clone();
                tokio::spawn(async move {
                    store.write("once", |tx| tx.execute("INSERT INTO once VALUES (7)", &[])).await
                })
            })
            .collect();
        let results = all_of(tasks).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        for refused in results.into_iter().filter_map(Result::err) {
            assert!(matches!(refused, Error::Unique { .. }), "{refused:?}");
        }
    })
    .await;
}
