//! How a conversion finds its journey, and which version of a contract judges it.

use model::{
    Code, VisitorId,
    conversion::{ConversionReport, State},
    touch::TouchKind,
};
use serde_json::json;

use app::{
    intake::{Event, identity_key},
    receipts::{self, Document, Viewer},
};

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, usd},
};

fn plan(publishers: usize) -> Plan {
    Plan::publishers(publishers)
        .default_terms(order_terms(json!({"kind": "percent", "percent": "10"}), json!({})))
}

/// What a report says of its customer.
#[derive(Default, Clone, Copy)]
struct Known<'a> {
    click_id: Option<&'a str>,
    cookie: Option<VisitorId>,
    customer: Option<&'a str>,
    email: Option<&'a str>,
}

async fn receipt(world: &World, known: Known<'_>, order: &str) -> Document {
    let report = ConversionReport {
        order_id: Some(order.to_owned()),
        amount: Some("100".to_owned()),
        click_id: known.click_id.map(str::to_owned),
        visitor_id: known.cookie,
        customer_id: known.customer.map(str::to_owned),
        email_sha256: known.email.map(str::to_owned),
        program_id: Some(world.program),
        ..world.report("order")
    };
    let id = world.decide(report).await.conversion_id;
    let (snapshot, viewer) = (world.app.snapshot.get(), Viewer::Operator(world.network));
    world.write(move |tx| receipts::document(tx, &snapshot, id, viewer)).await.unwrap()
}

/// How the visitor was recognised, and the publishers who earn.
fn found(document: &Document) -> (String, Vec<String>) {
    let word = serde_json::to_value(document.identified).unwrap();
    let publishers = document.lines.iter().map(|line| line.publisher.clone()).collect();
    (word.as_str().unwrap().to_owned(), publishers)
}

#[tokio::test]
async fn the_click_id_goes_before_the_cookie_before_the_customer_before_the_email() {
    on_both(|store| async move {
        let world = World::build(store, plan(4)).await;
        let click = world.click(0).await;
        let [by_cookie, by_customer, by_email] = [world.visitor(), world.visitor(), world.visitor()];
        world.click_by(1, Some(by_cookie)).await;
        world.click_by(2, Some(by_customer)).await;
        world.click_by(3, Some(by_email)).await;
        let identify = |kind: &str, value: &str, visitor| Event::Identify {
            keys: vec![identity_key(world.advertiser, kind, value)],
            visitor_id: Some(visitor),
            touch_id: None,
            received_at: click_time(&world),
        };
        world.batch(vec![identify("customer", "c-1", by_customer), identify("email", "e-1", by_email)]).await;
        // Anybody can say it of anybody: to say it again of another browser changes nothing.
        world.batch(vec![identify("customer", "c-1", by_email), identify("email", "e-1", by_customer)]).await;
        // Each order is remembered with the browser that it found, so the weakest sign is asked first.
        let email = Known { email: Some("e-1"), ..Known::default() };
        let customer = Known { customer: Some("c-1"), ..email };
        let cookie = Known { cookie: Some(by_cookie), ..customer };
        let click_id = Known { click_id: Some(&click.click_id), ..cookie };
        let cases = [
            ("email_hash", "Publisher 3", email),
            ("customer_id", "Publisher 2", customer),
            ("cookie", "Publisher 1", cookie),
            ("click_id", "Publisher 0", click_id),
        ];
        for (number, (word, publisher, known)) in cases.into_iter().enumerate() {
            let document = receipt(&world, known, &format!("o-{number}")).await;
            assert_eq!(found(&document), (word.to_owned(), vec![publisher.to_owned()]));
        }
        let document = receipt(&world, Known { email: Some("e-2"), ..Known::default() }, "o-8").await;
        assert_eq!(found(&document), ("nobody".to_owned(), vec![]));
        assert_eq!(document.conversion.verdict.code, Code::NoTouch);
        world.assert_clean().await;
    })
    .await;
}

fn click_time(world: &World) -> model::Timestamp {
    use model::Clock;
    world.clock.now()
}

#[tokio::test]
async fn an_email_hash_finds_the_browser_that_an_order_was_seen_with() {
    on_both(|store| async move {
        let world = World::build(store, plan(1)).await;
        let visitor = world.visitor();
        world.click_by(0, Some(visitor)).await;
        let first = Known { cookie: Some(visitor), email: Some("e-1"), ..Known::default() };
        assert_eq!(found(&receipt(&world, first, "o-1").await).0, "cookie");
        let later = Known { email: Some("e-1"), ..Known::default() };
        let document = receipt(&world, later, "o-2").await;
        assert_eq!(found(&document), ("email_hash".to_owned(), vec!["Publisher 0".to_owned()]));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_click_id_is_believed_though_its_click_was_never_stored() {
    on_both(|store| async move {
        let world = World::build(store, plan(1)).await;
        let touch = world.touch(0, TouchKind::Click, None);
        let click_id = world.click_id(&touch);
        let document = receipt(&world, Known { click_id: Some(&click_id), ..Known::default() }, "o-1").await;
        assert_eq!(found(&document), ("click_id".to_owned(), vec!["Publisher 0".to_owned()]));
        assert!(!document.journey[0].particulars.as_ref().unwrap().stored);
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_conversion_is_judged_by_the_version_of_its_own_day() {
    on_both(|store| async move {
        let ten = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
        let twenty = order_terms(json!({"kind": "percent", "percent": "20"}), json!({}));
        let thirty = order_terms(json!({"kind": "percent", "percent": "30"}), json!({}));
        let plan =
            Plan::publishers(2).default_terms(ten).version(None, 10, twenty).version(Some(1), 12, thirty);
        let world = World::build(store, plan).await;
        let day = |days: i64| click_time(&world).plus_seconds(days * 86_400);
        let switch = day(10);
        let click = [world.click(0).await.click_id, world.click(1).await.click_id];
        let earned = async |publisher: usize, order: &str, occurred_at| {
            let report = ConversionReport { occurred_at, ..world.order(order, "100", &click[publisher]) };
            let answer = world.decide(report).await;
            assert_eq!(answer.state, State::Pending);
            answer.commission.unwrap().units()
        };
        assert_eq!(earned(0, "before", None).await, usd("10"));
        world.clock.set(switch);
        assert_eq!(earned(0, "after", None).await, usd("20"));
        assert_eq!(earned(0, "claimed before", Some(switch.plus_micros(-1))).await, usd("10"));
        assert_eq!(earned(0, "claimed then", Some(switch)).await, usd("20"));
        // A claim from the future is bounded by the moment of receipt.
        assert_eq!(earned(0, "claimed ahead", Some(day(400))).await, usd("20"));
        assert_eq!(earned(1, "default", None).await, usd("20"));
        world.clock.set(switch.plus_seconds(2 * 86_400));
        assert_eq!(earned(1, "his own", None).await, usd("30"));
        assert_eq!(earned(0, "still default", None).await, usd("20"));
        world.assert_clean().await;
    })
    .await;
}
