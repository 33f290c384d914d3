//! Which rate holds for a conversion.

use commission::RateFacts;
use model::{Currency, Money, contract::CustomerKind};
use serde_json::json;

use crate::{
    table::rows,
    world::{compile, paid},
};

/// Orders pay new customers, returning customers and everyone else by rules of their own; leads pay
/// new customers only; installs are an action of the program that the contract does not pay.
const CASES: &str = "
    action  | customer  | amount     | rule or code
    order   | new       | 10.00 USD  | new
    order   | returning | 10.00 USD  | returning
    order   |           | 10.00 USD  | base
    # the rule for new customers is fixed and needs no amount, the others are percentages
    order   | new       |            | new
    order   | returning |            | amount_invalid
    order   |           |            | amount_invalid
    order   |           | -1.00 USD  | amount_invalid
    order   |           | 10.00 EUR  | currency_mismatch
    # a fixed rate pays whatever the currency of the order
    order   | new       | 10.00 EUR  | new
    # a rate with a condition is no rate for customers that are not known
    lead    | new       |            | lead
    lead    | returning |            | terms_not_met
    lead    |           |            | terms_not_met
    install |           |            | terms_not_met
    refund  |           |            | action_unknown
    Order   |           | 10.00 USD  | action_unknown
            |           |            | action_unknown
";

#[test]
fn the_rate_with_most_conditions_that_hold() {
    let rate = |rule: &str, kind: &str, parameter: &str, when| json!({"rule": rule, "kind": kind, parameter: "5", "when": when});
    let new = json!({"customer": "new"});
    let contract = compile(
        1,
        json!({"actions": [
            {"action": "order", "rates": [
                rate("base", "percent", "percent", json!({})),
                rate("new", "fixed", "amount", new.clone()),
                rate("returning", "percent", "percent", json!({"customer": "returning"})),
            ]},
            {"action": "lead", "rates": [rate("lead", "fixed", "amount", new)]},
        ]}),
    );
    for row in rows(CASES) {
        let customer = match row.cell("customer") {
            "new" => Some(CustomerKind::New),
            "returning" => Some(CustomerKind::Returning),
            _ => None,
        };
        let amount = row.cell("amount").split_once(' ').map(|(amount, currency)| {
            let currency: Currency = currency.parse().unwrap();
            Money::parse(amount, currency).unwrap()
        });
        let facts = RateFacts { amount, customer, ..RateFacts::default() };
        let selected = paid(&contract, row.cell("action"), &facts);
        let shown = selected.map_or_else(|code| code.word(), |parts| parts[0].rate.rule());
        assert_eq!(shown, row.cell("rule or code"), "{}", row.line);
    }
}

#[test]
fn terms_of_an_action_are_found_by_its_word() {
    let contract = compile(
        1,
        json!({"actions": [{
            "action": "lead",
            "rates": [{"rule": "lead", "kind": "fixed", "amount": "3"}],
            "click_window_seconds": 604_800,
            "hold_seconds": 0,
        }]}),
    );
    let lead = contract.action_terms("lead").unwrap();
    assert_eq!((lead.click_window_seconds, lead.view_window_seconds, lead.hold_seconds), (604_800, 0, 0));
    assert!(contract.action_terms("order").is_none());
}
