//! A database that does not take what it is given: nothing is acknowledged, nothing half is stored, and it heals.

use std::time::Duration;

use app::intake::{Answer, Decider, Limits, SubmitError};
use model::conversion::{ConversionReport, State};
use serde_json::json;
use store::Dialect;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, usd},
};

async fn started(store: store::Store, limits: Limits) -> (World, Decider) {
    let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
    let mut world = World::build(store, Plan::publishers(1).default_terms(terms)).await;
    let decider = world.app.start_intake(limits).unwrap();
    (world, decider)
}

async fn submit(world: &World, report: ConversionReport) -> Result<State, SubmitError> {
    let handle = world.app.intake.clone().expect("the decider was started");
    match handle.submit(world.event(report)).await? {
        Answer::Conversion(answer) => Ok(answer.state),
        other => panic!("no answer to a conversion: {other:?}"),
    }
}

/// Orders of ten dollars, numbered from `first`.
fn orders(world: &World, click_id: &str, first: usize) -> Vec<ConversionReport> {
    (first..first + 5).map(|number| world.order(&format!("o-{number}"), "10", click_id)).collect()
}

async fn until_healthy(world: &World) {
    let handle = world.app.intake.clone().expect("the decider was started");
    for _ in 0..400 {
        if handle.is_healthy() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the intake did not become healthy again");
}

async fn run(world: &World, sql: &'static str) {
    world.write(move |tx| tx.execute(sql, &[]).map(drop)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_fails_halfway_leaves_nothing_and_comes_again() {
    on_both(|store| async move {
        let (world, decider) = started(store, Limits::default()).await;
        let click = world.click(0).await;
        let reports = orders(&world, &click.click_id, 0);
        run(&world, "ALTER TABLE outbox RENAME TO outbox_away").await;
        for report in &reports {
            assert_eq!(submit(&world, report.clone()).await, Err(SubmitError::NotStored));
        }
        run(&world, "ALTER TABLE outbox_away RENAME TO outbox").await;
        world.assert_clean().await;
        assert_eq!(world.balance(0).await, (0, 0));
        for report in reports {
            assert_eq!(submit(&world, report).await, Ok(State::Pending));
        }
        assert_eq!(world.balance(0).await, (0, usd("5")));
        world.assert_clean().await;
        decider.stop();
    })
    .await;
}

/// On PostgreSQL the session ends in the middle of `COMMIT`; on SQLite the file may not grow.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_commit_nothing_is_acknowledged_until_the_store_is_well() {
    on_both(|store| async move {
        let (world, decider) = started(store, Limits::default()).await;
        let click = world.click(0).await;
        let mut reports = orders(&world, &click.click_id, 0);
        let postgres = world.app.store.dialect() == Dialect::Postgres;
        if postgres {
            run(
                &world,
                "CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS \
                'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'",
            )
            .await;
            run(
                &world,
                "CREATE CONSTRAINT TRIGGER cut_off AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED \
                FOR EACH ROW EXECUTE FUNCTION cut_off()",
            )
            .await;
        } else {
            world.write(|tx| tx.query("PRAGMA max_page_count = 1", &[]).map(drop)).await;
            for report in &mut reports {
                report.coupon = Some("x".repeat(200_000));
            }
        }
        let refused = submit(&world, reports[0].clone()).await;
        let expected = if postgres { SubmitError::NotStored } else { SubmitError::Unhealthy };
        assert_eq!(refused, Err(expected));
        if postgres {
            run(&world, "DROP TRIGGER cut_off ON outbox").await;
        }
        until_healthy(&world).await;
        world.assert_clean().await;
        assert_eq!(world.balance(0).await, (0, 0));
        for report in reports {
            assert_eq!(submit(&world, report).await, Ok(State::Pending));
        }
        assert_eq!(world.balance(0).await, (0, usd("5")));
        world.assert_clean().await;
        decider.stop();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_at_once() {
    on_both(|store| async move {
        let (world, decider) = started(store, Limits { queue_max: 3, ..Limits::default() }).await;
        let click = world.click(0).await;
        let (held, holding) = tokio::sync::oneshot::channel::<()>();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let (mut held, store) = (Some(held), world.app.store.clone());
        let holder = tokio::spawn(async move {
            store
                .write("hold", move |tx| {
                    // Whoever takes the next number of the outbox waits for this transaction.
                    tx.execute("UPDATE revisions SET value = value WHERE name = 'outbox'", &[])?;
                    if let Some(held) = held.take() {
                        let _ = held.send(());
                        let _ = released.recv();
                    }
                    Ok::<_, store::Error>(())
                })
                .await
        });
        holding.await.unwrap();
        let handle = world.app.intake.clone().unwrap();
        let mut waiting = Vec::new();
        let mut refused = 0;
        for number in 0..12 {
            let (handle, event) =
                (handle.clone(), world.event(world.order(&format!("o-{number}"), "10", &click.click_id)));
            let mut one = tokio::spawn(async move { handle.submit(event).await });
            // Who is refused hears so at once; who waits, waits for the commit.
            match tokio::time::timeout(Duration::from_millis(150), &mut one).await {
                Ok(answer) => {
                    assert_eq!(answer.unwrap(), Err(SubmitError::Full));
                    refused += 1;
                }
                Err(_) => waiting.push(one),
            }
        }
        // One batch is being decided, three events wait.
        assert!(refused >= 8 && waiting.len() >= 3, "{refused} refused, {} wait", waiting.len());
        release.send(()).unwrap();
        holder.await.unwrap().unwrap();
        for one in &mut waiting {
            assert!(one.await.unwrap().is_ok());
        }
        assert_eq!(world.balance(0).await, (0, i64::try_from(waiting.len()).unwrap() * usd("1")));
        world.assert_clean().await;
        decider.stop();
    })
    .await;
}
