//! Retroactive tiers: which step a conversion reaches, and what those before it earn more by it.

use std::collections::HashMap;

use commission::TierKey;
use engine::{
    Receipt,
    raise::{Levels, adjusting_lines, retroactive_counters},
    receipt::hex,
};
use model::{Money, PublisherId, conversion::CommissionLine};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    table::rows,
    world::{Case, contracts, letter, publisher, report},
};

/// The counter of a publisher's tiers that a conversion was paid by.
fn counter(case: &Case, receipt: &Receipt, who: PublisherId, rule: &str) -> Option<(TierKey, i64)> {
    let counters = retroactive_counters(receipt, &case.report, contracts());
    let keys = counters.into_iter().filter_map(|(key, used)| Some((TierKey::from_bytes(&key)?, used)));
    keys.into_iter().find(|(key, _)| (key.publisher_id, key.rule.as_str()) == (who, rule))
}

/// Raises a conversion step after step; answers with all of its lines and how many of them adjust.
fn raised(case: &Case, receipt: &Receipt, steps: &[(TierKey, i64)]) -> (Vec<CommissionLine>, usize) {
    let (mut levels, mut lines) = (Levels::new(), receipt.decision.lines.clone());
    for (key, from) in steps {
        levels.insert(hex(&key.to_bytes()), *from);
        let more = adjusting_lines(receipt, &case.report, contracts(), &levels, key, &lines).unwrap();
        // Once is enough.
        let all = [lines, more].concat();
        let again = adjusting_lines(receipt, &case.report, contracts(), &levels, key, &all).unwrap();
        assert_eq!(again, [], "what is raised is not raised again");
        lines = all;
    }
    let adjusting = lines.len() - receipt.decision.lines.len();
    (lines, adjusting)
}

fn shown(lines: &[CommissionLine]) -> String {
    let plain = |money: Money| {
        let text = money.amount_text();
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let line = |line: &CommissionLine| {
        let fee = if line.fee.is_zero() { String::new() } else { format!("/{}", plain(line.fee)) };
        format!("{} {} {}{fee}", letter(line.publisher_id), line.rule, plain(line.commission))
    };
    if lines.is_empty() { "-".to_owned() } else { lines.iter().map(line).collect::<Vec<_>>().join(" + ") }
}

/// `raise` names the publisher, the rule and the threshold that its counter is raised to, in units of what it counts (a
/// cent of revenue is 10,000 units). Fees stand after a slash.
const RAISES: &str = "
    report                            | touches                   | decided                       | raise               | adjusting
    order 100                         | A click 1h back           | A base 5/1.5                  | A base 2            | A base 5/1
    order 100                         | A click 1h back           | A base 5/1.5                  | A base 4            | A base 15/3
    # the same step once more gives nothing, a further one the rest
    order 100                         | A click 1h back           | A base 5/1.5                  | A base 2, A base 2  | A base 5/1
    order 100                         | A click 1h back           | A base 5/1.5                  | A base 2, A base 4  | A base 5/1 + A base 10/2
    # a fixed part and a percentage
    order 100                         | A click 1h back-both      | A base 6                      | A base 2            | A base 3
    # of two who share only one is raised, by his share
    order 100                         | A click 2h back, B click 1h back | A base 2.5/0.75 + B base 2.5/0.75 | A base 2  | A base 2.5/0.5
    # two touches of one publisher have a line each
    order 100                         | A click 2h back, A click 1h back | A base 2.5/0.75 + A base 2.5/0.75 | A base 2  | A base 2.5/0.5 + A base 2.5/0.5
    # items: only what the rule paid is raised, with the fee on it
    order 100 1xa/shoes@40 1xh/hats@10 | A click 1h back-goods     | A shoes 4/1.081691 + A hats 0.6/0.162253 + A base 2.5/0.676056 | A base 100000000 | A base 1.5/0.3
    order 100 1xa/shoes@40 1xh/hats@10 | A click 1h back-goods     | A shoes 4/1.081691 + A hats 0.6/0.162253 + A base 2.5/0.676056 | A base 100000000, A hats 50000000 | A base 1.5/0.3 + A hats 0.6/0.12
    # caps are not in the way of what was accepted
    order 100                         | A click 1h back-capped    | A base 5                      | A base 1            | A base 5
";

#[test]
fn what_a_conversion_earns_more() {
    for row in rows(RAISES) {
        let case = Case::new(report(row.cell("report")), &row.list("touches"), &[]);
        let receipt = case.receipt(contracts());
        let steps: Vec<(TierKey, i64)> = row
            .list("raise")
            .iter()
            .map(|words| {
                let words: Vec<&str> = words.split_whitespace().collect();
                let (key, _) = counter(&case, &receipt, publisher(words[0]), words[1]).unwrap();
                (key, words[2].parse().unwrap())
            })
            .collect();
        let (lines, adjusting) = raised(&case, &receipt, &steps);
        let (first, more) = lines.split_at(lines.len() - adjusting);
        let decided = row.cell("decided");
        assert_eq!(shown(first), decided, "{}", row.line);
        assert_eq!(shown(more), row.cell("adjusting"), "{}", row.line);
    }
}

/// Orders of 100.00 one after the other, and the steps that they reach.
const STEPS: &str = "
    touches | report         | earns           | reaches
    A       | order 100      | A 5             | -
    A       | order 100 test | A 5             | -
    # the second reaches the step and is paid like the one before it
    A       | order 100      | A 5             | A 2
    A       | order 100      | A 10            | -
    A B     | order 100      | A 5 + B 2.5     | A 4
    B       | order -1       |                 | -
    B B     | order 100      | B 2.5 + B 2.5   | B 2
";

#[test]
fn the_conversion_that_reaches_a_step_says_so() {
    let mut counters: HashMap<Vec<u8>, i64> = HashMap::new();
    for row in rows(STEPS) {
        let touches: Vec<String> =
            row.cell("touches").split(' ').map(|who| format!("{who} click 1h back")).collect();
        let touches: Vec<&str> = touches.iter().map(String::as_str).collect();
        let mut case = Case::new(report(row.cell("report")), &touches, &[]);
        case.used.clone_from(&counters);
        let receipt = case.receipt(contracts());
        let decision = &receipt.decision;
        assert_eq!(&receipt.recompute(&case.report, contracts()), decision, "{}", row.line);
        for count in &decision.counts {
            *counters.entry(engine::receipt::unhex(&count.key).unwrap()).or_default() += count.adds;
        }
        let without_fees: Vec<CommissionLine> = decision
            .lines
            .iter()
            .map(|line| CommissionLine { fee: Money::zero(line.fee.currency()), ..line.clone() })
            .collect();
        let earns = shown(&without_fees).replace("base ", "");
        assert_eq!(earns.trim_matches('-'), row.cell("earns"), "{}", row.line);
        let reaches: Vec<String> = decision
            .raises
            .iter()
            .map(|raise| {
                let key = TierKey::from_bytes(&engine::receipt::unhex(&raise.key).unwrap()).unwrap();
                format!("{} {}", letter(key.publisher_id), raise.from)
            })
            .collect();
        let reaches = if reaches.is_empty() { "-".to_owned() } else { reaches.join(", ") };
        assert_eq!(reaches, row.cell("reaches"), "{}", row.line);
    }
}

fn sum(lines: &[CommissionLine], who: Option<PublisherId>) -> (i64, i64) {
    let own = |line: &&CommissionLine| who.is_none_or(|who| line.publisher_id == who);
    lines.iter().filter(own).fold((0, 0), |(commission, fee), line| {
        (commission + line.commission.units(), fee + line.fee.units())
    })
}

proptest! {
    /// The slow second opinion: decide the conversion as if its counter had stood on the step from the beginning.
    #[test]
    fn a_lone_publisher_has_what_he_would_have_had_on_that_step(
        contract in select(&["back", "back-both", "back-goods"][..]),
        cents in 1_u32..5_000_000,
        shoes in 0_u32..300,
        hats in 0_u32..300,
        touches in 1_usize..4,
        steps in vec(1_i64..200_000_000, 1..4),
    ) {
        let words = format!(
            "order {}.{:02} 1xa/shoes@{shoes}.37 2xh/hats@{hats}.05",
            cents / 100, cents % 100,
        );
        let touches: Vec<String> = (1..=touches).map(|age| format!("A click {age}h {contract}")).collect();
        let touches: Vec<&str> = touches.iter().map(String::as_str).collect();
        let case = Case::new(report(&words), &touches, &[]);
        let receipt = case.receipt(contracts());
        prop_assume!(receipt.decision.state.is_live());
        let Some((key, _)) = counter(&case, &receipt, publisher("A"), "base") else {
            // All of it went to exceptions.
            return Ok(());
        };
        let mut walked = steps.clone();
        walked.sort_unstable();
        walked.dedup();
        let by_step: Vec<(TierKey, i64)> = walked.iter().map(|from| (key.clone(), *from)).collect();
        let (lines, _) = raised(&case, &receipt, &by_step);
        let mut there = Case::new(report(&words), &touches, &[]);
        there.used.insert(key.to_bytes(), *walked.last().unwrap());
        let at_once = there.receipt(contracts());
        prop_assert_eq!(sum(&lines, None), sum(&at_once.decision.lines, None));
    }

    /// A raise pays nobody else, takes nothing, and keeps the fixed part within the line.
    #[test]
    fn nobody_else_is_touched_and_nothing_is_taken(
        contracts_of in vec(select(&["back", "back-both", "back-goods", "ten"][..]), 2..5),
        cents in 1_u32..5_000_000,
        from in 1_i64..200_000_000,
    ) {
        let touches: Vec<String> = contracts_of
            .iter()
            .enumerate()
            .map(|(place, contract)| format!("{} click {}h {contract}", ["A", "B"][place % 2], place + 1))
            .collect();
        let touches: Vec<&str> = touches.iter().map(String::as_str).collect();
        let case = Case::new(report(&format!("order {}.{:02}", cents / 100, cents % 100)), &touches, &[]);
        let receipt = case.receipt(contracts());
        prop_assume!(receipt.decision.state.is_live());
        let Some((key, _)) = counter(&case, &receipt, publisher("A"), "base") else { return Ok(()) };
        let (lines, adjusting) = raised(&case, &receipt, &[(key, from)]);
        for line in &lines[lines.len() - adjusting..] {
            prop_assert_eq!(line.publisher_id, publisher("A"));
            prop_assert!(line.commission.units() > 0 && !line.fee.is_negative() && !line.fixed.is_negative());
            prop_assert!(line.fixed.units() <= line.commission.units());
        }
        let other = Some(publisher("B"));
        prop_assert_eq!(sum(&lines, other), sum(&receipt.decision.lines, other));
    }
}
