//! Rates with conditions and items, from the report and the journey to the lines.

use std::collections::HashMap;

use crate::{
    table::rows,
    world::{Case, contracts, letter, report},
};

/// `earns` names each line: publisher, rule, commission, and the fee after a slash.
const CASES: &str = "
    report                                  | touches                                             | earns
    # country, device and sub ids are those of the touch that earns
    order 100                               | A click 1h places                                   | A base 10.00
    order 100                               | A click 1h places country=VN                        | A vietnam 20.00
    order 100                               | A click 1h places country=TH                        | A base 10.00
    order 100                               | A click 1h places device=mobile                     | A phones 15.00
    # two rules with one condition each: the one that pays more on this order
    order 100                               | A click 1h places country=VN device=mobile          | A vietnam 20.00
    order 50                                | A click 1h places country=VN device=mobile          | A phones 15.00
    # more conditions stand above more money
    order 100                               | A click 1h places country=VN sub1=mail              | A mail 1.00
    # each of the winners has the rule that holds for his own touch
    order 100                               | A click 2h places country=VN, B click 1h places     | A vietnam 10.00 + B base 5.00
    order 100                               | A click 2h places country=VN, B click 1h places country=VN | A vietnam 10.00 + B vietnam 10.00
    # a click that was never stored tells nothing of its visitor
    order 100                               | A click 1h places unstored                          | A base 10.00
    # promotions are judged at the moment of the conversion: from 11:00 to 13:00, received at 12:00
    order 100                               | A click 1h dated                                    | A march 12.00
    order 100 ago=60m                       | A click 2h dated                                    | A march 12.00
    order 100 ago=61m                       | A click 2h dated                                    | A base 10.00
    order 100 ago=61m coupon=SAVE10         | A click 2h dated                                    | A save 3.00
    order 100 coupon=SAVE10                 | A click 2h dated                                    | A march 12.00
    # items: ten percent on shoes, two dollars for a gift, five percent on the rest; one fee on all of it
    order 100 1xa/shoes@60 3xgift@5         | A click 1h articles                                 | A shoes 6.00/1.426416 + A gift 6.00/1.426415 + A base 1.25/0.297169 = 3.15
    order 100 1xa/shoes@60 3xgift@5         | A click 2h articles, B click 1h articles            | A shoes 3.00 + A gift 3.00 + A base 0.625 + B shoes 3.00 + B gift 3.00 + B base 0.625
    order 50 1xa/shoes@60 1xb@40            | A click 1h articles                                 | A shoes 3.00 + A base 1.00
    order - 1xa/shoes@60 1xb@40             | A click 1h articles                                 | A shoes 6.00 + A base 2.00
    order 100                               | A click 1h articles                                 | A base 5.00
    # a price that cannot be read is found where it matters, and only there
    order 100 1xa/shoes@junk                | A click 1h articles                                 | amount_invalid: items[0].price: `junk` is not an amount
    order 100 1xa/shoes@-1                  | A click 1h articles                                 | amount_invalid: items[0].price: a price must not be negative
    order 100 1xa/shoes@junk                | A click 1h ten                                      | A base 10.00
    # contracts with and without rates for items may share a conversion
    order 100 1xa/shoes@100                 | A click 2h articles, B click 1h linear              | A shoes 5.00 + B base 5.00
";

#[test]
fn rules_and_what_they_pay() {
    for row in rows(CASES) {
        let case = Case::new(report(row.cell("report")), &row.list("touches"), &[]);
        let receipt = case.receipt(contracts());
        let decision = &receipt.decision;
        assert_eq!(&receipt.recompute(&case.report, contracts()), decision, "{}", row.line);
        let (lines, fee) = row.cell("earns").split_once(" = ").unwrap_or((row.cell("earns"), ""));
        if decision.lines.is_empty() {
            let refusal = format!("{}: {}", decision.code, decision.reason);
            assert!(refusal.starts_with(lines), "{refusal}: {}", row.line);
            continue;
        }
        let shown: Vec<String> = decision
            .lines
            .iter()
            .map(|line| {
                let with_fee =
                    if fee.is_empty() { String::new() } else { format!("/{}", line.fee.amount_text()) };
                format!(
                    "{} {} {}{with_fee}",
                    letter(line.publisher_id),
                    line.rule,
                    line.commission.amount_text()
                )
            })
            .collect();
        assert_eq!(shown.join(" + "), lines, "{}", row.line);
        if !fee.is_empty() {
            assert_eq!(decision.totals().unwrap().unwrap().1.amount_text(), fee, "{}", row.line);
        }
    }
}

#[test]
fn a_receipt_holds_what_was_asked_of_a_touch_and_nothing_when_nothing_was() {
    let with = Case::new(report("order 100"), &["A click 1h places country=VN"], &[]).receipt(contracts());
    assert!(with.text().contains(r#""asked":{"country":"VN"}"#), "{}", with.text());
    let without = Case::new(report("order 100"), &["A click 1h ten"], &[]).receipt(contracts());
    assert!(!without.text().contains("asked"), "{}", without.text());
}

/// Orders of 100.00 one after the other; what each touch's publisher earns, and where the counters stand afterwards.
const STAIRS: &str = "
    contract | touches                     | report              | earns              | counters
    stairs   | A                           | order 100           | A 5.00             | A 1
    stairs   | A                           | order 100           | A 5.00             | A 2
    # the second order reached the step of two and was paid by the rate before it; the third is paid by the step
    stairs   | A                           | order 100           | A 10.00            | A 3
    stairs   | A                           | order 100           | A 20.00            | A 4
    # each publisher has a counter of his own; several touches of one bring one conversion
    stairs   | B                           | order 100           | B 5.00             | A 4 B 1
    stairs   | B B                         | order 100           | B 2.50 + B 2.50    | A 4 B 2
    stairs   | A B                         | order 100           | A 10.00 + B 5.00   | A 5 B 3
    # what is refused, and what is only a test, is not counted
    stairs   | B                           | order -1            | amount_invalid     | A 5 B 3
    stairs   | B                           | order 100 test      | B 20.00            | A 5 B 3
    # revenue counts the amount that the publisher's credit stands for
    turnover | A                           | order 100           | A 5.00             | A 100.00
    turnover | A B                         | order 100           | A 2.50 + B 2.50    | A 150.00 B 50.00
    turnover | A                           | order 99.99         | A 4.9995           | A 249.99 B 50.00
    turnover | A                           | order 100           | A 5.00             | A 349.99 B 50.00
    turnover | A                           | order 100           | A 10.00            | A 449.99 B 50.00
    # commission counts what was earned
    earnings | A                           | order 100           | A 5.00             | A 5.00
    earnings | A                           | order 100           | A 5.00             | A 10.00
    earnings | A                           | order 100           | A 10.00            | A 20.00
";

#[test]
fn a_conversion_is_paid_by_what_was_counted_before_it() {
    let mut counters: HashMap<Vec<u8>, i64> = HashMap::new();
    let mut last = "";
    for row in rows(STAIRS) {
        if row.cell("contract") != last {
            counters.clear();
            last = row.cell("contract");
        }
        let touches: Vec<String> =
            row.cell("touches").split(' ').map(|who| format!("{who} click 1h {last}")).collect();
        let touches: Vec<&str> = touches.iter().map(String::as_str).collect();
        let mut case = Case::new(report(row.cell("report")), &touches, &[]);
        case.used.clone_from(&counters);
        let receipt = case.receipt(contracts());
        let decision = &receipt.decision;
        assert_eq!(&receipt.recompute(&case.report, contracts()), decision, "{}", row.line);
        for count in &decision.counts {
            *counters.entry(engine::receipt::unhex(&count.key).unwrap()).or_default() += count.adds;
        }
        let mut earns: Vec<String> = decision
            .lines
            .iter()
            .map(|line| format!("{} {}", letter(line.publisher_id), line.commission.amount_text()))
            .collect();
        if earns.is_empty() {
            earns.push(decision.code.word().to_owned());
        }
        assert_eq!(earns.join(" + "), row.cell("earns"), "{}", row.line);
        let mut stands: Vec<String> = counters
            .iter()
            .map(|(key, used)| {
                let key = commission::TierKey::from_bytes(key).unwrap();
                let shown = key.show(*used);
                format!("{} {}", letter(key.publisher_id), shown.trim_end_matches(" USD"))
            })
            .collect();
        stands.sort_unstable();
        assert_eq!(stands.join(" "), row.cell("counters"), "{}", row.line);
    }
}
