//! One conversion a line: what came, and what is decided.

use engine::Decision;
use model::Code;

use crate::{
    table::{Row, rows},
    world::{Case, contracts, letter, now, report, shown_lines, version},
};

fn decided(row: &Row<'_>) -> (Case, Decision) {
    let case = Case::new(report(row.cell("report")), &row.list("touches"), &row.list("facts"));
    let receipt = case.receipt(contracts());
    let again = receipt.recompute(&case.report, contracts());
    assert_eq!(again, receipt.decision, "decided again from its receipt: {}", row.line);
    (case, receipt.decision)
}

pub fn check(table: &str) {
    for row in rows(table) {
        let (case, decision) = decided(&row);
        let verdict = format!("{} {}", decision.state.word(), decision.code);
        assert_eq!(verdict, row.cell("verdict"), "{}: {}", row.line, decision.reason);
        assert_eq!(shown_lines(&decision), row.cell("earns"), "{}", row.line);
        assert!(!decision.reason.is_empty(), "{}", row.line);
        let touches: Vec<String> = decision
            .candidates
            .iter()
            .map(|outcome| {
                let facts =
                    case.facts.candidates.iter().find(|one| one.touch_id == outcome.touch_id).unwrap();
                let credit = outcome.credit.map_or(String::new(), |credit| format!(" {credit}"));
                format!("{} {}{credit}", letter(facts.publisher_id), outcome.code)
            })
            .collect();
        if row.cell("journey") != "*" {
            assert_eq!(touches.join(", "), row.cell("journey"), "{}", row.line);
        }
    }
}

#[test]
fn what_comes_first_is_asked_first() {
    check(
        "
        report                 | touches         | facts                       | verdict                    | earns | journey
        # the best-known reason wins over all that come after it
        order 100              | A click 1h ten  | duplicate, forged           | duplicate duplicate_of     |       |
        order 100              | A click 1h ten  | forged, nowhere             | rejected click_forged      |       |
        order 100              | A click 1h ten  | unknown                     | rejected click_unknown     |       |
        order 100              |                 | nowhere                     | rejected no_touch          |       |
        order 100              | A click 1h ten  | foreign                     | rejected program_mismatch  |       |
        refund 100             | A click 1h ten  |                             | rejected action_unknown    |       |
        order x                | A click 1h ten  |                             | rejected amount_invalid    |       |
        order -5               | A click 1h ten  |                             | rejected amount_invalid    |       |
        order 9000000000000000 | A click 1h ten  |                             | rejected amount_invalid    |       |
        order 100/XXX          | A click 1h ten  |                             | rejected currency_unknown  |       |
        paid 100               | A click 1h ten  |                             | rejected order_id_missing  |       |
        paid - id              | A click 1h ten  |                             | rejected amount_invalid    |       |
        paid 100 id            | A click 1h ten  |                             | rejected terms_not_met     |       | A terms_not_met
        order 100              |                 |                             | rejected no_touch          |       |
        order 100              | A click 1h ten  | cap=conversions/day:0       | rejected cap_reached       |       | *
        order 100 test         | A click 1h ten  |                             | test test                  | A 10  | A ok 1/1
        order 100 test         | A click 40d ten |                             | test outside_window        |       | A outside_window
        order 100 test         | A click 1h ten  | duplicate                   | duplicate duplicate_of     |       |
        order 100              | A click 1h ten  |                             | pending ok                 | A 10  | A ok 1/1
        order 100              | A click 1h atonce |                           | approved ok                | A 10  | A ok 1/1
        lead -                 | A click 1h ten  |                             | approved ok                | A 2   | A ok 1/1
        ",
    );
}

#[test]
fn the_last_eligible_click_earns() {
    check(
        "
        report           | touches                                                | facts | verdict    | earns | journey
        order 100        | A click 3d ten, B click 1d ten                         |       | pending ok | B 10  | A touch_later_won, B ok 1/1
        order 100        | A click 1d ten, B click 3d ten                         |       | pending ok | A 10  | B touch_later_won, A ok 1/1
        order 100        | A click 3d ten, B view 1h views                        |       | pending ok | A 10  | A ok 1/1, B click_won
        order 100        | A view 3h views, B view 1h views                       |       | pending ok | B 10  | A touch_later_won, B ok 1/1
        order 100        | A click 3d ten, B click 1d ten refused                 |       | pending ok | A 10  | A ok 1/1, B not_counted_touch
        order 100        | A click 3d ten, B click 1d ten repeated                |       | pending ok | B 10  | A touch_later_won, B ok 1/1
        order 100        | A click 3d ten, B click 1d ten elsewhere               |       | pending ok | A 10  | A ok 1/1, B program_mismatch
        order 100        | A click 3d ten, B click 1d - , C visit 2h ten          |       | pending ok | C 10  | A touch_later_won, B contract_missing, C ok 1/1
        order 100        | A click 3d ten, B click 1d ended                       |       | pending ok | A 10  | A ok 1/1, B contract_missing
        order 100        | A click 3d ten, B click 1d leads                       |       | pending ok | A 10  | A ok 1/1, B terms_not_met
        order 100        | A click 3d ten, B click 1d ten unaccepted              |       | pending ok | A 10  | A ok 1/1, B contract_not_accepted
        order 100        | A click 3d ten unstored                                |       | pending ok | A 10  | A ok 1/1
        order 100        | A click 3d first, B click 1d first, C click 1h first   |       | pending ok | A 10  | A ok 1/1, B touch_earlier_won, C touch_earlier_won
        # a claimed time: touches after it do not count
        order 100 ago=2d | A click 3d ten, B click 1d ten                         |       | pending ok | A 10  | A ok 1/1, B touch_after_conversion
        ",
    );
}

#[test]
fn windows_own_purchases_and_haste() {
    check(
        "
        report            | touches                  | facts | verdict                  | earns | journey
        order 100         | A click 30d ten          |       | pending ok               | A 10  | A ok 1/1
        order 100         | A click 31d ten          |       | rejected outside_window  |       | A outside_window
        order 100 ago=2d  | A click 31d ten          |       | pending ok               | A 10  | A ok 1/1
        order 100         | A click 1d views         |       | pending ok               | A 10  | A ok 1/1
        order 100         | A click 25h views        |       | rejected outside_window  |       | A outside_window
        order 100         | A view 24h views         |       | pending ok               | A 10  | A ok 1/1
        order 100         | A view 25h views         |       | rejected outside_window  |       | A outside_window
        order 100         | A view 1h ten            |       | rejected outside_window  |       | A outside_window
        order 100         | A click 10s slow         |       | pending ok               | A 10  | A ok 1/1
        order 100         | A click 9s strict        |       | rejected too_fast        |       | A too_fast
        order 100         | A click 10s strict       |       | pending ok               | A 10  | A ok 1/1
        order 100         | A click 1h ten own       |       | rejected own_click       |       | A own_click
        order 100         | A click 1h family own    |       | pending ok               | A 10  | A ok 1/1
        order 100         | A click 3d ten, B click 1h ten own |  | pending ok        | A 10  | A ok 1/1, B own_click
        # the latest click says why nobody earns, whatever came as a view after it
        order 100         | A click 40d ten, B click 1h ten own, C view 1m ten | | rejected own_click | | A outside_window, B own_click, C outside_window
        ",
    );
}

#[test]
fn haste_is_a_flag_where_the_contract_does_not_reject_it() {
    let case = Case::new(report("order 100"), &["A click 9s slow"], &[]);
    assert_eq!(case.receipt(contracts()).decision.flags, [Code::TooFast]);
    let case = Case::new(report("order 100"), &["A click 10s slow"], &[]);
    assert!(case.receipt(contracts()).decision.flags.is_empty());
}

#[test]
fn the_rate_follows_the_customer_and_the_amount() {
    check(
        "
        report              | touches            | facts | verdict                    | earns       | journey
        order 100           | A click 1h new     |       | pending ok                 | A 5         | A ok 1/1
        order 100 new       | A click 1h new     |       | pending ok                 | A 20        | A ok 1/1
        order 100 returning | A click 1h new     |       | pending ok                 | A 2         | A ok 1/1
        order 100           | A click 1h onlynew |       | rejected terms_not_met     |             | A ok 1/1
        order -             | A click 1h ten     |       | rejected amount_invalid    |             | A ok 1/1
        order -             | A click 1h fixed   |       | pending ok                 | A 5         | A ok 1/1
        order 0             | A click 1h ten     |       | pending ok                 | A 0         | A ok 1/1
        order 100/EUR       | A click 1h ten     |       | rejected currency_mismatch |             | A ok 1/1
        order 100/EUR       | A click 1h euro    |       | pending ok                 | A 10        | A ok 1/1
        order 100/EUR       | A click 1h fixed   |       | pending ok                 | A 5         | A ok 1/1
        order 100           | A click 1h fee     |       | pending ok                 | A 10/2.5    | A ok 1/1
        order 0.000009      | A click 1h ten     |       | pending ok                 | A 0         | A ok 1/1
        order 100           | A click 1h nothing |       | pending ok                 | A 0         | A ok 1/1
        ",
    );
}

#[test]
fn a_commission_is_shared_by_credit() {
    check(
        "
        report       | touches                                                       | facts | verdict    | earns                              | journey
        order 100    | A click 3d linear, B click 2d linear, C click 1d linear       |       | pending ok | A 3.333334 + B 3.333333 + C 3.333333 | A ok 1/3, B ok 1/3, C ok 1/3
        order 100    | A click 3d position, B click 2d position, C click 1d position |       | pending ok | A 4 + B 2 + C 4                    | A ok 2/5, B ok 1/5, C ok 2/5
        order 100    | A click 2d position, B click 1d position                      |       | pending ok | A 5 + B 5                          | A ok 1/2, B ok 1/2
        order 100    | A click 2d linear, A click 1d linear                          |       | pending ok | A 5 + A 5                          | A ok 1/2, A ok 1/2
        # to publishers instead of touches, at the last touch of each
        order 100    | A click 3d shapley, B click 2d shapley, A click 1d shapley    |       | pending ok | B 5 + A 5                          | A touch_later_won, B ok 1/2, A ok 1/2
        order 100    | A click 3d markov weight=700000, B click 1d markov weight=300000 |    | pending ok | A 7 + B 3                          | A ok 7/10, B ok 3/10
        order 100    | A click 3d markov, B click 1d markov                          |       | pending ok | A 5 + B 5                          | A ok 1/2, B ok 1/2
        # weights are there for whom they are asked: the last contract asks none
        order 100    | A click 3d markov weight=700000, B click 1d linear weight=300000 |    | pending ok | A 5 + B 5                          | A ok 1/2, B ok 1/2
        # with different contracts each earns his share of what his own pays
        order 100    | A click 2d linear, B click 1d twice                           |       | pending ok | A 5 + B 10                         | A ok 1/2, B ok 1/2
        # the contract of the last touch says how it is shared
        order 100    | A click 2d linear, B click 1d ten                             |       | pending ok | B 10                               | A touch_later_won, B ok 1/1
        order 100    | A click 2d ten, B click 1d linear                             |       | pending ok | A 5 + B 5                          | A ok 1/2, B ok 1/2
        order 100    | A click 7d decay, B click 0s decay                            |       | pending ok | A 3.333334 + B 6.666666            | *
        order 100    | A click 2d euro, B click 1d linear                            |       | rejected currency_mismatch |                    | *
        ",
    );
}

#[test]
fn caps_admit_all_or_nothing() {
    check(
        "
        report    | touches                                         | facts                                  | verdict              | earns     | journey
        order 100 | A click 1h ten                                  | cap=conversions/day:5, used=4          | pending ok           | A 10      | *
        order 100 | A click 1h ten                                  | cap=conversions/day:5, used=5          | rejected cap_reached |           | *
        order 100 | A click 1h fee                                  | cap=charge/week:12.5                   | pending ok           | A 10/2.5  | *
        order 100 | A click 1h fee                                  | cap=charge/week:12.49                  | rejected cap_reached |           | *
        order 100 | A click 1h fee                                  | cap=commission/month:10                | pending ok           | A 10/2.5  | *
        order 100 | A click 1h capped                               | used=2                                 | pending ok           | A 10      | *
        order 100 | A click 1h capped                               | used=3                                 | rejected cap_reached |           | *
        # above some caps a person decides, also where the contract approves at once; what a hard cap refuses is refused
        order 100 | A click 1h ten                                  | cap=conversions/day:5=hold, used=4     | pending ok           | A 10      | *
        order 100 | A click 1h ten                                  | cap=conversions/day:5=hold, used=5     | held cap_held        | A 10      | *
        order 100 | A click 1h atonce                               | cap=conversions/day:5=hold, used=9     | held cap_held        | A 10      | *
        order 100 | A click 1h ten                                  | cap=conversions/day:5=hold, cap=commission/day:9, used=5 | rejected cap_reached | | *
        order 100 | A click 2h linear, B click 1h linear            | cap=commission/day:10=hold             | pending ok           | A 5 + B 5 | *
        order 100 | A click 2h linear, B click 1h linear            | cap=commission/day:9.99=hold           | held cap_held        | A 5 + B 5 | *
        order 100 test | A click 1h ten                             | cap=conversions/day:5=hold, used=5     | test test            | A 10      | *
        # one publisher's full cap refuses the whole conversion, and it counts nowhere
        order 100 | A click 2h capped-linear, B click 1h capped-linear | used=3                              | rejected cap_reached |           | *
        order 100 | A click 2h capped-linear, A click 1h capped-linear | used=2                              | pending ok           | A 5 + A 5 | *
        order 100 test | A click 1h ten                             | cap=conversions/day:5, used=5          | test cap_reached     |           | *
        ",
    );
}

#[test]
fn what_is_counted_is_what_was_admitted() {
    let touches = ["A click 2h capped-linear", "B click 1h capped-linear"];
    let remarks = ["cap=conversions/day:5", "cap=charge/total:100", "cap=clicks/day:1"];
    let decision = Case::new(report("order 100"), &touches, &remarks).receipt(contracts()).decision;
    let mut adds: Vec<i64> = decision.counts.iter().map(|count| count.adds).collect();
    adds.sort_unstable();
    // The program counts one conversion and the charge; each publisher one conversion and his half of the commission.
    assert_eq!(adds, [1, 1, 1, 5_000_000, 5_000_000, 10_000_000]);
    for refused in [&["cap=conversions/day:0"][..], &["duplicate"]] {
        assert!(
            Case::new(report("order 100"), &touches, refused).receipt(contracts()).decision.counts.is_empty()
        );
    }
    let test = Case::new(report("order 100 test"), &touches, &remarks).receipt(contracts()).decision;
    assert!(test.counts.is_empty() && !test.lines.is_empty());
}

#[test]
fn a_day_of_a_cap_is_a_day_of_the_program() {
    let receipt = Case::new(report("order 100"), &["A click 1h capped"], &[]).receipt(contracts());
    let key = receipt.facts.caps_used.keys().next().unwrap();
    let key = commission::CapKey::from_bytes(&engine::receipt::unhex(key).unwrap()).unwrap();
    assert_eq!(key.start.to_string(), "2026-03-09T18:30:00.000000Z", "midnight in Kolkata");
}

#[test]
fn a_line_names_the_version_and_the_rule_that_it_follows() {
    for (contract, rule) in [("ten", "base"), ("twenty", "double")] {
        let touch = format!("A click 1h {contract}");
        let decision = Case::new(report("order 100"), &[&touch], &[]).receipt(contracts()).decision;
        assert_eq!(
            (decision.lines[0].contract_version_id, decision.lines[0].rule.as_str()),
            (version(contract), rule)
        );
    }
}

#[test]
fn the_longest_hold_of_the_winners_holds() {
    let decision = Case::new(report("order 100"), &["A click 2h ten"], &[]).receipt(contracts()).decision;
    assert_eq!(decision.approve_at, Some(now().plus_seconds(30 * 86_400)));
    let touches = ["A click 2h atonce", "B click 1h linear"];
    let decision = Case::new(report("order 100"), &touches, &[]).receipt(contracts()).decision;
    assert_eq!(decision.approve_at, Some(now().plus_seconds(30 * 86_400)));
}

#[test]
fn nothing_moves_more_than_a_real_conversion_could() {
    check(
        "
        report                     | touches              | facts | verdict                 | earns      | journey
        order - 100000xgift@0      | A click 1d articles  |       | pending ok              | A 200000/40000.5 | A ok 1/1
        order - 100001xgift@0      | A click 1d articles  |       | rejected amount_invalid |            | *
        # a browser says what its owner wants, and moves less
        order 1000000 script       | A click 1d ten       |       | pending ok              | A 100000   | A ok 1/1
        order 1000000.01 script    | A click 1d ten       |       | rejected amount_invalid |            |
        order 1000000.01           | A click 1d ten       |       | pending ok              | A 100000.001 | A ok 1/1
        ",
    );
}
