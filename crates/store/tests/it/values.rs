//! What goes in comes out.

use store::{Error, OwnedValue, Row, Value};

use crate::both::on_both;

const TABLE: &str = "CREATE TABLE v (id BIGINT PRIMARY KEY, n BIGINT, s TEXT, b BLOB)";
const INSERT: &str = "INSERT INTO v (id, n, s, b) VALUES ($1, $2, $3, $4)";

type OneOfEach = (Option<i64>, Option<String>, Option<Vec<u8>>);

fn kinds() -> Vec<OneOfEach> {
    let bytes: Vec<u8> = (0..=255).collect();
    vec![
        (Some(0), Some(String::new()), Some(Vec::new())),
        (None, None, None),
        (Some(i64::MAX), Some("a'b\"c\\d\n\u{1}".to_owned()), Some(bytes)),
        (Some(i64::MIN), Some("Đồng · تومان · 🦀 · e\u{301} · \u{10FFFF}".to_owned()), Some(vec![0; 3])),
        (Some(-1), Some("x".repeat(1 << 20)), Some(vec![7; 1 << 20])),
    ]
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_went_in() {
    on_both(|place| async move {
        place.create(TABLE).await;
        place
            .store
            .write("insert", |tx| {
                for (id, (n, s, b)) in (0..).zip(kinds()) {
                    let changed = tx.execute(INSERT, &[Value::Int(id), n.into(), s.into(), b.into()])?;
                    assert_eq!(changed, 1);
                }
                Ok::<_, Error>(())
            })
            .await
            .unwrap();
        let rows = place
            .store
            .read("all", |tx| tx.query("SELECT n, s, b, id FROM v ORDER BY id", &[]))
            .await
            .unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|row| {
                let text = row.opt_text(1).unwrap().map(ToOwned::to_owned);
                (row.opt_int(0).unwrap(), text, row.opt_bytes(2).unwrap().map(<[u8]>::to_vec))
            })
            .collect();
        assert!(found == kinds(), "values changed on the way");
        assert_eq!(rows[0].len(), 4);
    })
    .await;
}

#[tokio::test]
async fn ids_and_truth_values_have_their_own_readers() {
    on_both(|place| async move {
        place.create("CREATE TABLE t (id BLOB PRIMARY KEY, active BIGINT NOT NULL, parent BLOB)").await;
        let row = place
            .store
            .write("insert", |tx| {
                tx.execute(
                    "INSERT INTO t VALUES ($1, $2, $3)",
                    &[[9u8; 16].into(), true.into(), Value::Null],
                )?;
                tx.query_opt("SELECT id, active, parent FROM t WHERE id = $1", &[(&[9u8; 16]).into()])
            })
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.id16(0).unwrap(), [9; 16]);
        assert!(row.bool(1).unwrap());
        assert_eq!(row.opt_id16(2).unwrap(), None);
        assert!(matches!(row.text(0), Err(Error::Decode { column: 0, .. })));
    })
    .await;
}

#[tokio::test]
async fn a_nul_character_is_refused_on_both() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let result = place
            .store
            .write("insert", |tx| tx.execute(INSERT, &[1.into(), Value::Null, "a\0b".into(), Value::Null]))
            .await;
        assert_eq!(result, Err(Error::NulInText));
        assert_eq!(place.count("v").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_parameter_that_was_null_first_takes_large_numbers_and_sums_are_integers() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let rows = place
            .store
            .write("sum", |tx| {
                for n in [None, Some(1_i64 << 40), Some(-3)] {
                    let sql = "INSERT INTO v (id, n) VALUES ((SELECT COUNT(*) FROM v), $1)";
                    tx.execute(sql, &[n.into()])?;
                }
                let sql =
                    "SELECT SUM(n), COUNT(*), COUNT(n), MAX(n), COALESCE($1, 0) + 1 FROM v WHERE n < $2 + 1";
                let none = tx.query(sql, &[Value::Null, i64::MAX.saturating_sub(1).into()])?;
                let some = tx.query(sql, &[(1_i64 << 50).into(), i64::MAX.saturating_sub(1).into()])?;
                Ok::<_, Error>([none, some].concat())
            })
            .await
            .unwrap();
        let numbers = |row: &Row| (0..5).map(|i| row.int(i).unwrap()).collect::<Vec<_>>();
        let sum = (1 << 40) - 3;
        assert_eq!(numbers(&rows[0]), [sum, 2, 2, 1 << 40, 1]);
        assert_eq!(numbers(&rows[1]), [sum, 2, 2, 1 << 40, (1 << 50) + 1]);
    })
    .await;
}

#[tokio::test]
async fn text_compares_by_its_bytes_and_like_by_its_case() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let rows = place
            .store
            .write("sort", |tx| {
                for (id, s) in (0..).zip(["b", "B", "a", "ä", "_", "Z"]) {
                    tx.execute("INSERT INTO v (id, s) VALUES ($1, $2)", &[Value::Int(id), s.into()])?;
                }
                let mut rows = tx.query("SELECT s FROM v ORDER BY s", &[])?;
                rows.extend(tx.query("SELECT s FROM v WHERE s LIKE $1", &["B%".into()])?);
                Ok::<_, Error>(rows)
            })
            .await
            .unwrap();
        let texts: Vec<&str> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(texts, ["B", "Z", "_", "a", "b", "ä", "B"]);
    })
    .await;
}

#[tokio::test]
async fn mistakes_in_a_call_are_errors_of_the_program() {
    on_both(|place| async move {
        place.create(TABLE).await;
        let run = |sql: &'static str, params: Vec<OwnedValue>| {
            let store = place.store.clone();
            async move { store.write("wrong", move |tx| tx.query(sql, &params)).await.unwrap_err() }
        };
        assert!(matches!(run("SELECT id FROM v WHERE id = $1", vec![]).await, Error::Usage(_)));
        assert!(matches!(run("SELECT id FROM v", vec![1.into()]).await, Error::Usage(_)));
        assert!(matches!(run("SELEC 1", vec![]).await, Error::Sql(_)));
        assert!(matches!(run("SELECT nothing FROM nowhere", vec![]).await, Error::Sql(_)));
        let several = place
            .store
            .write("several", |tx| {
                tx.execute("INSERT INTO v (id) VALUES (1), (2)", &[])?;
                tx.query_opt("SELECT id FROM v", &[])
            })
            .await;
        assert!(matches!(several, Err(Error::TooManyRows(_))));
        let rows_from_execute = place.store.write("rows", |tx| tx.execute("SELECT id FROM v", &[])).await;
        assert!(matches!(rows_from_execute, Err(Error::Usage(_))), "{rows_from_execute:?}");
    })
    .await;
}

#[tokio::test]
async fn a_large_answer_is_streamed_and_can_be_stopped() {
    on_both(|place| async move {
        place.create("CREATE TABLE n (i BIGINT PRIMARY KEY)").await;
        let numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
                       INSERT INTO n SELECT i FROM n";
        place.store.write("fill", move |tx| tx.execute(numbers, &[])).await.unwrap();
        let (sum, seen) = place
            .store
            .read("stream", |tx| {
                let mut sum = 0;
                tx.query_each("SELECT i FROM n WHERE i >= $1 ORDER BY i", &[10.into()], &mut |row| {
                    sum += row.int(0)?;
                    Ok(())
                })?;
                let mut seen = 0;
                let stopped = tx.query_each("SELECT i FROM n ORDER BY i", &[], &mut |row| {
                    seen += 1;
                    if row.int(0)? < 699 { Ok(()) } else { Err(Error::Usage("enough".to_owned())) }
                });
                assert_eq!(stopped, Err(Error::Usage("enough".to_owned())));
                // The transaction is as good as before.
                tx.query("SELECT 1", &[])?;
                Ok::<_, Error>((sum, seen))
            })
            .await
            .unwrap();
        assert_eq!(sum, (10..10_000).sum::<i64>());
        assert_eq!(seen, 700);
    })
    .await;
}
