//! What conversions add to the counters of bonuses, against a slow and obvious reference.

use std::{collections::BTreeMap, sync::Arc};

use commission::CompiledContract;
use engine::{
    bonus::{BonusFacts, BonusReceipt, Counted, FORMAT, adds, decide},
    standing::Standing,
};
use model::{
    ContractVersionId, ConversionId, Currency, LinkId, Money, PublisherId, Share, Timestamp, TouchId,
    calendar::Zone,
    conversion::{CommissionLine, State},
};
use proptest::prelude::*;
use serde_json::json;

const DAY_US: i64 = 86_400_000_000;

fn version() -> ContractVersionId {
    ContractVersionId::from_bytes([3; 16])
}

/// A contract with one bonus of each metric per day, reached at 3 conversions, 1000 units of revenue and 100 of commission.
fn contracts() -> std::collections::HashMap<ContractVersionId, Arc<CompiledContract>> {
    let (program, network) = (model::ProgramId::from_bytes([1; 16]), model::NetworkId::from_bytes([2; 16]));
    let bonus =
        |by: &str, reach: &str| json!({"bonus": by, "by": by, "per": "day", "reach": reach, "amount": "1"});
    let record = serde_json::from_value(json!({
        "id": version(), "contract_id": model::ContractId::from_bytes([4; 16]), "network_id": network,
        "program_id": program, "publisher_id": null, "number": 1, "valid_from": Timestamp::from_micros(0),
        "created_at": Timestamp::from_micros(0),
        "terms": {"currency": "USD", "bonuses": [
            bonus("conversions", "3"), bonus("revenue", "0.001"), bonus("commission", "0.0001"),
        ]},
    }));
    let program = serde_json::from_value(json!({
        "id": program, "network_id": network, "advertiser_id": model::AdvertiserId::from_bytes([5; 16]), "name": "Shop",
        "zone": "UTC", "actions": [], "landing_pages": [], "created_at": Timestamp::from_micros(0),
    }));
    let contract =
        CompiledContract::compile(Arc::new(record.unwrap()), &program.unwrap(), &["last"]).unwrap();
    [(version(), Arc::new(contract))].into()
}

/// One approved order: who earned it, on which day, its value, and how many eighths of it were taken back before.
#[derive(Clone, Debug)]
struct Order {
    publisher: u8,
    day: i64,
    units: i64,
    eighths_back: u128,
}

fn order() -> impl Strategy<Value = Order> {
    (1_u8..3, 0..3_i64, 0..700_i64, 0..8_u128).prop_map(|(publisher, day, units, eighths_back)| Order {
        publisher,
        day,
        units,
        eighths_back,
    })
}

fn usd(units: i64) -> Money {
    Money::from_units(units, Currency::USD)
}

/// What the crate pays for these orders: publisher, day and bonus of each award, in their order.
fn paid(orders: &[Order]) -> Vec<(u8, i64, String)> {
    let (contracts, zone) = (contracts(), Zone::utc());
    let mut counters: BTreeMap<Vec<u8>, (i64, bool)> = BTreeMap::new();
    let mut awards = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        let publisher_id = PublisherId::from_bytes([order.publisher; 16]);
        // A tenth of the order, floored; what is taken back of it is floored too.
        let reversed = Share::new(order.eighths_back, 8).unwrap();
        let line = CommissionLine {
            publisher_id,
            touch_id: TouchId::from_bytes([9; 16]),
            link_id: LinkId::from_bytes([9; 16]),
            contract_version_id: version(),
            rule: "base".to_owned(),
            credit: Share::WHOLE,
            commission: usd(order.units / 10),
            fixed: usd(0),
            fee: usd(0),
            exchange: None,
        };
        let back = commission::cumulative(&line, reversed).unwrap();
        let standing = Standing { state: State::Approved, reversed, taken_back: vec![back] };
        let counted = Counted {
            action: "order",
            received_at: Timestamp::from_micros(order.day * DAY_US + 5),
            zone: &zone,
            amount: Some(usd(order.units)),
            lines: &[line],
            standing: &standing,
        };
        for add in adds(&counted, &contracts).unwrap() {
            let counter = counters.entry(add.key.to_bytes()).or_default();
            let facts = BonusFacts {
                conversion_id: ConversionId::from_bytes([u8::try_from(number).unwrap(); 16]),
                decision: 1,
                publisher_id,
                contract_version_id: add.contract_version_id,
                bonus: add.key.bonus.clone(),
                since: add.key.start,
                counted_before: counter.0,
                adds: add.adds,
                paid_before: counter.1,
            };
            let decision = decide(&facts, &contracts).unwrap();
            *counter = (decision.counted, counter.1 || decision.amount.is_some());
            if decision.amount.is_some() {
                awards.push((order.publisher, order.day, add.key.bonus.clone()));
            }
            let receipt = BonusReceipt { format: FORMAT, facts, decision };
            let read: BonusReceipt = serde_json::from_str(&receipt.text()).unwrap();
            assert_eq!(read.recompute(&contracts), Some(receipt.decision));
        }
    }
    awards
}

/// The same read off the list: for each publisher, day and metric, the first order with which the sum of all so far
/// reaches the threshold.
fn slow(orders: &[Order]) -> Vec<(u8, i64, String)> {
    let mut awards = Vec::new();
    for (place, order) in orders.iter().enumerate() {
        let so_far = |end: usize| {
            orders[..end].iter().filter(|one| (one.publisher, one.day) == (order.publisher, order.day))
        };
        let left = |units: i64, one: &Order| units - i64::try_from(one.eighths_back).unwrap() * units / 8;
        for (name, reach) in [("commission", 100), ("conversions", 3), ("revenue", 1000)] {
            let measure = |one: &Order| match name {
                "commission" => left(one.units / 10, one),
                "conversions" => 1,
                _ => left(one.units, one),
            };
            let sum = |end: usize| so_far(end).map(measure).sum::<i64>();
            if sum(place) < reach && sum(place + 1) >= reach {
                awards.push((order.publisher, order.day, name.to_owned()));
            }
        }
    }
    awards
}

proptest! {
    #[test]
    fn bonuses_are_paid_when_the_sum_of_the_list_reaches_them(orders in prop::collection::vec(order(), 0..40)) {
        let sorted = |mut awards: Vec<(u8, i64, String)>| { awards.sort(); awards };
        prop_assert_eq!(sorted(paid(&orders)), sorted(slow(&orders)));
    }
}

#[test]
fn a_split_order_brings_each_his_share_of_the_revenue() {
    let (contracts, zone) = (contracts(), Zone::utc());
    let line = |publisher: u8, touch: u8, credit: Share| CommissionLine {
        publisher_id: PublisherId::from_bytes([publisher; 16]),
        touch_id: TouchId::from_bytes([touch; 16]),
        link_id: LinkId::from_bytes([9; 16]),
        contract_version_id: version(),
        rule: "base".to_owned(),
        credit,
        commission: usd(3),
        fixed: usd(0),
        fee: usd(0),
        exchange: None,
    };
    let third = Share::new(1, 3).unwrap();
    // Two rules pay for one touch of the first publisher: its credit counts once.
    let lines = [line(1, 1, third), line(1, 1, third), line(1, 2, third), line(2, 3, third)];
    let standing = Standing { state: State::Approved, reversed: Share::NONE, taken_back: Vec::new() };
    let counted = Counted {
        action: "order",
        received_at: Timestamp::from_micros(5),
        zone: &zone,
        amount: Some(usd(100)),
        lines: &lines,
        standing: &standing,
    };
    let found: Vec<(u8, String, i64)> = adds(&counted, &contracts)
        .unwrap()
        .into_iter()
        .map(|add| (add.key.publisher_id.bytes()[0], add.key.bonus, add.adds))
        .collect();
    let wanted = [
        (1, "conversions", 1),
        (1, "revenue", 66),
        (1, "commission", 9),
        (2, "conversions", 1),
        (2, "revenue", 33),
        (2, "commission", 3),
    ];
    assert_eq!(found, wanted.map(|(publisher, bonus, adds)| (publisher, bonus.to_owned(), adds)));
}
