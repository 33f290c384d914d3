//! Keeping a conversion from being approved by itself: for a review, or for longer than the contract says.
//!
//! A held conversion is approved or rejected by a person only; released, it waits for its date again. The hold can be
//! extended once, by at most as long as the contract's own hold was.

use engine::Receipt;
use model::{ConversionId, Timestamp, conversion::State};
use store::{
    Error, Tx,
    conversions::Conversion,
    decisions::{self, DecisionKind},
};

use super::{Change, ChangeError, ChangeReceipt, Loaded};

/// Keeps a pending conversion from being approved by itself.
///
/// # Errors
/// Every [`ChangeError`].
pub fn hold(tx: &mut Tx<'_>, id: ConversionId, change: &Change) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Pending], "held")?;
    let receipt = loaded.receipt("held", loaded.conversion.reversed, None, Vec::new());
    loaded.finish(tx, DecisionKind::Held, State::Held, change, receipt, &[])
}

/// Lets a held conversion wait for its date again; one whose date has passed is approved soon.
///
/// # Errors
/// Every [`ChangeError`].
pub fn release(tx: &mut Tx<'_>, id: ConversionId, change: &Change) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Held], "released")?;
    let receipt = loaded.receipt("released", loaded.conversion.reversed, None, Vec::new());
    loaded.finish(tx, DecisionKind::Released, State::Pending, change, receipt, &[])
}

/// The dates between which an extension may move the approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// When it is approved by itself without an extension.
    pub approve_at: Timestamp,
    /// The latest that an extension may choose: the contract's hold once more.
    pub latest: Timestamp,
}

impl Hold {
    /// The hold that the first decision gave.
    pub fn of(receipt: &Receipt, received_at: Timestamp) -> Option<Self> {
        let approve_at = receipt.decision.approve_at?;
        let length = approve_at.micros_since(received_at).max(0);
        Some(Self { approve_at, latest: Timestamp::from_micros(approve_at.as_micros() + length) })
    }

    /// Whether an extension may end at this moment.
    pub fn allows(&self, until: Timestamp) -> bool {
        self.approve_at < until && until <= self.latest
    }
}

/// Makes the hold of a conversion longer, until the named moment or for as long as is allowed.
///
/// # Errors
/// Every [`ChangeError`].
pub fn extend(
    tx: &mut Tx<'_>,
    id: ConversionId,
    until: Option<Timestamp>,
    change: &Change,
) -> Result<Conversion, ChangeError> {
    let loaded = Loaded::read(tx, id)?;
    loaded.require(&[State::Pending, State::Held], "extended")?;
    let rows = decisions::of(tx, &[id])?;
    if rows.iter().any(|row| row.kind == DecisionKind::Extended) {
        return Err(ChangeError::ExtendedBefore);
    }
    let first = rows.first().and_then(|row| serde_json::from_str::<Receipt>(&row.receipt).ok());
    let hold = first
        .and_then(|receipt| Hold::of(&receipt, loaded.conversion.received_at))
        .ok_or_else(|| Error::Damaged(format!("conversion {id} waits without a date")))?;
    let until = until.unwrap_or(hold.latest);
    if !hold.allows(until) {
        let message = format!("an extension ends after {} and not after {}", hold.approve_at, hold.latest);
        return Err(ChangeError::Until(message));
    }
    let state = loaded.conversion.state;
    let receipt = ChangeReceipt {
        approve_at: Some((hold.approve_at, until)),
        ..loaded.receipt("extended", loaded.conversion.reversed, None, Vec::new())
    };
    loaded.finish(tx, DecisionKind::Extended, state, change, receipt, &[])
}
