//! The transfers that an event adds to the history of its source.
//!
//! Each function reads the whole history, in the order of its sequences, and answers with the
//! transfers to append; the sequences go on from the history. An answer without transfers is no
//! error: nothing of the money moves (a commission of zero is approved, a reversal is too small for a
//! unit).

use std::collections::BTreeMap;

use model::{
    AdvertiserId, FundingId, Money, MoneyError, NetworkId, PublisherId, Timestamp, TouchId,
    conversion::CommissionLine, touch::TouchEarning,
};

use crate::{
    account::{AccountKey, AccountKind, BalanceError, Change},
    history::{Broken, Fold, LegFold, fold},
    transfer::{Leg, Phase, Source, Transfer, TransferReason},
};

/// Why nothing can be posted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PostingError {
    /// There is no pending transfer, since all of it was taken back before.
    #[error("nothing is pending; all of it was taken back before")]
    NothingPending,
    /// It is approved, or was earned without a hold.
    #[error("it is approved already")]
    AlreadyApproved,
    /// It is rejected.
    #[error("it is rejected already")]
    AlreadyRejected,
    /// It is still pending, so nothing is to be moved again.
    #[error("it is still pending")]
    StillPending,
    /// More would be taken back than was earned.
    #[error("line {line}: more {leg} would be taken back than was earned")]
    ExceedsOriginal {
        /// The line.
        line: u16,
        /// The part of its charge.
        leg: Leg,
    },
    /// Less would be taken back in all than was before.
    #[error("line {line}: less {leg} would be taken back in all than was before")]
    BelowReversed {
        /// The line.
        line: u16,
        /// The part of its charge.
        leg: Leg,
    },
    /// The sums of a reversal do not name every line.
    #[error("the sums taken back leave out line {0}")]
    LineMissing(u16),
    /// A funding is not taken back by a reversal.
    #[error("this source is no earning")]
    NoEarning,
    /// An earning below zero, or a funding of nothing.
    #[error("an amount is not above zero")]
    NotPositive,
    /// A balance is changed into its own currency.
    #[error("both amounts are in one currency")]
    OneCurrency,
    /// More lines or transfers than a source can have.
    #[error("the source has too many lines or transfers")]
    TooMany,
    /// The amounts do not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The balances do not fit.
    #[error(transparent)]
    Balance(#[from] BalanceError),
    /// The history is damaged.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// The transfers of a conversion that was accepted: each line's commission from the advertiser to its
/// publisher, and its fee to the network; pending while the conversion is held, else posted.
///
/// # Errors
/// Amounts below zero, too many lines.
pub fn earn(
    network_id: NetworkId,
    advertiser_id: AdvertiserId,
    lines: &[CommissionLine],
    pending: bool,
    source: Source,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    let payer = Payer { network_id, advertiser_id };
    let mut append = Append::new(source, None, at);
    earn_lines(&mut append, &payer, 0, lines, pending)?;
    Ok(append.transfers)
}

/// The transfers of lines that a conversion earns later, after its first `lines_before` ones; pending while the conversion
/// is held, else posted.
///
/// # Errors
/// Amounts below zero, too many lines, a damaged history.
pub fn earn_more(
    history: &[Transfer],
    (network_id, advertiser_id): (NetworkId, AdvertiserId),
    lines_before: usize,
    lines: &[CommissionLine],
    pending: bool,
    source: Source,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    let fold = fold(history)?;
    let payer = Payer { network_id, advertiser_id };
    let mut append = Append::new(source, fold.last_sequence, at);
    earn_lines(&mut append, &payer, lines_before, lines, pending)?;
    Ok(append.transfers)
}

fn earn_lines(
    append: &mut Append,
    payer: &Payer,
    lines_before: usize,
    lines: &[CommissionLine],
    pending: bool,
) -> Result<(), PostingError> {
    let phase = if pending { Phase::Pending } else { Phase::Posted };
    for (line, earned) in (lines_before..).zip(lines) {
        let line = u16::try_from(line).map_err(|_| PostingError::TooMany)?;
        let step = Step { line, phase, reason: TransferReason::Earned };
        payer.pays(append, step, earned.publisher_id, earned.commission, earned.fee)?;
    }
    Ok(())
}

/// The transfers of a paid click or impression: posted at once.
///
/// # Errors
/// Amounts below zero.
pub fn touch_earning(
    network_id: NetworkId,
    advertiser_id: AdvertiserId,
    publisher_id: PublisherId,
    touch_id: TouchId,
    earning: &TouchEarning,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    let mut append = Append::new(Source::Touch(touch_id), None, at);
    let step = Step { line: 0, phase: Phase::Posted, reason: TransferReason::TouchEarned };
    let payer = Payer { network_id, advertiser_id };
    payer.pays(&mut append, step, publisher_id, earning.commission, earning.fee)?;
    Ok(append.transfers)
}

/// The transfer of an advertiser's payment in advance.
///
/// # Errors
/// An amount that is not above zero.
pub fn fund(
    network_id: NetworkId,
    advertiser_id: AdvertiserId,
    amount: Money,
    funding_id: FundingId,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    if amount.units() <= 0 {
        return Err(PostingError::NotPositive);
    }
    let account = |kind| AccountKey { network_id, kind, currency: amount.currency() };
    let accounts = (account(AccountKind::Clearing), account(AccountKind::Advertiser(advertiser_id)));
    let mut append = Append::new(Source::Funding(funding_id), None, at);
    let step = Step { line: 0, phase: Phase::Posted, reason: TransferReason::Funded };
    append.push(step, Leg::Funding, None, accounts, amount)?;
    Ok(append.transfers)
}

/// The transfer of a bonus or a referral: from an advertiser or from what the network has earned to a
/// publisher; pending until it is approved, or posted at once.
///
/// # Errors
/// An amount that is not above zero.
pub fn award(
    network_id: NetworkId,
    payer: AccountKind,
    publisher_id: PublisherId,
    amount: Money,
    pending: bool,
    source: Source,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    if amount.units() <= 0 {
        return Err(PostingError::NotPositive);
    }
    let phase = if pending { Phase::Pending } else { Phase::Posted };
    let account = |kind| AccountKey { network_id, kind, currency: amount.currency() };
    let accounts = (account(payer), account(AccountKind::Publisher(publisher_id)));
    let mut append = Append::new(source, None, at);
    let step = Step { line: 0, phase, reason: TransferReason::Earned };
    append.push(step, Leg::Commission, None, accounts, amount)?;
    Ok(append.transfers)
}

/// The transfer of what is added to an award that was posted: a further line between the same two accounts.
///
/// # Errors
/// An amount that is not above zero, too many lines, a history that is damaged or has no award.
pub fn award_more(history: &[Transfer], amount: Money, at: Timestamp) -> Result<Vec<Transfer>, PostingError> {
    if amount.units() <= 0 {
        return Err(PostingError::NotPositive);
    }
    let fold = fold(history)?;
    let (Some(source), Some(last)) = (fold.source, fold.legs.last()) else {
        return Err(PostingError::NoEarning);
    };
    let line = last.line.checked_add(1).ok_or(PostingError::TooMany)?;
    let mut append = Append::new(source, fold.last_sequence, at);
    let step = Step { line, phase: Phase::Posted, reason: TransferReason::Earned };
    append.push(step, Leg::Commission, None, (last.debit, last.credit), amount)?;
    Ok(append.transfers)
}

/// How a sum that is taken back of an award spreads over its lines: the first line first. It only grows with the sum for each line, so it is
/// what [`reverse`] and [`reinstate`] ask for.
///
/// # Errors
/// A damaged history, or more than was awarded.
pub fn award_taken_back(
    history: &[Transfer],
    taken_back: Money,
) -> Result<Vec<(Money, Money)>, PostingError> {
    let none = Money::zero(taken_back.currency());
    let mut left = taken_back;
    let mut sums = Vec::new();
    for leg in &fold(history)?.legs {
        let of_line = if leg.earned.units() < left.units() { leg.earned } else { left };
        left = left.sub(of_line)?;
        sums.push((of_line, none));
    }
    if left.is_zero() {
        Ok(sums)
    } else {
        Err(PostingError::ExceedsOriginal { line: 0, leg: Leg::Commission })
    }
}

/// Posts all that is pending.
///
/// # Errors
/// When nothing is pending: it is approved or rejected already, or taken back as a whole.
pub fn approve(history: &[Transfer], at: Timestamp) -> Result<Vec<Transfer>, PostingError> {
    resolve(history, Phase::PostPending, TransferReason::Approved, at)
}

/// Releases all that is pending.
///
/// # Errors
/// When nothing is pending: it is approved or rejected already, or taken back as a whole.
pub fn reject(history: &[Transfer], at: Timestamp) -> Result<Vec<Transfer>, PostingError> {
    resolve(history, Phase::VoidPending, TransferReason::Rejected, at)
}

pub(crate) fn resolve(
    history: &[Transfer],
    phase: Phase,
    reason: TransferReason,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    let fold = fold(history)?;
    let Some(source) = fold.source else { return Ok(Vec::new()) };
    let mut append = Append::new(source, fold.last_sequence, at);
    for leg in fold.legs.iter().filter(|leg| leg.open_sequence.is_some()) {
        let step = Step { line: leg.line, phase, reason };
        append.push(step, leg.leg, leg.open_sequence, (leg.debit, leg.credit), leg.pending)?;
    }
    if append.transfers.is_empty() {
        return Err(decided(&fold));
    }
    Ok(append.transfers)
}

/// Why nothing of a history is pending.
fn decided(fold: &Fold) -> PostingError {
    let approved = |leg: &LegFold| !leg.posted.is_zero();
    let rejected = |leg: &LegFold| !leg.released.is_zero();
    if fold.legs.iter().any(approved) {
        PostingError::AlreadyApproved
    } else if fold.legs.iter().any(rejected) {
        PostingError::AlreadyRejected
    } else {
        PostingError::NothingPending
    }
}

/// Takes back a part, or the whole. `cumulative` holds for each line the commission and the fee that
/// are taken back in all after this reversal; the difference to what was taken back before moves. What
/// is still pending is voided and the remainder promised anew; what is posted flows back.
///
/// # Errors
/// A sum above what was earned or below what was taken back before, a line without sums, a rejected
/// conversion, a funding.
pub fn reverse(
    history: &[Transfer],
    cumulative: &[(Money, Money)],
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    let fold = fold(history)?;
    every_sum_has_its_leg(&fold, cumulative)?;
    let Some(source) = fold.source else { return Ok(Vec::new()) };
    let mut append = Append::new(source, fold.last_sequence, at);
    for leg in &fold.legs {
        let sums = cumulative.get(usize::from(leg.line)).ok_or(PostingError::LineMissing(leg.line))?;
        let wanted = match leg.leg {
            Leg::Commission => sums.0,
            Leg::Fee => sums.1,
            Leg::Funding | Leg::Payout | Leg::Withholding | Leg::Sold | Leg::Bought | Leg::Tax => {
                return Err(PostingError::NoEarning);
            }
        };
        append.take_back(leg, wanted)?;
    }
    Ok(append.transfers)
}

/// Moves again what was rejected or taken back. `cumulative` holds for each line the commission and the
/// fee that stay taken back; all the rest of what was earned stands afterwards.
///
/// # Errors
/// Something that is still pending, a sum above what is taken back now, a line without sums, a funding.
pub fn reinstate(
    history: &[Transfer],
    cumulative: &[(Money, Money)],
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    let fold = fold(history)?;
    every_sum_has_its_leg(&fold, cumulative)?;
    let Some(source) = fold.source else { return Ok(Vec::new()) };
    let mut append = Append::new(source, fold.last_sequence, at);
    for leg in &fold.legs {
        let sums = cumulative.get(usize::from(leg.line)).ok_or(PostingError::LineMissing(leg.line))?;
        let stays = match leg.leg {
            Leg::Commission => sums.0,
            Leg::Fee => sums.1,
            Leg::Funding | Leg::Payout | Leg::Withholding | Leg::Sold | Leg::Bought | Leg::Tax => {
                return Err(PostingError::NoEarning);
            }
        };
        if leg.open_sequence.is_some() {
            return Err(PostingError::StillPending);
        }
        if stays.is_negative() || stays.units() > leg.reversed.units() {
            return Err(PostingError::ExceedsOriginal { line: leg.line, leg: leg.leg });
        }
        let more = leg.earned.sub(stays)?.sub(leg.posted)?;
        if !more.is_zero() {
            let step = Step { line: leg.line, phase: Phase::Posted, reason: TransferReason::Reinstated };
            append.push(step, leg.leg, None, (leg.debit, leg.credit), more)?;
        }
    }
    Ok(append.transfers)
}

/// A line that earned nothing has no transfers, so nothing can be taken back of it.
fn every_sum_has_its_leg(fold: &Fold, cumulative: &[(Money, Money)]) -> Result<(), PostingError> {
    for (line, (commission, fee)) in (0_usize..).zip(cumulative) {
        let line = u16::try_from(line).map_err(|_| PostingError::TooMany)?;
        for (leg, sum) in [(Leg::Commission, commission), (Leg::Fee, fee)] {
            if !sum.is_zero() && fold.leg(line, leg).is_none() {
                return Err(PostingError::ExceedsOriginal { line, leg });
            }
        }
    }
    Ok(())
}

/// What the appended transfers add to the balances, summed for each account. `history` is what the
/// source had before.
///
/// # Errors
/// When a transfer resolves one that is in neither list, and overflow.
pub fn changes(
    history: &[Transfer],
    appended: &[Transfer],
) -> Result<BTreeMap<AccountKey, Change>, PostingError> {
    let mut sums: BTreeMap<AccountKey, Change> = BTreeMap::new();
    for transfer in appended {
        let pending = transfer.pending_sequence.and_then(|sequence| {
            let all = history.iter().chain(appended);
            all.into_iter().find(|earlier| earlier.sequence == sequence).map(|earlier| earlier.amount)
        });
        let (debit, credit) = transfer.effects(pending).ok_or(Broken {
            source_of: transfer.source,
            sequence: transfer.sequence,
            problem: crate::history::Problem::NotPending,
        })?;
        for (account, change) in [(transfer.debit, debit), (transfer.credit, credit)] {
            let sum = sums.entry(account).or_default();
            *sum = sum.plus(change)?;
        }
    }
    Ok(sums)
}

/// What one transfer is, apart from its leg, its accounts and its amount.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    pub(crate) line: u16,
    pub(crate) phase: Phase,
    pub(crate) reason: TransferReason,
}

/// Who pays an earning.
struct Payer {
    network_id: NetworkId,
    advertiser_id: AdvertiserId,
}

impl Payer {
    fn pays(
        &self,
        append: &mut Append,
        step: Step,
        publisher_id: PublisherId,
        commission: Money,
        fee: Money,
    ) -> Result<(), PostingError> {
        for (leg, receiver, amount) in [
            (Leg::Commission, AccountKind::Publisher(publisher_id), commission),
            (Leg::Fee, AccountKind::Fees, fee),
        ] {
            if amount.is_negative() {
                return Err(PostingError::NotPositive);
            }
            if amount.is_zero() {
                continue;
            }
            let account =
                |kind| AccountKey { network_id: self.network_id, kind, currency: amount.currency() };
            let accounts = (account(AccountKind::Advertiser(self.advertiser_id)), account(receiver));
            append.push(step, leg, None, accounts, amount)?;
        }
        Ok(())
    }
}

/// Transfers to append to a history.
pub(crate) struct Append {
    source: Source,
    at: Timestamp,
    /// The next sequence; none when there is no room for another.
    next: Option<u32>,
    pub(crate) transfers: Vec<Transfer>,
}

impl Append {
    pub(crate) fn new(source: Source, last_sequence: Option<u32>, at: Timestamp) -> Self {
        let next = match last_sequence {
            None => Some(0),
            Some(last) => last.checked_add(1),
        };
        Self { source, at, next, transfers: Vec::new() }
    }

    pub(crate) fn push(
        &mut self,
        step: Step,
        leg: Leg,
        pending_sequence: Option<u32>,
        (debit, credit): (AccountKey, AccountKey),
        amount: Money,
    ) -> Result<(), PostingError> {
        let sequence = self.next.ok_or(PostingError::TooMany)?;
        self.next = sequence.checked_add(1);
        let Step { line, phase, reason } = step;
        let (source, at) = (self.source, self.at);
        self.transfers.push(Transfer {
            source,
            sequence,
            line,
            leg,
            phase,
            pending_sequence,
            reason,
            debit,
            credit,
            amount,
            at,
        });
        Ok(())
    }

    /// Brings what was taken back of `leg` up to `wanted`.
    fn take_back(&mut self, leg: &LegFold, wanted: Money) -> Result<(), PostingError> {
        let (line, name) = (leg.line, leg.leg);
        let room = leg.earned.sub(leg.released)?.sub(wanted)?;
        if room.is_negative() {
            return Err(if !leg.released.is_zero() {
                PostingError::AlreadyRejected
            } else {
                PostingError::ExceedsOriginal { line, leg: name }
            });
        }
        let more = wanted.sub(leg.reversed)?;
        if more.is_negative() {
            return Err(PostingError::BelowReversed { line, leg: name });
        }
        if more.is_zero() {
            return Ok(());
        }
        let reason = TransferReason::Reversed;
        let accounts = (leg.debit, leg.credit);
        if leg.open_sequence.is_some() {
            let void = Step { line, phase: Phase::VoidPending, reason };
            self.push(void, name, leg.open_sequence, accounts, leg.pending)?;
            let rest = leg.pending.sub(more)?;
            if !rest.is_zero() {
                self.push(Step { line, phase: Phase::Pending, reason }, name, None, accounts, rest)?;
            }
            return Ok(());
        }
        let back = Step { line, phase: Phase::Posted, reason };
        self.push(back, name, None, (leg.credit, leg.debit), more)
    }
}
