//! I5: what the counters of caps, tiers and paid impressions hold is what events added, and no hard cap is overshot.
//!
//! A receipt says what its conversion counted. What a touch counted is decided again under the present caps of its program,
//! so where these (or the program's zone) were changed since, a counter may hold less than that, but never more.

use std::collections::{BTreeMap, BTreeSet};

use commission::{CapKey, CapScope, CompiledCap, TierKey};
use engine::{receipt::unhex, touch::TouchDecision};
use model::{
    ProgramId, PublisherId,
    contract::{Audience, WhenReached},
    touch::Touch,
};
use store::{Result, Tx};

use super::{
    findings::{Findings, Invariant},
    first_decisions::First,
    world::World,
};
use crate::intake::impression_key;

/// What events counted.
#[derive(Default)]
pub(super) struct Counted {
    added: BTreeMap<Vec<u8>, i64>,
    /// Counters that an event counted in of which it cannot be told which contract version the decider knew.
    uncertain: BTreeSet<Vec<u8>>,
    impressions: BTreeMap<Vec<u8>, Ordinals>,
}

impl Counted {
    pub(super) fn add_conversion(&mut self, first: &First<'_>) {
        if !first.is_live() {
            return;
        }
        for count in &first.receipt.decision.counts {
            // A key that cannot be read does not recompute, which is reported there.
            let Some(key) = unhex(&count.key) else { continue };
            self.add(key, count.adds);
        }
    }

    pub(super) fn add_touch(&mut self, touch: &Touch, decision: &TouchDecision, certain: bool) {
        for (key, adds) in &decision.counts {
            let key = key.to_bytes().to_vec();
            if !certain {
                self.uncertain.insert(key.clone());
            }
            self.add(key, *adds);
        }
        if decision.counts_impression
            && let Some(earning) = &touch.earning
        {
            let key = impression_key(touch, &earning.contract_version_id);
            self.impressions.entry(key).or_default().add(earning.ordinal);
        }
    }

    fn add(&mut self, key: Vec<u8>, adds: i64) {
        let sum = self.added.entry(key).or_default();
        *sum = sum.saturating_add(adds);
    }
}

/// Which ordinals were seen: one bit for each, in blocks that exist where there are any.
#[derive(Default)]
struct Ordinals {
    blocks: BTreeMap<i64, [u64; 64]>,
    seen: i64,
    repeated: bool,
    highest: i64,
}

impl Ordinals {
    fn add(&mut self, ordinal: i64) {
        let within = usize::try_from(ordinal.rem_euclid(4096)).unwrap_or_default();
        let block = self.blocks.entry(ordinal.div_euclid(4096)).or_insert([0; 64]);
        let bit = 1_u64 << (within % 64);
        self.repeated |= block[within / 64] & bit != 0;
        block[within / 64] |= bit;
        self.seen += 1;
        self.highest = self.highest.max(ordinal);
    }

    /// Whether they are 0, 1, 2.. without gap and repetition.
    fn contiguous(&self) -> bool {
        let from_zero = self.blocks.keys().next().is_none_or(|block| *block >= 0);
        !self.repeated && from_zero && self.highest == self.seen - 1
    }
}

/// Compares the stored counters with what was counted.
pub(super) fn check(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    counted: &Counted,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let stored: BTreeMap<Vec<u8>, i64> = store::counters::all(tx)?.into_iter().collect();
    findings.count("counters", stored.len());
    let keys: BTreeSet<&Vec<u8>> =
        stored.keys().chain(counted.added.keys()).chain(counted.impressions.keys()).collect();
    for key in keys {
        let used = stored.get(key).copied().unwrap_or(0);
        if let Some(cap) = CapKey::from_bytes(key) {
            let exact = !counted.uncertain.contains(key)
                && (cap.scope != CapScope::Program || world.counts_as_ever(cap.program_id));
            check_cap(world, &cap, used, counted.added.get(key).copied().unwrap_or(0), exact, findings);
        } else if let Some(tier) = TierKey::from_bytes(key) {
            let added = counted.added.get(key).copied().unwrap_or(0);
            if used != added {
                let place = format!("tiers of {} for {} since {}", tier.rule, tier.publisher_id, tier.start);
                let (used, added) = (tier.show(used), tier.show(added));
                let message = format!("the counter holds {used}, the conversions counted {added}");
                findings.violate(Invariant::I5, place, message);
            }
        } else {
            check_impressions(key, used, counted.impressions.get(key), findings);
        }
    }
    Ok(())
}

fn check_cap(
    world: &World<'_>,
    key: &CapKey,
    used: i64,
    added: i64,
    exact: bool,
    findings: &mut Findings<'_>,
) {
    let place = || format!("{:?} {:?} {:?} since {}", key.scope, key.metric, key.period, key.start);
    if used > added || (exact && used != added) {
        let message = format!("the counter holds {}, the events counted {}", key.show(used), key.show(added));
        findings.violate(Invariant::I5, place(), message);
    }
    if let Some(limit) = hard_limit(world, key)
        && used > limit
    {
        findings.violate(
            Invariant::I5,
            place(),
            format!("{} is above the cap {}", key.show(used), key.show(limit)),
        );
    }
}

/// The highest hard limit that the counter ever had; none when it is not known or there was a time without one.
fn hard_limit(world: &World<'_>, key: &CapKey) -> Option<i64> {
    match key.scope {
        CapScope::Program => {
            let program = world.snapshot.programs.get(&key.program_id)?;
            world.counts_as_ever(key.program_id).then(|| limit_of(&program.caps, key))??
        }
        CapScope::Publisher(publisher) | CapScope::Sub(publisher, ..) => {
            highest(versions_caps(world, key.program_id, publisher), key)
        }
        CapScope::Together(group) => {
            let audience = group.map_or(Audience::Everybody, Audience::Group);
            highest(caps_of(world, key.program_id, audience), key)
        }
    }
}

fn highest<'a>(caps: impl Iterator<Item = &'a [CompiledCap]>, key: &CapKey) -> Option<i64> {
    let limits = caps.filter_map(|caps| limit_of(caps, key));
    limits.collect::<Option<Vec<i64>>>()?.into_iter().max()
}

fn caps_of<'a>(
    world: &'a World<'_>,
    program: ProgramId,
    audience: Audience,
) -> impl Iterator<Item = &'a [CompiledCap]> {
    let versions = world.snapshot.contracts.get(&(program, audience)).into_iter();
    versions.flat_map(|versions| versions.iter().map(|contract| contract.caps()))
}

fn versions_caps<'a>(
    world: &'a World<'_>,
    program: ProgramId,
    publisher: PublisherId,
) -> impl Iterator<Item = &'a [CompiledCap]> {
    let stays = world.snapshot.stays.get(&publisher).map_or(&[][..], |stays| stays.as_slice());
    let groups = stays.iter().map(|stay| Audience::Group(stay.group_id));
    let audiences = [Audience::Publisher(publisher), Audience::Everybody].into_iter().chain(groups);
    audiences.flat_map(move |audience| caps_of(world, program, audience))
}

/// None when these caps do not count in the counter; else its hard limit, none when it is only soft or may be overrun.
#[allow(clippy::option_option)]
fn limit_of(caps: &[CompiledCap], key: &CapKey) -> Option<Option<i64>> {
    let counter = |cap: &&CompiledCap| {
        cap.counts_in(&key.scope)
            && (cap.metric, cap.period, cap.currency) == (key.metric, key.period, key.currency)
    };
    let mut counting = caps.iter().filter(counter).peekable();
    counting.peek()?;
    let binds = |cap: &&CompiledCap| !cap.soft && cap.when_reached == WhenReached::Reject;
    Some(counting.find(binds).map(|cap| cap.limit))
}

fn check_impressions(key: &[u8], used: i64, ordinals: Option<&Ordinals>, findings: &mut Findings<'_>) {
    let place = format!("counter {}", engine::receipt::hex(key));
    let Some(ordinals) = ordinals else {
        findings.violate(Invariant::I5, place, format!("it holds {used}, but no event counted in it"));
        return;
    };
    if !ordinals.contiguous() {
        findings.violate(
            Invariant::I5,
            &place,
            "the ordinals of its paid impressions have a gap or a repetition",
        );
    }
    if used != ordinals.seen {
        findings.violate(
            Invariant::I5,
            place,
            format!("it holds {used}, there are {} paid impressions", ordinals.seen),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::Ordinals;

    #[test]
    fn gaps_and_repetitions_of_ordinals_show() {
        let contiguous = |ordinals: &[i64]| {
            let mut seen = Ordinals::default();
            ordinals.iter().for_each(|ordinal| seen.add(*ordinal));
            seen.contiguous()
        };
        let many: Vec<i64> = (0..10_000).rev().collect();
        assert!(contiguous(&many) && contiguous(&[0]) && contiguous(&[1, 0, 2]));
        for wrong in [&[1][..], &[0, 0], &[0, 2], &[-1, 0], &[0, 1, 1, 3], &[0, i64::MAX]] {
            assert!(!contiguous(wrong), "{wrong:?}");
        }
    }
}
