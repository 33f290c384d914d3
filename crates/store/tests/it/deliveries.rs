//! What is to go out, and what people keep to be told of things.

use model::{DeliveryId, NetworkId, Timestamp};
use store::{
    Error, Tx,
    deliveries::{self, Attempt, Delivery, DeliveryState},
    outputs::{self, OutputRow},
};

use crate::both::on_both;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn delivery(number: u8, target: &str) -> Delivery {
    Delivery {
        id: DeliveryId::from_bytes([number; 16]),
        network_id: NetworkId::from_bytes([9; 16]),
        party: "operator ".to_owned(),
        key: format!("key {number}"),
        channel: "webhook".to_owned(),
        target: target.to_owned(),
        state: DeliveryState::Waiting,
        attempts: 0,
        created_at: at(0),
        next_at: at(i64::from(number)),
        body: "{}".to_owned(),
    }
}

fn claimed(tx: &mut Tx<'_>, now: i64) -> Result<Vec<u8>, Error> {
    let mut found = deliveries::claim(tx, at(now), at(now + 600), 10)?;
    found.sort_by_key(|it| it.id);
    Ok(found.iter().map(|it| it.id.bytes()[0]).collect())
}

fn attempt(number: i64) -> Attempt {
    Attempt { number, at: at(100), delivered: false, words: "no".to_owned() }
}

#[tokio::test]
async fn a_receiver_that_failed_is_left_alone_and_the_others_are_not() {
    on_both(|place| async move {
        let work = place.store.write("deliveries", |tx| {
            deliveries::want(tx, &[delivery(1, "slow"), delivery(2, "slow"), delivery(3, "quick")])?;
            // The same key is the same thing.
            deliveries::want(tx, &[Delivery { id: DeliveryId::from_bytes([4; 16]), ..delivery(1, "slow") }])?;
            assert_eq!(claimed(tx, 1)?, [1]);
            assert_eq!(claimed(tx, 1)?, [0_u8; 0], "it is being tried");
            deliveries::note(tx, delivery(1, "").id, &attempt(1), (DeliveryState::Waiting, at(160)))?;
            deliveries::spare(tx, "slow", at(130))?;
            assert_eq!(claimed(tx, 100)?, [3]);
            assert_eq!(claimed(tx, 130)?, [2]);
            assert_eq!(claimed(tx, 160)?, [1]);
            // Somebody who comes too late says nothing.
            deliveries::note(tx, delivery(1, "").id, &attempt(1), (DeliveryState::Failed, at(0)))?;
            let first = deliveries::by_id(tx, delivery(1, "").id)?.unwrap();
            assert_eq!((first.state, first.attempts), (DeliveryState::Waiting, 2));
            Ok::<_, Error>(())
        });
        work.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten_with_its_attempts() {
    on_both(|place| async move {
        let work = place.store.write("deliveries", |tx| {
            deliveries::want(tx, &[delivery(1, "a"), delivery(2, "a"), delivery(3, "a")])?;
            claimed(tx, 10)?;
            for (number, state, next) in [
                (1, DeliveryState::Delivered, 50),
                (2, DeliveryState::Failed, 150),
                (3, DeliveryState::Waiting, 50),
            ] {
                deliveries::note(tx, delivery(number, "").id, &attempt(1), (state, at(next)))?;
            }
            assert_eq!(deliveries::forget(tx, at(100))?, 1);
            assert_eq!(deliveries::forget(tx, at(100))?, 0);
            for (number, left) in [(1, 0), (2, 1), (3, 1)] {
                let id = delivery(number, "").id;
                assert_eq!(deliveries::by_id(tx, id)?.is_some(), left == 1);
                assert_eq!(deliveries::attempts(tx, id)?.len(), left);
            }
            Ok::<_, Error>(())
        });
        work.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_moment_and_a_transaction_are_taken_once() {
    on_both(|place| async move {
        let work = place.store.write("outputs", |tx| {
            let row = OutputRow {
                id: [1; 16],
                network_id: NetworkId::from_bytes([9; 16]),
                kind: "schedule".to_owned(),
                party: "operator ".to_owned(),
                user_id: None,
                shared: true,
                due_at: Some(at(10)),
                publisher_id: None,
                body: "{}".to_owned(),
            };
            outputs::insert(tx, &row)?;
            assert!(outputs::due(tx, at(9), 10)?.is_empty());
            assert_eq!(outputs::due(tx, at(10), 10)?, std::slice::from_ref(&row));
            assert!(outputs::set_due(tx, &row.id, at(10), Some(at(20)))?);
            assert!(!outputs::set_due(tx, &row.id, at(10), Some(at(30)))?, "somebody did it before");
            assert_eq!(outputs::due(tx, at(40), 10)?[0].due_at, Some(at(20)));
            let place = outputs::position(tx)?;
            assert!(outputs::advance(tx, place, place + 2)?);
            assert!(!outputs::advance(tx, place, place + 3)?);
            assert_eq!(outputs::position(tx)?, place + 2);
            Ok::<_, Error>(())
        });
        work.await.unwrap();
    })
    .await;
}
