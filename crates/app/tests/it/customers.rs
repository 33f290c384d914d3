//! Customers who stay with the publisher who won them, on both databases.

use app::lifecycle::Extent;
use model::{
    Clock, Code,
    conversion::{ConversionReport, Intake, State},
    time::DAY_US,
};
use serde_json::json;

use crate::{
    both::on_both,
    world::{Plan, World, usd},
};

impl World {
    /// An order of 100 dollars by this customer, after a click of the publisher or none.
    async fn bought(&self, order: &str, customer: &str, publisher: Option<usize>) -> (State, Code, String) {
        let report = self.bought_report(order, customer, publisher).await;
        let answer = self.decide(report).await;
        let who = self.links.iter().position(|link| Some(link.publisher_id) == answer.publisher_id);
        let money = answer.commission.map_or(0, |money| money.units());
        let earned =
            who.map_or_else(|| "nobody".to_owned(), |place| format!("{place} earns {}", money / usd("1")));
        (answer.state, answer.code, earned)
    }

    async fn bought_report(&self, order: &str, customer: &str, publisher: Option<usize>) -> ConversionReport {
        let click_id = match publisher {
            Some(place) => self.click(place).await.click_id,
            None => String::new(),
        };
        let report = self.order(order, "100", &click_id);
        ConversionReport {
            click_id: publisher.and(report.click_id),
            customer_id: Some(customer.to_owned()),
            ..report
        }
    }
}

fn plan() -> Plan {
    let terms = |recurring: serde_json::Value| {
        json!({"currency": "USD", "actions": [{"action": "order", "hold_seconds": 0, "recurring": recurring, "rates": [
            {"rule": "base", "kind": "percent", "percent": "10"},
            {"rule": "later", "kind": "percent", "percent": "5", "when": {"months": {"from": 2}}},
        ]}]})
    };
    let plain = json!({"currency": "USD", "actions": [{"action": "order", "hold_seconds": 0, "rates": [
        {"rule": "base", "kind": "percent", "percent": "20"},
    ]}]});
    Plan::publishers(3).default_terms(plain).terms(0, terms(json!({"months": 12}))).terms(1, terms(json!({})))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_a_subscription() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        let paid =
            |place: usize, dollars: i64| (State::Approved, Code::Ok, format!("{place} earns {dollars}"));
        let began = world.clock.now();
        assert_eq!(world.bought("1", "ann", Some(0)).await, paid(0, 10));
        // Without any click, and also after somebody else's.
        assert_eq!(world.bought("1b", "ann", None).await, paid(0, 10));
        assert_eq!(world.bought("1c", "ann", Some(2)).await, paid(0, 10));
        // Who is not known by his id is whoever's link he followed.
        assert_eq!(world.bought("else", "bob", Some(2)).await, paid(2, 20));
        assert_eq!(
            world.bought("else2", "bob", None).await,
            (State::Rejected, Code::NoTouch, "nobody".to_owned())
        );
        // The terms of publisher 2 keep nobody, so bob follows whom he likes.
        assert_eq!(world.bought("else3", "bob", Some(1)).await, paid(1, 10));
        // Eleven months later (month 12), and a year later (month 13).
        world.clock.advance_seconds(335 * 86_400);
        assert_eq!(world.bought("12", "ann", None).await, paid(0, 5));
        let year = 365 * DAY_US - world.clock.now().micros_since(began);
        world.clock.advance_seconds(year / 1_000_000 + 86_400);
        let over = (State::Rejected, Code::RecurringEnded, "nobody".to_owned());
        assert_eq!(world.bought("13", "ann", None).await, over);
        assert_eq!(world.bought("13b", "ann", Some(2)).await, paid(2, 20));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_all_of_it_back_was_never_won() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        let first = world.decide(world.bought_report("1", "ann", Some(1)).await).await;
        world.reverse(first.conversion_id, Extent::Whole).await.unwrap();
        // So the next publisher wins the customer.
        let paid =
            |place: usize, dollars: i64| (State::Approved, Code::Ok, format!("{place} earns {dollars}"));
        let second = world.decide(world.bought_report("2", "ann", Some(0)).await).await;
        assert_eq!(second.publisher_id, Some(world.links[0].publisher_id));
        assert_eq!(world.bought("3", "ann", Some(1)).await, paid(0, 10));
        world.assert_clean().await;
        // What the second order's publisher won stands by the third alone, when the second comes back.
        world.reverse(second.conversion_id, Extent::Whole).await.unwrap();
        assert_eq!(world.bought("3b", "ann", Some(1)).await, paid(0, 10));
        world.assert_clean().await;
        // Two first orders at once: the second knows of the first.
        let reports =
            [world.bought_report("4", "cho", Some(1)).await, world.bought_report("5", "cho", Some(2)).await];
        let events = reports.into_iter().map(|report| world.event(report)).collect();
        world.batch(events).await;
        assert_eq!(world.balance(1).await.0, usd("20"), "both are publisher 1's");
        world.assert_clean().await;
        let summary = world
            .damaged("DELETE FROM customer_conversions WHERE conversion_id = (SELECT id FROM conversions WHERE order_id = '2')")
            .await;
        let told = format!("{:?}", summary.violations);
        assert!(told.contains("what its customer brought is not remembered"), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_not_won_for_nothing() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        let paid =
            |place: usize, dollars: i64| (State::Approved, Code::Ok, format!("{place} earns {dollars}"));
        // What a browser says can be anybody's invention, and an order of nothing earns nothing.
        let of_browser =
            ConversionReport { intake: Intake::Script, ..world.bought_report("1", "ann", Some(0)).await };
        assert_eq!(world.decide(of_browser).await.state, State::Approved);
        let of_nothing = world.bought_report("2", "ann", Some(0)).await;
        let of_nothing = ConversionReport { amount: Some("0".to_owned()), ..of_nothing };
        assert_eq!(world.decide(of_nothing).await.state, State::Approved);
        assert_eq!(world.bought("3", "ann", Some(1)).await, paid(1, 10));
        assert_eq!(world.bought("4", "ann", Some(0)).await, paid(1, 10));
        world.assert_clean().await;
    })
    .await;
}
