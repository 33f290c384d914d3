//! A second person approves a run, or somebody gives it up.
//!
//! Between the proposal and the approval balances and details may have changed, so everybody is judged again. Whoever cannot
//! be paid what was proposed any more is left out with the reason; nobody is ever paid more than the second person saw.

use ledger::Source;
use model::{
    PayoutRunId, Timestamp,
    payout::{NotPaid, Payout, PayoutRunState, PayoutState},
};
use serde_json::json;
use store::{Tx, conversion_payments, payouts as rows};

use super::{
    PayoutRun,
    eligible::{Terms, judge},
    internal,
    look::{RunSeen, seen},
    move_run,
    propose::{Known, balance_of, terms},
    run_of,
    seal::SealKeys,
    send,
};
use crate::{
    access::{PAYOUT_APPROVE, PAYOUT_PROPOSE},
    command::Change,
    errors::{ErrorCode, Refusal},
    people::hands,
    posting,
};

/// Approves a proposed run: every payment is promised away from its publisher's balance.
///
/// # Errors
/// `not_found`, `right_missing`, `second_person_needed`, `state_conflict`; storage errors.
pub fn approve(change: &mut Change<'_, '_>, keys: &SealKeys, id: PayoutRunId) -> Result<RunSeen, Refusal> {
    let mut run = run_of(change.tx, change.actor, id)?;
    PAYOUT_APPROVE.check_role(change.actor)?;
    four_eyes(change, &run)?;
    if run.state != PayoutRunState::Proposed {
        let by = run.approved_by.as_deref().unwrap_or("nobody");
        let message = format!("the run is {} (approved by {by}), so it cannot be approved", run.state.word());
        return Err(Refusal::state(message));
    }
    move_run(change.tx, id, PayoutRunState::Proposed, PayoutRunState::Approved)?;
    let terms = terms(change.tx, run.network_id, run.method, run.currency, change.now)?;
    let mut approved = Vec::new();
    let mut left_out = 0;
    for payout in rows::of_run(change.tx, id)? {
        match promise(change, keys, &run, &terms, payout)? {
            Some(payout) => approved.push(payout),
            None => left_out += 1,
        }
    }
    if approved.is_empty() {
        return Err(Refusal::state("nobody of the run can be paid now; cancel it and propose another"));
    }
    run.state = PayoutRunState::Approved;
    run.approved_at = Some(change.now);
    run.approved_by = Some(change.actor.word());
    // A run whose file cannot be written must not hold the balances.
    send::trial(change.tx, keys, &run, &approved)?;
    rows::note_approval(change.tx, id, change.now, &change.actor.word())?;
    let noted = json!({ "approved": approved.len(), "left_out": left_out });
    change.audit(Some(run.network_id), &id, &noted)?;
    seen(change.tx, keys, run)
}

/// Whoever proposed a run does not approve it, whichever of his keys or sessions he uses, and not with another account that he
/// has in his hands.
fn four_eyes(change: &mut Change<'_, '_>, run: &PayoutRun) -> Result<(), Refusal> {
    let refuse = |message: String| Err(Refusal::new(ErrorCode::SecondPersonNeeded, message));
    let Some(approver) = change.actor.user_id() else {
        return refuse("a payout run is approved by a person, signed in or by his key".to_owned());
    };
    let Some(proposer) = run.proposer else { return Ok(()) };
    if proposer == approver {
        return refuse("you proposed this run; another person with the right `pay` approves it".to_owned());
    }
    match hands::tie(change.tx, proposer, approver, change.now)? {
        None => Ok(()),
        Some(tie) => refuse(format!(
            "{tie}, so your account and the one that proposed this run may be one person's; whoever runs the machine hands an \
             account to its person with `merit user reset-password` (keys from before keep it in the old hands)"
        )),
    }
}

/// Promises one payment away, or leaves it out.
fn promise(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    run: &PayoutRun,
    terms: &Terms,
    payout: Payout,
) -> Result<Option<Payout>, Refusal> {
    let known = Known { network_id: run.network_id, period_end: run.period_end, keys };
    let balance = balance_of(change.tx, run.network_id, payout.publisher_id, run.currency)?;
    let mut candidate = known.candidate(change.tx, payout.publisher_id, balance, terms)?;
    let there = known.still_there(change.tx, payout.id, run.currency)?;
    let (planned, exchanged) = there.as_ref().map_or((&[][..], 0), |(rows, sum)| (rows.as_slice(), *sum));
    candidate.exchanged = exchanged;
    let still = judge(&candidate, terms).and_then(|due| {
        if due.details_version != payout.details_version {
            Err(NotPaid::DetailsChanged)
        } else if there.is_none() || due.gross.units() < payout.gross.units() {
            Err(NotPaid::BalanceFell)
        } else {
            Ok(())
        }
    });
    let from = payout.state;
    if let Err(reason) = still {
        let reason = Some(reason.word().to_owned());
        let settled_at = Some(change.now);
        advance(change.tx, from, &Payout { state: PayoutState::LeftOut, reason, settled_at, ..payout })?;
        return Ok(None);
    }
    known.carry_out(change, planned)?;
    let covered_from = covered_until(&rows::of_publishers(change.tx, &[payout.publisher_id])?, &payout);
    let amounts = (payout.amount().map_err(internal)?, payout.withheld);
    let transfers =
        ledger::reserve_payout(run.network_id, payout.publisher_id, amounts, payout.id, change.now)
            .map_err(internal)?;
    posting::append(change.tx, &[], &transfers)?;
    let approved_at = Some(change.now);
    let after = Payout { state: PayoutState::Approved, approved_at, covered_from, ..payout };
    advance(change.tx, from, &after)?;
    Ok(Some(after))
}

/// Up to which moment a publisher is paid already: the end of the last confirmed period, or where one begins that came back
/// and was not paid again.
fn covered_until(payouts: &[Payout], next: &Payout) -> Timestamp {
    let in_currency = |payout: &&Payout| payout.gross.currency() == next.gross.currency();
    let of_state = |state| payouts.iter().filter(in_currency).filter(move |payout| payout.state == state);
    let confirmed = of_state(PayoutState::Confirmed);
    let until = confirmed.map(|payout| payout.period_end).max().unwrap_or(Timestamp::from_micros(0));
    let paid_again = |returned: &Payout| {
        of_state(PayoutState::Confirmed).any(|later| later.approved_at > returned.settled_at)
    };
    of_state(PayoutState::Returned)
        .filter(|returned| !paid_again(returned))
        .map(|returned| returned.covered_from)
        .fold(until, Ord::min)
}

/// Moves a payment on, or says that somebody else was faster.
pub(super) fn advance(tx: &mut Tx<'_>, from: PayoutState, after: &Payout) -> Result<(), Refusal> {
    if rows::advance(tx, from, after)? {
        let pays = [from, after.state].contains(&PayoutState::Confirmed);
        if let Some(settled_at) = after.settled_at.filter(|_| pays) {
            conversion_payments::queue(tx, after.publisher_id, settled_at)?;
        }
        return Ok(());
    }
    Err(Refusal::state("somebody else changed a payment of the run at the same moment; look at it again"))
}

/// Gives a run up that is not with the bank yet; what was promised is free again.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict`; storage errors.
pub fn cancel(change: &mut Change<'_, '_>, keys: &SealKeys, id: PayoutRunId) -> Result<RunSeen, Refusal> {
    let mut run = run_of(change.tx, change.actor, id)?;
    let need = if run.state == PayoutRunState::Approved { PAYOUT_APPROVE } else { PAYOUT_PROPOSE };
    need.check_role(change.actor)?;
    if !matches!(run.state, PayoutRunState::Proposed | PayoutRunState::Approved) {
        let message = format!(
            "the run is {}, so it cannot be cancelled; say of each payment what became of it",
            run.state.word()
        );
        return Err(Refusal::state(message));
    }
    move_run(change.tx, id, run.state, PayoutRunState::Cancelled)?;
    for payout in rows::of_run(change.tx, id)? {
        let from = payout.state;
        if from == PayoutState::LeftOut {
            continue;
        }
        if from == PayoutState::Approved {
            let history = posting::history(change.tx, Source::Payout(payout.id))?;
            let transfers = ledger::return_payout(&history, change.now).map_err(internal)?;
            posting::append(change.tx, &history, &transfers)?;
        }
        let settled_at = Some(change.now);
        advance(change.tx, from, &Payout { state: PayoutState::Cancelled, settled_at, ..payout })?;
    }
    change.audit(Some(run.network_id), &id, &json!({ "cancelled": run.state }))?;
    run.state = PayoutRunState::Cancelled;
    seen(change.tx, keys, run)
}
