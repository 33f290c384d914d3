//! What was looked at and what is wrong.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use store::{Error, Result};

/// The most violations that are listed; all are counted.
pub const VIOLATIONS_LISTED_MAX: usize = 1_000;

/// A named invariant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Invariant {
    /// Decided: every conversion has one current decision, and every decision a receipt.
    I2,
    /// Balanced: debits equal credits, balances are the fold of their transfers.
    I3,
    /// Once: at most one live commission for a business event.
    I4,
    /// Bounded: reversals never exceed the original, caps are not overshot.
    I5,
    /// Split: charge is commission and fee, credits sum to 1, lines to their total.
    I6,
    /// Tied: what conversions and touches say is what the accounts hold.
    I7,
    /// Replay: deciding again gives the same decision.
    I8,
    /// Kept: what was received is there.
    I9,
    /// Walls: nothing links to an object of another party.
    I10,
}

impl From<ledger::Invariant> for Invariant {
    fn from(invariant: ledger::Invariant) -> Self {
        match invariant {
            ledger::Invariant::Balanced => Self::I3,
            ledger::Invariant::Once => Self::I4,
            ledger::Invariant::Bounded => Self::I5,
            ledger::Invariant::Split => Self::I6,
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Violation {
    /// The invariant that it breaks.
    pub invariant: Invariant,
    /// Where.
    pub place: String,
    /// What.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}: {}", self.invariant, self.place, self.message)
    }
}

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// How much of what was looked at.
    pub checked: BTreeMap<String, u64>,
    /// How much is wrong.
    pub violations_total: u64,
    /// What is wrong, the first [`VIOLATIONS_LISTED_MAX`].
    pub violations: Vec<Violation>,
}

impl Summary {
    /// True when nothing is wrong.
    pub const fn is_clean(&self) -> bool {
        self.violations_total == 0
    }

    /// Notes something that is wrong.
    pub fn note(&mut self, violation: Violation) {
        self.violations_total += 1;
        if self.violations.len() < VIOLATIONS_LISTED_MAX {
            self.violations.push(violation);
        }
    }
}

/// Gathers a summary.
pub(super) struct Findings<'p> {
    summary: Summary,
    progress: &'p mut dyn FnMut(&'static str, u64),
}

impl<'p> Findings<'p> {
    pub(super) fn new(progress: &'p mut dyn FnMut(&'static str, u64)) -> Self {
        Self { summary: Summary::default(), progress }
    }

    /// Notes something that is wrong.
    pub(super) fn violate(
        &mut self,
        invariant: Invariant,
        place: impl fmt::Display,
        message: impl Into<String>,
    ) {
        self.summary.note(Violation { invariant, place: place.to_string(), message: message.into() });
    }

    /// Notes what the ledger's own checks found.
    pub(super) fn take(&mut self, violations: Vec<ledger::Violation>) {
        for violation in violations {
            self.violate(violation.invariant.into(), violation.place, violation.message);
        }
    }

    /// Notes that more of something was looked at.
    pub(super) fn count(&mut self, what: &'static str, more: usize) {
        let done = self.summary.checked.entry(what.to_owned()).or_default();
        *done += more as u64;
        (self.progress)(what, *done);
    }

    /// Reads the rows of `ids`; when one of them is damaged, reads them one by one and notes each that is.
    pub(super) fn read_all<I: Copy + fmt::Display, T>(
        &mut self,
        ids: &[I],
        invariant: Invariant,
        what: &str,
        read: &mut dyn FnMut(&[I]) -> Result<Vec<T>>,
    ) -> Result<Vec<T>> {
        match read(ids) {
            Err(error) if is_damage(&error) => {}
            result => return result,
        }
        let mut rows = Vec::with_capacity(ids.len());
        for one in ids {
            match read(&[*one]) {
                Ok(found) => rows.extend(found),
                Err(error) if is_damage(&error) => {
                    self.violate(invariant, one, format!("the {what} cannot be read: {error}"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(rows)
    }

    pub(super) fn finish(self) -> Summary {
        self.summary
    }
}

/// Whether a row is damaged, and not the storage out of order.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(error, Error::Damaged(_) | Error::Decode { .. })
}
