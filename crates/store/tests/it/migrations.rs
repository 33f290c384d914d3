//! The schema and its versions.

use store::{Error, Store};

use crate::both::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn migrating_again_and_from_several_processes_changes_nothing() {
    on_both(|place| async move {
        let applied = place.count("schema_migrations").await;
        assert!(applied >= 1);
        let elsewhere = Store::open(place.options.clone()).await.unwrap();
        let (here, there) = tokio::join!(place.store.migrate(), elsewhere.migrate());
        assert_eq!((here, there), (Ok(()), Ok(())));
        assert_eq!(place.count("schema_migrations").await, applied);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    on_both(|place| async move {
        let known = place.count("schema_migrations").await;
        let insert = "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)";
        place
            .store
            .write("future", move |tx| tx.execute(insert, &[9_999.into(), "later".into()]))
            .await
            .unwrap();
        let refused = place.store.migrate().await.unwrap_err();
        assert_eq!(refused, Error::SchemaNewer { found: 9_999, known });
        assert!(refused.to_string().contains("start a newer version of the program"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn a_database_of_another_history_is_refused() {
    on_both(|place| async move {
        let rename = "UPDATE schema_migrations SET name = 'other' WHERE version = 1";
        place.store.write("rename", move |tx| tx.execute(rename, &[])).await.unwrap();
        assert!(matches!(place.store.migrate().await, Err(Error::SchemaForeign { version: 1, .. })));
    })
    .await;
}
