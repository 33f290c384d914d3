//! The transfers of a payment to a publisher.
//!
//! At approval the amount is promised away in two phases, so nobody can promise it a second time; the
//! bank's confirmation posts it; a failure gives it back, also after it had been confirmed. When it turns out that it was paid after
//! all, it is taken from the publisher again, whatever stands on his account. Tax that is
//! kept back is a leg of its own, from the publisher to the withheld account.

use model::{Money, NetworkId, PayoutId, PublisherId, Timestamp};

use crate::{
    account::{AccountKey, AccountKind},
    history::fold,
    postings::{Append, PostingError, Step, resolve},
    transfer::{Leg, Phase, Source, Transfer, TransferReason},
};

/// Promises `amount` to the bank and `withheld` to the tax office, both from the publisher.
///
/// # Errors
/// Nothing to pay, a tax below zero, two currencies.
pub fn reserve_payout(
    network_id: NetworkId,
    publisher_id: PublisherId,
    (amount, withheld): (Money, Money),
    payout_id: PayoutId,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    if amount.units() <= 0 || withheld.is_negative() {
        return Err(PostingError::NotPositive);
    }
    amount.add(withheld)?;
    let account = |kind| AccountKey { network_id, kind, currency: amount.currency() };
    let publisher = account(AccountKind::Publisher(publisher_id));
    let mut append = Append::new(Source::Payout(payout_id), None, at);
    let step = Step { line: 0, phase: Phase::Pending, reason: TransferReason::PayoutReserved };
    append.push(step, Leg::Payout, None, (publisher, account(AccountKind::Clearing)), amount)?;
    if !withheld.is_zero() {
        let accounts = (publisher, account(AccountKind::Withheld));
        append.push(step, Leg::Withholding, None, accounts, withheld)?;
    }
    Ok(append.transfers)
}

/// Posts a payout that the bank confirmed.
///
/// # Errors
/// When nothing is promised: it is confirmed or given back already.
pub fn pay_out(history: &[Transfer], at: Timestamp) -> Result<Vec<Transfer>, PostingError> {
    resolve(history, Phase::PostPending, TransferReason::PaidOut, at)
}

/// Gives a payout back to the publisher: what is promised is released, what was paid flows back.
///
/// # Errors
/// When it was given back before, or never promised.
pub fn return_payout(history: &[Transfer], at: Timestamp) -> Result<Vec<Transfer>, PostingError> {
    let fold = fold(history)?;
    let source = fold.source.ok_or(PostingError::NothingPending)?;
    let reason = TransferReason::PayoutReturned;
    let mut append = Append::new(source, fold.last_sequence, at);
    for leg in &fold.legs {
        let line = leg.line;
        if leg.open_sequence.is_some() {
            let void = Step { line, phase: Phase::VoidPending, reason };
            append.push(void, leg.leg, leg.open_sequence, (leg.debit, leg.credit), leg.pending)?;
        } else if !leg.posted.is_zero() {
            let back = Step { line, phase: Phase::Posted, reason };
            append.push(back, leg.leg, None, (leg.credit, leg.debit), leg.posted)?;
        }
    }
    if append.transfers.is_empty() {
        return Err(PostingError::NothingPending);
    }
    Ok(append.transfers)
}

/// Takes a payout that was given back from the publisher again: it was paid after all.
///
/// # Errors
/// When it is promised or paid already, or was never promised.
pub fn correct_payout(history: &[Transfer], at: Timestamp) -> Result<Vec<Transfer>, PostingError> {
    let fold = fold(history)?;
    let source = fold.source.ok_or(PostingError::NothingPending)?;
    let mut append = Append::new(source, fold.last_sequence, at);
    for leg in &fold.legs {
        if leg.open_sequence.is_some() {
            return Err(PostingError::StillPending);
        }
        if !leg.posted.is_zero() {
            return Err(PostingError::AlreadyApproved);
        }
        let step = Step { line: leg.line, phase: Phase::Posted, reason: TransferReason::PayoutCorrected };
        append.push(step, leg.leg, None, (leg.debit, leg.credit), leg.released.add(leg.reversed)?)?;
    }
    Ok(append.transfers)
}
