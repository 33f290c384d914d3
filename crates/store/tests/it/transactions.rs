//! All or nothing, and what stands between.

use std::sync::mpsc;

use store::{Error, Value};

use crate::both::{count, on_both};

const TABLE: &str = "CREATE TABLE t (id BIGINT PRIMARY KEY, s TEXT CHECK (s <> 'bad'))";
const INSERT: &str = "INSERT INTO t (id, s) VALUES ($1, $2)";

/// An error of a caller, as every layer above has one.
#[derive(Debug, PartialEq)]
enum Refused {
    Terms,
    Store(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Store(error)
    }
}

#[tokio::test]
async fn an_error_of_the_caller_rolls_back_and_comes_back() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let result = place
            .store
            .write("refuse", |tx| {
                tx.execute(INSERT, &[1.into(), "a".into()])?;
                Err::<(), _>(Refused::Terms)
            })
            .await;
        assert_eq!(result, Err(Refused::Terms));
        let result =
            place.store.write("read", |tx| Ok::<_, Refused>(tx.query("SELECT * FROM nowhere", &[])?)).await;
        assert!(matches!(result, Err(Refused::Store(Error::Sql(_)))));
        assert_eq!(place.count("t").await, 0);
        assert_eq!(place.store.stats().rolled_back, 2);
    })
    .await;
}

#[tokio::test]
async fn a_panic_rolls_back_and_the_store_goes_on() {
    on_both(|place| async move {
        place.create(TABLE).await;
        for _ in 0..10 {
            let result = place
                .store
                .write("panic", |tx| {
                    tx.execute(INSERT, &[1.into(), "a".into()])?;
                    assert_eq!(count(tx, "t")?, 0, "on purpose");
                    Ok::<_, Error>(())
                })
                .await;
            let Err(Error::Panicked { name: "panic", message }) = result else { panic!("{result:?}") };
            assert!(message.contains("on purpose"), "{message}");
        }
        assert_eq!(place.count("t").await, 0);
        place.store.write("insert", |tx| tx.execute(INSERT, &[1.into(), "a".into()])).await.unwrap();
        assert_eq!(place.count("t").await, 1);
        assert_eq!(place.store.stats().panicked, 10);
    })
    .await;
}

#[tokio::test]
async fn a_failed_statement_ends_the_transaction_even_when_it_is_ignored() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let result = place
            .store
            .write("ignore", |tx| {
                tx.execute(INSERT, &[1.into(), "a".into()])?;
                assert!(tx.execute(INSERT, &[1.into(), "b".into()]).is_err());
                assert_eq!(count(tx, "t"), Err(Error::Aborted { name: "ignore" }));
                Ok::<_, Error>(())
            })
            .await;
        assert_eq!(result, Err(Error::Aborted { name: "ignore" }));
        assert_eq!(place.count("t").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_may_fail_alone() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let errors = place
            .store
            .write("rows", |tx| {
                let mut errors = Vec::new();
                for (id, s) in [(1, "a"), (1, "twice"), (2, "bad"), (3, "c")] {
                    let outcome = tx.attempt(|tx| {
                        tx.execute(INSERT, &[Value::Int(id), s.into()])?;
                        // Nested, undone with the outer one, and refused by the caller rather than the database.
                        tx.attempt(|tx| {
                            tx.execute(INSERT, &[Value::Int(id + 100), s.into()])?;
                            if id == 3 { Err(Refused::Terms) } else { Ok(()) }
                        })
                    });
                    errors.push(outcome.err());
                }
                Ok::<_, Refused>(errors)
            })
            .await
            .unwrap();
        assert_eq!(errors[0], None);
        assert!(matches!(errors[1], Some(Refused::Store(Error::Unique { .. }))));
        assert!(matches!(errors[2], Some(Refused::Store(Error::Constraint(_)))));
        assert_eq!(errors[3], Some(Refused::Terms));
        let rows = place.store.read("all", |tx| tx.query("SELECT id FROM t ORDER BY id", &[])).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.int(0).unwrap()).collect::<Vec<_>>(), [1, 101]);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_that_hides_a_failure_fails() {
    on_both(|place| async move {
        place.create(TABLE).await;
        place
            .store
            .write("hide", |tx| {
                let hidden = tx.attempt(|tx| {
                    tx.execute(INSERT, &[1.into(), "a".into()])?;
                    let _ = tx.execute(INSERT, &[1.into(), "a".into()]);
                    Ok::<_, Error>(())
                });
                assert_eq!(hidden, Err(Error::Aborted { name: "hide" }));
                tx.execute(INSERT, &[2.into(), "b".into()])
            })
            .await
            .unwrap();
        assert_eq!(place.count("t").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_unique_violation_names_table_and_columns() {
    on_both(|place| async move {
        place.create("CREATE TABLE pairs (a BIGINT, b TEXT, UNIQUE (a, b))").await;
        let insert = "INSERT INTO pairs (a, b) VALUES ($1, $2)";
        let result = place
            .store
            .write("twice", move |tx| {
                tx.execute(insert, &[1.into(), "x".into()])?;
                tx.execute(insert, &[1.into(), "x".into()])
            })
            .await;
        assert_eq!(result, Err(Error::Unique { table: "pairs".to_owned(), columns: "a, b".to_owned() }));
    })
    .await;
}

#[tokio::test]
async fn other_rules_of_the_schema_are_told_apart_from_it() {
    on_both(|place| async move {
        place.create("CREATE TABLE parents (id BIGINT PRIMARY KEY)").await;
        place
            .create("CREATE TABLE children (id BIGINT NOT NULL, parent BIGINT REFERENCES parents (id))")
            .await;
        for sql in ["INSERT INTO children VALUES (NULL, NULL)", "INSERT INTO children VALUES (1, 5)"] {
            let result = place.store.write("rule", move |tx| tx.execute(sql, &[])).await;
            assert!(matches!(result, Err(Error::Constraint(_))), "{result:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_is_checked_at_the_commit_is_no_unknown_outcome() {
    on_both(|place| async move {
        place.create("CREATE TABLE parents (id BIGINT PRIMARY KEY)").await;
        place
            .create(
                "CREATE TABLE children (parent BIGINT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
            )
            .await;
        let result = place.store.write("late", |tx| tx.execute("INSERT INTO children VALUES (5)", &[])).await;
        assert!(matches!(result, Err(Error::Constraint(_))), "{result:?}");
        assert_eq!(place.count("children").await, 0);
        assert!(!place.store.stats().in_doubt);
    })
    .await;
}

#[tokio::test]
async fn a_read_cannot_write() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let result = place.store.read("sneak", |tx| tx.execute(INSERT, &[1.into(), "a".into()])).await;
        assert!(matches!(result, Err(Error::ReadOnly(_))), "{result:?}");
        assert_eq!(place.count("t").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_read_sees_one_state_whatever_is_committed_meanwhile() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let (read_once, reader_began) = mpsc::channel();
        let (written, writer_done) = mpsc::channel();
        // Receivers cannot be shared by the attempts of a transaction; a mutex makes them.
        let writer_done = std::sync::Mutex::new(writer_done);
        let store = place.store.clone();
        let reading = tokio::spawn(async move {
            store
                .read("snapshot", move |tx| {
                    let before = count(tx, "t")?;
                    read_once.send(()).unwrap();
                    writer_done.lock().unwrap().recv().unwrap();
                    Ok::<_, Error>((before, count(tx, "t")?))
                })
                .await
        });
        tokio::task::spawn_blocking(move || reader_began.recv().unwrap()).await.unwrap();
        place.store.write("insert", |tx| tx.execute(INSERT, &[1.into(), "a".into()])).await.unwrap();
        written.send(()).unwrap();
        assert_eq!(reading.await.unwrap().unwrap(), (0, 0));
        assert_eq!(place.count("t").await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_committed_is_there_when_the_store_is_opened_again() {
    on_both(|place| async move {
        place.create(TABLE).await;
        place.store.write("insert", |tx| tx.execute(INSERT, &[1.into(), "kept".into()])).await.unwrap();
        let again = store::Store::open(place.options.clone()).await.unwrap();
        let row = again.read("get", |tx| tx.query_opt("SELECT s FROM t WHERE id = 1", &[])).await.unwrap();
        assert_eq!(row.unwrap().text(0).unwrap(), "kept");
    })
    .await;
}
