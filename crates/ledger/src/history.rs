//! What the transfers of one source amount to.
//!
//! The history of a source is walked in the order of its sequences, and for each line and leg the walk
//! knows what was earned and where it is now. At every moment
//! `earned = pending + posted + reversed + released`.
//!
//! A reversal of what is still pending voids the pending transfer and pends the remainder anew, both
//! with the reason `reversed`; a reversal of what is posted is a posted transfer with the accounts
//! swapped. What was rejected or taken back by mistake is moved again by a posted transfer with the
//! reason `reinstated` (`payout_corrected` for a payout). Everything else that could stand in a history is a [`Problem`]: the postings never write
//! it, so it means damage, and the checker names the invariant that it breaks.

use model::Money;

use crate::{
    account::{AccountKey, AccountKind},
    transfer::{Leg, Phase, Source, Transfer, TransferReason},
};

/// Where the money of one line and leg is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LegFold {
    /// The commission line.
    pub line: u16,
    /// The part of its charge.
    pub leg: Leg,
    /// The account that gives when it is earned.
    pub debit: AccountKey,
    /// The account that receives when it is earned.
    pub credit: AccountKey,
    /// What was earned at first.
    pub earned: Money,
    /// What of it is promised.
    pub pending: Money,
    /// What of it stands, less reversals.
    pub posted: Money,
    /// What of it was taken back.
    pub reversed: Money,
    /// What of it was released by a rejection, or by posting less than was pending.
    pub released: Money,
    /// The transfer that promises `pending`.
    pub open_sequence: Option<u32>,
    /// What was voided by a reversal and may be promised anew.
    voided: Money,
}

/// What the history of one source amounts to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fold {
    /// The source; none for an empty history.
    pub source: Option<Source>,
    /// Lines and legs, in the order in which they were earned.
    pub legs: Vec<LegFold>,
    /// The sequence of the last transfer.
    pub last_sequence: Option<u32>,
}

/// What is wrong with a transfer of a history.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// Transfers of several sources.
    #[error("belongs to another source")]
    OtherSource,
    /// A sequence that does not follow the last.
    #[error("its sequence does not follow the last one")]
    Sequence,
    /// Nothing moves, or less than nothing.
    #[error("its amount is not above zero")]
    Amount,
    /// Accounts of another currency than the amount, of two networks, or twice the same.
    #[error("its accounts and amount are not of one network and currency, or are the same account")]
    Unbalanced,
    /// The leg goes between the wrong kinds of account, or another advertiser pays.
    #[error("its accounts are not those of its leg")]
    Accounts,
    /// Earned a second time.
    #[error("its line and leg are earned already")]
    EarnedTwice,
    /// Posts, voids or reverses what was never earned.
    #[error("nothing was earned on its line and leg")]
    Unearned,
    /// Posts or voids a transfer that is not pending.
    #[error("it resolves a transfer that is not pending")]
    NotPending,
    /// Posts or voids another amount than is pending, or promises more than was voided.
    #[error("its amount is not the pending one")]
    ExceedsPending,
    /// Takes back more than stands.
    #[error("it takes back more than stands")]
    ExceedsPosted,
    /// The reason is not one for this phase.
    #[error("its reason does not fit its phase")]
    Reason,
}

/// A transfer that cannot stand in a history.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("transfer {sequence} of {source_of}: {problem}")]
pub struct Broken {
    /// The source.
    pub source_of: Source,
    /// The transfer within it.
    pub sequence: u32,
    /// What is wrong.
    pub problem: Problem,
}

/// What a history amounts to.
///
/// # Errors
/// The first transfer that cannot stand in it.
pub fn fold(history: &[Transfer]) -> Result<Fold, Broken> {
    let mut fold = Fold::default();
    for transfer in history {
        fold.take(transfer)?;
    }
    Ok(fold)
}

impl Fold {
    /// The leg of this line.
    pub fn leg(&self, line: u16, leg: Leg) -> Option<&LegFold> {
        self.legs.iter().find(|fold| (fold.line, fold.leg) == (line, leg))
    }

    /// Adds the next transfer. A transfer that is refused changes nothing but the last sequence.
    ///
    /// # Errors
    /// When it cannot stand there.
    pub fn take(&mut self, transfer: &Transfer) -> Result<(), Broken> {
        let refuse = |problem| Broken { source_of: transfer.source, sequence: transfer.sequence, problem };
        let last = self.last_sequence.replace(transfer.sequence);
        if *self.source.get_or_insert(transfer.source) != transfer.source {
            return Err(refuse(Problem::OtherSource));
        }
        if last.map_or(0, |last| last.saturating_add(1)) != transfer.sequence {
            return Err(refuse(Problem::Sequence));
        }
        well_formed(transfer).map_err(refuse)?;
        let place = (transfer.line, transfer.leg);
        match self.legs.iter_mut().find(|fold| (fold.line, fold.leg) == place) {
            Some(leg) => leg.take(transfer).map_err(refuse),
            None => {
                let payer = self.legs.first().map(|leg| leg.debit);
                let leg = LegFold::earned_by(transfer, payer).map_err(refuse)?;
                self.legs.push(leg);
                Ok(())
            }
        }
    }
}

/// What must hold for every transfer by itself.
fn well_formed(transfer: &Transfer) -> Result<(), Problem> {
    let Transfer { debit, credit, amount, .. } = transfer;
    if amount.units() <= 0 {
        return Err(Problem::Amount);
    }
    let one_currency = debit.currency == amount.currency() && credit.currency == amount.currency();
    if !one_currency || debit.network_id != credit.network_id || debit == credit {
        return Err(Problem::Unbalanced);
    }
    let resolves = matches!(transfer.phase, Phase::PostPending | Phase::VoidPending);
    if resolves != transfer.pending_sequence.is_some() {
        return Err(Problem::NotPending);
    }
    Ok(())
}

impl LegFold {
    /// The first transfer of a line and leg. `payer` is who pays the source's other legs.
    fn earned_by(transfer: &Transfer, payer: Option<AccountKey>) -> Result<Self, Problem> {
        use {Phase::*, TransferReason::*};
        let pending = match (&transfer.source, transfer.phase, transfer.reason) {
            (Source::Conversion(_), Pending, Earned) => true,
            (Source::Conversion(_), Posted, Earned)
            | (Source::Touch(_), Posted, TouchEarned)
            | (Source::Funding(_), Posted, Funded)
            | (Source::Exchange(_), Posted, Exchanged)
            | (Source::Invoice(_), Posted, Taxed) => false,
            (Source::Payout(_), Pending, PayoutReserved) | (Source::Bonus(_), Pending, Earned) => true,
            (Source::Bonus(_) | Source::Referral(_), Posted, Earned) => false,
            (_, Pending | Posted, Earned | TouchEarned | Funded | PayoutReserved | Exchanged | Taxed) => {
                return Err(Problem::Reason);
            }
            _ => return Err(Problem::Unearned),
        };
        let legs_accounts = match (&transfer.source, transfer.leg) {
            (Source::Funding(_), Leg::Funding) => {
                transfer.debit.kind == AccountKind::Clearing
                    && matches!(transfer.credit.kind, AccountKind::Advertiser(_))
            }
            (Source::Payout(_), Leg::Payout) => transfer.credit.kind == AccountKind::Clearing,
            (Source::Payout(_), Leg::Withholding) => transfer.credit.kind == AccountKind::Withheld,
            (Source::Exchange(_), Leg::Sold) => {
                matches!(transfer.debit.kind, AccountKind::Publisher(_))
                    && transfer.credit.kind == AccountKind::Exchange
            }
            (Source::Exchange(_), Leg::Bought) => {
                transfer.debit.kind == AccountKind::Exchange
                    && matches!(transfer.credit.kind, AccountKind::Publisher(_))
            }
            (Source::Invoice(_), Leg::Tax) => {
                let advertiser = |key: AccountKey| matches!(key.kind, AccountKind::Advertiser(_));
                let tax = |key: AccountKey| key.kind == AccountKind::Tax;
                (advertiser(transfer.debit) && tax(transfer.credit))
                    || (tax(transfer.debit) && advertiser(transfer.credit))
            }
            (Source::Funding(_) | Source::Payout(_) | Source::Exchange(_) | Source::Invoice(_), _)
            | (_, Leg::Funding | Leg::Payout | Leg::Withholding | Leg::Sold | Leg::Bought | Leg::Tax) => {
                false
            }
            (Source::Bonus(_) | Source::Referral(_), leg) => {
                leg == Leg::Commission && matches!(transfer.credit.kind, AccountKind::Publisher(_))
            }
            (_, Leg::Commission) => matches!(transfer.credit.kind, AccountKind::Publisher(_)),
            (_, Leg::Fee) => transfer.credit.kind == AccountKind::Fees,
        };
        // Lines of different contracts may differ in currency, but one advertiser pays them all.
        let one_payer = match (payer, transfer.leg) {
            (_, Leg::Funding | Leg::Sold | Leg::Bought) => true,
            (None, Leg::Tax) => true,
            (None, Leg::Payout | Leg::Withholding) => {
                matches!(transfer.debit.kind, AccountKind::Publisher(_))
            }
            // What the network pays comes out of what it has earned.
            (None, _) if transfer.debit.kind == AccountKind::Fees => {
                matches!(transfer.source, Source::Bonus(_) | Source::Referral(_))
            }
            (None, _) if matches!(transfer.source, Source::Referral(_)) => false,
            (None, _) => matches!(transfer.debit.kind, AccountKind::Advertiser(_)),
            (Some(payer), _) => {
                (payer.network_id, payer.kind) == (transfer.debit.network_id, transfer.debit.kind)
            }
        };
        if !legs_accounts || !one_payer {
            return Err(Problem::Accounts);
        }
        let nothing = Money::zero(transfer.amount.currency());
        let when = |holds| if holds { transfer.amount } else { nothing };
        Ok(Self {
            line: transfer.line,
            leg: transfer.leg,
            debit: transfer.debit,
            credit: transfer.credit,
            earned: transfer.amount,
            pending: when(pending),
            posted: when(!pending),
            reversed: nothing,
            released: nothing,
            open_sequence: pending.then_some(transfer.sequence),
            voided: nothing,
        })
    }

    /// A later transfer of the line and leg.
    fn take(&mut self, transfer: &Transfer) -> Result<(), Problem> {
        let forward = (transfer.debit, transfer.credit) == (self.debit, self.credit);
        let backward = (transfer.debit, transfer.credit) == (self.credit, self.debit);
        use TransferReason::*;
        let payout = matches!(self.leg, Leg::Payout | Leg::Withholding);
        match (transfer.phase, transfer.reason) {
            (_, Earned | TouchEarned | Funded | PayoutReserved | Exchanged | Taxed) => {
                Err(Problem::EarnedTwice)
            }
            (_, PaidOut | PayoutReturned | PayoutCorrected) if !payout => Err(Problem::Reason),
            (_, Approved | Rejected | Reversed | Reinstated) if payout || self.leg == Leg::Tax => {
                Err(Problem::Reason)
            }
            (Phase::Posted, Reversed | PayoutReturned) if backward => self.take_back(transfer.amount),
            _ if !forward => Err(Problem::Accounts),
            (Phase::Posted, Reinstated | PayoutCorrected) => self.reinstate(transfer.amount),
            (Phase::Pending, Reversed) => self.promise_anew(transfer),
            (Phase::PostPending, Approved | PaidOut) => self.post(transfer),
            (Phase::VoidPending, Rejected | Reversed | PayoutReturned) => self.void(transfer),
            _ => Err(Problem::Reason),
        }
    }

    fn take_back(&mut self, amount: Money) -> Result<(), Problem> {
        if amount.units() > self.posted.units() {
            return Err(Problem::ExceedsPosted);
        }
        self.posted = minus(self.posted, amount);
        self.reversed = plus(self.reversed, amount);
        Ok(())
    }

    /// Moves again what was released, then what was taken back.
    fn reinstate(&mut self, amount: Money) -> Result<(), Problem> {
        if self.open_sequence.is_some() {
            return Err(Problem::Reason);
        }
        let released = if amount.units() < self.released.units() { amount } else { self.released };
        let taken_back = minus(amount, released);
        if taken_back.units() > self.reversed.units() {
            return Err(Problem::ExceedsPosted);
        }
        self.released = minus(self.released, released);
        self.reversed = minus(self.reversed, taken_back);
        self.posted = plus(self.posted, amount);
        self.voided = Money::zero(self.voided.currency());
        Ok(())
    }

    fn promise_anew(&mut self, transfer: &Transfer) -> Result<(), Problem> {
        if transfer.amount.units() > self.voided.units() {
            return Err(Problem::ExceedsPending);
        }
        self.reversed = minus(self.reversed, transfer.amount);
        self.pending = transfer.amount;
        self.open_sequence = Some(transfer.sequence);
        self.voided = Money::zero(self.voided.currency());
        Ok(())
    }

    fn post(&mut self, transfer: &Transfer) -> Result<(), Problem> {
        self.must_be_open(transfer)?;
        if transfer.amount.units() > self.pending.units() {
            return Err(Problem::ExceedsPending);
        }
        self.posted = plus(self.posted, transfer.amount);
        self.released = plus(self.released, minus(self.pending, transfer.amount));
        self.close();
        Ok(())
    }

    fn void(&mut self, transfer: &Transfer) -> Result<(), Problem> {
        self.must_be_open(transfer)?;
        if transfer.amount != self.pending {
            return Err(Problem::ExceedsPending);
        }
        if transfer.reason == TransferReason::Reversed {
            self.reversed = plus(self.reversed, self.pending);
            self.voided = self.pending;
        } else {
            self.released = plus(self.released, self.pending);
        }
        self.close();
        Ok(())
    }

    fn must_be_open(&self, transfer: &Transfer) -> Result<(), Problem> {
        if self.open_sequence.is_some() && self.open_sequence == transfer.pending_sequence {
            Ok(())
        } else {
            Err(Problem::NotPending)
        }
    }

    fn close(&mut self) {
        self.pending = Money::zero(self.pending.currency());
        self.open_sequence = None;
    }
}

/// The sum of two parts of one earned amount: it cannot be more than what was earned.
fn plus(left: Money, right: Money) -> Money {
    left.add(right).expect("parts of one amount share its currency and do not exceed it")
}

/// The rest of an amount after a part of it that was compared before.
fn minus(whole: Money, part: Money) -> Money {
    whole.sub(part).expect("a part of an amount shares its currency and does not exceed it")
}
