//! I8, I10: every touch is on the link that it names, and earned what its publisher's contract pays.

use std::sync::Arc;

use commission::CompiledContract;
use engine::touch::{TouchDecision, TouchFacts};
use ledger::{Source, Transfer};
use model::{Code, TouchId, touch::Touch};
use rustc_hash::FxHashMap;
use store::{Result, Tx};

use super::{
    Sums,
    findings::{Findings, Invariant},
    world::World,
};
use crate::{posting, snapshot::ProgramEntry};

/// Checks a page of touches and adds them to the sums.
pub(super) fn check(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    touches: &[Touch],
    sums: &mut Sums,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let ids: Vec<TouchId> = touches.iter().map(|touch| touch.id).collect();
    let mut histories: FxHashMap<TouchId, Vec<Transfer>> = FxHashMap::default();
    let transfers = findings.read_all(&ids, Invariant::I3, "transfer", &mut |ids| {
        let sources: Vec<Vec<u8>> = ids.iter().map(|id| posting::source_key(Source::Touch(*id))).collect();
        store::ledger::transfers_of(tx, &sources)?.iter().map(posting::from_row).collect()
    })?;
    for transfer in transfers {
        if let Source::Touch(id) = transfer.source {
            histories.entry(id).or_default().push(transfer);
        }
    }
    for touch in touches {
        sums.kept.add_touch(touch);
        let Some(program) = world.snapshot.programs.get(&touch.program_id) else {
            findings.violate(
                Invariant::I10,
                touch.id,
                format!("its program {} does not exist", touch.program_id),
            );
            continue;
        };
        check_walls(world, touch, program, findings);
        check_decision(world, touch, program, sums, findings);
        if touch.code == Code::NotAMember
            && world.was_member(touch.program_id, touch.publisher_id, touch.received_at)
        {
            findings.violate(Invariant::I8, touch.id, "its publisher was a member of the program");
        }
        let history = histories.get(&touch.id).map_or(&[][..], Vec::as_slice);
        if earned(touch).as_deref() != Some(history) {
            findings.violate(Invariant::I8, touch.id, "its transfers are not what it earned");
        }
        sums.books.add_touch(touch);
    }
    Ok(())
}

/// The transfers that its earning makes.
fn earned(touch: &Touch) -> Option<Vec<Transfer>> {
    let Some(earning) = &touch.earning else { return Some(Vec::new()) };
    let (advertiser, publisher) = (touch.advertiser_id, touch.publisher_id);
    ledger::touch_earning(touch.network_id, advertiser, publisher, touch.id, earning, touch.received_at).ok()
}

fn check_walls(world: &World<'_>, touch: &Touch, program: &ProgramEntry, findings: &mut Findings<'_>) {
    let link =
        world.snapshot.links_by_id.get(&touch.link_id).and_then(|number| world.snapshot.links.get(number));
    let same_link = link.is_some_and(|link| {
        let link = &link.record;
        (link.network_id, link.program_id, link.publisher_id)
            == (touch.network_id, touch.program_id, touch.publisher_id)
    });
    if !same_link {
        findings.violate(
            Invariant::I10,
            touch.id,
            format!("it is not of the link {} that it names", touch.link_id),
        );
    }
    let record = &program.record;
    if (record.advertiser_id, record.network_id) != (touch.advertiser_id, touch.network_id) {
        findings.violate(
            Invariant::I10,
            touch.id,
            format!("it is not of the program {} that it names", record.id),
        );
    }
}

/// Decides the touch again from its verdict, and counts what it counts.
fn check_decision(
    world: &World<'_>,
    touch: &Touch,
    program: &ProgramEntry,
    sums: &mut Sums,
    findings: &mut Findings<'_>,
) {
    let known = world.in_force(touch.program_id, touch.publisher_id, touch.received_at, touch.received_at);
    let same = |decision: &TouchDecision| {
        (decision.code, decision.unique, &decision.earning) == (touch.code, touch.unique, &touch.earning)
    };
    let version = |contract: Option<&Arc<CompiledContract>>| contract.map(|contract| contract.version_id());
    let certain = known.iter().all(|one| version(*one) == version(known[0]));
    let mut decision = decide(touch, program, known[0]);
    for contract in known.into_iter().skip(1).filter(|_| !certain) {
        if !same(&decision) {
            decision = decide(touch, program, contract);
        }
    }
    if !same(&decision) {
        let message = format!(
            "deciding again gives {} unique {} earning {:?}, it was {} unique {} earning {:?}",
            decision.code, decision.unique, decision.earning, touch.code, touch.unique, touch.earning
        );
        findings.violate(Invariant::I8, touch.id, message);
    }
    sums.caps.add_touch(touch, &decision, certain);
}

fn decide(touch: &Touch, program: &ProgramEntry, contract: Option<&Arc<CompiledContract>>) -> TouchDecision {
    let repeated = touch.code == Code::DuplicateClick;
    let facts = TouchFacts {
        kind: touch.kind,
        received_at: touch.received_at,
        screened: if repeated { Code::Ok } else { touch.code },
        publisher_id: touch.publisher_id,
        subs: &touch.parameters.subs,
        zone: &program.record.zone,
        program_caps: &program.caps,
        contract: contract.map(AsRef::as_ref),
        seen_before: repeated,
        ordinal: touch.earning.as_ref().map_or(0, |earning| earning.ordinal),
    };
    // What caps had used is not known any more; a touch that was let in was below them.
    engine::touch::decide(&facts, &|_| 0)
}
