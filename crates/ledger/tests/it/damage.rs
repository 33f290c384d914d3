//! Damage that the checker must find, each under the name of the invariant that it breaks.

use std::collections::BTreeMap;

use ledger::{
    AccountKey, AccountKind, Balance, Checker, Invariant, Phase, Transfer, TransferReason, Violation,
    approve, check_lines, earn, fold_balances, reject, reverse,
};
use model::{AdvertiserId, Currency, FundingId, NetworkId, Share};

use crate::world::{ADVERTISER, AT, Books, NETWORK, account, conversion, line, publisher, units, usd};

/// Conversion 1 is held, 2 approved, 3 rejected, 4 approved and half taken back; there is a funding.
fn healthy() -> Books {
    let mut books = Books::default();
    for number in 1..=4 {
        let lines = [line(1, usd("6"), usd("1"), 2), line(2, usd("4"), usd("1"), 2)];
        books.append(earn(NETWORK, ADVERTISER, &lines, true, conversion(number), AT)).unwrap();
    }
    for number in [2, 4] {
        books.append(approve(books.history(conversion(number)), AT)).unwrap();
    }
    books.append(reject(books.history(conversion(3)), AT)).unwrap();
    let half = [(usd("3"), usd("0.5")), (usd("2"), usd("0.5"))];
    books.append(reverse(books.history(conversion(4)), &half, AT)).unwrap();
    let funding = FundingId::from_bytes([7; 16]);
    books.append(ledger::fund(NETWORK, ADVERTISER, usd("50"), funding, AT)).unwrap();
    books
}

fn check(books: &Books) -> Vec<Violation> {
    let mut checker = Checker::new();
    books.transfers().cloned().for_each(|transfer| checker.push(transfer));
    checker.finish(&books.balances)
}

#[test]
fn a_healthy_ledger_has_no_violations() {
    assert_eq!(check(&healthy()), []);
}

/// Changes the transfer `sequence` of a conversion. So that only the damage itself can be found, the
/// balances are made to fit the damaged transfers where that is possible.
fn damaged(number: u64, sequence: usize, damage: impl FnOnce(&mut Transfer)) -> Vec<Violation> {
    let mut books = healthy();
    damage(&mut books.histories.get_mut(&conversion(number)).unwrap()[sequence]);
    books.balances = fold_balances(books.transfers()).balances;
    check(&books)
}

fn names(violations: &[Violation], invariant: Invariant, number: u64) {
    let place = conversion(number).to_string();
    let named = |found: &Violation| found.invariant == invariant && found.place.contains(&place);
    assert!(violations.iter().any(named), "{invariant:?} of {place} is not in {violations:#?}");
}

#[test]
fn damaged_transfers() {
    use Invariant::{Balanced, Bounded, Once, Split};
    let other = NetworkId::from_bytes([9; 16]);
    let stranger = AccountKind::Advertiser(AdvertiserId::from_bytes([9; 16]));

    // Conversion 2: sequences 0 to 3 earn (publisher 1, fee, publisher 2, fee), 4 to 7 post.
    names(&damaged(2, 4, |it| it.amount = units(0)), Balanced, 2);
    names(&damaged(2, 4, |it| it.credit.currency = Currency::EUR), Balanced, 2);
    names(&damaged(2, 4, |it| it.credit.network_id = other), Balanced, 2);
    names(&damaged(2, 4, |it| it.credit = it.debit), Balanced, 2);
    names(&damaged(2, 4, |it| it.pending_sequence = None), Balanced, 2);
    names(&damaged(2, 4, |it| it.pending_sequence = Some(99)), Balanced, 2);
    names(&damaged(2, 4, |it| it.pending_sequence = Some(1)), Balanced, 2);
    names(&damaged(2, 5, |it| it.sequence = 4), Once, 2);
    names(&damaged(2, 5, |it| it.sequence = 9), Once, 2);
    names(&damaged(2, 2, |it| it.line = 0), Once, 2);
    names(&damaged(2, 4, |it| it.amount = usd("6.000001")), Bounded, 2);
    names(&damaged(2, 4, |it| it.line = 5), Bounded, 2);
    names(&damaged(2, 4, |it| it.reason = TransferReason::Rejected), Bounded, 2);
    names(&damaged(2, 0, |it| it.reason = TransferReason::Funded), Bounded, 2);
    names(&damaged(2, 0, |it| it.credit.kind = AccountKind::Fees), Split, 2);
    names(&damaged(2, 1, |it| it.credit.kind = AccountKind::Publisher(publisher(1))), Split, 2);
    names(&damaged(2, 2, |it| it.debit.kind = stranger), Split, 2);
    names(&damaged(2, 4, |it| it.credit.kind = AccountKind::Publisher(publisher(2))), Split, 2);
    // Conversion 3: 4 to 7 void.
    names(&damaged(3, 4, |it| it.amount = usd("5")), Bounded, 3);
    // Conversion 4: 8 to 11 take back.
    names(&damaged(4, 8, |it| it.amount = usd("6.000001")), Bounded, 4);
    names(&damaged(4, 8, |it| std::mem::swap(&mut it.debit, &mut it.credit)), Bounded, 4);
    // A second pending transfer under the name of a reversal.
    let promised_twice = damaged(2, 4, |it| {
        it.phase = Phase::Pending;
        it.reason = TransferReason::Reversed;
        it.pending_sequence = None;
    });
    names(&promised_twice, Bounded, 2);
}

#[test]
fn a_commission_that_is_earned_twice() {
    let mut books = healthy();
    let history = books.histories.get_mut(&conversion(2)).unwrap();
    let mut again = history[0].clone();
    again.sequence = u32::try_from(history.len()).unwrap();
    history.push(again);
    books.balances = fold_balances(books.transfers()).balances;
    names(&check(&books), Invariant::Once, 2);
}

#[test]
fn a_transfer_that_is_missing() {
    for sequence in 0..11 {
        let mut books = healthy();
        books.histories.get_mut(&conversion(4)).unwrap().remove(sequence);
        books.balances = fold_balances(books.transfers()).balances;
        names(&check(&books), Invariant::Once, 4);
    }
    // The last one leaves no gap: its balances tell.
    let mut books = healthy();
    books.histories.get_mut(&conversion(4)).unwrap().pop();
    assert!(check(&books).iter().any(|found| found.invariant == Invariant::Balanced));
}

#[test]
fn damaged_balances() {
    type Damage = fn(&mut BTreeMap<AccountKey, Balance>);
    let damages: [Damage; 5] = [
        |balances| balances.get_mut(&account(AccountKind::Fees)).unwrap().credits_posted += 1,
        |balances| balances.get_mut(&account(AccountKind::Fees)).unwrap().debits_pending += 1,
        |balances| {
            balances.remove(&account(AccountKind::Clearing));
        },
        |balances| {
            let unknown = account(AccountKind::Publisher(publisher(99)));
            balances.insert(unknown, Balance { credits_posted: 5, ..Balance::default() });
        },
        // Both sides changed alike: the totals still tie, the accounts do not.
        |balances| {
            balances.get_mut(&account(AccountKind::Fees)).unwrap().credits_posted += 1;
            balances.get_mut(&account(AccountKind::Clearing)).unwrap().debits_posted += 1;
        },
    ];
    for (place, damage) in damages.iter().enumerate() {
        let mut books = healthy();
        damage(&mut books.balances);
        let violations = check(&books);
        assert!(!violations.is_empty(), "damage {place} is not found");
        assert!(violations.iter().all(|found| found.invariant == Invariant::Balanced), "{violations:#?}");
    }
}

#[test]
fn lines_that_are_not_what_the_ledger_earned() {
    let books = healthy();
    let source = conversion(4);
    let history = books.history(source);
    let lines = [line(1, usd("6"), usd("1"), 2), line(2, usd("4"), usd("1"), 2)];
    assert_eq!(check_lines(source, &lines, history), []);

    let with = |damage: fn(&mut Vec<model::conversion::CommissionLine>)| {
        let mut lines = lines.to_vec();
        damage(&mut lines);
        check_lines(source, &lines, history)
    };
    let damages: [fn(&mut Vec<model::conversion::CommissionLine>); 7] = [
        |lines| lines[0].commission = usd("6.000001"),
        |lines| lines[1].fee = usd("0"),
        |lines| lines[0].credit = Share::new(1, 3).unwrap(),
        |lines| lines[0].publisher_id = publisher(2),
        |lines| lines[0].fixed = usd("6.000001"),
        |lines| drop(lines.pop()),
        |lines| lines.clear(),
    ];
    for (place, damage) in damages.into_iter().enumerate() {
        let violations = with(damage);
        assert!(!violations.is_empty(), "damage {place} is not found");
        assert!(violations.iter().all(|found| found.invariant == Invariant::Split), "{violations:#?}");
    }
}

#[test]
fn a_violation_reads_as_a_sentence() {
    let violations = damaged(2, 4, |it| it.amount = usd("6.000001"));
    let first = violations.first().unwrap().to_string();
    let place = conversion(2);
    assert_eq!(first, format!("I5 bounded: {place} transfer 4: its amount is not the pending one"));
}
