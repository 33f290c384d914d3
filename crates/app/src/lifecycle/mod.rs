//! What happens to a conversion after its first decision: held for a review, approved, rejected, taken back in whole or
//! in part, earned after all.
//!
//! ```text
//!             hold            approve (a person, or the end of the hold)
//!   pending <------> held     pending, held ---------------------------> approved
//!           release           pending, held --reject, whole reversal---> rejected --reinstate--> approved
//!                             approved -------whole reversal-----------> reversed --reinstate--> approved
//! ```
//!
//! Besides, a live conversion is raised when its publisher reaches a step of retroactive tiers (`retroactive`).
//!
//! Each change is a new decision with its own delta, its own receipt and its own transfers; nothing is edited. How
//! much has been taken back is an exact fraction of the order, so three reversals of one third leave nothing. The
//! standing columns of the conversion are moved on only when its newest decision is the one that was read, so two
//! people who decide at once cannot both succeed.

mod course;
mod holding;
mod items;
mod loaded;
mod retroactive;
mod warnings;

use ledger::{PostingError, Transfer};
use model::{
    ContractVersionId, ConversionId, Money, Share, Timestamp,
    conversion::{CommissionLine, Reason, State},
};
use serde::{Deserialize, Serialize};
use store::{
    Error, Tx,
    conversions::{self, Conversion},
    decisions::{DecisionKind, DecisionRow},
};

use crate::own_results;

pub use course::Course;
pub use holding::{Hold, extend, hold, release};
pub use items::{ItemPart, ItemsError};
use loaded::Loaded;
pub use retroactive::{AdjustedMoney, Adjustment, RAISED_BY, Raising, adjusted_money, raise_due};
pub use warnings::{APPROVAL_DUE, WARNED_BEFORE_SECONDS, warn_due};

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
        /// What was wanted: `approved`, `rejected`, `reversed`, ...
        wanted: &'static str,
    },
    /// It was extended before.
    #[error("its hold was extended before, and it can be extended only once")]
    ExtendedBefore,
    /// The wanted date of approval is not one that an extension may give.
    #[error("{0}")]
    Until(String),
    /// The items cannot be taken back.
    #[error(transparent)]
    Items(#[from] ItemsError),
    /// More would be taken back than there was.
    #[error("{already} of the order is taken back already, so {wanted} more would exceed it")]
    ExceedsOriginal {
        /// Share that is taken back already.
        already: Share,
        /// Share that was wanted.
        wanted: Share,
    },
    /// Its first decision gave nobody anything, so there is nothing to earn after all.
    #[error("its first decision gave nobody anything; report it again instead")]
    NeverEarned,
    /// All of it was taken back, but in several steps, of which some may have been right.
    #[error(
        "it was taken back in several steps, and nobody can tell which of them still hold; report what is owed again"
    )]
    TakenBackInSteps,
    /// An amount was given, but the conversion has none, or of another currency.
    #[error("{0}")]
    Amount(String),
    /// A contract version that was written so lately that it is not known here yet.
    #[error("the contract version {0} is not known here yet; try again")]
    ContractUnknown(ContractVersionId),
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
    /// `approved`, `rejected`, `reversed`, `held`, `released`, `extended`, `reinstated` or `adjusted`.
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
    /// The items that this reversal took back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemPart>,
    /// For an extension: when it would have been approved by itself, and when it will be now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve_at: Option<(Timestamp, Timestamp)>,
    /// For an adjustment: what was raised to what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<Adjustment>,
    /// Number of the first transfer that it made.
    pub first_transfer: u32,
    /// How many it made.
    pub transfers: u32,
}

/// Approves a pending or held conversion.
///
/// # Errors
/// Every [`ChangeError`].
pub fn approve(tx: &mut Tx<'_>, id: ConversionId, change: &Change) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Pending, State::Held], "approved")?;
    let transfers = tolerant(&loaded.history, ledger::approve(&loaded.history, change.at))?;
    let receipt = loaded.receipt("approved", loaded.conversion.reversed, None, Vec::new());
    loaded.finish(tx, DecisionKind::Approved, State::Approved, change, receipt, &transfers)
}

/// Rejects a pending or held conversion.
///
/// # Errors
/// Every [`ChangeError`].
pub fn reject(tx: &mut Tx<'_>, id: ConversionId, change: &Change) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Pending, State::Held], "rejected")?;
    let transfers = tolerant(&loaded.history, ledger::reject(&loaded.history, change.at))?;
    let whole = everything(&loaded.lines);
    let receipt = loaded.receipt("rejected", loaded.conversion.reversed, None, whole);
    loaded.finish(tx, DecisionKind::Rejected, State::Rejected, change, receipt, &transfers)
}

/// Takes back a part of a conversion, or all that is left of it; also of an order that no publisher is paid for, whose claim stays rejected.
///
/// # Errors
/// Every [`ChangeError`].
pub fn reverse(
    tx: &mut Tx<'_>,
    id: ConversionId,
    extent: Extent,
    change: &Change,
) -> Result<Conversion, ChangeError> {
    let loaded = loaded_to_take_back(tx, id)?;
    let share = loaded.share_of(extent)?;
    let amount = match extent {
        Extent::Amount(amount) => Some(amount),
        Extent::Whole | Extent::Share(_) => None,
    };
    take_back(tx, loaded, share, amount, Vec::new(), change)
}

/// Takes back pieces of items of the order, each by its share of the value of all items.
///
/// # Errors
/// Every [`ChangeError`].
pub fn reverse_items(
    tx: &mut Tx<'_>,
    id: ConversionId,
    parts: &[ItemPart],
    change: &Change,
) -> Result<Conversion, ChangeError> {
    let loaded = loaded_to_take_back(tx, id)?;
    let share = loaded.course(tx)?.share_of(&loaded.conversion, parts)?;
    take_back(tx, loaded, share, None, parts.to_vec(), change)
}

/// A conversion of which something can be taken back.
fn loaded_to_take_back(tx: &mut Tx<'_>, id: ConversionId) -> Result<Loaded, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    if loaded.conversion.state != State::Rejected || !own_results::stands(tx, id)? {
        loaded.require(&[State::Pending, State::Held, State::Approved], "reversed")?;
    }
    Ok(loaded)
}

fn take_back(
    tx: &mut Tx<'_>,
    loaded: Loaded,
    share: Share,
    amount: Option<Money>,
    items: Vec<ItemPart>,
    change: &Change,
) -> Result<Conversion, ChangeError> {
    let before = loaded.conversion.reversed;
    let too_much = || ChangeError::ExceedsOriginal { already: before, wanted: share };
    let after = before
        .plus(share)
        .ok_or_else(|| ChangeError::Amount("the shares are too fine to be added".to_owned()))?;
    if after.exceeds_whole() || share.numerator() == 0 {
        return Err(too_much());
    }
    let mut course = loaded.course(tx)?;
    course.go_to(&loaded.conversion, after, &items)?;
    let before_state = loaded.conversion.state;
    let (taken_back, transfers) = if before_state == State::Rejected {
        // The rejection took all of it already.
        (everything(&loaded.lines), Vec::new())
    } else {
        let taken_back = course.taken_back(&loaded.lines)?;
        let made = ledger::reverse(&loaded.history, &taken_back, change.at);
        (taken_back, tolerant(&loaded.history, made)?)
    };
    let state = state_after_reversal(before_state, after);
    let amount = amount.or_else(|| loaded.value_between(before, after));
    let receipt = ChangeReceipt { items, ..loaded.receipt("reversed", after, amount, taken_back) };
    loaded.finish(tx, DecisionKind::Reversed, state, change, receipt, &transfers)
}

/// What a rejection takes back of each line.
pub fn everything(lines: &[CommissionLine]) -> Vec<(Money, Money)> {
    lines.iter().map(|line| (line.commission, line.fee)).collect()
}

/// The state of a conversion of which `reversed` is taken back; what is rejected stays so.
pub fn state_after_reversal(state: State, reversed: Share) -> State {
    match (reversed.is_whole() && state != State::Rejected, state.is_open()) {
        (false, _) => state,
        (true, true) => State::Rejected,
        (true, false) => State::Reversed,
    }
}

/// Earns after all what was rejected or taken back as a whole in one step; what was taken back of it in part before a
/// rejection stays taken back. What several steps took back is not earned again: one of them may have been a return. Nor is what was
/// returned since it was refused.
///
/// # Errors
/// Every [`ChangeError`].
pub fn reinstate(tx: &mut Tx<'_>, id: ConversionId, change: &Change) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Rejected, State::Reversed], "reinstated")?;
    if loaded.lines.is_empty() {
        return Err(ChangeError::NeverEarned);
    }
    let decisions = store::decisions::of(tx, &[id])?;
    if own_results::was_returned(&decisions)?
        || loaded.conversion.reversed.is_whole() && !was_reversed_at_once(id, &decisions)?
    {
        return Err(ChangeError::TakenBackInSteps);
    }
    let after = stays_reversed(loaded.conversion.reversed);
    let mut course = loaded.course(tx)?;
    course.go_to(&loaded.conversion, after, &[])?;
    let taken_back = course.taken_back(&loaded.lines)?;
    let transfers = tolerant(&loaded.history, ledger::reinstate(&loaded.history, &taken_back, change.at))?;
    let receipt = loaded.receipt("reinstated", after, None, taken_back);
    // What was raised meanwhile left it out.
    retroactive::look_again(tx, id)?;
    loaded.finish(tx, DecisionKind::Reinstated, State::Approved, change, receipt, &transfers)
}

/// Whether the newest reversal found nothing taken back.
fn was_reversed_at_once(id: ConversionId, decisions: &[DecisionRow]) -> Result<bool, ChangeError> {
    let Some(newest) = decisions.iter().rev().find(|one| one.kind == DecisionKind::Reversed) else {
        return Ok(true);
    };
    let receipt: ChangeReceipt = serde_json::from_str(&newest.receipt)
        .map_err(|error| Error::Damaged(format!("conversion {id}: receipt: {error}")))?;
    Ok(receipt.reversed_before == Share::NONE)
}

/// What stays taken back of a conversion that is reinstated: nothing when all of it was.
pub fn stays_reversed(reversed: Share) -> Share {
    if reversed.is_whole() { Share::NONE } else { reversed }
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
        // What went wrong with one must not keep the others from being approved.
        match tx.attempt(|tx| approve(tx, id, &change)) {
            Ok(conversion) => approved.push(conversion),
            Err(ChangeError::Store(error)) if error.is_transient() => return Err(error),
            Err(error) => tracing::error!(conversion = %id, %error, "a due conversion could not be approved"),
        }
    }
    Ok(approved)
}
