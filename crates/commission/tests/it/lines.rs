//! How a commission is shared among the touches that won.

use commission::{CompiledContract, Earned, LineInput, Part, split_lines};
use model::{Currency, Money, Share};
use proptest::prelude::*;
use serde_json::json;

use crate::{
    table::rows,
    world::{compile, link, order_terms, publisher, touch, usd},
};

const SPLITS: &str = "
    commission | fixed    | weights | commissions                   | fixed parts
    10.00      | 0        | 1       | 10.00                         | 0.00
    10.00      | 10.00    | 1 1     | 5.00 5.00                     | 5.00 5.00
    # the rest goes to the first ones, a unit each
    10.00      | 0        | 1 1 1   | 3.333334 3.333333 3.333333    | 0.00 0.00 0.00
    0.000002   | 0        | 1 1 1   | 0.000001 0.000001 0.00        | 0.00 0.00 0.00
    10.00      | 4.00     | 40 20 40 | 4.00 2.00 4.00               | 1.60 0.80 1.60
    # a touch without credit has no line
    10.00      | 0        | 0 1 0 3 | 2.50 7.50                     | 0.00 0.00
    # a fixed part never exceeds its commission: its rest passes over the second line
    0.000012   | 0.000011 | 10 1 9  | 0.000007 0.00 0.000005        | 0.000006 0.00 0.000005
    0          | 0        | 1 1     | 0.00 0.00                     | 0.00 0.00
";

fn contract(number: u8, fee_percent: &str) -> CompiledContract {
    let mut terms = order_terms("fixed_percent amount=1 percent=1");
    terms["fee"] = json!({"percent": fee_percent});
    compile(number, terms)
}

/// What the rule `base` pays; kept for as long as the tests run.
fn one_part(contract: &CompiledContract, earned: Earned) -> &[Part<'_>] {
    let rate = contract.rate_named("order", "base").unwrap();
    Vec::leak(vec![Part { rate, earned, amount: None, items: Vec::new() }])
}

fn input(contract: &CompiledContract, number: u8, earned: Earned, weight: u64) -> LineInput<'_> {
    LineInput {
        publisher_id: publisher(number),
        touch_id: touch(number),
        link_id: link(number),
        contract,
        parts: one_part(contract, earned),
        weight,
    }
}

fn inputs<'a>(contract: &'a CompiledContract, earned: Earned, weights: &[u64]) -> Vec<LineInput<'a>> {
    (1..).zip(weights).map(|(number, weight)| input(contract, number, earned, *weight)).collect()
}

fn texts(amounts: impl Iterator<Item = Money>) -> String {
    amounts.map(Money::amount_text).collect::<Vec<_>>().join(" ")
}

#[test]
fn one_contract() {
    let contract = contract(1, "20");
    for row in rows(SPLITS) {
        let earned = Earned { commission: usd(row.cell("commission")), fixed: usd(row.cell("fixed")) };
        let weights: Vec<u64> =
            row.cell("weights").split(' ').map(|weight| weight.parse().unwrap()).collect();
        let lines = split_lines(&inputs(&contract, earned, &weights)).unwrap();
        let commissions = texts(lines.iter().map(|line| line.commission));
        assert_eq!(commissions, row.cell("commissions"), "{}", row.line);
        assert_eq!(texts(lines.iter().map(|line| line.fixed)), row.cell("fixed parts"), "{}", row.line);
    }
}

#[test]
fn different_contracts_pay_each_publisher_by_his_own() {
    let (ten, twenty) = (contract(1, "10"), contract(2, "20"));
    let earned = |commission, fixed| Earned { commission: usd(commission), fixed: usd(fixed) };
    let lines =
        split_lines(&[input(&ten, 1, earned("10.00", "1.00"), 1), input(&twenty, 2, earned("7.00", "0"), 2)])
            .unwrap();
    assert_eq!(texts(lines.iter().map(|line| line.commission)), "3.333333 4.666666", "floored, no rest");
    assert_eq!(texts(lines.iter().map(|line| line.fixed)), "0.333333 0.00");
    assert_eq!(texts(lines.iter().map(|line| line.fee)), "0.333333 0.933333");
    assert_eq!(lines[0].credit, Share::new(1, 3).unwrap());
    assert_eq!(lines[1].contract_version_id, twenty.version_id());
}

#[test]
fn contracts_of_different_currencies_stay_apart() {
    let dollar = contract(1, "10");
    let mut terms = order_terms("fixed amount=9");
    terms["currency"] = json!("EUR");
    let euro = compile(2, terms);
    let nine = Money::parse("9", Currency::EUR).unwrap();
    let first = input(&dollar, 1, Earned { commission: usd("8"), fixed: usd("8") }, 1);
    let second = LineInput {
        contract: &euro,
        parts: one_part(&euro, Earned { commission: nine, fixed: nine }),
        ..input(&dollar, 2, Earned { commission: nine, fixed: nine }, 1)
    };
    let lines = split_lines(&[first, second]).unwrap();
    assert_eq!(lines[0].commission.to_string(), "4.00 USD");
    assert_eq!(lines[1].commission.to_string(), "4.50 EUR");
}

#[test]
fn one_line_for_each_touch_and_only_one() {
    let contract = contract(1, "0");
    let earned = Earned { commission: usd("9"), fixed: usd("0") };
    let twice = |touch_number| LineInput {
        touch_id: touch(touch_number),
        publisher_id: publisher(1),
        ..input(&contract, 1, earned, 1)
    };
    let lines = split_lines(&[twice(1), twice(2), twice(1)]).unwrap();
    assert_eq!(texts(lines.iter().map(|line| line.commission)), "6.00 3.00", "the same touch is one line");
    assert_eq!(lines[0].credit, Share::new(2, 3).unwrap());
    assert!(split_lines(&[]).unwrap().is_empty());
    assert!(split_lines(&inputs(&contract, earned, &[0, 0])).unwrap().is_empty());
}

/// Two rules pay the conversion: 10.00 with a fee of 17.3 % and 0.50 on all of it.
fn two_rules() -> CompiledContract {
    let rate = |rule: &str, when: serde_json::Value| json!({"rule": rule, "kind": "percent", "percent": "10", "when": when});
    compile(
        1,
        json!({
            "fee": {"percent": "17.3", "fixed": "0.50"},
            "actions": [{"action": "order", "rates": [
                rate("base", json!({})), rate("shoes", json!({"categories": ["shoes"]})),
            ]}],
        }),
    )
}

fn two_parts<'a>(contract: &'a CompiledContract, shoes: Earned, base: Earned) -> Vec<Part<'a>> {
    let part = |rule, earned| Part {
        rate: contract.rate_named("order", rule).unwrap(),
        earned,
        amount: None,
        items: Vec::new(),
    };
    vec![part("shoes", shoes), part("base", base)]
}

#[test]
fn a_line_for_each_touch_and_rule() {
    let contract = two_rules();
    let earned = |text| Earned { commission: usd(text), fixed: usd("0") };
    let parts = two_parts(&contract, earned("7.00"), earned("3.00"));
    let of = |number| LineInput { parts: &parts, ..input(&contract, number, earned("1"), 1) };

    let lines = split_lines(&[of(1)]).unwrap();
    let rules: Vec<&str> = lines.iter().map(|line| line.rule.as_str()).collect();
    assert_eq!(rules, ["shoes", "base"]);
    assert_eq!(texts(lines.iter().map(|line| line.commission)), "7.00 3.00");
    // 17.3 % of 10.00 and 0.50 once, in proportion to the commissions.
    assert_eq!(texts(lines.iter().map(|line| line.fee)), "1.561 0.669");
    assert!(lines.iter().all(|line| line.credit.is_whole()), "the credit is the touch's");

    let lines = split_lines(&[of(1), of(2), of(3)]).unwrap();
    let commissions = texts(lines.iter().map(|line| line.commission));
    assert_eq!(commissions, "2.333334 1.00 2.333333 1.00 2.333333 1.00");
    assert!(lines.iter().all(|line| line.credit == Share::new(1, 3).unwrap()));
}

proptest! {
    /// With several rules the lines of each rule sum to what it pays, and all fees to the fee on all of it.
    #[test]
    fn lines_of_each_rule_sum_to_what_it_pays(
        shoes in 0_i64..1_000_000_000,
        base in 0_i64..1_000_000_000,
        weights in prop::collection::vec(1_u64..1_000, 1..6),
    ) {
        let contract = two_rules();
        let units = |units| Money::from_units(units, Currency::USD);
        let earned = |commission| Earned { commission: units(commission), fixed: units(commission / 3) };
        let parts = two_parts(&contract, earned(shoes), earned(base));
        let of = |(number, weight): (u8, &u64)| LineInput { parts: &parts, ..input(&contract, number, earned(1), *weight) };
        let inputs: Vec<_> = (1..).zip(&weights).map(of).collect();
        let lines = split_lines(&inputs).unwrap();
        for (rule, wanted) in [("shoes", shoes), ("base", base)] {
            let of_rule = || lines.iter().filter(|line| line.rule == rule);
            prop_assert_eq!(of_rule().map(|line| line.commission.units()).sum::<i64>(), wanted);
            prop_assert_eq!(of_rule().map(|line| line.fixed.units()).sum::<i64>(), wanted / 3);
        }
        let fee = contract.fee(units(shoes + base)).unwrap().units();
        prop_assert_eq!(lines.iter().map(|line| line.fee.units()).sum::<i64>(), fee);
        for line in &lines {
            prop_assert!(line.fixed.units() <= line.commission.units() && !line.fee.is_negative());
        }
    }

    /// I6: lines sum to their total, credits sum to 1, charge is commission and fee.
    #[test]
    fn lines_sum_to_their_total(
        commission in 0_i64..1_000_000_000,
        fixed_of_commission in 0_i64..=1000,
        weights in prop::collection::vec(prop_oneof![Just(0_u64), 1..20_u64, 1..u64::from(u32::MAX)], 1..12),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let contract = contract(1, "17.3");
        let fixed = commission / 1000 * fixed_of_commission;
        let units = |units| Money::from_units(units, Currency::USD);
        let earned = Earned { commission: units(commission), fixed: units(fixed) };
        let lines = split_lines(&inputs(&contract, earned, &weights)).unwrap();

        let sum = |part: fn(&model::conversion::CommissionLine) -> Money| -> i64 {
            lines.iter().map(|line| part(line).units()).sum()
        };
        prop_assert_eq!(sum(|line| line.commission), commission);
        prop_assert_eq!(sum(|line| line.fixed), fixed);
        prop_assert_eq!(sum(|line| line.fee), contract.fee(earned.commission).unwrap().units());
        let credits = lines.iter().try_fold(Share::NONE, |sum, line| sum.plus(line.credit));
        prop_assert!(credits.unwrap().is_whole());
        for line in &lines {
            prop_assert!(0 <= line.fixed.units() && line.fixed.units() <= line.commission.units());
            prop_assert!(line.fee.units() >= 0);
            let exact = i128::from(commission) * i128::try_from(line.credit.numerator()).unwrap()
                / i128::try_from(line.credit.denominator()).unwrap();
            let off = i128::from(line.commission.units()) - exact;
            prop_assert!((0..=1).contains(&off), "{} is off by {}", line.commission, off);
        }
    }

    /// With contracts of their own, nobody gets more than his share of what his contract pays.
    #[test]
    fn own_contracts_floor(commissions in prop::collection::vec((0_i64..1_000_000_000, 1_u64..1000), 2..6)) {
        let contracts: Vec<_> = (1..).zip(&commissions).map(|(number, _)| contract(number, "10")).collect();
        let total: u64 = commissions.iter().map(|(_, weight)| weight).sum();
        let inputs: Vec<_> = (1..)
            .zip(contracts.iter().zip(&commissions))
            .map(|(number, (contract, (commission, weight)))| {
                let commission = Money::from_units(*commission, Currency::USD);
                input(contract, number, Earned { commission, fixed: commission }, *weight)
            })
            .collect();
        let lines = split_lines(&inputs).unwrap();
        for (line, (commission, weight)) in lines.iter().zip(&commissions) {
            let floor = i128::from(*commission) * i128::from(*weight) / i128::from(total);
            prop_assert_eq!(i128::from(line.commission.units()), floor);
            prop_assert_eq!(line.fixed, line.commission);
        }
    }
}
