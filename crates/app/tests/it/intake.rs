//! What reaches the decider at the same moment, and what comes again.

use std::collections::BTreeMap;

use app::intake::{Answer, ConversionAnswer, Limits};
use model::{
    Code,
    conversion::{ConversionReport, State},
    touch::TouchKind,
};
use serde_json::json;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, usd},
};

/// One publisher who is paid ten percent.
fn ten_percent() -> Plan {
    Plan::publishers(1).default_terms(order_terms(json!({"kind": "percent", "percent": "10"}), json!({})))
}

/// Hands in all reports at once and gives their answers.
async fn at_once(world: &World, reports: Vec<ConversionReport>) -> Vec<ConversionAnswer> {
    let handle = world.app.intake.clone().expect("the decider was started");
    let waiting: Vec<_> = reports
        .into_iter()
        .map(|report| {
            let (handle, event) = (handle.clone(), world.event(report));
            tokio::spawn(async move { handle.submit(event).await })
        })
        .collect();
    let mut answers = Vec::new();
    for one in waiting {
        match one.await.unwrap().unwrap() {
            Answer::Conversion(answer) => answers.push(*answer),
            other => panic!("no answer to a conversion: {other:?}"),
        }
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_identical_deliveries_at_once_are_one_conversion() {
    on_both(|store| async move {
        let mut world = World::build(store, ten_percent()).await;
        let click = world.click(0).await;
        let decider = world.app.start_intake(Limits::default()).unwrap();
        let report = world.order("o-1", "80", &click.click_id);
        let answers = at_once(&world, vec![report; 10]).await;
        decider.stop();
        let first = answers.iter().filter(|answer| !answer.replayed).count();
        assert_eq!(first, 1);
        assert!(answers.iter().all(|answer| answer.conversion_id == answers[0].conversion_id));
        assert!(answers.iter().all(|answer| answer.code == Code::Ok && answer.state == State::Pending));
        assert_eq!(world.balance(0).await, (0, usd("8")));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_differing_deliveries_of_one_order_at_once_pay_once() {
    on_both(|store| async move {
        let mut world = World::build(store, ten_percent()).await;
        let click = world.click(0).await;
        let decider = world.app.start_intake(Limits::default()).unwrap();
        let reports =
            (0..10).map(|cents| world.order("o-1", &format!("80.0{cents}"), &click.click_id)).collect();
        let answers = at_once(&world, reports).await;
        decider.stop();
        let (paid, duplicates): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.state == State::Pending);
        assert_eq!((paid.len(), duplicates.len()), (1, 9));
        for duplicate in duplicates {
            assert_eq!(duplicate.code, Code::DuplicateOf);
            assert_eq!(duplicate.duplicate_of, Some(paid[0].conversion_id));
            assert!(duplicate.reason.contains(&paid[0].conversion_id.to_string()), "{}", duplicate.reason);
        }
        assert_eq!(world.balance(0).await.1, paid[0].commission.unwrap().units());
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_conversions_in_parallel_stop_at_a_cap_of_a_thousand() {
    on_both(|store| async move {
        let plan = ten_percent()
            .program(json!({"caps": [{"metric": "conversions", "period": "total", "limit": "1000", "alert_at": [80, 100]}]}));
        let mut world = World::build(store, plan).await;
        let click = world.click(0).await;
        let decider = world.app.start_intake(Limits::default()).unwrap();
        let reports =
            (0..10_000).map(|number| world.order(&format!("o-{number}"), "1", &click.click_id)).collect();
        let mut states: BTreeMap<(&str, Code), u32> = BTreeMap::new();
        for answer in at_once(&world, reports).await {
            *states.entry((answer.state.word(), answer.code)).or_default() += 1;
        }
        decider.stop();
        let expected = [(("pending", Code::Ok), 1_000), (("rejected", Code::CapReached), 9_000)];
        assert_eq!(states, expected.into());
        assert_eq!(world.balance(0).await, (0, usd("100")));
        // Ten thousand found the cap at 80 % or above, and each percentage was told once.
        assert_eq!(world.told().await, ["cap 80", "cap 100"]);
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cap_that_honours_earlier_clicks_is_overrun_by_them_and_closed_to_new_ones() {
    on_both(|store| async move {
        let cap =
            json!({"metric": "conversions", "period": "total", "limit": "10", "when_reached": "honour"});
        let mut world = World::build(store, ten_percent().program(json!({ "caps": [cap] }))).await;
        let early = world.click(0).await;
        let decider = world.app.start_intake(Limits::default()).unwrap();
        let reports =
            (0..30).map(|number| world.order(&format!("o-{number}"), "1", &early.click_id)).collect();
        let answers = at_once(&world, reports).await;
        assert!(answers.iter().all(|answer| (answer.state, answer.code) == (State::Pending, Code::Ok)));
        decider.stop();
        let late = world.click(0).await;
        assert_eq!(late.answer.code, Code::CapConversion);
        let refused = world.decide(world.order("late", "1", &late.click_id)).await;
        assert_eq!(refused.state, State::Rejected, "{}", refused.reason);
        assert_eq!(world.balance(0).await, (0, usd("3")));
        let overrun = world
            .app
            .store
            .read("receipts", |tx| {
                let rows =
                    tx.query("SELECT receipt FROM decisions WHERE receipt LIKE '%cap_overrun%'", &[])?;
                Ok::<_, store::Error>(rows.len())
            })
            .await
            .unwrap();
        assert_eq!(overrun, 20, "each conversion above the cap says so");
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_corrected_retry_counts_after_a_wrong_click_id() {
    on_both(|store| async move {
        let world = World::build(store, ten_percent()).await;
        let click = world.click(0).await;
        let right = world.order("o-1", "50", &click.click_id);
        let last = if click.click_id.ends_with('0') { '1' } else { '0' };
        let forged = format!("{}{last}", &click.click_id[..59]);
        for (wrong, code) in [("clk_unheard_of", Code::ClickUnknown), (forged.as_str(), Code::ClickForged)] {
            let report = ConversionReport { click_id: Some(wrong.to_owned()), ..right.clone() };
            for _ in 0..2 {
                let answer = world.decide(report.clone()).await;
                assert_eq!((answer.state, answer.code, answer.replayed), (State::Rejected, code, false));
            }
        }
        assert_eq!(world.balance(0).await, (0, 0));
        let counted = world.decide(right.clone()).await;
        assert_eq!((counted.state, counted.code), (State::Pending, Code::Ok));
        let again = world.decide(right).await;
        assert_eq!((again.conversion_id, again.replayed), (counted.conversion_id, true));
        assert_eq!(world.balance(0).await, (0, usd("5")));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn an_idempotency_key_gives_the_first_answer_whatever_is_sent() {
    on_both(|store| async move {
        let world = World::build(store, ten_percent()).await;
        let click = world.click(0).await;
        let keyed = |order: &str| ConversionReport {
            idempotency_key: Some("k-1".to_owned()),
            ..world.order(order, "50", &click.click_id)
        };
        let first = world.decide(keyed("o-1")).await;
        let other = world.decide(keyed("o-2")).await;
        assert_eq!((other.conversion_id, other.replayed), (first.conversion_id, true));
        assert_eq!(world.balance(0).await, (0, usd("5")));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_test_takes_no_place_and_no_money() {
    on_both(|store| async move {
        let world = World::build(store, ten_percent()).await;
        let click = world.click(0).await;
        let real = world.order("o-1", "50", &click.click_id);
        let test = world.decide(ConversionReport { test: true, ..real.clone() }).await;
        assert_eq!(
            (test.state, test.code, test.commission.map(|money| money.units())),
            (State::Test, Code::Test, Some(usd("5")))
        );
        assert_eq!(world.balance(0).await, (0, 0));
        assert_eq!(world.decide(real).await.state, State::Pending);
        assert_eq!(world.balance(0).await, (0, usd("5")));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn unique_clicks_and_impressions_pay_to_the_smallest_unit() {
    on_both(|store| async move {
        let touch_rates = json!([
            {"rule": "click", "kind": "per_click", "amount": "0.05"},
            {"rule": "thousand", "kind": "per_mille", "amount": "1.000001"},
        ]);
        let terms = json!({"currency": "USD", "touch_rates": touch_rates, "fee": {"percent": "50"}});
        let world = World::build(store, Plan::publishers(1).default_terms(terms)).await;
        let visitor = Some(world.visitor());
        let first = world.click_by(0, visitor).await.answer;
        assert_eq!((first.code, first.unique), (Code::Ok, true));
        let again = world.click_by(0, visitor).await.answer;
        assert_eq!((again.code, again.unique), (Code::DuplicateClick, false));
        world.clock.advance_seconds(86_400);
        assert!(world.click_by(0, visitor).await.answer.unique, "a day later he is unique again");
        assert_eq!(world.balance(0).await, (usd("0.10"), 0));
        let mut events = Vec::new();
        for _ in 0..1_000 {
            events.push(world.touch_event(&world.touch(0, TouchKind::Impression, visitor)));
        }
        world.batch(events).await;
        assert_eq!(world.balance(0).await, (usd("1.100001"), 0));
        world.assert_clean().await;
    })
    .await;
}
