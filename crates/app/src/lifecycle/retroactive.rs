//! Retroactive tiers: raising what a rule paid before its publisher reached a step.
//!
//! The intake notes every conversion that such a rule paid under the counter of its tiers, and queues each step that is
//! reached, in the transaction that decides. [`raise_due`] works the queue off: it walks through the conversions of the
//! counter and appends to each that was paid on a lower step a decision with **adjusting lines**, which hold what it earns
//! more by that step ([`engine::raise`]). First lines and decisions stay what they were.
//!
//! An adjusting line belongs to the conversion like its other lines: pending while that waits, approved, rejected and taken
//! back with it. Of what was taken back before, the line takes back the same share at once, so only what still stands is
//! raised. A conversion that is rejected or taken back as a whole is passed by; should it be earned after all, the raises
//! that have passed it look at it again.
//!
//! A page of the walk is one transaction that also moves the raise on, so a crash repeats or loses nothing.

use std::collections::BTreeMap;

use commission::TierKey;
use engine::{Contracts, Receipt, raise::Levels, receipt::hex};
use ledger::{PostingError, Source, Transfer};
use model::{
    ConversionId, Money, Share, Timestamp,
    conversion::{CommissionLine, Reason},
};
use serde::{Deserialize, Serialize};
use store::{
    Error, Tx,
    conversions::{self, Conversion},
    decisions::{self, DecisionKind, DecisionRow},
    tier_raises,
};

use super::{Change, ChangeError, ChangeReceipt, Course, Loaded};

/// Who raises.
pub const RAISED_BY: &str = "tiers";

/// What an adjusting decision raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Key of the counter of the tiers, hex.
    pub key: String,
    /// Threshold of the step that it is raised to.
    pub from: i64,
    /// Place of the first of its lines among those of the conversion.
    pub first_line: u32,
    /// What is earned more.
    pub lines: Vec<CommissionLine>,
}

/// What a call of [`raise_due`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Raising {
    /// Conversions that were looked at.
    pub looked_at: usize,
    /// Conversions that were raised.
    pub adjusted: usize,
    /// Whether there was a raise to work on, so that another call may find more.
    pub worked: bool,
}

/// Works on the raise that has waited longest: looks at up to `limit` of its conversions.
///
/// # Errors
/// Storage errors; [`ChangeError::Conflict`] and [`ChangeError::ContractUnknown`] when it must be tried again. A conversion
/// that cannot be raised is logged and passed by.
pub fn raise_due(
    tx: &mut Tx<'_>,
    contracts: &dyn Contracts,
    now: Timestamp,
    limit: u32,
) -> Result<Raising, ChangeError> {
    let Some(raise) = tier_raises::next(tx)? else { return Ok(Raising::default()) };
    let damaged = || ChangeError::Store(Error::Damaged("a raise with an unreadable counter".to_owned()));
    let key = TierKey::from_bytes(&raise.key).ok_or_else(damaged)?;
    let ids = tier_raises::conversions(tx, &raise, limit)?;
    let mut raising = Raising { looked_at: ids.len(), adjusted: 0, worked: true };
    for id in &ids {
        match prepare(tx, contracts, *id, &key, raise.step, now) {
            Ok(None) => {}
            Ok(Some(prepared)) => {
                prepared.write(tx)?;
                raising.adjusted += 1;
            }
            Err(error @ (ChangeError::Ledger(_) | ChangeError::Store(Error::Damaged(_)))) => {
                tracing::error!(conversion = %id, %error, "a conversion could not be raised");
            }
            Err(error) => return Err(error),
        }
    }
    let walked_to = ids.last().map_or(raise.walked_to, |last| *last.bytes());
    let done = ids.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    if !tier_raises::advance(tx, &raise, walked_to, done.then_some(now))? {
        return Err(ChangeError::Conflict);
    }
    Ok(raising)
}

/// An adjustment that is ready to be written.
struct Prepared {
    loaded: Loaded,
    change: Change,
    receipt: ChangeReceipt,
    first_line: i64,
    transfers: Vec<Transfer>,
}

impl Prepared {
    fn write(self, tx: &mut Tx<'_>) -> Result<Conversion, ChangeError> {
        let (id, state) = (self.loaded.conversion.id, self.loaded.conversion.state);
        let lines = self.receipt.adjustment.iter().flat_map(|adjustment| &adjustment.lines);
        conversions::insert_lines(tx, (self.first_line..).zip(lines).map(|(place, line)| (id, place, line)))?;
        self.loaded.finish(tx, DecisionKind::Adjusted, state, &self.change, self.receipt, &self.transfers)
    }
}

/// Calculates the adjustment of one conversion; none when there is nothing to raise. Writes nothing.
fn prepare(
    tx: &mut Tx<'_>,
    contracts: &dyn Contracts,
    id: ConversionId,
    key: &TierKey,
    from: i64,
    now: Timestamp,
) -> Result<Option<Prepared>, ChangeError> {
    let mut loaded = Loaded::read(tx, id)?;
    if !loaded.conversion.state.is_live() {
        return Ok(None);
    }
    let rows = decisions::of(tx, &[id])?;
    let (receipt, mut levels) = read(id, &rows)?;
    let unknown = |line: &&CommissionLine| contracts.contract(line.contract_version_id).is_none();
    if let Some(line) = receipt.decision.lines.iter().find(unknown) {
        return Err(ChangeError::ContractUnknown(line.contract_version_id));
    }
    let shown = hex(&key.to_bytes());
    let stands = receipt.facts.caps_used.get(&shown).copied().unwrap_or(0);
    if stands.max(levels.get(&shown).copied().unwrap_or(0)) >= from {
        return Ok(None);
    }
    levels.insert(shown.clone(), from);
    let report = &loaded.conversion.report;
    let lines = engine::raise::adjusting_lines(&receipt, report, contracts, &levels, key, &loaded.lines)
        .map_err(|error| Error::Damaged(error.to_string()))?;
    if lines.is_empty() {
        return Ok(None);
    }
    let course = loaded.course_of(&rows)?;
    let (taken_back, transfers) =
        adjusted_money(&loaded.conversion, &course, &loaded.history, &loaded.lines, &lines, now)?;
    let first_line = loaded.lines.len();
    let too_many = |_| ChangeError::Ledger(PostingError::TooMany);
    let adjustment = Adjustment {
        key: shown,
        from,
        first_line: u32::try_from(first_line).map_err(too_many)?,
        lines: lines.clone(),
    };
    let reversed = loaded.conversion.reversed;
    let receipt = ChangeReceipt {
        adjustment: Some(adjustment),
        ..loaded.receipt(DecisionKind::Adjusted.word(), reversed, None, taken_back)
    };
    loaded.lines.extend(lines);
    let change = Change { actor: RAISED_BY.to_owned(), reason: Reason::TierReached, note: None, at: now };
    let first_line = i64::try_from(first_line).map_err(too_many)?;
    Ok(Some(Prepared { loaded, change, receipt, first_line, transfers }))
}

/// The receipt of the first decision, and to which steps the conversion was raised so far.
fn read(id: ConversionId, rows: &[DecisionRow]) -> Result<(Receipt, Levels), ChangeError> {
    let damaged = |what: String| ChangeError::Store(Error::Damaged(format!("conversion {id}: {what}")));
    let unreadable = |error: serde_json::Error| damaged(format!("receipt: {error}"));
    let first = rows.first().ok_or_else(|| damaged("has no decision".to_owned()))?;
    let receipt: Receipt = serde_json::from_str(&first.receipt).map_err(unreadable)?;
    let mut levels = BTreeMap::new();
    for row in rows.iter().filter(|row| row.kind == DecisionKind::Adjusted) {
        let change: ChangeReceipt = serde_json::from_str(&row.receipt).map_err(unreadable)?;
        levels.extend(change.adjustment.map(|adjustment| (adjustment.key, adjustment.from)));
    }
    Ok((receipt, levels))
}

/// What is taken back of each line in all, and the transfers.
pub type AdjustedMoney = (Vec<(Money, Money)>, Vec<Transfer>);

/// What is taken back of all lines, and the transfers, when `lines` are earned more: what was taken back of the conversion
/// is taken back of them at once.
///
/// # Errors
/// Whatever the ledger refuses; amounts that do not fit.
pub fn adjusted_money(
    conversion: &Conversion,
    course: &Course,
    history: &[Transfer],
    before: &[CommissionLine],
    lines: &[CommissionLine],
    at: Timestamp,
) -> Result<AdjustedMoney, ChangeError> {
    let parties = (conversion.network_id, conversion.advertiser_id);
    let pending = conversion.state.is_open();
    let source = Source::Conversion(conversion.id);
    let mut transfers = ledger::earn_more(history, parties, before.len(), lines, pending, source, at)?;
    let all = [before, lines].concat();
    let taken_back = course.taken_back(&all)?;
    if conversion.reversed != Share::NONE {
        let with_more = [history, &transfers].concat();
        transfers.extend(ledger::reverse(&with_more, &taken_back, at)?);
    }
    Ok((taken_back, transfers))
}

/// Lets raises that have passed a conversion look at it again.
pub(super) fn look_again(tx: &mut Tx<'_>, id: ConversionId) -> Result<(), ChangeError> {
    let rows = decisions::of(tx, &[id])?;
    let (receipt, _) = read(id, &rows)?;
    let counters = receipt.facts.caps_used.keys().filter_map(|key| engine::receipt::unhex(key));
    let tiers: Vec<Vec<u8>> = counters.filter(|key| TierKey::from_bytes(key).is_some()).collect();
    Ok(tier_raises::rewind(tx, &tiers, id)?)
}
