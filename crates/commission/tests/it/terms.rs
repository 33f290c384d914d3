//! Terms that are refused, each with its field.

use serde_json::{Value, json};

use crate::world::{order_terms, program, program_with_caps, rate_of, try_compile, version};

/// The fields of all complaints, and whether each names what it should.
fn refused(terms: Value, expected: &[(&str, &str)]) {
    let shown = terms.to_string();
    let errors = try_compile(terms).expect_err(&shown);
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    let wanted: Vec<_> = expected.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, wanted, "{shown}: {errors:#?}");
    for (error, (_, part)) in errors.iter().zip(expected) {
        assert!(error.message.contains(part), "`{part}` is not in `{error}`");
    }
}

#[test]
fn parameters_of_rates() {
    let field = "actions[0].rates[0]";
    for (rate, wrong, message) in [
        ("percent percent=-1", "percent", "negative"),
        ("percent percent=100.5", "percent", "more than 100 percent"),
        ("percent percent=1.00001", "percent", "4 decimal places"),
        ("percent percent=a", "percent", "not a percentage"),
        ("percent", "percent", "`percent` is missing"),
        ("fixed amount=-0.01", "amount", "negative"),
        ("fixed amount=0.0000001", "amount", "6"),
        ("fixed amount=1e9", "amount", "not an amount"),
        ("fixed amount=99999999999999999999", "amount", "too large"),
        ("fixed amount=1 percent=2", "percent", "`percent` is unknown; the kind fixed takes amount"),
        ("fixed amount=1 whne=x", "whne", "`whne` is unknown"),
        ("fixed_percent amount=1", "percent", "missing"),
        (
            "bonus amount=1",
            "kind",
            "use one of fixed, percent, fixed_percent, per_item, per_click, per_mille",
        ),
        ("per_click amount=1", "kind", "put it into touch_rates"),
    ] {
        refused(order_terms(rate), &[(&format!("{field}.{wrong}"), message)]);
    }
}

#[test]
fn all_complaints_at_once() {
    let mut terms = order_terms("fixed_percent percent=x extra=1");
    terms["payout_model"] = json!("best");
    terms["fee"] = json!({"percent": "-1", "fixed": "x"});
    refused(
        terms,
        &[
            ("payout_model", "use one of last, linear"),
            ("actions[0].rates[0].amount", "missing"),
            ("actions[0].rates[0].percent", "not a percentage"),
            ("actions[0].rates[0].extra", "takes amount, percent"),
            ("fee.percent", "negative"),
            ("fee.fixed", "not an amount"),
        ],
    );
}

#[test]
fn numbers_instead_of_text() {
    let rate = json!({"rule": "base", "kind": "percent", "percent": 7.5});
    let terms = json!({"actions": [{"action": "order", "rates": [rate]}]});
    refused(terms, &[("actions[0].rates[0].percent", "write it as text")]);
}

#[test]
fn actions() {
    let rates = |rule: &str| json!([rate_of(rule, "fixed amount=1")]);
    refused(
        json!({"actions": [
            {"action": "order", "rates": rates("a")},
            {"action": "order", "rates": rates("b")},
            {"action": "sale", "rates": rates("c")},
            {"action": "lead", "rates": []},
        ]}),
        &[
            ("actions[1].action", "already in actions[0]"),
            ("actions[2].action", "its actions are lead, order, install"),
            ("actions[3].rates", "at least one rate"),
        ],
    );
}

#[test]
fn windows_and_holds() {
    let mut terms = order_terms("fixed amount=1");
    let day = 86_400;
    let action = &mut terms["actions"][0];
    action["click_window_seconds"] = json!(365 * day + 1);
    action["view_window_seconds"] = json!(30 * day + 1);
    action["hold_seconds"] = json!(400 * day + 1);
    refused(
        terms,
        &[
            ("actions[0].click_window_seconds", "365 days"),
            ("actions[0].view_window_seconds", "30 days"),
            ("actions[0].hold_seconds", "400 days"),
        ],
    );

    let mut longest = order_terms("fixed amount=1");
    let action = &mut longest["actions"][0];
    action["click_window_seconds"] = json!(365 * day);
    action["view_window_seconds"] = json!(30 * day);
    action["hold_seconds"] = json!(400 * day);
    assert!(try_compile(longest).is_ok());

    let mut never = order_terms("fixed amount=1");
    never["actions"][0]["click_window_seconds"] = json!(60);
    never["actions"][0]["delay_seconds_min"] = json!(61);
    refused(never, &[("actions[0].delay_seconds_min", "conflicts with click_window_seconds")]);
}

#[test]
fn rules_that_contradict_each_other() {
    let base = rate_of("base", "fixed amount=1");
    refused(
        json!({"actions": [{"action": "order", "rates": [base, rate_of("more", "fixed amount=2")]}]}),
        &[("actions[0].rates[1].when", "`base` and `more` hold under the same conditions")],
    );
    refused(
        json!({
            "actions": [{"action": "order", "rates": [base]}, {"action": "lead", "rates": [base]}],
            "touch_rates": [rate_of("base", "per_click amount=1")],
        }),
        &[
            ("actions[1].rates[0].rule", "another rule in actions[0].rates[0].rule"),
            ("touch_rates[0].rule", "another rule in actions[0].rates[0].rule"),
        ],
    );
    for name in ["", " base", "a\nb", &"x".repeat(81)] {
        let terms = json!({"actions": [{"action": "order", "rates": [rate_of(name, "fixed amount=1")]}]});
        refused(terms, &[("actions[0].rates[0].rule", "name")]);
    }
}

#[test]
fn conditions() {
    let with = |when: Value| {
        let mut rate = rate_of("special", "fixed amount=1");
        rate["when"] = when;
        json!({"actions": [{"action": "order", "rates": [rate_of("base", "fixed amount=1"), rate]}]})
    };
    for (when, field, message) in [
        (json!({"coupons": []}), "coupons", "leave it out"),
        (json!({"coupons": ["A", " B"]}), "coupons[1]", "without spaces around"),
        (json!({"coupons": ["x".repeat(201)]}), "coupons[0]", "1 to 200 characters"),
        (json!({"coupons": vec!["A"; 1_001]}), "coupons", "at most 1000 entries"),
        (json!({"countries": ["VN", "UK"]}), "countries[1]", "`UK` is no country"),
        (json!({"countries": ["Vietnam"]}), "countries[0]", "two letters of ISO 3166-1"),
        (json!({"devices": ["phone"]}), "devices[0]", "use one of desktop, mobile, tablet, tv, console"),
        (json!({"subs": {}}), "subs", "names no parameter"),
        (json!({"subs": {"sub11": ["a"]}}), "subs.sub11", "none of sub1 to sub10 and source"),
        (json!({"subs": {"sub1": []}}), "subs.sub1", "leave it out"),
        (json!({"subs": {"source": ["a", ""]}}), "subs.source[1]", "1 to 200 characters"),
        (json!({"skus": []}), "skus", "leave it out"),
        (json!({"categories": ["a\nb"]}), "categories[0]", "1 to 200 characters"),
        (
            json!({"from": "2026-03-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"}),
            "until",
            "conflicts with from: a promotion from 2026-03-01T00:00:00.000000Z cannot end",
        ),
    ] {
        refused(with(when), &[(&format!("actions[0].rates[1].when.{field}"), message)]);
    }
    refused(
        with(json!({"countries": ["XX"], "devices": ["fridge"]})),
        &[("actions[0].rates[1].when.countries[0]", "XX"), ("actions[0].rates[1].when.devices[0]", "fridge")],
    );
}

#[test]
fn conditions_that_only_look_different() {
    let rate = |rule: &str, when: Value| {
        let mut rate = rate_of(rule, "fixed amount=1");
        rate["when"] = when;
        rate
    };
    refused(
        json!({"actions": [{"action": "order", "rates": [
            rate("one", json!({"countries": ["VN", "ir"], "coupons": ["Save", "SAVE"]})),
            rate("two", json!({"countries": ["IR", "vn", "VN"], "coupons": ["save"]})),
        ]}]}),
        &[("actions[0].rates[1].when", "`one` and `two` hold under the same conditions")],
    );
}

#[test]
fn touch_rates() {
    let mut conditional = rate_of("cpc", "per_click amount=1");
    conditional["when"] = json!({"customer": "new"});
    refused(
        json!({"touch_rates": [
            conditional,
            rate_of("cpc2", "per_click amount=2"),
            rate_of("sale", "fixed amount=2"),
        ]}),
        &[
            ("touch_rates[0].when.customer", "conditions are for rates of conversions"),
            ("touch_rates[1]", "`cpc` and `cpc2` pay the same touches"),
            ("touch_rates[2].kind", "put it into the rates of an action"),
        ],
    );
}

#[test]
fn caps_of_a_contract() {
    let cap = |metric: &str, limit: &str| json!({"metric": metric, "period": "day", "limit": limit});
    let with = |mut cap: Value, name: &str, value: Value| {
        cap[name] = value;
        cap
    };
    refused(
        json!({"caps": [
            cap("clicks", "ten"),
            cap("conversions", "-1"),
            cap("conversions", "99999999999999999999"),
            cap("charge", "-1"),
            with(cap("clicks", "10"), "currency", json!("USD")),
            with(cap("charge", "10"), "currency", json!("EUR")),
            cap("commission", "10"),
            cap("commission", "20"),
            with(cap("commission", "11"), "soft", json!(true)),
        ]}),
        &[
            ("caps[0].limit", "whole number"),
            ("caps[1].limit", "whole number"),
            ("caps[2].limit", "fits"),
            ("caps[3].limit", "negative"),
            ("caps[4].currency", "has no currency"),
            ("caps[5].currency", "the contract is in USD"),
            ("caps[7].metric", "keep one"),
            ("caps[8].limit", "never alerts"),
        ],
    );
    refused(json!({"caps": [cap("clicks", "")]}), &[("caps[0].limit", "whole number")]);
}

#[test]
fn caps_of_a_program() {
    let program = program_with_caps(
        "UTC",
        &json!([
            {"metric": "charge", "period": "month", "limit": "100"},
            {"metric": "charge", "period": "month", "limit": "100", "currency": "EUR"},
            {"metric": "charge", "period": "month", "limit": "100", "currency": "USD"},
            {"metric": "charge", "period": "month", "limit": "90", "currency": "USD", "soft": true},
        ]),
    );
    let errors = commission::compile_program_caps(&program).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].field, "caps[0].currency");
}

#[test]
fn a_contract_of_another_program() {
    let mut other = program();
    other.id = model::ProgramId::from_bytes([99; 16]);
    let terms = version(1, order_terms("fixed amount=1"));
    let errors = commission::CompiledContract::compile(terms, &other, &["last"]).unwrap_err();
    assert_eq!(errors[0].field, "program_id");
}

#[test]
fn months_need_customers_who_stay() {
    let terms = |recurring: Value, months: Value| {
        let mut terms = order_terms("percent percent=5");
        terms["actions"][0]["recurring"] = recurring;
        terms["actions"][0]["rates"][0]["when"] = json!({"months": months});
        terms
    };
    let field = "actions[0].rates[0].when.months";
    let none = Value::Null;
    refused(terms(none, json!({"from": 2})), &[(field, "needs `recurring`")]);
    refused(
        terms(json!({"months": 12}), json!({"from": 13})),
        &[(field, "conflicts with recurring: nothing earns after month 12")],
    );
    refused(terms(json!({}), json!({"from": 0})), &[(field, "the first conversion begins month 1")]);
    refused(terms(json!({}), json!({"from": 3, "to": 2})), &[(field, "give the first and the last month")]);
    for months in [0, 601] {
        let mut lasting = order_terms("percent percent=5");
        lasting["actions"][0]["recurring"] = json!({"months": months});
        refused(lasting, &[("actions[0].recurring.months", "1 to 600 months")]);
    }
}
