//! Finding and applying the rule of a conversion among ten thousand, against looking at every rule.
//!
//! A contract has ten thousand rules: for articles, coupons, sub ids and countries, and promotions of them. Each order has
//! three items, a coupon, a country, a device and two sub ids. The peer asks the same rules the same questions one
//! after the other, as a table of rules is usually read.

use std::{collections::BTreeMap, hint::black_box, sync::Arc};

use anyhow::{Result, anyhow};
use commission::{CompiledContract, OrderItem, OrderItems, RateFacts, TouchFacts};
use model::{
    Currency, Money, Timestamp,
    contract::{ContractVersion, RateTerm},
};
use serde_json::{Value, json};

use crate::{
    registry::Benchmark,
    rig::{
        Effort,
        ambient::Stopwatch,
        samples::{Samples, number},
        table::Table,
    },
};

/// The line of the registry.
pub const BENCHMARK: Benchmark = Benchmark {
    name: "rates",
    what: "the rules of an order among many in one contract against looking at every rule",
    run,
};

/// The mark: microseconds a conversion with ten thousand rules.
const MARK_US: f64 = 10.0;
/// Orders that are decided in turn.
const ORDERS: u32 = 1_000;

/// What came with one order.
struct Order {
    skus: [String; 3],
    coupon: String,
    subs: BTreeMap<String, String>,
    country: &'static str,
}

fn run(effort: &Effort) -> Result<()> {
    let mut table =
        Table::new(&["rules", "us an order", "of the mark", "looking at every rule, us", "times as fast"]);
    for count in [10, 1_000, 10_000] {
        let rules = rules(count)?;
        let contract = contract(&rules)?;
        let orders: Vec<Order> = (0..ORDERS).map(|number| order(number, count)).collect();
        let (mut ours, mut peer) = (Samples::default(), Samples::default());
        for _ in 0..effort.rounds {
            ours.add(measure(effort, &orders, &|order| pay(&contract, order)));
            peer.add(measure(effort, &orders, &|order| scan(&rules, order)));
        }
        table.row([
            count.to_string(),
            ours.shown(),
            number(ours.median() / MARK_US),
            peer.shown(),
            number(peer.median() / ours.median()),
        ]);
    }
    table.print();
    Ok(())
}

/// Microseconds an order.
fn measure(effort: &Effort, orders: &[Order], decide: &dyn Fn(&Order) -> i64) -> f64 {
    let watch = Stopwatch::start();
    let mut decided = 0_u32;
    // A part of the time of other benchmarks is enough: nothing waits here.
    while watch.seconds() < effort.seconds as f64 / 5.0 {
        for order in orders.iter().cycle().skip(decided as usize % orders.len()).take(100) {
            black_box(decide(order));
        }
        decided += 100;
    }
    watch.seconds() * 1e6 / f64::from(decided)
}

fn rules(count: u32) -> Result<Vec<RateTerm>> {
    let when = |number: u32| -> Value {
        let rare = format!("{number}");
        match number % 8 {
            0 => json!({}),
            1 | 2 => json!({"skus": [format!("s{rare}")]}),
            3 => json!({"categories": [format!("c{rare}")]}),
            4 => json!({"coupons": [format!("SAVE{rare}")]}),
            5 => json!({"subs": {"sub1": [rare]}, "countries": ["VN", "IR"]}),
            6 => json!({"skus": [format!("s{rare}")], "countries": ["VN"], "devices": ["mobile"]}),
            _ => {
                json!({"subs": {"source": [rare]}, "from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"})
            }
        }
    };
    let numbers = (0..count).filter(|number| *number == 0 || number % 8 != 0);
    let rule = |number: u32| {
        let percent = format!("{}.5", number % 20);
        json!({"rule": format!("r{number}"), "kind": "percent", "percent": percent, "when": when(number)})
    };
    Ok(numbers.map(|number| serde_json::from_value(rule(number))).collect::<Result<_, _>>()?)
}

fn contract(rules: &[RateTerm]) -> Result<CompiledContract> {
    let id = |kind: &str| format!("{kind}_{}", "0".repeat(26));
    let moment = "2026-01-01T00:00:00Z";
    let version: ContractVersion = serde_json::from_value(json!({
        "id": id("cov"), "contract_id": id("con"), "network_id": id("net"), "program_id": id("prg"), "publisher_id": null,
        "number": 1, "valid_from": moment, "created_at": moment,
        "terms": {"currency": "USD", "actions": [{"action": "order", "rates": rules}]},
    }))?;
    let program = serde_json::from_value(json!({
        "id": id("prg"), "network_id": id("net"), "advertiser_id": id("adv"), "name": "Shop", "zone": "UTC",
        "actions": [{"name": "order", "kind": "order"}], "landing_pages": [], "created_at": moment,
    }))?;
    CompiledContract::compile(Arc::new(version), &program, &["last"])
        .map_err(|errors| anyhow!("the terms are wrong: {:?}", errors.first()))
}

/// Order `number` of a contract with `count` rules: some of its values are named by rules, some by none.
fn order(number: u32, count: u32) -> Order {
    let rare = |step: u32| (number.wrapping_mul(7_919).wrapping_add(step * 4_513)) % (count * 2);
    let subs = [("sub1".to_owned(), rare(4).to_string()), ("source".to_owned(), rare(5).to_string())];
    Order {
        skus: [1, 2, 3].map(|step| format!("s{}", rare(step))),
        coupon: format!("save{}", rare(6)),
        subs: subs.into(),
        country: ["VN", "IR", "US"][number as usize % 3],
    }
}

/// Lends an order as the facts of a rate.
fn with<T>(order: &Order, look: impl FnOnce(&RateFacts<'_>) -> T) -> T {
    let item = |sku| OrderItem { sku, category: Some("c3"), quantity: 1, units: 30_000_000 };
    let list = order.skus.each_ref().map(|sku| item(sku.as_str()));
    let amount = Money::from_units(100_000_000, Currency::USD);
    look(&RateFacts {
        amount: Some(amount),
        customer: None,
        month: None,
        at: Timestamp::from_seconds(1_780_000_000),
        coupon: Some(&order.coupon),
        touch: TouchFacts { country: Some(order.country), device: Some("mobile"), subs: Some(&order.subs) },
        items: OrderItems { list: &list, order_units: Some(amount.units()) },
    })
}

fn pay(contract: &CompiledContract, order: &Order) -> i64 {
    with(order, |facts| {
        let mut sum = 0;
        let paid = contract.pay("order", facts, &|_| 0, &mut |part| sum += part.earned.commission.units());
        paid.map_or(-1, |()| sum)
    })
}

/// The peer: for the order and for each item every rule is asked; the last that holds is taken.
fn scan(rules: &[RateTerm], order: &Order) -> i64 {
    with(order, |facts| {
        let mut found = 0;
        for (place, rule) in rules.iter().enumerate() {
            if holds(rule, facts) {
                found = place;
            }
        }
        for item in facts.items.list {
            for (place, rule) in rules.iter().enumerate() {
                let of_item =
                    rule.when.skus.as_ref().is_none_or(|list| list.iter().any(|sku| sku == item.sku));
                if of_item && rule.when.skus.is_some() && holds(rule, facts) {
                    found += place;
                }
            }
        }
        i64::try_from(found).unwrap_or_default()
    })
}

fn holds(rule: &RateTerm, facts: &RateFacts<'_>) -> bool {
    let when = &rule.when;
    let has = |list: &Option<Vec<String>>, value: Option<&str>| {
        list.as_ref().is_none_or(|list| {
            value.is_some_and(|value| list.iter().any(|one| one.eq_ignore_ascii_case(value)))
        })
    };
    has(&when.coupons, facts.coupon)
        && has(&when.countries, facts.touch.country)
        && has(&when.devices, facts.touch.device)
        && when.subs.iter().flatten().all(|(name, values)| {
            facts.touch.subs.and_then(|subs| subs.get(name)).is_some_and(|value| values.contains(value))
        })
        && when.from.is_none_or(|from| from <= facts.at)
        && when.until.is_none_or(|until| facts.at < until)
}
