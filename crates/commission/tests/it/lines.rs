//! How a commission is shared among the touches that won.

use commission::{CompiledContract, Earned, LineInput, split_lines};
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

fn input(contract: &CompiledContract, number: u8, earned: Earned, weight: u64) -> LineInput<'_> {
    let facts = commission::RateFacts { amount: Some(usd("1")), customer: None };
    LineInput {
        publisher_id: publisher(number),
        touch_id: touch(number),
        link_id: link(number),
        contract,
        rate: contract.select_rate("order", &facts).unwrap(),
        earned,
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
    let rate = euro.select_rate("order", &commission::RateFacts::default()).unwrap();
    let nine = Money::parse("9", Currency::EUR).unwrap();
    let first = input(&dollar, 1, Earned { commission: usd("8"), fixed: usd("8") }, 1);
    let second = LineInput {
        contract: &euro,
        rate,
        earned: Earned { commission: nine, fixed: nine },
        ..input(&dollar, 2, first.earned, 1)
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

proptest! {
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
