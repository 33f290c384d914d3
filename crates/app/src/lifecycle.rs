//! What happens to a conversion after its first decision: approved, rejected, taken back in whole or in part.
//!
//! Each change is a new decision with its own delta, its own receipt and its own transfers; nothing is edited. How
//! much has been taken back is an exact fraction of the order, so three reversals of one third leave nothing. The
//! standing columns of the conversion are moved on only when its newest decision is the one that was read, so two
//! people who decide at once cannot both succeed.

use ledger::{PostingError, Source, Transfer};
use model::{
    ConversionId, Money, Share, Timestamp,
    conversion::{CommissionLine, Reason, State},
};
use serde::{Deserialize, Serialize};
use store::{
    Error, Tx,
    conversions::{self, Conversion, Standing},
    decisions::{self, DecisionKind, DecisionRow},
    outbox,
};

use crate::{intake::receipt_hash, posting};

/// Who changes a conversion, why and when.
#[derive(Debug, Clone)]
pub struct Change {
    /// `hold`, or the id of a user or key.
    pub actor: String,
    /// Reason of the closed list.
    pub reason: Reason,
    /// Words to it.
    pub note: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How much is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All that is left.
    Whole,
    /// This amount of the order value.
    Amount(Money),
    /// This share of the original order.
    Share(Share),
}

/// Why a change was refused.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such conversion.
    #[error("there is no such conversion")]
    NotFound,
    /// Its state does not allow the change.
    #[error("the conversion is {}, so it cannot be {wanted}", .state.word())]
    WrongState {
        /// Its state.
        state: State,
        /// What was wanted: `approved`, `rejected` or `reversed`.
        wanted: &'static str,
    },
    /// More would be taken back than there was.
    #[error("{already} of the order is taken back already, so {wanted} more would exceed it")]
    ExceedsOriginal {
        /// Share that is taken back already.
        already: Share,
        /// Share that was wanted.
        wanted: Share,
    },
    /// An amount was given, but the conversion has none, or of another currency.
    #[error("{0}")]
    Amount(String),
    /// Somebody else decided at the same time.
    #[error("somebody else changed the conversion at the same moment; look at it again")]
    Conflict,
    /// The ledger refused.
    #[error("the ledger refused: {0}")]
    Ledger(#[from] PostingError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// The receipt of a later decision: what it rested on and what it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeReceipt {
    /// Number of the format.
    pub format: u32,
    /// `approved`, `rejected` or `reversed`.
    pub operation: String,
    /// State before.
    pub state_before: State,
    /// Share of the order that had been taken back before.
    pub reversed_before: Share,
    /// Share that is taken back afterwards.
    pub reversed_after: Share,
    /// What this reversal took back of the order value, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What is taken back of each line in all after this decision: commission and fee.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<(Money, Money)>,
    /// Number of the first transfer that it made.
    pub first_transfer: u32,
    /// How many it made.
    pub transfers: u32,
}

/// Approves a pending conversion.
///
/// # Errors
/// Every [`ChangeError`].
pub fn approve(tx: &mut Tx<'_>, id: ConversionId, change: &Change) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Pending], "approved")?;
    let transfers = tolerant(&loaded.history, ledger::approve(&loaded.history, change.at))?;
    let receipt = loaded.receipt("approved", loaded.conversion.reversed, None, Vec::new());
    loaded.finish(tx, DecisionKind::Approved, State::Approved, change, receipt, &transfers)
}

/// Rejects a pending conversion.
///
/// # Errors
/// Every [`ChangeError`].
pub fn reject(tx: &mut Tx<'_>, id: ConversionId, change: &Change) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Pending], "rejected")?;
    let transfers = tolerant(&loaded.history, ledger::reject(&loaded.history, change.at))?;
    let whole = loaded.lines.iter().map(|line| (line.commission, line.fee)).collect();
    let receipt = loaded.receipt("rejected", loaded.conversion.reversed, None, whole);
    loaded.finish(tx, DecisionKind::Rejected, State::Rejected, change, receipt, &transfers)
}

/// Takes back a part of a conversion, or all that is left of it.
///
/// # Errors
/// Every [`ChangeError`].
pub fn reverse(
    tx: &mut Tx<'_>,
    id: ConversionId,
    extent: Extent,
    change: &Change,
) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Pending, State::Approved], "reversed")?;
    let before = loaded.conversion.reversed;
    let share = loaded.share_of(extent)?;
    let too_much = || ChangeError::ExceedsOriginal { already: before, wanted: share };
    let after = before
        .plus(share)
        .ok_or_else(|| ChangeError::Amount("the shares are too fine to be added".to_owned()))?;
    if after.exceeds_whole() || share.numerator() == 0 {
        return Err(too_much());
    }
    let taken_back = cumulative(&loaded.lines, after)?;
    let transfers = tolerant(&loaded.history, ledger::reverse(&loaded.history, &taken_back, change.at))?;
    let state = match (after.is_whole(), loaded.conversion.state) {
        (false, state) => state,
        (true, State::Pending) => State::Rejected,
        (true, _) => State::Reversed,
    };
    let amount = match extent {
        Extent::Amount(amount) => Some(amount),
        Extent::Whole | Extent::Share(_) => loaded.value_between(before, after),
    };
    let receipt = loaded.receipt("reversed", after, amount, taken_back);
    loaded.finish(tx, DecisionKind::Reversed, state, change, receipt, &transfers)
}

/// What is taken back of each line once `share` of the order is.
///
/// # Errors
/// Amounts that do not fit.
pub fn cumulative(lines: &[CommissionLine], share: Share) -> Result<Vec<(Money, Money)>, ChangeError> {
    lines
        .iter()
        .map(|line| {
            commission::cumulative(line, share)
                .map_err(|error| ChangeError::Store(Error::Damaged(error.to_string())))
        })
        .collect()
}

/// A conversion that earned nothing (a rate of zero) has no transfers, and changing it makes none.
fn tolerant(
    history: &[Transfer],
    result: Result<Vec<Transfer>, PostingError>,
) -> Result<Vec<Transfer>, ChangeError> {
    match result {
        Err(_) if history.is_empty() => Ok(Vec::new()),
        other => Ok(other?),
    }
}

/// Approves what has waited for its hold to end, up to `limit`; answers with what was approved.
///
/// # Errors
/// Storage errors; a conversion that cannot be approved is logged and left.
pub fn approve_due(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<Conversion>, Error> {
    let mut approved = Vec::new();
    for id in conversions::due(tx, now, limit)? {
        let change = Change { actor: "hold".to_owned(), reason: Reason::HoldEnded, note: None, at: now };
        match approve(tx, id, &change) {
            Ok(conversion) => approved.push(conversion),
            Err(ChangeError::Store(error)) => return Err(error),
            Err(error) => tracing::error!(conversion = %id, %error, "a due conversion could not be approved"),
        }
    }
    Ok(approved)
}

/// A conversion with everything that a change rests on.
struct Loaded {
    conversion: Conversion,
    lines: Vec<CommissionLine>,
    history: Vec<Transfer>,
}

impl Loaded {
    fn read(tx: &mut Tx<'_>, id: ConversionId) -> Result<Self, ChangeError> {
        let conversion = conversions::by_id(tx, id)?.ok_or(ChangeError::NotFound)?;
        let lines = conversions::lines(tx, &[id])?.into_iter().map(|(_, _, line)| line).collect();
        let history = posting::history(tx, Source::Conversion(id))?;
        Ok(Self { conversion, lines, history })
    }

    fn require(&self, states: &[State], wanted: &'static str) -> Result<(), ChangeError> {
        let state = self.conversion.state;
        if states.contains(&state) { Ok(()) } else { Err(ChangeError::WrongState { state, wanted }) }
    }

    fn share_of(&self, extent: Extent) -> Result<Share, ChangeError> {
        let before = self.conversion.reversed;
        match extent {
            Extent::Share(share) => Ok(share),
            Extent::Whole => Share::new(before.denominator() - before.numerator(), before.denominator())
                .ok_or_else(|| ChangeError::Amount("nothing is left".to_owned())),
            Extent::Amount(amount) => {
                let Some(whole) = self.conversion.amount else {
                    let message = "the conversion has no amount; reverse a share of it, or the whole";
                    return Err(ChangeError::Amount(message.to_owned()));
                };
                if whole.currency() != amount.currency() {
                    let message =
                        format!("the order is in {}, not in {}", whole.currency(), amount.currency());
                    return Err(ChangeError::Amount(message));
                }
                let units = |money: Money| u128::try_from(money.units()).ok().filter(|units| *units > 0);
                match (units(amount), units(whole)) {
                    (Some(part), Some(whole)) => Share::new(part, whole)
                        .ok_or_else(|| ChangeError::Amount("the order is worth nothing".to_owned())),
                    (None, _) => Err(ChangeError::Amount("the amount must be above zero".to_owned())),
                    (_, None) => {
                        Err(ChangeError::Amount("the order is worth nothing; reverse the whole".to_owned()))
                    }
                }
            }
        }
    }

    /// The part of the order value between two cumulative shares.
    fn value_between(&self, before: Share, after: Share) -> Option<Money> {
        let whole = self.conversion.amount?;
        let part = after.floor_of(whole.units())? - before.floor_of(whole.units())?;
        Some(Money::from_units(part, whole.currency()))
    }

    fn receipt(
        &self,
        operation: &str,
        reversed_after: Share,
        amount: Option<Money>,
        taken_back: Vec<(Money, Money)>,
    ) -> ChangeReceipt {
        ChangeReceipt {
            format: engine::receipt::FORMAT,
            operation: operation.to_owned(),
            state_before: self.conversion.state,
            reversed_before: self.conversion.reversed,
            reversed_after,
            amount,
            taken_back,
            first_transfer: self.history.last().map_or(0, |last| last.sequence + 1),
            transfers: 0,
        }
    }

    fn finish(
        self,
        tx: &mut Tx<'_>,
        kind: DecisionKind,
        state: State,
        change: &Change,
        mut receipt: ChangeReceipt,
        transfers: &[Transfer],
    ) -> Result<Conversion, ChangeError> {
        receipt.transfers = u32::try_from(transfers.len()).unwrap_or(u32::MAX);
        let (commission, fee) = self.standing_money(&receipt)?;
        let mut conversion = self.conversion;
        let (commission_delta, fee_delta) = (commission - conversion.commission, fee - conversion.fee);
        conversion.state = state;
        conversion.decision += 1;
        conversion.commission = commission;
        conversion.fee = fee;
        conversion.reversed = receipt.reversed_after;
        let standing = Standing {
            state,
            code: conversion.code,
            decision: conversion.decision,
            commission,
            fee,
            reversed: conversion.reversed,
        };
        if !conversions::set_standing(tx, conversion.id, &standing)? {
            return Err(ChangeError::Conflict);
        }
        let text = serde_json::to_string(&receipt).map_err(|error| Error::Usage(error.to_string()))?;
        let report = conversions::report_json(&conversion.report);
        let row = DecisionRow {
            conversion_id: conversion.id,
            sequence: conversion.decision,
            kind,
            state,
            code: conversion.code,
            reason: Some(change.reason.word().to_owned()),
            note: change.note.clone(),
            actor: change.actor.clone(),
            at: change.at,
            commission_delta,
            fee_delta,
            receipt_sha256: receipt_hash(&report, &text),
            receipt: text,
        };
        decisions::insert(tx, [&row].into_iter())?;
        posting::append(tx, &self.history, transfers)?;
        outbox::append(tx, change.at, &[("decisions", crate::intake::decision_ids(&[row]))])?;
        Ok(conversion)
    }

    /// What everybody earns after the change.
    fn standing_money(&self, receipt: &ChangeReceipt) -> Result<(i64, i64), ChangeError> {
        if receipt.taken_back.is_empty() {
            return Ok((self.conversion.commission, self.conversion.fee));
        }
        let mut sums = (0_i64, 0_i64);
        for (line, (commission, fee)) in self.lines.iter().zip(&receipt.taken_back) {
            let left = |earned: Money, back: &Money| earned.sub(*back).map(Money::units);
            let overflow = |error: model::MoneyError| Error::Damaged(error.to_string());
            sums.0 += left(line.commission, commission).map_err(overflow)?;
            sums.1 += left(line.fee, fee).map_err(overflow)?;
        }
        Ok(sums)
    }
}
