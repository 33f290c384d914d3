//! Whole tables go from either database into either.

use store::{Error, Store, Value, condition, portable};

use crate::both::{Place, on_both, postgres_with, sqlite_with};

/// Rows of every kind of value, with nulls, in a table without and one with a key of its own.
async fn fill(store: &Store) {
    let fill = store.write("fill", |tx| {
        tx.execute("UPDATE revisions SET value = 7 WHERE name = 'outbox'", &[])?;
        tx.execute("UPDATE award_positions SET sequence = 6", &[])?;
        for number in 0..3000_i64 {
            let body: Vec<u8> = number.to_be_bytes().repeat(4);
            tx.execute(
                "INSERT INTO outbox (sequence, part, kind, at, body) VALUES ($1, 0, $2, $3, $4)",
                &[number.into(), "ÿ 'x'".into(), i64::MIN.into(), body.into()],
            )?;
        }
        let publisher = "INSERT INTO publishers (id, network_id, external_id, revision, body) VALUES ($1, $1, $2, 1, '{}')";
        tx.execute(publisher, &[[1_u8; 16].into(), Value::Null])?;
        tx.execute(publisher, &[[2_u8; 16].into(), "x\ny".into()])?;
        Ok::<_, Error>(())
    });
    fill.await.unwrap();
}

type Copy = Vec<(portable::Table, Vec<Vec<store::OwnedValue>>)>;

async fn copy_of(store: &Store) -> Copy {
    let copy = store.read("copy", |tx| {
        let mut copy = Vec::new();
        for table in portable::tables(tx)? {
            let mut rows = Vec::new();
            portable::each_row(tx, &table, &mut |row| {
                rows.push((0..row.len()).map(|i| row.value(i).clone()).collect::<Vec<_>>());
                Ok(())
            })?;
            assert_eq!(portable::count(tx, &table)?, rows.len() as u64, "{}", table.name);
            rows.sort();
            copy.push((table, rows));
        }
        Ok::<_, Error>(copy)
    });
    copy.await.unwrap()
}

async fn restore(store: &Store, copy: Copy) -> Result<(), Error> {
    let version = portable::known_schema_version();
    store
        .write("restore", move |tx| {
            let tables = portable::prepare(tx, version)?;
            assert_eq!(tables, copy.iter().map(|(table, _)| table.clone()).collect::<Vec<_>>());
            for (table, rows) in &copy {
                let columns: Vec<_> =
                    table.columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
                let values: Vec<_> = rows.iter().flatten().cloned().collect();
                assert_eq!(portable::insert(tx, &table.name, &columns, &values)?, rows.len() as u64);
            }
            Ok(())
        })
        .await
}

async fn unused(place: &Place) -> Store {
    Store::open(place.options.clone()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_the_same_on_either_database() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let embedded = sqlite_with(|_| {}, &first).await;
    fill(&embedded.store).await;
    let copy = copy_of(&embedded.store).await;
    assert!(copy.iter().any(|(table, rows)| table.name == "outbox" && rows.len() == 3000));
    let again = sqlite_with(|_| {}, &second).await;
    restore(&again.store, copy.clone()).await.unwrap();
    assert!(copy_of(&again.store).await == copy);
    let Some(server) = postgres_with(|_| {}).await else { return };
    restore(&server.store, copy.clone()).await.unwrap();
    assert!(copy_of(&server.store).await == copy);
    let third = tempfile::tempdir().unwrap();
    let back = sqlite_with(|_| {}, &third).await;
    restore(&back.store, copy_of(&server.store).await).await.unwrap();
    assert!(copy_of(&back.store).await == copy);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_holds_something_takes_no_copy() {
    on_both(|place| async move {
        let store = unused(&place).await;
        fill(&store).await;
        let refused = restore(&store, Vec::new()).await.unwrap_err().to_string();
        assert!(refused.starts_with("the database is not empty (outbox has rows)"), "{refused}");
        let newer = portable::known_schema_version() + 1;
        let refused = store.write("prepare", move |tx| portable::prepare(tx, newer)).await.unwrap_err();
        assert!(matches!(refused, Error::SchemaNewer { .. }), "{refused}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_condition_names_what_durability_hangs_on() {
    on_both(|place| async move {
        let condition = place.store.write("condition", condition::read).await.unwrap();
        assert_eq!(condition.complaints, Vec::<String>::new());
        let names: Vec<&str> = condition.settings.iter().map(|(name, _)| *name).collect();
        match condition.engine {
            "SQLite" => assert_eq!(names, ["journal_mode", "synchronous"]),
            _ => {
                assert_eq!(names, ["fsync", "synchronous_commit", "full_page_writes"]);
                assert!(condition.server_time.is_some());
            }
        }
        assert_eq!(place.store.read("newest", condition::newest_change).await.unwrap(), None);
    })
    .await;
}
