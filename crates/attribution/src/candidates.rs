//! Judging candidate touches: which of the touches that a conversion could rest on may earn it.
//!
//! The reasons are looked for in this order, and the first that applies is the touch's code:
//!
//! 1. `program_mismatch`: the touch belongs to another program.
//! 2. `not_counted_touch`: its own verdict was a refusal. A duplicate click is no refusal: it is not paid as
//!    a click, but the visitor was there and may buy.
//! 3. `touch_after_conversion`: it was received after the conversion happened.
//! 4. What the caller knows from elsewhere ([`Candidate::barred`]), such as `own_click` or `contract_missing`.
//! 5. `outside_window`: it lies longer back than the publisher's contract lets it earn; a view window of zero
//!    never lets an impression earn.
//! 6. `too_fast`, only where the contract rejects such conversions; elsewhere the touch is kept and flagged.
//! 7. `click_won`: an impression, though a click is eligible.
//!
//! Touches stand in the order of receipt; ties are broken by touch id, the smaller one first. A touch that was found
//! on two ways (by click id and by cookie) is judged once.

use model::contract::ActionTerms;
use model::time::SECOND_US;
use model::touch::{Touch, TouchKind};
use model::{Code, ProgramId, PublisherId, Timestamp, TouchId};

/// When a conversion happened, for judging its touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversionTime {
    judged_at: Timestamp,
    last_moment: Timestamp,
}

impl ConversionTime {
    /// The claimed time, bounded by the time of receipt; the latter when nothing is claimed.
    ///
    /// Shops often claim whole seconds. Such a claim stands for its whole second, so that a click of
    /// the same second is not taken for a later one.
    pub fn new(occurred_at: Option<Timestamp>, received_at: Timestamp) -> Self {
        let claimed = occurred_at.unwrap_or(received_at);
        let is_whole_second = claimed.as_micros() % SECOND_US == 0;
        let claim_end = if is_whole_second { claimed.plus_micros(SECOND_US - 1) } else { claimed };
        Self { judged_at: claimed.min(received_at), last_moment: claim_end.min(received_at) }
    }

    /// The moment from which windows and ages are counted.
    pub const fn judged_at(self) -> Timestamp {
        self.judged_at
    }

    /// The last moment that is not later than the conversion.
    pub const fn last_moment(self) -> Timestamp {
        self.last_moment
    }
}

/// What the contract of a touch's publisher says about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// How long after a click a conversion is still its, in seconds, the last microsecond included.
    pub click_seconds: u32,
    /// The same for an impression; zero pays no views.
    pub view_seconds: u32,
    /// A conversion sooner after its click than this is too fast.
    pub delay_seconds_min: u32,
    /// Whether a too fast click is dropped instead of flagged.
    pub reject_too_fast: bool,
}

impl Windows {
    /// The windows of one action's terms.
    pub const fn of(terms: &ActionTerms, reject_too_fast: bool) -> Self {
        Self {
            click_seconds: terms.click_window_seconds,
            view_seconds: terms.view_window_seconds,
            delay_seconds_min: terms.delay_seconds_min,
            reject_too_fast,
        }
    }
}

/// A touch that a conversion could rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The touch.
    pub touch_id: TouchId,
    /// Whose link it was.
    pub publisher_id: PublisherId,
    /// The program of the link.
    pub program_id: ProgramId,
    /// Its kind; a visit earns like a click.
    pub kind: TouchKind,
    /// When it was received.
    pub received_at: Timestamp,
    /// The verdict it got then.
    pub code: Code,
    /// The windows of its publisher's contract. They do not matter for a barred candidate.
    pub windows: Windows,
    /// Why it cannot earn, as far as the caller knows already: `own_click`, `contract_missing`, ...
    pub barred: Option<Code>,
    /// The weight of its publisher in the table that was frozen for the program.
    pub weight: Option<u64>,
}

impl Candidate {
    /// The candidate of a stored touch.
    pub const fn of(touch: &Touch, windows: Windows, barred: Option<Code>) -> Self {
        Self {
            touch_id: touch.id,
            publisher_id: touch.publisher_id,
            program_id: touch.program_id,
            kind: touch.kind,
            received_at: touch.received_at,
            code: touch.code,
            windows,
            barred,
            weight: None,
        }
    }

    fn judge(&self, program_id: ProgramId, time: ConversionTime) -> Outcome {
        if self.program_id != program_id {
            return Outcome::Dropped(Code::ProgramMismatch);
        }
        if !self.code.counted() && self.code != Code::DuplicateClick {
            return Outcome::Dropped(Code::NotCountedTouch);
        }
        if self.received_at > time.last_moment {
            return Outcome::Dropped(Code::TouchAfterConversion);
        }
        if let Some(code) = self.barred {
            return Outcome::Dropped(code);
        }
        let age_us = time.judged_at.micros_since(self.received_at).max(0);
        let micros = |seconds: u32| i64::from(seconds) * SECOND_US;
        let is_click = self.kind.is_click();
        let window = if is_click { self.windows.click_seconds } else { self.windows.view_seconds };
        if window == 0 || age_us > micros(window) {
            return Outcome::Dropped(Code::OutsideWindow);
        }
        let too_fast = is_click && age_us < micros(self.windows.delay_seconds_min);
        if too_fast && self.windows.reject_too_fast {
            return Outcome::Dropped(Code::TooFast);
        }
        Outcome::Kept { too_fast }
    }
}

/// Whether a candidate may earn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It may.
    Kept {
        /// The conversion came sooner after it than the contract expects; the contract only flags that.
        too_fast: bool,
    },
    /// It may not, for this reason.
    Dropped(Code),
}

/// A candidate with its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The candidate.
    pub candidate: Candidate,
    /// Whether it may earn.
    pub outcome: Outcome,
}

impl Judged {
    /// Whether it may earn.
    pub const fn is_kept(&self) -> bool {
        matches!(self.outcome, Outcome::Kept { .. })
    }
}

/// Judges the candidates of one conversion of `program_id`; the answer is in time order.
pub fn judge(candidates: &[Candidate], program_id: ProgramId, time: ConversionTime) -> Vec<Judged> {
    let mut judged: Vec<_> = candidates
        .iter()
        .map(|candidate| Judged { candidate: *candidate, outcome: candidate.judge(program_id, time) })
        .collect();
    judged.sort_by_key(|one| (one.candidate.received_at, one.candidate.touch_id));
    judged.dedup_by_key(|one| one.candidate.touch_id);
    if judged.iter().any(|one| one.is_kept() && one.candidate.kind.is_click()) {
        for one in judged.iter_mut().filter(|one| one.is_kept() && !one.candidate.kind.is_click()) {
            one.outcome = Outcome::Dropped(Code::ClickWon);
        }
    }
    judged
}
