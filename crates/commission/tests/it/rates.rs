//! What each kind of rate pays.

use commission::{OrderItem, OrderItems, RateFacts, rate_in_words, rates::KINDS};
use model::{Money, codes::Language};
use serde_json::json;

use crate::{
    table::rows,
    world::{compile, order_terms, paid, rate_of, usd},
};

/// Rates of conversions. An empty amount is none at all; an empty commission is a refusal, with its
/// code in `fixed`.
const CONVERSIONS: &str = "
    rate                                | currency | amount        | pieces | commission      | fixed          | in words
    # the same for every conversion
    fixed amount=12.00                  | USD      |               |        | 12.00           | 12.00          | 12.00 USD
    fixed amount=12.00                  | USD      | 99.00         |        | 12.00           | 12.00          | 12.00 USD
    fixed amount=0                      | USD      |               |        | 0.00            | 0.00           | 0.00 USD
    fixed amount=250000                 | VND      |               |        | 250000          | 250000         | 250000 VND
    # a percentage, floored to a millionth of a dollar or a thousandth of a dong
    percent percent=7.5                 | USD      | 100.00        |        | 7.50            | 0.00           | 7.5 % of the amount
    percent percent=7.5                 | USD      | 0             |        | 0.00            | 0.00           | 7.5 % of the amount
    percent percent=7.5                 | USD      | 33.33         |        | 2.49975         | 0.00           | 7.5 % of the amount
    percent percent=33.3333             | USD      | 0.01          |        | 0.003333        | 0.00           | 33.3333 % of the amount
    percent percent=0.0001              | USD      | 1.00          |        | 0.000001        | 0.00           | 0.0001 % of the amount
    percent percent=0.0001              | USD      | 0.99          |        | 0.00            | 0.00           | 0.0001 % of the amount
    percent percent=100                 | USD      | 10.00         |        | 10.00           | 0.00           | 100 % of the amount
    percent percent=1                   | VND      | 123           |        | 1.23            | 0              | 1 % of the amount
    percent percent=1                   | IRR      | 999999999999  |        | 9999999999.99   | 0              | 1 % of the amount
    percent percent=7.5                 | USD      |               |        |                 | amount_invalid | 7.5 % of the amount
    # both
    fixed_percent amount=5 percent=7.5  | USD      | 100.00        |        | 12.50           | 5.00           | 5.00 USD + 7.5 % of the amount
    fixed_percent amount=5 percent=7.5  | USD      | 0             |        | 5.00            | 5.00           | 5.00 USD + 7.5 % of the amount
    fixed_percent amount=5 percent=7.5  | USD      |               |        |                 | amount_invalid | 5.00 USD + 7.5 % of the amount
    # more than fits
    fixed_percent amount=900000000000 percent=100 | USD | 9000000000000 |   |                 | amount_invalid | 900000000000.00 USD + 100 % of the amount
    # for each piece; nothing of it is fixed, since a piece that comes back takes its part back
    per_item amount=1.50                | USD      |               | 1      | 1.50            | 0.00           | 1.50 USD for every piece
    per_item amount=1.50                | USD      | 10.00         | 7      | 10.50           | 0.00           | 1.50 USD for every piece
    per_item amount=0                   | USD      | 10.00         | 7      | 0.00            | 0.00           | 0.00 USD for every piece
    per_item amount=1.50                | USD      | 10.00         |        |                 | amount_invalid | 1.50 USD for every piece
";

/// What the one rate of the terms pays, in English.
fn said(terms: &serde_json::Value) -> String {
    let rate = serde_json::from_value(terms["actions"][0]["rates"][0].clone()).unwrap();
    let currency = terms["currency"].as_str().unwrap().parse().unwrap();
    rate_in_words(&rate, currency, Language::En).line().replace(['\u{2068}', '\u{2069}'], "")
}

#[test]
fn conversions() {
    for row in rows(CONVERSIONS) {
        let mut terms = order_terms(row.cell("rate"));
        terms["currency"] = json!(row.cell("currency"));
        let contract = compile(1, terms.clone());
        let money = |text: &str| Money::parse(text, contract.currency()).unwrap();
        let amount = Some(row.cell("amount")).filter(|text| !text.is_empty()).map(money);
        let pieces = row.cell("pieces").parse().unwrap_or(0);
        let item = OrderItem { sku: "s", category: None, quantity: pieces, units: 0 };
        let list: &[OrderItem<'_>] = if pieces == 0 { &[] } else { &[item] };
        let items = OrderItems { list, order_units: amount.map(Money::units) };

        match paid(&contract, "order", &RateFacts { amount, items, ..RateFacts::default() }) {
            Ok(parts) => {
                let [part] = parts.as_slice() else { panic!("one rule, one part: {parts:?}") };
                assert_eq!(part.earned.commission.amount_text(), row.cell("commission"), "{}", row.line);
                assert_eq!(part.earned.fixed.amount_text(), row.cell("fixed"), "{}", row.line);
                assert_eq!(said(&terms), row.cell("in words"), "{}", row.line);
            }
            Err(code) => {
                assert_eq!(code.word(), row.cell("fixed"), "{}", row.line);
                assert_eq!("", row.cell("commission"), "{}", row.line);
            }
        }
    }
}

#[test]
fn every_kind_is_in_a_test_of_this_file() {
    let tested = format!("{CONVERSIONS} per_click per_mille");
    for kind in KINDS {
        assert!(tested.split_whitespace().any(|word| word == *kind), "{kind} has no test");
    }
}

#[test]
fn clicks_pay_their_amount_and_other_contracts_pay_none() {
    let contract = compile(1, json!({"touch_rates": [rate_of("cpc", "per_click amount=0.25")]}));
    assert_eq!(contract.click_earning(), Some(("cpc", usd("0.25"))));
    assert!(!contract.has_impression_rate());
    assert_eq!(contract.impression_earning(0), None);

    let other = compile(1, order_terms("fixed amount=1"));
    assert_eq!(other.click_earning(), None);
}

#[test]
fn any_thousand_impressions_pay_exactly_the_amount() {
    for price in ["2.00", "0.000999", "0.001", "1.234567", "0"] {
        let rate = format!("per_mille amount={price}");
        let contract = compile(1, json!({"touch_rates": [rate_of("cpm", &rate)]}));
        assert!(contract.has_impression_rate());
        for first in [0, 1, 500, 12_345, i64::MAX - 999] {
            let pay = |ordinal| contract.impression_earning(ordinal).unwrap().1.units();
            let thousand: i64 = (first..=first + 999).map(pay).sum();
            assert_eq!(thousand, usd(price).units(), "{price} from {first}");
            assert!((first..=first + 999).all(|ordinal| pay(ordinal) >= 0));
        }
    }
}

#[test]
fn single_impressions_differ_by_a_unit_at_most() {
    let contract = compile(1, json!({"touch_rates": [rate_of("cpm", "per_mille amount=0.001500")]}));
    let paid: Vec<i64> =
        (0..4).map(|ordinal| contract.impression_earning(ordinal).unwrap().1.units()).collect();
    assert_eq!(paid, [1, 2, 1, 2], "floor(1.5), then what is owed more each time");
}

#[test]
fn an_ended_contract_pays_nothing() {
    let touch_rates = json!([rate_of("cpc", "per_click amount=1"), rate_of("cpm", "per_mille amount=1")]);
    let mut terms = order_terms("fixed amount=1");
    terms["touch_rates"] = touch_rates;
    terms["ended"] = json!(true);
    let contract = compile(1, terms);
    assert_eq!(contract.click_earning(), None);
    assert_eq!(contract.impression_earning(0), None);
    assert!(!contract.has_impression_rate());
    let code = paid(&contract, "order", &RateFacts::default()).unwrap_err();
    assert_eq!(code, model::Code::TermsNotMet);
}
