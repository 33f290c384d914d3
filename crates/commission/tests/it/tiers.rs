//! Rates that change with what their publisher brings.

use commission::{CompiledContract, OrderItems, RateFacts, TierKey, step_in_words};
use model::{Currency, Timestamp, calendar::Zone, codes::Language, contract::TierMetric};
use serde_json::{Value, json};

use crate::{
    table::rows,
    world::{compile, publisher, try_compile, usd},
};

/// Tiers written `conversions/month 10:7 50:10`: what is counted, over what, and for each step its threshold and its
/// parameter. Below the first step an order pays five percent.
fn terms(tiers: &str) -> Value {
    let (what, steps) = tiers.split_once(' ').unwrap();
    let (by, per) = what.split_once('/').unwrap();
    let step = |text: &str| {
        let (from, percent) = text.split_once(':').unwrap();
        json!({"from": from, "percent": percent})
    };
    let steps: Vec<Value> = steps.split_whitespace().map(step).collect();
    json!({"actions": [{"action": "order", "rates": [{
        "rule": "base", "kind": "percent", "percent": "5", "tiers": {"by": by, "per": per, "steps": steps},
    }]}]})
}

fn paid_at(contract: &CompiledContract, counted: i64) -> String {
    let facts = RateFacts { amount: Some(usd("100")), items: OrderItems::default(), ..RateFacts::default() };
    let mut paid = String::new();
    let pay = contract.pay("order", &facts, &|_| counted, &mut |part| {
        paid = part.earned.commission.amount_text();
    });
    pay.unwrap();
    paid
}

/// What an order of 100.00 pays when this much was counted before it.
const BOUNDARIES: &str = "
    tiers                              | counted   | pays
    conversions/month 10:7 50:10       | 0         | 5.00
    conversions/month 10:7 50:10       | 9         | 5.00
    # ten were counted: the eleventh is the first at the new rate
    conversions/month 10:7 50:10       | 10        | 7.00
    conversions/month 10:7 50:10       | 49        | 7.00
    conversions/month 10:7 50:10       | 50        | 10.00
    conversions/month 10:7 50:10       | 1000000   | 10.00
    # a step may also pay less
    conversions/total 1:3              | 0         | 5.00
    conversions/total 1:3              | 1         | 3.00
    # thresholds of money are amounts in the currency of the terms
    revenue/quarter 1000.00:7          | 999999999 | 5.00
    revenue/quarter 1000.00:7          | 1000000000 | 7.00
    commission/day 0.000001:6          | 0         | 5.00
    commission/day 0.000001:6          | 1         | 6.00
";

#[test]
fn boundaries() {
    for row in rows(BOUNDARIES) {
        let contract = compile(1, terms(row.cell("tiers")));
        assert_eq!(
            paid_at(&contract, row.cell("counted").parse().unwrap()),
            row.cell("pays"),
            "{}",
            row.line
        );
    }
}

/// When the counter of a conversion began.
const PERIODS: &str = "
    per     | zone             | at                   | since
    day     | UTC              | 2026-03-31T23:59:59Z | 2026-03-31T00:00:00Z
    day     | Asia/Ho_Chi_Minh | 2026-03-31T17:00:00Z | 2026-03-31T17:00:00Z
    day     | Asia/Tehran      | 2026-03-31T20:29:59Z | 2026-03-30T20:30:00Z
    # weeks begin on Monday
    week    | UTC              | 2026-03-01T23:59:59Z | 2026-02-23T00:00:00Z
    week    | UTC              | 2026-03-02T00:00:00Z | 2026-03-02T00:00:00Z
    # the end of a month, and a leap day
    month   | UTC              | 2026-01-31T23:59:59Z | 2026-01-01T00:00:00Z
    month   | UTC              | 2026-02-01T00:00:00Z | 2026-02-01T00:00:00Z
    month   | UTC              | 2028-02-29T12:00:00Z | 2028-02-01T00:00:00Z
    # daylight saving: midnight in Berlin is 23:00 UTC in winter and 22:00 in summer
    day     | Europe/Berlin    | 2026-03-29T12:00:00Z | 2026-03-28T23:00:00Z
    day     | Europe/Berlin    | 2026-03-29T22:00:00Z | 2026-03-29T22:00:00Z
    day     | Europe/Berlin    | 2026-10-25T22:59:59Z | 2026-10-24T22:00:00Z
    month   | Europe/Berlin    | 2026-03-31T21:59:59Z | 2026-02-28T23:00:00Z
    month   | Europe/Berlin    | 2026-03-31T22:00:00Z | 2026-03-31T22:00:00Z
    quarter | UTC              | 2026-06-30T23:59:59Z | 2026-04-01T00:00:00Z
    quarter | UTC              | 2026-07-01T00:00:00Z | 2026-07-01T00:00:00Z
    total   | Europe/Berlin    | 2026-07-01T00:00:00Z | 1970-01-01T00:00:00Z
";

#[test]
fn periods_are_those_of_the_program_s_zone() {
    for row in rows(PERIODS) {
        let contract = compile(1, terms(&format!("conversions/{} 1:6", row.cell("per"))));
        let rate = contract.rate_named("order", "base").unwrap();
        let zone: Zone = row.cell("zone").parse().unwrap();
        let moment = |name| Timestamp::parse(row.cell(name)).unwrap();
        let key = contract.tier_key(rate, publisher(1), &zone, moment("at")).unwrap();
        assert_eq!(key.start, moment("since"), "{}", row.line);
    }
}

#[test]
fn the_counter_is_named_by_contract_rule_publisher_and_period() {
    let rates = terms("revenue/month 10:7");
    let (one, other) = (compile(1, rates.clone()), compile(2, rates));
    let key = |contract: &CompiledContract, number, at: &str| {
        let rate = contract.rate_named("order", "base").unwrap();
        contract.tier_key(rate, publisher(number), &Zone::utc(), Timestamp::parse(at).unwrap()).unwrap()
    };
    let first = key(&one, 1, "2026-03-01T00:00:00Z");
    assert_eq!(first, key(&one, 1, "2026-03-31T00:00:00Z"));
    assert_eq!((first.by, first.currency), (TierMetric::Revenue, Some(Currency::USD)));
    for different in [
        key(&other, 1, "2026-03-01T00:00:00Z"),
        key(&one, 2, "2026-03-01T00:00:00Z"),
        key(&one, 1, "2026-04-01T00:00:00Z"),
    ] {
        assert_ne!(first.to_bytes(), different.to_bytes());
    }
    assert_eq!(TierKey::from_bytes(&first.to_bytes()), Some(first.clone()));
    let bytes = first.to_bytes();
    for wrong in [&bytes[..40], &[], &[&[3][..], &bytes[1..]].concat()] {
        assert_eq!(TierKey::from_bytes(wrong), None);
    }
}

#[test]
fn the_step_that_pays_is_told() {
    let contract = compile(1, terms("conversions/month 10:7 50:10"));
    let rate = contract.rate_named("order", "base").unwrap();
    let term = &contract.action_terms("order").unwrap().rates[0];
    for (used, words) in [
        (0, "5 % of the amount"),
        (9, "5 % of the amount"),
        (10, "7 % of the amount"),
        (50, "10 % of the amount"),
    ] {
        assert_eq!(step_in_words(term, rate.step_at(used), Currency::USD, Language::En), words, "{used}");
    }
}

/// Which step a counter reaches that goes from one number to another.
const REACHED: &str = "
    tiers                              | from      | to        | reaches
    conversions/month 10:7 50:10       | 0         | 9         | -
    conversions/month 10:7 50:10       | 9         | 10        | 10
    conversions/month 10:7 50:10       | 10        | 11        | -
    conversions/month 10:7 50:10       | 49        | 50        | 50
    # an amount may pass several at once: the highest counts
    revenue/month 10.00:7 50.00:10     | 0         | 49999999  | 10000000
    revenue/month 10.00:7 50.00:10     | 0         | 60000000  | 50000000
    revenue/month 10.00:7 50.00:10     | 50000000  | 60000000  | -
    revenue/month 10.00:7 50.00:10     | 9999999   | 9999999   | -
";

#[test]
fn only_retroactive_tiers_raise_and_each_step_is_reached_once() {
    for row in rows(REACHED) {
        let (mut terms, number) = (terms(row.cell("tiers")), |name| row.cell(name).parse::<i64>().unwrap());
        let forward = compile(1, terms.clone());
        let rate = forward.rate_named("order", "base").unwrap();
        assert!(!rate.is_retroactive() && rate.raises_to(number("from"), number("to")).is_none());
        terms["actions"][0]["rates"][0]["tiers"]["retroactive"] = json!(true);
        let both_ways = compile(1, terms);
        let rate = both_ways.rate_named("order", "base").unwrap();
        let reached = rate.raises_to(number("from"), number("to"));
        let shown = reached.map_or_else(|| "-".to_owned(), |from| from.to_string());
        assert_eq!(shown, row.cell("reaches"), "{}", row.line);
        assert!(rate.is_retroactive());
    }
}

#[test]
fn tiers_that_are_refused() {
    for (tiers, field, message) in [
        ("conversions/hour 10:7", "per", "per day, week, month, quarter or in total"),
        ("conversions/month ", "steps", "1 to 50 steps"),
        ("conversions/month 0:7", "steps[0].from", "above the one before, 0"),
        ("conversions/month 10:7 10:8", "steps[1].from", "above the one before, 10"),
        ("conversions/month 10:7 9:8", "steps[1].from", "above the one before, 10"),
        ("conversions/month 1.5:7", "steps[0].from", "not a whole number"),
        ("revenue/month -5:7", "steps[0].from", "negative"),
        ("revenue/month 5:101", "steps[0].percent", "more than 100 percent"),
    ] {
        let errors = try_compile(terms(tiers)).unwrap_err();
        assert_eq!(errors[0].field, format!("actions[0].rates[0].tiers.{field}"), "{tiers}: {errors:?}");
        assert!(errors[0].message.contains(message), "{tiers}: {}", errors[0]);
    }
    let mut unknown = terms("revenue/month 5:7");
    unknown["actions"][0]["rates"][0]["tiers"]["steps"][0]["amount"] = json!("1");
    let errors = try_compile(unknown).unwrap_err();
    assert_eq!(errors[0].field, "actions[0].rates[0].tiers.steps[0].amount");

    let click = json!({"rule": "cpc", "kind": "per_click", "amount": "1", "tiers": {
        "by": "conversions", "per": "day", "steps": [{"from": "1", "amount": "2"}],
    }});
    let errors = try_compile(json!({"touch_rates": [click]})).unwrap_err();
    assert_eq!(errors[0].field, "touch_rates[0].tiers");
}

/// Orders of 100.00, one after the other, and what each pays: five percent, or ten from the step on.
const WALKS: &str = "
    tiers                     | zone             | when each order comes, and what it pays
    # two a week from Monday to Monday; on the last Sunday of March the day has 23 hours
    conversions/week 2:10     | Europe/Berlin    | 2026-03-22T22:59:59Z=5 2026-03-22T23:00:00Z=5 2026-03-28T10:00:00Z=5 2026-03-29T21:59:59Z=10 2026-03-29T22:00:00Z=5
    # the last Sunday of October has 25
    conversions/week 2:10     | Europe/Berlin    | 2026-10-19T10:00:00Z=5 2026-10-25T00:30:00Z=5 2026-10-25T22:59:59Z=10 2026-10-25T23:00:00Z=5
    conversions/day 1:10      | Europe/Berlin    | 2026-10-24T22:00:00Z=5 2026-10-25T00:30:00Z=10 2026-10-25T01:30:00Z=10 2026-10-25T22:59:59Z=10 2026-10-25T23:00:00Z=5
    # the end of February, in an ordinary and in a leap year
    conversions/month 1:10    | UTC              | 2026-02-27T12:00:00Z=5 2026-02-28T23:59:59Z=10 2026-03-01T00:00:00Z=5
    conversions/month 1:10    | UTC              | 2028-02-28T12:00:00Z=5 2028-02-29T23:59:59Z=10 2028-03-01T00:00:00Z=5
    # midnight of the program, not ours: March begins in Ho Chi Minh City at 17:00 UTC
    conversions/month 1:10    | Asia/Ho_Chi_Minh | 2026-02-28T16:59:58Z=5 2026-02-28T16:59:59Z=10 2026-02-28T17:00:00Z=5 2026-02-28T18:00:00Z=10
    # 200.00 of orders in a quarter: the order that crosses it is paid by the rate before
    revenue/quarter 200.00:10 | UTC              | 2026-01-01T00:00:00Z=5 2026-03-31T23:59:58Z=5 2026-03-31T23:59:59Z=10 2026-04-01T00:00:00Z=5
    # 5.00 + 5.00 + 10.00 of commission
    commission/total 10:10    | Europe/Berlin    | 2026-01-01T00:00:00Z=5 2027-01-01T00:00:00Z=5 2028-01-01T00:00:00Z=10 2029-01-01T00:00:00Z=10
    # a repeated hour counts in one day, whichever clock it is told by
    conversions/day 2:10      | America/New_York | 2026-11-01T05:30:00Z=5 2026-11-01T06:30:00Z=5 2026-11-02T04:59:59Z=10 2026-11-02T05:00:00Z=5
";

#[test]
fn orders_walk_over_the_boundaries_of_periods() {
    for row in rows(WALKS) {
        let contract = compile(1, terms(row.cell("tiers")));
        let rate = contract.rate_named("order", "base").unwrap();
        let zone: Zone = row.cell("zone").parse().unwrap();
        let mut counters: std::collections::BTreeMap<Vec<u8>, i64> = std::collections::BTreeMap::new();
        for order in row.cell("when each order comes, and what it pays").split(' ') {
            let (at, pays) = order.split_once('=').unwrap();
            let key = contract.tier_key(rate, publisher(1), &zone, Timestamp::parse(at).unwrap()).unwrap();
            let counted = counters.entry(key.to_bytes()).or_default();
            let paid = paid_at(&contract, *counted);
            assert_eq!(paid, format!("{pays}.00"), "{at} of {}", row.line);
            *counted += match key.by {
                TierMetric::Conversions => 1,
                TierMetric::Revenue => usd("100").units(),
                TierMetric::Commission => usd(&paid).units(),
            };
        }
    }
}
