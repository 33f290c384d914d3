//! The life of a conversion as text: each step with the balances after it.

use ledger::{
    AccountKind, Balance, Checker, Source, approve, correct_payout, earn, fund, pay_out, reject,
    reserve_payout, return_payout, reverse, touch_earning,
};
use model::{ContractVersionId, FundingId, Money, PayoutId, TouchId, touch::TouchEarning};

use crate::world::{ADVERTISER, AT, Books, NETWORK, account, conversion, line, publisher, units, usd};

/// Runs a scenario. Each line is a step, how many new transfers it makes, and the balances after it:
/// what stands, with what is promised in brackets.
///
/// Steps: `hold A+F B+G` earns lines of commission and fee that wait, `earn A+F` one that is posted at
/// once, `approve`, `reject`, `back A+F ...` takes back that much in all, `click A+F`, `fund A`, `reserve A+W` promises
/// an amount to the bank and a tax to be kept back, `paid`, `returned` and `corrected` (paid after all) say what became of it.
fn run(scenario: &str) {
    let mut books = Books::default();
    let source = conversion(1);
    let mut lines = scenario.lines().map(str::trim).filter(|line| !line.is_empty());
    assert!(lines.next().is_some_and(|header| header.starts_with("step")), "a scenario has a header");
    let mut steps = 0;
    for text in lines {
        let cells: Vec<&str> = text.split('|').map(str::trim).collect();
        let (verb, arguments) = cells[0].split_once(' ').unwrap_or((cells[0], ""));
        let sums: Vec<(Money, Money)> = arguments.split_whitespace().map(pair).collect();
        let earned: Vec<_> = (1..)
            .zip(&sums)
            .map(|(number, (commission, fee))| line(number, *commission, *fee, sums.len()))
            .collect();
        let history = books.history(source);
        let posted = match verb {
            "hold" => earn(NETWORK, ADVERTISER, &earned, true, source, AT),
            "earn" => earn(NETWORK, ADVERTISER, &earned, false, source, AT),
            "approve" => approve(history, AT),
            "reject" => reject(history, AT),
            "back" => reverse(history, &sums, AT),
            "click" => click(sums[0]),
            "reserve" => reserve_payout(NETWORK, publisher(1), sums[0], PAYOUT, AT),
            "paid" => pay_out(books.history(Source::Payout(PAYOUT)), AT),
            "corrected" => correct_payout(books.history(Source::Payout(PAYOUT)), AT),
            "returned" => return_payout(books.history(Source::Payout(PAYOUT)), AT),
            "fund" => fund(NETWORK, ADVERTISER, sums[0].0, FundingId::from_bytes([7; 16]), AT),
            _ => panic!("unknown step: {text}"),
        };
        let count = books.append(posted).unwrap_or_else(|error| panic!("{text}: {error}"));
        let shown: Vec<String> = [
            AccountKind::Publisher(publisher(1)),
            AccountKind::Publisher(publisher(2)),
            AccountKind::Fees,
            AccountKind::Advertiser(ADVERTISER),
        ]
        .map(|kind| show(books.balances.get(&account(kind)).copied().unwrap_or_default()))
        .into();
        assert_eq!(count.to_string(), cells[1], "transfers of: {text}");
        assert_eq!(shown, cells[2..], "{text}");
        let mut checker = Checker::new();
        books.transfers().cloned().for_each(|transfer| checker.push(transfer));
        assert_eq!(checker.finish(&books.balances), [], "{text}");
        steps += 1;
    }
    assert!(steps > 0, "a scenario without steps proves nothing");
}

const PAYOUT: PayoutId = PayoutId::from_bytes([8; 16]);

fn pair(text: &str) -> (Money, Money) {
    let (commission, fee) = text.split_once('+').unwrap_or((text, "0"));
    (usd(commission), usd(fee))
}

fn click((commission, fee): (Money, Money)) -> Result<Vec<ledger::Transfer>, ledger::PostingError> {
    let contract_version_id = ContractVersionId::from_bytes([5; 16]);
    let earning = TouchEarning { contract_version_id, rule: "cpc".to_owned(), ordinal: 0, commission, fee };
    let touch_id = TouchId::from_bytes([6; 16]);
    touch_earning(NETWORK, ADVERTISER, publisher(1), touch_id, &earning, AT)
}

/// `12.00` stands, `12.00 (3.00)` has three more promised.
fn show(balance: Balance) -> String {
    let text = |amount| units(amount).amount_text();
    match balance.credits_pending - balance.debits_pending {
        0 => text(balance.posted()),
        pending => format!("{} ({})", text(balance.posted()), text(pending)),
    }
}

#[test]
fn held_and_approved() {
    run("
        step                 | new | publisher 1  | publisher 2 | fees        | advertiser
        hold 10.00+2.00      | 2   | 0.00 (10.00) | 0.00        | 0.00 (2.00) | 0.00 (-12.00)
        approve              | 2   | 10.00        | 0.00        | 2.00        | -12.00
    ");
}

#[test]
fn held_and_rejected() {
    run("
        step                 | new | publisher 1  | publisher 2 | fees        | advertiser
        hold 10.00+2.00      | 2   | 0.00 (10.00) | 0.00        | 0.00 (2.00) | 0.00 (-12.00)
        reject               | 2   | 0.00         | 0.00        | 0.00        | 0.00
    ");
}

#[test]
fn paid_at_once_without_a_hold() {
    run("
        step                 | new | publisher 1  | publisher 2 | fees        | advertiser
        earn 10.00+2.00      | 2   | 10.00        | 0.00        | 2.00        | -12.00
    ");
}

#[test]
fn three_thirds_after_approval_leave_nothing() {
    run("
        step                       | new | publisher 1  | publisher 2 | fees        | advertiser
        hold 10.00+2.00            | 2   | 0.00 (10.00) | 0.00        | 0.00 (2.00) | 0.00 (-12.00)
        approve                    | 2   | 10.00        | 0.00        | 2.00        | -12.00
        back 3.333333+0.666666     | 2   | 6.666667     | 0.00        | 1.333334    | -8.000001
        back 6.666666+1.333333     | 2   | 3.333334     | 0.00        | 0.666667    | -4.000001
        back 10.00+2.00            | 2   | 0.00         | 0.00        | 0.00        | 0.00
    ");
}

#[test]
fn a_part_is_taken_back_before_approval_and_another_after() {
    run("
        step                 | new | publisher 1  | publisher 2 | fees        | advertiser
        hold 9.00+3.00       | 2   | 0.00 (9.00)  | 0.00        | 0.00 (3.00) | 0.00 (-12.00)
        back 3.00+1.00       | 4   | 0.00 (6.00)  | 0.00        | 0.00 (2.00) | 0.00 (-8.00)
        back 3.00+1.00       | 0   | 0.00 (6.00)  | 0.00        | 0.00 (2.00) | 0.00 (-8.00)
        approve              | 2   | 6.00         | 0.00        | 2.00        | -8.00
        back 6.00+2.00       | 2   | 3.00         | 0.00        | 1.00        | -4.00
        back 9.00+3.00       | 2   | 0.00         | 0.00        | 0.00        | 0.00
    ");
}

#[test]
fn the_whole_is_taken_back_before_approval() {
    run("
        step                 | new | publisher 1  | publisher 2 | fees        | advertiser
        hold 9.00+3.00       | 2   | 0.00 (9.00)  | 0.00        | 0.00 (3.00) | 0.00 (-12.00)
        back 9.00+3.00       | 2   | 0.00         | 0.00        | 0.00        | 0.00
    ");
}

#[test]
fn what_is_left_after_a_part_was_taken_back_can_be_rejected() {
    run("
        step                 | new | publisher 1  | publisher 2 | fees        | advertiser
        hold 9.00+3.00       | 2   | 0.00 (9.00)  | 0.00        | 0.00 (3.00) | 0.00 (-12.00)
        back 3.00+1.00       | 4   | 0.00 (6.00)  | 0.00        | 0.00 (2.00) | 0.00 (-8.00)
        reject               | 2   | 0.00         | 0.00        | 0.00        | 0.00
    ");
}

#[test]
fn two_publishers_share_a_commission() {
    run("
        step                   | new | publisher 1  | publisher 2 | fees        | advertiser
        hold 6.00+1.00 4.00    | 3   | 0.00 (6.00)  | 0.00 (4.00) | 0.00 (1.00) | 0.00 (-11.00)
        approve                | 3   | 6.00         | 4.00        | 1.00        | -11.00
        back 3.00+0.50 2.00    | 3   | 3.00         | 2.00        | 0.50        | -5.50
        back 3.00+0.50 4.00    | 1   | 3.00         | 0.00        | 0.50        | -3.50
    ");
}

#[test]
fn nothing_earned_moves_nothing() {
    run("
        step                 | new | publisher 1  | publisher 2 | fees        | advertiser
        hold 0+0             | 0   | 0.00         | 0.00        | 0.00        | 0.00
        approve              | 0   | 0.00         | 0.00        | 0.00        | 0.00
        back 0+0             | 0   | 0.00         | 0.00        | 0.00        | 0.00
    ");
}

#[test]
fn funds_are_used_up_by_clicks_and_conversions() {
    run("
        step                 | new | publisher 1  | publisher 2 | fees        | advertiser
        fund 100.00          | 1   | 0.00         | 0.00        | 0.00        | 100.00
        click 0.25+0.05      | 2   | 0.25         | 0.00        | 0.05        | 99.70
        hold 10.00+2.00      | 2   | 0.25 (10.00) | 0.00        | 0.05 (2.00) | 99.70 (-12.00)
        approve              | 2   | 10.25        | 0.00        | 2.05        | 87.70
    ");
}

#[test]
fn a_payout_is_promised_then_confirmed_and_a_later_refund_is_worked_off() {
    run("
        step                 | new | publisher 1   | publisher 2 | fees        | advertiser
        earn 10.00+2.00      | 2   | 10.00         | 0.00        | 2.00        | -12.00
        reserve 9.00+1.00    | 2   | 10.00 (-10.00) | 0.00       | 2.00        | -12.00
        paid                 | 2   | 0.00          | 0.00        | 2.00        | -12.00
        back 10.00+2.00      | 2   | -10.00        | 0.00        | 0.00        | 0.00
        click 12.50          | 1   | 2.50          | 0.00        | 0.00        | -12.50
    ");
}

#[test]
fn a_payout_that_fails_is_back_on_the_balance_before_and_after_its_confirmation() {
    run("
        step                 | new | publisher 1   | publisher 2 | fees        | advertiser
        earn 10.00           | 1   | 10.00         | 0.00        | 0.00        | -10.00
        reserve 10.00        | 1   | 10.00 (-10.00) | 0.00       | 0.00        | -10.00
        returned             | 1   | 10.00         | 0.00        | 0.00        | -10.00
        corrected            | 1   | 0.00          | 0.00        | 0.00        | -10.00
    ");
    run("
        step                 | new | publisher 1   | publisher 2 | fees        | advertiser
        earn 10.00           | 1   | 10.00         | 0.00        | 0.00        | -10.00
        reserve 8.00+2.00    | 2   | 10.00 (-10.00) | 0.00       | 0.00        | -10.00
        paid                 | 2   | 0.00          | 0.00        | 0.00        | -10.00
        returned             | 2   | 10.00         | 0.00        | 0.00        | -10.00
        corrected            | 2   | 0.00          | 0.00        | 0.00        | -10.00
        returned             | 2   | 10.00         | 0.00        | 0.00        | -10.00
    ");
}

#[test]
fn a_payout_is_confirmed_once_and_returned_once() {
    let mut books = Books::default();
    let source = Source::Payout(PAYOUT);
    books.append(reserve_payout(NETWORK, publisher(1), (usd("5"), usd("0")), PAYOUT, AT)).unwrap();
    books.append(pay_out(books.history(source), AT)).unwrap();
    assert!(pay_out(books.history(source), AT).is_err());
    books.append(return_payout(books.history(source), AT)).unwrap();
    assert!(return_payout(books.history(source), AT).is_err());
    assert!(pay_out(books.history(source), AT).is_err());
    assert!(reserve_payout(NETWORK, publisher(1), (usd("0"), usd("0")), PAYOUT, AT).is_err());
}

#[test]
fn what_is_promised_away_is_not_available() {
    let mut books = Books::default();
    let funding = FundingId::from_bytes([7; 16]);
    books.append(fund(NETWORK, ADVERTISER, usd("100"), funding, AT)).unwrap();
    let lines = [line(1, usd("10"), usd("2"), 1)];
    books.append(earn(NETWORK, ADVERTISER, &lines, true, conversion(1), AT)).unwrap();
    let advertiser = books.balances[&account(AccountKind::Advertiser(ADVERTISER))];
    assert_eq!(units(advertiser.posted()), usd("100"));
    assert_eq!(units(advertiser.available()), usd("88"));
}
