//! I2, I10: disputes belong together, and accepted ones have the conversion that they say.

use model::dispute::{Dispute, DisputeState};
use store::{Result, Tx, conversions};

use super::{
    findings::{Findings, Invariant, is_damage},
    world::World,
};

/// How long the conversion of an accepted dispute may wait to be made while others are decided.
const SETTLED_WITHIN_SECONDS: i64 = 3_600;

/// Checks every dispute.
pub(super) fn check(tx: &mut Tx<'_>, world: &World<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let mut settled = Vec::new();
    let mut waiting = Vec::new();
    let mut number = 0;
    let walked = store::disputes::for_each(tx, &mut |dispute, same| {
        number += 1;
        if !same {
            findings.violate(Invariant::I10, dispute.id, "its columns do not say what the dispute says");
        }
        if let Some(message) = outside(world, &dispute) {
            findings.violate(Invariant::I10, dispute.id, message);
        }
        let decided = dispute.state == DisputeState::Accepted
            && (dispute.report.is_none() || dispute.settled_at.is_some());
        match (decided, dispute.outcome_conversion_id) {
            (true, Some(outcome)) => settled.push((outcome, dispute)),
            (true, None) => {
                findings.violate(Invariant::I2, dispute.id, "it was accepted, but nothing was corrected");
            }
            (false, _) if dispute.state == DisputeState::Accepted => waiting.push(dispute),
            (false, _) => {}
        }
        Ok(())
    });
    findings.count("disputes", number);
    match walked {
        Err(error) if is_damage(&error) => findings.violate(Invariant::I10, "disputes", error.to_string()),
        other => other?,
    }
    let newest = conversions::newest_received(tx)?;
    for dispute in waiting {
        let answered = dispute.answered_at.unwrap_or(dispute.opened_at);
        if newest.is_some_and(|newest| newest > answered.plus_seconds(SETTLED_WITHIN_SECONDS)) {
            findings.violate(Invariant::I2, dispute.id, "it was accepted, but its conversion was never made");
        }
    }
    for (outcome, dispute) in settled {
        let stored = conversions::by_ids(tx, &[outcome]);
        let found = match stored {
            // A damaged conversion was reported when the conversions were walked through.
            Err(error) if is_damage(&error) => continue,
            other => other?.pop(),
        };
        let fits = found.is_some_and(|found| {
            (found.network_id, found.advertiser_id) == (dispute.network_id, dispute.advertiser_id)
                && (dispute.report.is_none() || found.report.dispute_id == Some(dispute.id))
        });
        if !fits {
            let message = format!("the conversion {outcome} that it led to does not exist, or is another's");
            findings.violate(Invariant::I2, dispute.id, message);
        }
    }
    Ok(())
}

fn outside(world: &World<'_>, dispute: &Dispute) -> Option<String> {
    let snapshot = &world.snapshot;
    let program = snapshot.programs.get(&dispute.program_id);
    let of_program = (dispute.network_id, dispute.advertiser_id);
    if program.is_none_or(|it| (it.record.network_id, it.record.advertiser_id) != of_program) {
        return Some(format!("{} is no program of its advertiser", dispute.program_id));
    }
    let publisher = snapshot.publishers.get(&dispute.publisher_id);
    let same = publisher.is_some_and(|publisher| publisher.network_id == dispute.network_id);
    (!same).then(|| format!("{} is no publisher of its network", dispute.publisher_id))
}
