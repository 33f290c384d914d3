//! The decision on a touch: what is left to decide once the edge has screened it.
//!
//! The edge judges what needs no history. Here, in the transaction that stores the touch, it is told unique
//! from repeated, fitted under the caps on clicks, refused when a cap on what it could bring is used up, and
//! paid when its contract pays for touches.

use std::collections::BTreeMap;

use commission::{
    Asker, CapKey, CapSubject, CompiledCap, CompiledContract, Threshold, Want, admit, cap_code, demands_for,
    exhausted, thresholds,
};
use model::{
    Code, PublisherId, Timestamp,
    calendar::Zone,
    touch::{TouchEarning, TouchKind},
};

/// What the decision rests on.
#[derive(Clone, Copy)]
pub struct TouchFacts<'a> {
    /// Kind.
    pub kind: TouchKind,
    /// When it came.
    pub received_at: Timestamp,
    /// Verdict of the screening.
    pub screened: Code,
    /// Publisher of the link.
    pub publisher_id: PublisherId,
    /// Its sub ids and source, by their names.
    pub subs: &'a BTreeMap<String, String>,
    /// Zone of the program.
    pub zone: &'a Zone,
    /// Caps over all publishers of the program.
    pub program_caps: &'a [CompiledCap],
    /// The publisher's contract in force.
    pub contract: Option<&'a CompiledContract>,
    /// Whether the visitor was counted on this link within the program's unique window.
    pub seen_before: bool,
    /// Paid impressions of this contract version and publisher so far.
    pub ordinal: i64,
}

/// What became of the touch.
#[derive(Clone, PartialEq, Debug)]
pub struct TouchDecision {
    /// The verdict.
    pub code: Code,
    /// Counted, and the first of its visitor.
    pub unique: bool,
    /// Money that the touch itself earned.
    pub earning: Option<TouchEarning>,
    /// Whether it was a paid impression, so that the next one has a higher ordinal.
    pub counts_impression: bool,
    /// What to add to the counters of caps.
    pub counts: Vec<(CapKey, i64)>,
    /// Percentages of caps that are reached by it.
    pub told: Vec<Threshold>,
}

/// Decides a touch. `used` tells what a cap's counter holds.
pub fn decide(facts: &TouchFacts<'_>, used: &dyn Fn(&CapKey) -> i64) -> TouchDecision {
    let refused = |code| TouchDecision {
        code,
        unique: false,
        earning: None,
        counts_impression: false,
        counts: Vec::new(),
        told: Vec::new(),
    };
    if facts.screened != Code::Ok {
        return refused(facts.screened);
    }
    let contract_caps = facts.contract.map_or(&[][..], CompiledContract::caps);
    let caps = [facts.program_caps, contract_caps];
    let who = CapSubject { publisher_id: facts.publisher_id, subs: Some(facts.subs) };
    if facts.kind.is_click() {
        let spent = caps.iter().find_map(|caps| exhausted(caps, who, facts.zone, facts.received_at, used));
        if let Some(code) = spent {
            return refused(code);
        }
    }
    let unique = facts.kind.is_click() && !facts.seen_before;
    let earning = earning(facts, unique);
    let mut wants = Vec::new();
    if facts.kind.is_click() {
        wants.push(Want::Click);
    }
    if let Some(earning) = &earning {
        wants.push(Want::Commission(earning.commission));
        // Compiling has tried the rates, so the sum fits; if it did not, no cap would admit it.
        let charge = earning.commission.add(earning.fee);
        wants
            .push(Want::Charge(charge.unwrap_or(model::Money::from_units(i64::MAX, earning.fee.currency()))));
    }
    let (zone, at) = (facts.zone, facts.received_at);
    let demands: Vec<_> =
        caps.into_iter().flat_map(|caps| demands_for(caps, who, zone, at, &wants, Asker::Touch)).collect();
    let repeated = facts.kind.is_click() && facts.seen_before;
    let admitted = admit(&demands, used);
    // A repeated click that is let in counts nowhere, so nothing is reached by it.
    let told = if repeated && admitted.is_ok() { Vec::new() } else { thresholds(&demands, &admitted, used) };
    let counts = match admitted {
        Ok(counts) => counts,
        Err(reached) => return TouchDecision { told, ..refused(cap_code(reached.metric, true)) },
    };
    TouchDecision {
        code: if repeated { Code::DuplicateClick } else { Code::Ok },
        unique,
        counts_impression: facts.kind == TouchKind::Impression && earning.is_some(),
        earning,
        // A repeated click takes nothing from a cap on clicks, but is refused with the others once it is reached.
        counts: if repeated { Vec::new() } else { counts },
        told,
    }
}

/// Money for a unique click or an impression.
fn earning(facts: &TouchFacts<'_>, unique: bool) -> Option<TouchEarning> {
    let contract = facts.contract?;
    let (rule, commission, ordinal) = match facts.kind {
        TouchKind::Impression => {
            let (rule, commission) = contract.impression_earning(facts.ordinal)?;
            (rule, commission, facts.ordinal)
        }
        TouchKind::Click | TouchKind::Visit if unique => {
            let (rule, commission) = contract.click_earning()?;
            (rule, commission, 0)
        }
        TouchKind::Click | TouchKind::Visit | TouchKind::Coupon => return None,
    };
    let fee = contract.touch_fee(commission).ok()?;
    Some(TouchEarning {
        contract_version_id: contract.version_id(),
        rule: rule.to_owned(),
        ordinal,
        commission,
        fee,
    })
}
