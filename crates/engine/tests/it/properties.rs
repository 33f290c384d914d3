//! What holds for every conversion, whatever came.

use std::collections::BTreeMap;

use engine::Receipt;
use model::{
    Share,
    conversion::{ConversionReport, State},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::world::{Case, Contracts, contracts, report};

const CONTRACTS: &[&str] = &[
    "ten",
    "twenty",
    "fee",
    "atonce",
    "fixed",
    "nothing",
    "new",
    "onlynew",
    "views",
    "slow",
    "strict",
    "family",
    "leads",
    "ended",
    "euro",
    "first",
    "linear",
    "position",
    "decay",
    "twice",
    "year",
    "life",
    "firm",
    "polite",
    "paid",
    "assist",
    "assist-linear",
    "capped",
    "capped-linear",
    "places",
    "dated",
    "articles",
    "stairs",
    "turnover",
    "earnings",
    "back",
    "back-both",
    "back-goods",
    "back-capped",
    "-",
];

const REMARKS: &[&[&str]] = &[
    &[],
    &[],
    &[],
    &["duplicate"],
    &["forged"],
    &["unknown"],
    &["nowhere"],
    &["foreign"],
    &["cap=conversions/day:5", "used=4"],
    &["cap=conversions/hour:5", "cap=charge/week:40", "used=5"],
    &["cap=commission/total:30", "cap=charge/month:1000"],
    &["since=2025-12-01T00:00:00Z"],
    &["since=2024-12-01T00:00:00Z", "cap=conversions/day:5"],
];

fn touches() -> impl Strategy<Value = Vec<String>> {
    let kinds = select(&["click", "click", "click", "view", "visit"][..]);
    let remarks = select(
        &[
            "",
            "",
            "",
            "own",
            "repeated",
            "refused",
            "elsewhere",
            "unstored",
            "won=1/2",
            "won=1/3 beside",
            "won=1/6 beside",
            "extension",
            "extension",
            "country=VN",
            "device=mobile country=VN sub1=mail",
        ][..],
    );
    let touch = (select(&["A", "B", "C"][..]), kinds, 0_i64..4_000_000, select(CONTRACTS), remarks)
        .prop_map(|(who, kind, age, contract, remark)| format!("{who} {kind} {age}s {contract} {remark}"));
    let policies = select(&["always", "involved", "winner", "", ""][..]);
    let coupon =
        (select(&["A", "B", "D"][..]), policies, select(CONTRACTS), select(&["", "", "own", "refused"][..]))
            .prop_map(|(who, policy, contract, remark)| {
                (!policy.is_empty()).then(|| format!("{who} coupon:{policy} 0s {contract} {remark}"))
            });
    (vec(touch, 0..9), coupon).prop_map(|(mut touches, coupon)| {
        touches.extend(coupon);
        touches
    })
}

fn reports() -> impl Strategy<Value = ConversionReport> {
    let amounts = prop_oneof![
        Just("-".to_owned()),
        Just("nonsense".to_owned()),
        (0_u64..1_000_000_000).prop_map(|units| format!("{}.{:06}", units / 1_000_000, units % 1_000_000)),
        Just("999999999".to_owned()),
    ];
    let currency = select(&["", "", "", "/EUR", "/IRR", "/shell"][..]);
    let more = select(
        &[
            "",
            "id",
            "new",
            "returning",
            "test",
            "ago=3d",
            "ago=1h new",
            "coupon=SAVE10",
            "2xa/shoes@9.50 1xgift@3",
            "1xgift@0 1xb@12345678.90",
            "1xa/shoes@junk",
            "customer",
            "customer returning",
            "cart=5d",
            "paid=20d",
            "cart=9d paid=9d",
        ][..],
    );
    (select(&["order", "order", "order", "lead", "paid", "else"][..]), amounts, currency, more)
        .prop_map(|(action, amount, currency, more)| report(&format!("{action} {amount}{currency} {more}")))
}

fn cases() -> impl Strategy<Value = Case> {
    let remarks = select(REMARKS);
    (reports(), touches(), remarks).prop_map(|(report, touches, remarks)| {
        let touches: Vec<&str> = touches.iter().map(String::as_str).collect();
        Case::new(report, &touches, remarks)
    })
}

fn check(case: &Case, contracts: &Contracts) -> Result<(), TestCaseError> {
    let receipt = case.receipt(contracts);
    let decision = &receipt.decision;
    prop_assert_eq!(&case.receipt(contracts), &receipt, "the same facts give the same decision");

    let text = receipt.text();
    let read: Receipt = serde_json::from_str(&text).unwrap();
    prop_assert_eq!(read.text(), text, "the text is canonical");
    prop_assert_eq!(&read.recompute(&case.report, contracts), decision, "decided again from its text");

    let earns = matches!(decision.state, State::Pending | State::Approved | State::Test)
        && !decision.lines.is_empty();
    if !earns {
        prop_assert!(
            decision.lines.is_empty() && decision.counts.is_empty(),
            "who earns nothing has no lines"
        );
        return Ok(());
    }
    let sum = |shares: Vec<Share>| shares.into_iter().try_fold(Share::NONE, Share::plus);
    // A touch has its credit on the line of each rule that paid it.
    let of_lines: BTreeMap<_, _> = decision.lines.iter().map(|line| (line.touch_id, line.credit)).collect();
    prop_assert!(decision.lines.iter().all(|line| of_lines[&line.touch_id] == line.credit));
    let of_lines = sum(of_lines.into_values().collect());
    prop_assert!(of_lines.is_some_and(Share::is_whole), "the credits of the lines sum to one");
    let mut places: Vec<_> =
        decision.lines.iter().map(|line| (line.publisher_id, line.touch_id, &line.rule)).collect();
    places.sort_unstable();
    prop_assert!(places.windows(2).all(|pair| pair[0] != pair[1]), "one line for each touch and rule");
    let of_touches = sum(decision.candidates.iter().filter_map(|outcome| outcome.credit).collect());
    prop_assert!(of_touches.is_some_and(Share::is_whole), "the credits of the touches sum to one");

    let (commission, fee) = decision.totals().unwrap().unwrap();
    let units = |of: fn(&model::conversion::CommissionLine) -> model::Money| -> i64 {
        decision.lines.iter().map(|line| of(line).units()).sum()
    };
    prop_assert_eq!(units(|line| line.commission), commission.units());
    prop_assert_eq!(units(|line| line.charge().unwrap()), commission.add(fee).unwrap().units());
    for line in &decision.lines {
        prop_assert!(!line.commission.is_negative() && !line.fee.is_negative() && !line.fixed.is_negative());
        prop_assert!(line.fixed.units() <= line.commission.units());
        let winner = receipt.facts.candidates.iter().find(|one| one.touch_id == line.touch_id).unwrap();
        prop_assert_eq!(winner.publisher_id, line.publisher_id);
        prop_assert!(winner.code.counted() || winner.code == model::Code::DuplicateClick);
    }
    for count in &decision.counts {
        prop_assert!(count.adds > 0 && receipt.facts.caps_used.contains_key(&count.key));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_decision_follows_from_its_receipt(case in cases()) {
        check(&case, contracts())?;
    }

    #[test]
    fn the_order_of_the_touches_does_not_matter(report in reports(), touches in touches()) {
        let contracts = contracts();
        let written: Vec<&str> = touches.iter().map(String::as_str).collect();
        let case = Case::new(report, &written, &[]);
        let mut turned = Case::new(case.report.clone(), &written, &[]);
        turned.facts.candidates.reverse();
        prop_assert_eq!(case.receipt(contracts).decision, turned.receipt(contracts).decision);
    }
}
