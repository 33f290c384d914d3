//! Thousands of rules: what the index finds is what looking at every rule finds.

use commission::{CompiledContract, RateFacts};
use model::contract::Conditions;
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use crate::{
    world::{compile, paid},
    written::{Order, rule},
};

/// The plain way: every rule that holds, sorted by the published order; written without any index.
fn slow(rules: &[Value], facts: &RateFacts<'_>) -> String {
    let amount = facts.amount.map_or(0, |amount| i128::from(amount.units()));
    let money = |rule: &Value| match rule["kind"].as_str() {
        Some("percent") => {
            let percent: i128 = rule["percent"].as_str().unwrap().parse().unwrap();
            amount * percent / 100
        }
        _ => rule["amount"].as_str().unwrap().parse::<i128>().unwrap() * 1_000_000,
    };
    let holding = rules.iter().enumerate().filter_map(|(place, rule)| {
        let when: Conditions = serde_json::from_value(rule["when"].clone()).unwrap();
        let count = conditions_met(&when, facts)?;
        let dated = when.from.is_some() || when.until.is_some();
        let began = when.from.map_or(i64::MIN, model::Timestamp::as_micros);
        Some(((dated, count, began, money(rule), std::cmp::Reverse(place)), rule))
    });
    let best = holding.max_by_key(|(rank, _)| *rank);
    best.map_or_else(|| "terms_not_met".to_owned(), |(_, rule)| rule["rule"].as_str().unwrap().to_owned())
}

/// How many conditions a rule has, if all of them hold.
fn conditions_met(when: &Conditions, facts: &RateFacts<'_>) -> Option<usize> {
    let mut met = 0;
    let mut needs = |holds: Option<bool>| match holds {
        Some(true) => {
            met += 1;
            true
        }
        Some(false) => false,
        None => true,
    };
    let has = |list: &Vec<String>, value: Option<&str>| {
        value.is_some_and(|value| list.iter().any(|one| one.eq_ignore_ascii_case(value)))
    };
    let all = needs(when.customer.map(|customer| facts.customer == Some(customer)))
        && needs(when.months.map(|months| {
            let last = months.to.unwrap_or(u32::MAX);
            facts.month.is_some_and(|month| (months.from..=last).contains(&month))
        }))
        && needs(when.coupons.as_ref().map(|list| has(list, facts.coupon)))
        && needs(when.countries.as_ref().map(|list| has(list, facts.touch.country)))
        && needs(when.devices.as_ref().map(|list| has(list, facts.touch.device)));
    let subs = when.subs.iter().flatten();
    let of_sub = |name: &str| facts.touch.subs.and_then(|subs| subs.get(name)).map(String::as_str);
    let subs_hold = subs.into_iter().all(|(name, list)| needs(Some(has(list, of_sub(name)))));
    let in_time =
        when.from.is_none_or(|from| facts.at >= from) && when.until.is_none_or(|until| facts.at < until);
    (all && subs_hold && in_time).then_some(met)
}

fn rules() -> impl Strategy<Value = Vec<Value>> {
    let condition = select(
        &[
            "customer=new",
            "customer=returning",
            "months=1..2",
            "months=3..",
            "coupons=a",
            "coupons=a,b",
            "coupons=c",
            "countries=VN",
            "countries=VN,IR",
            "devices=mobile",
            "devices=mobile,tablet",
            "sub1=x",
            "sub1=x,y",
            "sub2=z",
            "source=s",
            "from=2026-01-01T00:00:00Z",
            "from=2026-02-01T00:00:00Z",
            "until=2026-03-01T00:00:00Z",
        ][..],
    );
    let rate = prop_oneof![
        (0_u32..20).prop_map(|percent| format!("percent percent={percent}")),
        (0_u32..20).prop_map(|amount| format!("fixed amount={amount}")),
    ];
    vec((rate, vec(condition, 0..4)), 1..60).prop_map(|drawn| {
        let mut rules: Vec<Value> = Vec::new();
        for (rate, conditions) in drawn {
            let rule = rule(&format!("r{}: {rate} when {}", rules.len(), conditions.join(" ")));
            if rules.iter().all(|other| other["when"] != rule["when"]) {
                rules.push(rule);
            }
        }
        rules
    })
}

fn orders() -> impl Strategy<Value = String> {
    let word = |words: &'static [&'static str]| select(words);
    (
        word(&["amount=100", "amount=37", "amount=0"]),
        word(&["", "customer=new", "customer=returning", "month=1", "month=3", "customer=returning month=2"]),
        word(&["", "coupon=A", "coupon=b", "coupon=c", "coupon=d"]),
        word(&["", "country=VN", "country=IR", "country=TH"]),
        word(&["", "device=mobile", "device=tablet", "device=tv"]),
        word(&["", "sub1=x", "sub1=y", "sub1=x sub2=z", "sub2=z source=s"]),
        word(&["at=2026-01-15T00:00:00Z", "at=2026-02-15T00:00:00Z", "at=2026-04-01T00:00:00Z"]),
    )
        .prop_map(|(a, b, c, d, e, f, g)| [a, b, c, d, e, f, g].join(" "))
}

fn contract(rules: &[Value]) -> CompiledContract {
    compile(1, json!({"actions": [{"action": "order", "recurring": {}, "rates": rules}]}))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_index_finds_what_a_scan_finds(rules in rules(), orders in vec(orders(), 1..8)) {
        let contract = contract(&rules);
        for text in orders {
            let order = Order::new(&text);
            let (fast, slow) = order.with(|facts| {
                let fast = paid(&contract, "order", facts);
                let fast = fast.map_or_else(|code| code.word().to_owned(), |parts| parts[0].rate.rule().to_owned());
                (fast, slow(&rules, facts))
            });
            prop_assert_eq!(fast, slow, "{}", text);
        }
    }
}

#[test]
fn an_article_among_ten_thousand_is_found() {
    let mut rules = vec![rule("base: percent percent=1")];
    rules.extend((0..10_000).map(|number| {
        let kind = ["skus=s", "coupons=c", "sub3=v", "categories=k"][number % 4];
        rule(&format!("r{number}: percent percent={} when {kind}{number}", 2 + number % 7))
    }));
    let contract = contract(&rules);
    for (order, paid) in [
        ("amount=100", "base 1.00"),
        ("amount=100 items=s40:1x100", "r40 7.00"),
        ("amount=100 items=x/k43:1x100", "r43 3.00"),
        ("amount=100 coupon=C9997", "r9997 3.00"),
        ("amount=100 sub3=v2", "r2 4.00"),
        ("amount=100 sub3=v3", "base 1.00"),
    ] {
        assert_eq!(Order::new(order).paid_by(&contract), paid, "{order}");
    }
}
