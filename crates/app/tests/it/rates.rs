//! Rates with conditions, items and tiers, from the touch to the ledger and back.

use app::lifecycle::Extent;
use model::{
    Code, Share,
    conversion::{ConversionReport, State},
};
use serde_json::{Value, json};

use crate::{
    both::on_both,
    world::{Plan, World, read, usd},
};

fn order_rates(rates: &Value) -> Value {
    json!({
        "currency": "USD", "fee": {"percent": "20", "fixed": "0.50"},
        "actions": [{"action": "order", "hold_seconds": 0, "rates": rates}],
    })
}

fn with_items(report: ConversionReport, items: Value) -> ConversionReport {
    ConversionReport { items: read(items), ..report }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_item_is_paid_by_its_rule_and_goes_back_exactly() {
    on_both(|store| async move {
        // Every touch of these worlds comes from Vietnam with the sub id `red`.
        let terms = order_rates(&json!([
            {"rule": "base", "kind": "percent", "percent": "5"},
            {"rule": "thailand", "kind": "percent", "percent": "50", "when": {"countries": ["TH"]}},
            {"rule": "red", "kind": "percent", "percent": "6", "when": {"countries": ["vn"], "subs": {"sub1": ["red"]}}},
            {"rule": "shoes", "kind": "percent", "percent": "10", "when": {"categories": ["shoes"]}},
            {"rule": "gift", "kind": "per_item", "amount": "2", "when": {"skus": ["gift"]}},
        ]));
        let world = World::build(store, Plan::publishers(1).default_terms(terms)).await;
        let click = world.click(0).await;
        let items = json!([
            {"sku": "a", "category": "shoes", "quantity": 1, "price": "60"},
            {"sku": "gift", "quantity": 3, "price": "5"},
        ]);
        let answer = world.decide(with_items(world.order("o-1", "100", &click.click_id), items)).await;
        // 10 % of 60, three gifts, and 6 % of the 25 that are left.
        assert_eq!(answer.commission.map(|money| money.units()), Some(usd("13.50")), "{}", answer.reason);
        assert_eq!(world.balance(0).await, (usd("13.50"), 0));
        world.assert_clean().await;

        let third = Extent::Share(Share::new(1, 3).unwrap());
        for _ in 0..2 {
            world.reverse(answer.conversion_id, third).await.unwrap();
        }
        assert_eq!(world.balance(0).await, (usd("4.50"), 0));
        let gone = world.reverse(answer.conversion_id, third).await.unwrap();
        assert_eq!((gone.state, gone.commission, gone.fee), (State::Reversed, 0, 0));
        assert_eq!(world.balance(0).await, (0, 0));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_cannot_be_read_may_be_sent_again() {
    on_both(|store| async move {
        let terms = order_rates(&json!([
            {"rule": "base", "kind": "percent", "percent": "5"},
            {"rule": "shoes", "kind": "percent", "percent": "10", "when": {"categories": ["shoes"]}},
        ]));
        let world = World::build(store, Plan::publishers(1).default_terms(terms)).await;
        let click = world.click(0).await;
        let items = |price: &str| json!([{"sku": "a", "category": "shoes", "quantity": 1, "price": price}]);
        let refused = world.decide(with_items(world.order("o-1", "50", &click.click_id), items("x"))).await;
        assert_eq!((refused.state, refused.code), (State::Rejected, Code::AmountInvalid));
        assert!(refused.reason.starts_with("items[0].price: "), "{}", refused.reason);
        let paid = world.decide(with_items(world.order("o-1", "50", &click.click_id), items("50"))).await;
        assert_eq!(
            (paid.state, paid.commission.map(|money| money.units())),
            (State::Approved, Some(usd("5")))
        );
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tiers_count_within_a_batch_and_across_batches_and_versions() {
    on_both(|store| async move {
        let terms = |above: &str| {
            order_rates(&json!([{"rule": "base", "kind": "percent", "percent": "5", "tiers": {
                "by": "conversions", "per": "total", "steps": [{"from": "2", "percent": above}],
            }}]))
        };
        let plan = Plan::publishers(2).version(None, 0, terms("10")).version(None, 1, terms("20"));
        let world = World::build(store, plan).await;
        let (one, other) = (world.click(0).await, world.click(1).await);
        let order = |number: &str, click: &str| world.event(world.order(number, "100", click));
        // Three orders of one publisher in one batch: the third is the first above the step.
        let batch = vec![
            order("a-1", &one.click_id),
            order("a-2", &one.click_id),
            order("b-1", &other.click_id),
            order("a-3", &one.click_id),
        ];
        world.batch(batch).await;
        assert_eq!(world.balance(0).await, (usd("20"), 0), "5 + 5 + 10");
        assert_eq!(world.balance(1).await, (usd("5"), 0));
        world.assert_clean().await;

        // The next version goes on counting.
        world.clock.advance_micros(2 * 86_400 * 1_000_000);
        world.decide(world.order("a-4", "100", &one.click_id)).await;
        world.decide(world.order("b-2", "100", &other.click_id)).await;
        assert_eq!(world.balance(0).await, (usd("40"), 0), "20 more");
        assert_eq!(world.balance(1).await, (usd("10"), 0), "5 more");
        world.assert_clean().await;

        // A counter that holds what nobody counted is found.
        world
            .write(|tx| {
                let counters = store::counters::all(tx)?;
                let changed: Vec<_> = counters.into_iter().map(|(key, used)| (key, used + 1)).collect();
                store::counters::store(tx, &changed)
            })
            .await;
        let found = world.verify().await;
        assert_eq!(found.violations_total, 2, "{:?}", found.violations);
        assert!(
            found.violations.iter().all(|violation| violation.message.contains("the conversions counted"))
        );
    })
    .await;
}
