//! What cannot be posted, and why.

use ledger::{
    AccountKind, Leg, PostingError, Problem, Source, Transfer, approve, changes, earn, exchange, fund,
    reject, reverse,
};
use model::{ExchangeId, FundingId, MoneyError};

use crate::world::{ADVERTISER, AT, Books, NETWORK, conversion, line, publisher, usd};

/// A conversion of 10 and 2 that went through these steps.
fn after(steps: &[&str]) -> Vec<Transfer> {
    let mut books = Books::default();
    let source = conversion(1);
    let lines = [line(1, usd("10"), usd("2"), 1)];
    for step in steps {
        let history = books.history(source);
        let posted = match *step {
            "hold" => earn(NETWORK, ADVERTISER, &lines, true, source, AT),
            "earn" => earn(NETWORK, ADVERTISER, &lines, false, source, AT),
            "approve" => approve(history, AT),
            "reject" => reject(history, AT),
            "part" => reverse(history, &[(usd("5"), usd("1"))], AT),
            "whole" => reverse(history, &[(usd("10"), usd("2"))], AT),
            _ => panic!("unknown step {step}"),
        };
        books.append(posted).unwrap();
    }
    books.history(source).to_vec()
}

#[test]
fn a_decision_is_made_once() {
    use PostingError::{AlreadyApproved, AlreadyRejected, NothingPending};
    for (steps, why) in [
        (&["hold", "approve"][..], AlreadyApproved),
        (&["earn"], AlreadyApproved),
        (&["earn", "part"], AlreadyApproved),
        (&["hold", "reject"], AlreadyRejected),
        (&["hold", "part", "reject"], AlreadyRejected),
        (&["hold", "whole"], NothingPending),
        (&["hold", "approve", "whole"], NothingPending),
    ] {
        let history = after(steps);
        assert_eq!(approve(&history, AT), Err(why.clone()), "approve after {steps:?}");
        assert_eq!(reject(&history, AT), Err(why), "reject after {steps:?}");
    }
}

#[test]
fn reversals_stay_within_what_was_earned() {
    let commission = |line| PostingError::ExceedsOriginal { line, leg: Leg::Commission };
    let fee = |line| PostingError::ExceedsOriginal { line, leg: Leg::Fee };
    for (steps, sums, why) in [
        (&["hold"][..], vec![("10.000001", "2")], commission(0)),
        (&["hold"], vec![("10", "2.000001")], fee(0)),
        (&["hold", "approve"], vec![("10.000001", "2")], commission(0)),
        (&["hold"], vec![("5", "1"), ("0.000001", "0")], commission(1)),
        (&["hold"], vec![("5", "1"), ("0", "1")], fee(1)),
        (&["hold"], vec![], PostingError::LineMissing(0)),
        (&["hold", "reject"], vec![("1", "0")], PostingError::AlreadyRejected),
        (&["hold", "part", "reject"], vec![("6", "1")], PostingError::AlreadyRejected),
        (&["earn", "part"], vec![("4", "1")], PostingError::BelowReversed { line: 0, leg: Leg::Commission }),
        (&["hold", "part"], vec![("5", "0")], PostingError::BelowReversed { line: 0, leg: Leg::Fee }),
    ] {
        let history = after(steps);
        let sums: Vec<_> = sums.into_iter().map(|(commission, fee)| (usd(commission), usd(fee))).collect();
        assert_eq!(reverse(&history, &sums, AT), Err(why), "{sums:?} after {steps:?}");
    }
}

#[test]
fn other_currencies_are_refused() {
    let history = after(&["hold"]);
    let euro = model::Money::parse("1", model::Currency::EUR).unwrap();
    let refused = reverse(&history, &[(euro, euro)], AT);
    assert!(matches!(refused, Err(PostingError::Money(MoneyError::Mixed(..)))), "{refused:?}");
}

#[test]
fn amounts_below_zero_and_empty_fundings_are_refused() {
    let lines = [line(1, usd("-1"), usd("0"), 1)];
    let refused = earn(NETWORK, ADVERTISER, &lines, true, conversion(1), AT);
    assert_eq!(refused, Err(PostingError::NotPositive));
    for amount in ["0", "-1"] {
        let funding = FundingId::from_bytes([7; 16]);
        let refused = fund(NETWORK, ADVERTISER, usd(amount), funding, AT);
        assert_eq!(refused, Err(PostingError::NotPositive));
    }
}

#[test]
fn a_funding_is_no_earning() {
    let funding = FundingId::from_bytes([7; 16]);
    let history = fund(NETWORK, ADVERTISER, usd("5"), funding, AT).unwrap();
    assert_eq!(history[0].source, Source::Funding(funding));
    assert_eq!(reverse(&history, &[(usd("0"), usd("0"))], AT), Err(PostingError::NoEarning));
    assert_eq!(approve(&history, AT), Err(PostingError::AlreadyApproved));
}

#[test]
fn an_exchange_moves_two_currencies_through_accounts_of_its_own() {
    let id = ExchangeId::from_bytes([7; 16]);
    let euro = |text: &str| model::Money::parse(text, model::Currency::EUR).unwrap();
    let history = exchange(NETWORK, publisher(1), usd("1.08"), euro("1"), id, AT).unwrap();
    assert_eq!(ledger::check_history(&history), []);
    let sums = changes(&[], &history).unwrap();
    let moved: Vec<String> = sums
        .iter()
        .map(|(account, change)| {
            let (more, less) = (change.credits_posted, change.debits_posted);
            format!("{:?} {} {}", account.kind == AccountKind::Exchange, account.currency, more - less)
        })
        .collect();
    assert_eq!(moved, ["false USD -1080000", "false EUR 1000000", "true USD 1080000", "true EUR -1000000"]);
    for (sold, bought, why) in [
        (usd("0"), euro("1"), PostingError::NotPositive),
        (usd("1"), euro("0"), PostingError::NotPositive),
        (usd("-1"), euro("1"), PostingError::NotPositive),
        (usd("1"), usd("1"), PostingError::OneCurrency),
    ] {
        assert_eq!(exchange(NETWORK, publisher(1), sold, bought, id, AT), Err(why));
    }
    assert_eq!(reverse(&history, &[(usd("0"), usd("0"))], AT), Err(PostingError::NoEarning));
    let mut damaged = history.clone();
    damaged[1].debit.kind = AccountKind::Clearing;
    assert_eq!(ledger::check_history(&damaged).len(), 1);
    let twice = [
        history.clone(),
        history.iter().map(|one| Transfer { sequence: one.sequence + 2, ..one.clone() }).collect(),
    ]
    .concat();
    assert_eq!(ledger::check_history(&twice).len(), 2);
}

#[test]
fn a_conversion_with_too_many_lines_is_refused() {
    let one = line(1, usd("1"), usd("0"), 1);
    let fits = vec![one.clone(); usize::from(u16::MAX) + 1];
    assert!(earn(NETWORK, ADVERTISER, &fits, true, conversion(1), AT).is_ok());
    let too_many = vec![one; usize::from(u16::MAX) + 2];
    let refused = earn(NETWORK, ADVERTISER, &too_many, true, conversion(1), AT);
    assert_eq!(refused, Err(PostingError::TooMany));
}

#[test]
fn a_damaged_history_takes_nothing_more() {
    let mut history = after(&["hold"]);
    history[1].sequence = 7;
    let Err(PostingError::Broken(broken)) = approve(&history, AT) else {
        panic!("approved a damaged history")
    };
    assert_eq!((broken.sequence, broken.problem), (7, Problem::Sequence));
}

#[test]
fn changes_need_the_pending_transfer() {
    let history = after(&["hold"]);
    let approved = approve(&history, AT).unwrap();
    assert!(changes(&history, &approved).is_ok());
    let refused = changes(&[], &approved);
    assert!(matches!(refused, Err(PostingError::Broken(_))), "{refused:?}");
}
