//! Many rows at once.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::{Assign, Claim, Error, Insert, Kind, OwnedValue, Row, Tx, Update, Value};

use crate::both::{Place, on_both, postgres_with, sqlite_with};

const TABLE: &str = "CREATE TABLE t (id BLOB PRIMARY KEY, n BIGINT, s TEXT)";
const COLUMNS: &[(&str, Kind)] = &[("id", Kind::Bytes), ("n", Kind::Int), ("s", Kind::Text)];
const PLAIN: Insert = Insert { table: "t", columns: COLUMNS, conflict: "" };
const KEEP: Insert = Insert { table: "t", columns: COLUMNS, conflict: "ON CONFLICT (id) DO NOTHING" };
const SUM: Insert =
    Insert { table: "t", columns: COLUMNS, conflict: "ON CONFLICT (id) DO UPDATE SET n = t.n + excluded.n" };

fn id(number: i64) -> [u8; 16] {
    (number.cast_unsigned() as u128).to_be_bytes()
}

fn rows(numbers: std::ops::Range<i64>) -> Vec<OwnedValue> {
    numbers
        .flat_map(|n| [id(n).into(), n.into(), if n % 3 == 0 { Value::Null } else { format!("s{n}").into() }])
        .collect()
}

#[tokio::test]
async fn none_one_or_ten_thousand_rows_are_inserted() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let counts = place
            .store
            .write("insert", |tx| {
                Ok::<_, Error>([
                    tx.insert_many(&PLAIN, &[])?,
                    tx.insert_many(&PLAIN, &rows(0..1))?,
                    tx.insert_many(&PLAIN, &rows(1..10_001))?,
                ])
            })
            .await
            .unwrap();
        assert_eq!(counts, [0, 1, 10_000]);
        let sql = "SELECT COUNT(*), COUNT(s), SUM(n) FROM t";
        let row = place.store.read("sum", move |tx| tx.query(sql, &[])).await.unwrap().remove(0);
        assert_eq!(row.int(0).unwrap(), 10_001);
        assert_eq!(row.int(1).unwrap(), 10_001 - 3334);
        assert_eq!(row.int(2).unwrap(), (0..10_001).sum::<i64>());
    })
    .await;
}

#[tokio::test]
async fn a_conflict_is_an_error_ignored_or_merged() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let counts = place
            .store
            .write("insert", |tx| {
                Ok::<_, Error>([
                    tx.insert_many(&PLAIN, &rows(0..10))?,
                    tx.insert_many(&KEEP, &rows(5..15))?,
                    // A key that the same call gives twice is ignored, too.
                    tx.insert_many(&KEEP, &[rows(20..21), rows(20..21)].concat())?,
                    tx.insert_many(&SUM, &rows(10..12))?,
                ])
            })
            .await
            .unwrap();
        assert_eq!(counts, [10, 5, 1, 2]);
        let conflict = place.store.write("again", |tx| tx.insert_many(&PLAIN, &rows(14..16))).await;
        assert_eq!(conflict, Err(Error::Unique { table: "t".to_owned(), columns: "id".to_owned() }));
        let row = place
            .store
            .read("sum", |tx| tx.query("SELECT COUNT(*), SUM(n) FROM t", &[]))
            .await
            .unwrap()
            .remove(0);
        assert_eq!(row.int(0).unwrap(), 16);
        assert_eq!(row.int(1).unwrap(), (0..15).sum::<i64>() + 20 + 10 + 11);
    })
    .await;
}

#[tokio::test]
async fn rows_that_are_not_whole_or_of_another_kind_are_refused() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let part = place.store.write("part", |tx| tx.insert_many(&PLAIN, &[id(1).into()])).await;
        assert!(matches!(part, Err(Error::Usage(_))));
        let kind =
            place.store.write("kind", |tx| tx.insert_many(&PLAIN, &[1.into(), 1.into(), 1.into()])).await;
        assert!(matches!(kind, Err(Error::Usage(_))));
    })
    .await;
}

#[tokio::test]
async fn none_one_or_ten_thousand_keys_are_looked_up() {
    on_both(|place| async move {
        place.create(TABLE).await;
        place.store.write("insert", |tx| tx.insert_many(&PLAIN, &rows(0..10_000))).await.unwrap();
        place
            .store
            .read("keys", |tx| {
                let sql = "SELECT id, n FROM t WHERE id = $key AND n >= $1";
                let mut find = |keys: &[OwnedValue]| -> Result<Vec<i64>, Error> {
                    let mut found: Vec<i64> = tx
                        .query_keys(sql, Kind::Bytes, keys, &[10.into()])?
                        .iter()
                        .map(|row| row.int(1).unwrap())
                        .collect();
                    found.sort_unstable();
                    Ok(found)
                };
                assert!(find(&[])?.is_empty());
                assert_eq!(find(&[id(77).into()])?, [77]);
                assert!(find(&[id(9).into(), id(-1).into(), Value::Null])?.is_empty());
                assert_eq!(find(&[id(50).into(), id(40).into(), id(50).into()])?, [40, 50]);
                let all: Vec<OwnedValue> = (0..10_000).map(|n| id(n).into()).collect();
                assert_eq!(find(&all)?, (10..10_000).collect::<Vec<_>>());
                for (kind, column) in [(Kind::Int, "n"), (Kind::Text, "s")] {
                    let key: OwnedValue = if kind == Kind::Int { 8.into() } else { "s8".into() };
                    let sql = format!("SELECT n FROM t WHERE {column} = $key");
                    assert_eq!(tx.query_keys(&sql, kind, &[key], &[])?.len(), 1);
                }
                Ok::<_, Error>(())
            })
            .await
            .unwrap();
        let wrong = place
            .store
            .read("kind", |tx| tx.query_keys("SELECT 1 WHERE 1 = $key", Kind::Int, &["a".into()], &[]));
        assert!(matches!(wrong.await, Err(Error::Usage(_))));
    })
    .await;
}

const ADD: Update = Update {
    table: "t",
    keys: &[("id", Kind::Bytes)],
    columns: &[("n", Kind::Int, Assign::Add), ("s", Kind::Text, Assign::Set)],
    guard: "n < 9000",
};

#[tokio::test]
async fn many_rows_are_updated_by_key() {
    on_both(|place| async move {
        place.create(TABLE).await;
        place.store.write("insert", |tx| tx.insert_many(&PLAIN, &rows(0..10_000))).await.unwrap();
        let changes: Vec<OwnedValue> =
            (5_000..11_000).flat_map(|n| [id(n).into(), (-n).into(), Value::Null]).collect();
        let counts = place
            .store
            .write("update", move |tx| {
                let none = tx.update_many(&ADD, &[])?;
                Ok::<_, Error>((none, tx.update_many(&ADD, &changes)?))
            })
            .await
            .unwrap();
        // Not those that the guard leaves alone, nor those that do not exist.
        assert_eq!(counts, (0, 4_000));
        let sql = "SELECT SUM(n), COUNT(s) FROM t WHERE n < 5000";
        let row = place.store.read("sum", move |tx| tx.query(sql, &[])).await.unwrap().remove(0);
        assert_eq!(row.int(0).unwrap(), (0..5_000).sum::<i64>());
        assert_eq!(row.int(1).unwrap(), 5_000 - 1_667);
        let twice = place
            .store
            .write("twice", |tx| {
                tx.update_many(
                    &ADD,
                    &[id(1).into(), 1.into(), Value::Null, id(1).into(), 1.into(), Value::Null],
                )
            })
            .await;
        assert!(matches!(twice, Err(Error::Usage(_))));
    })
    .await;
}

const JOBS: Claim = Claim {
    table: "chores",
    key: "id",
    ready: "run_at <= $1 AND claimed_until < $1",
    order: "run_at, id",
    set: "claimed_until = $2",
    returning: "id",
};

#[tokio::test(flavor = "multi_thread")]
async fn no_two_workers_claim_one_job() {
    on_both(|place| async move {
        place
            .create("CREATE TABLE chores (id BIGINT PRIMARY KEY, run_at BIGINT, claimed_until BIGINT)")
            .await;
        let insert = Insert {
            table: "chores",
            columns: &[("id", Kind::Int), ("run_at", Kind::Int), ("claimed_until", Kind::Int)],
            conflict: "",
        };
        let jobs: Vec<OwnedValue> = (0..200).flat_map(|id| [id.into(), (id / 2).into(), 0.into()]).collect();
        place.store.write("insert", move |tx| tx.insert_many(&insert, &jobs)).await.unwrap();
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let store = place.store.clone();
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    loop {
                        let claim = store.write("claim", |tx| tx.claim(&JOBS, 7, &[49.into(), 1_000.into()]));
                        let rows = claim.await.unwrap();
                        if rows.is_empty() {
                            return mine;
                        }
                        assert!(rows.len() <= 7);
                        mine.extend(rows.iter().map(|row| row.int(0).unwrap()));
                    }
                })
            })
            .collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.await.unwrap());
        }
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
    })
    .await;
}

type Given = (Option<i64>, Option<String>, Option<Vec<u8>>);

const ANY: Insert = Insert {
    table: "any_rows",
    columns: &[("id", Kind::Int), ("n", Kind::Int), ("s", Kind::Text), ("b", Kind::Bytes)],
    conflict: "",
};

fn any_row() -> impl Strategy<Value = Given> {
    (any::<Option<i64>>(), proptest::option::of("[^\0]{0,12}"), any::<Option<Vec<u8>>>())
}

async fn there_and_back(place: &Place, given: &[Given]) -> Vec<Given> {
    let values: Vec<OwnedValue> = (0..)
        .zip(given.to_vec())
        .flat_map(|(id, (n, s, b))| [Value::Int(id), n.into(), s.into(), b.into()])
        .collect();
    let replace = move |tx: &mut Tx<'_>| {
        tx.execute("DELETE FROM any_rows", &[])?;
        tx.insert_many(&ANY, &values)?;
        tx.query("SELECT n, s, b FROM any_rows ORDER BY id", &[])
    };
    let read = |row: &Row| {
        let text = row.opt_text(1).unwrap().map(ToOwned::to_owned);
        (row.opt_int(0).unwrap(), text, row.opt_bytes(2).unwrap().map(<[u8]>::to_vec))
    };
    place.store.write("replace", replace).await.unwrap().iter().map(read).collect()
}

/// Arrays are written by hand on PostgreSQL's wire: whatever values they hold must arrive.
#[test]
fn any_rows_arrive() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let places = runtime.block_on(async {
        let places = [Some(sqlite_with(|_| {}, &folder).await), postgres_with(|_| {}).await];
        for place in places.iter().flatten() {
            place.create("CREATE TABLE any_rows (id BIGINT PRIMARY KEY, n BIGINT, s TEXT, b BLOB)").await;
        }
        places
    });
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let check = |given: Vec<Given>| {
        for place in places.iter().flatten() {
            prop_assert_eq!(&runtime.block_on(there_and_back(place, &given)), &given);
        }
        Ok(())
    };
    runner.run(&proptest::collection::vec(any_row(), 0..40), check).unwrap();
}
