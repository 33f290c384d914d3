//! I2, I8: every step of retroactive tiers that was reached is queued, and what a walk has passed is raised to it, once.
//!
//! An adjusting decision is taken again from the receipt of the first one: the step must be one that was reached, its
//! lines those that the engine gives, its transfers those of the ledger. A live conversion that a raise has passed must
//! earn nothing more by it. Which conversions a walk finds is compared by number and by a sum of hashes.

use std::collections::BTreeMap;

use commission::TierKey;
use engine::{
    raise::{Levels, adjusting_lines, retroactive_counters},
    receipt::{hex, unhex},
};
use sha2::{Digest, Sha256};
use store::{
    Result, Tx,
    conversions::Conversion,
    decisions::DecisionRow,
    tier_raises::{self, TierRaise},
};

use super::{
    findings::{Findings, Invariant, is_damage},
    first_decisions::{Case, First},
    later_decisions::{Standing, Wrong},
    world::World,
};
use crate::lifecycle::{self, AdjustedMoney, ChangeReceipt};

/// The steps that were reached, and what the conversions say of them.
pub(super) struct Raises {
    queued: BTreeMap<Vec<u8>, Vec<TierRaise>>,
    number: usize,
    /// How many of them a first decision tells of.
    told: usize,
    /// What must be noted for the walks.
    noted: Noted,
}

/// Pairs of counter and conversion, whatever their order.
#[derive(Default, PartialEq, Eq)]
struct Noted {
    number: u64,
    sum: u128,
}

impl Noted {
    fn add(&mut self, key: &[u8], conversion: &[u8; 16]) {
        let hash = Sha256::new().chain_update(conversion).chain_update(key).finalize();
        let half = hash.iter().take(16).fold(0_u128, |half, byte| half << 8 | u128::from(*byte));
        self.number += 1;
        self.sum = self.sum.wrapping_add(half);
    }
}

impl Raises {
    pub(super) fn read(tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<Self> {
        let rows = match tier_raises::all(tx) {
            Err(error) if is_damage(&error) => {
                findings.violate(Invariant::I2, "raises", error.to_string());
                Vec::new()
            }
            other => other?,
        };
        findings.count("raises", rows.len());
        let number = rows.len();
        let mut queued: BTreeMap<Vec<u8>, Vec<TierRaise>> = BTreeMap::new();
        for row in rows {
            queued.entry(row.key.clone()).or_default().push(row);
        }
        Ok(Self { queued, number, told: 0, noted: Noted::default() })
    }

    fn of(&self, key: &[u8]) -> &[TierRaise] {
        self.queued.get(key).map_or(&[], Vec::as_slice)
    }

    /// Notes what the first decision of a conversion asks of the queue.
    pub(super) fn add_conversion(
        &mut self,
        world: &World<'_>,
        case: &Case<'_>,
        first: &First<'_>,
        findings: &mut Findings<'_>,
    ) {
        let id = case.conversion.id;
        for key in counters(world, case, first).into_keys() {
            self.noted.add(&key, id.bytes());
        }
        for raise in first.receipt.decision.raises.iter().filter(|_| first.is_live()) {
            let key = unhex(&raise.key).unwrap_or_default();
            let queued = |row: &&TierRaise| (row.step, row.conversion_id) == (raise.from, id);
            if self.of(&key).iter().any(|row| queued(&row)) {
                self.told += 1;
            } else {
                findings.violate(Invariant::I8, id, "it reached a step of tiers, but no raise is queued");
            }
        }
    }

    /// Takes an adjusting decision again, from what stood before it.
    pub(super) fn again(
        &self,
        world: &World<'_>,
        case: &Case<'_>,
        first: &First<'_>,
        row: &DecisionRow,
        receipt: &ChangeReceipt,
        standing: &Standing,
    ) -> std::result::Result<AdjustedMoney, Wrong> {
        let wrong = |invariant, message: &str| Err((invariant, message.to_owned()));
        let Some(adjustment) = &receipt.adjustment else {
            return wrong(Invariant::I2, "its row and its receipt tell of different things");
        };
        let bytes = unhex(&adjustment.key).unwrap_or_default();
        let Some(key) = TierKey::from_bytes(&bytes) else {
            return wrong(Invariant::I2, "it names a counter that is none of tiers");
        };
        let Some(used) = counters(world, case, first).get(&bytes).copied() else {
            return wrong(Invariant::I8, "it raises what the rule of these tiers did not pay");
        };
        if !self.of(&bytes).iter().any(|raise| raise.step == adjustment.from) {
            return wrong(Invariant::I8, "it raises to a step that nobody reached");
        }
        let level = standing.levels.get(&adjustment.key).copied().unwrap_or(0);
        if used.max(level) >= adjustment.from || !standing.state.is_live() {
            return wrong(Invariant::I4, "it raises what stood on that step, or did not stand at all");
        }
        let levels = with(&standing.levels, &adjustment.key, adjustment.from);
        let report = &case.conversion.report;
        let versions = &world.snapshot.versions;
        let lines = adjusting_lines(first.receipt, report, versions, &levels, &key, &standing.lines);
        let place = usize::try_from(adjustment.first_line).ok();
        if lines.as_ref() != Ok(&adjustment.lines) || place != Some(standing.lines.len()) {
            return wrong(Invariant::I8, "calculated again it gives other adjusting lines");
        }
        let (state, reversed) = (standing.state, standing.reversed);
        let conversion = Conversion { state, reversed, ..case.conversion.clone() };
        let history = case.history.get(..standing.transfers).unwrap_or(case.history);
        lifecycle::adjusted_money(
            &conversion,
            &standing.course,
            history,
            &standing.lines,
            &adjustment.lines,
            row.at,
        )
        .map_err(|error| (Invariant::I8, error.to_string()))
    }

    /// A live conversion that a raise has passed earns nothing more by it.
    pub(super) fn check_left_out(
        &self,
        world: &World<'_>,
        case: &Case<'_>,
        first: &First<'_>,
        standing: &Standing,
        findings: &mut Findings<'_>,
    ) {
        let id = case.conversion.id;
        if self.queued.is_empty() || !standing.state.is_live() {
            return;
        }
        for (bytes, used) in counters(world, case, first) {
            let (shown, key) = (hex(&bytes), TierKey::from_bytes(&bytes));
            let passed = self.of(&bytes).iter().filter(|raise| raise.has_passed(id)).map(|raise| raise.step);
            let stands = standing.levels.get(&shown).copied().unwrap_or(0).max(used);
            let Some(step) = passed.max().filter(|step| *step > stands) else { continue };
            let levels = with(&standing.levels, &shown, step);
            let report = &case.conversion.report;
            let more = key.map(|key| {
                let versions = &world.snapshot.versions;
                adjusting_lines(first.receipt, report, versions, &levels, &key, &standing.lines)
            });
            if more.is_none_or(|more| more.is_ok_and(|lines| !lines.is_empty())) {
                findings.violate(Invariant::I8, id, "it was left out when its tiers were raised");
            }
        }
    }

    /// Compares the queue and the notes with what the conversions say.
    pub(super) fn finish(&self, tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<()> {
        if self.told != self.number {
            let message = format!(
                "{} raises are queued, the first decisions tell of {} of them",
                self.number, self.told
            );
            findings.violate(Invariant::I8, "raises", message);
        }
        let mut stored = Noted::default();
        tier_raises::for_each_conversion(tx, &mut |key, conversion| {
            stored.add(key, &conversion);
            Ok(())
        })?;
        if stored != self.noted {
            let message = format!(
                "the conversions that are noted under counters of retroactive tiers ({}) are not those that their rules \
                 paid ({})",
                stored.number, self.noted.number
            );
            findings.violate(Invariant::I8, "raises", message);
        }
        Ok(())
    }
}

fn counters(world: &World<'_>, case: &Case<'_>, first: &First<'_>) -> BTreeMap<Vec<u8>, i64> {
    retroactive_counters(first.receipt, &case.conversion.report, &world.snapshot.versions)
}

fn with(levels: &Levels, key: &str, from: i64) -> Levels {
    let mut levels = levels.clone();
    levels.insert(key.to_owned(), from);
    levels
}
