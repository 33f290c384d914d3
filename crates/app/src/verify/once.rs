//! I4: no business event is paid twice, and no delivery is taken in twice.
//!
//! A key of `dedup_keys` is unique by the schema, so it is enough that every conversion holds the keys that it must.

use engine::{CandidateFacts, Identified, Receipt};
use model::{ConversionId, conversion::State, touch::TouchKind};
use store::{Result, Tx, conversions::Conversion, decisions::DecisionKind};

use super::{
    Sums,
    findings::{Findings, Invariant},
    first_decisions::{Case, First, Page},
    world::World,
};
use crate::intake::{ClickReference, ConversionDraft, business_key};

/// The keys of one conversion.
pub(super) struct Keys {
    /// Those that it must hold.
    held: Vec<[u8; 16]>,
    /// For a duplicate: the key that the first report must hold.
    of_first: Option<[u8; 16]>,
}

impl Keys {
    /// Every key that must be held by somebody.
    pub(super) fn all(&self) -> impl Iterator<Item = [u8; 16]> {
        self.held.iter().copied().chain(self.of_first)
    }
}

/// The keys that a conversion must hold, from its report and its receipt.
pub(super) fn expected(world: &World<'_>, conversion: &Conversion, receipt: &Receipt) -> Keys {
    let draft = ConversionDraft::new(conversion.id, conversion.report.clone(), world.click_ids);
    let decision = &receipt.decision;
    let settled = decision.state != State::Rejected || !decision.code.recoverable();
    let business = business(conversion, receipt, draft.click);
    let held = [
        draft.delivery.idempotency,
        settled.then_some(draft.delivery.content),
        business.filter(|_| decision.state.is_live()),
    ];
    Keys {
        held: held.into_iter().flatten().collect(),
        of_first: business.filter(|_| decision.state == State::Duplicate),
    }
}

/// The key of the business event: its order, else its touch unless the action may repeat.
fn business(conversion: &Conversion, receipt: &Receipt, click: ClickReference) -> Option<[u8; 16]> {
    let report = &conversion.report;
    if let Some(order) = &report.order_id {
        return Some(business_key(report.advertiser_id, &report.action, Ok(order)));
    }
    let action = receipt.facts.program.as_ref().and_then(|program| program.action.as_ref());
    if action.is_some_and(|action| action.repeats) {
        return None;
    }
    let touch = match (click, receipt.facts.identified) {
        (ClickReference::Genuine { touch_id, .. }, _) => touch_id,
        (_, Identified::Nobody | Identified::Coupon | Identified::FirstConversion) => return None,
        _ => {
            let of_journey = |one: &&CandidateFacts| one.kind != TouchKind::Coupon && !one.beside;
            receipt.facts.candidates.iter().rev().find(of_journey)?.touch_id
        }
    };
    Some(business_key(report.advertiser_id, &report.action, Err(touch)))
}

/// Checks the keys of one conversion.
pub(super) fn check_conversion(
    page: &Page,
    case: &Case<'_>,
    first: &First<'_>,
    sums: &mut Sums,
    findings: &mut Findings<'_>,
) {
    let id = case.conversion.id;
    let Some(keys) = page.keys.get(&id) else { return };
    sums.dedup_keys += keys.held.len() as u64;
    for key in &keys.held {
        match page.holders.get(key) {
            Some(holder) if *holder == id => {}
            Some(holder) => {
                findings.violate(
                    Invariant::I4,
                    id,
                    format!("{holder} was counted for the same event or delivery"),
                );
            }
            None => findings.violate(
                Invariant::I4,
                id,
                "a repetition of it would be counted: it holds not all of its keys",
            ),
        }
    }
    if let Some(key) = &keys.of_first {
        let holder = page.holders.get(key);
        if holder != first.receipt.facts.duplicate_of.as_ref() {
            findings.violate(
                Invariant::I4,
                id,
                format!("it repeats another conversion than it says: {holder:?}"),
            );
        }
    }
    // What later steps of tiers add is once for each step, which is checked where raises are.
    let adjusted = case.decisions.iter().filter(|row| row.kind == DecisionKind::Adjusted).count();
    let first_lines = if adjusted > 0 { first.lines.len() } else { case.lines.len() };
    let mut places: Vec<_> = case
        .lines
        .iter()
        .take(first_lines)
        .map(|(_, line)| (line.publisher_id, line.touch_id, &line.rule))
        .collect();
    places.sort_unstable();
    if places.windows(2).any(|pair| pair[0] == pair[1]) {
        findings.violate(Invariant::I4, id, "two of its lines pay one publisher by one rule for one touch");
    }
}

/// Checks that there are no other keys than those of conversions.
pub(super) fn check_keys(tx: &mut Tx<'_>, expected: u64, findings: &mut Findings<'_>) -> Result<()> {
    let orphans: Vec<ConversionId> = store::walk::dedup_without_conversion(tx)?;
    for conversion in &orphans {
        findings.violate(
            Invariant::I4,
            conversion,
            "it does not exist, but a key keeps its events from being counted",
        );
    }
    let stored = store::walk::count(tx, "dedup_keys")?;
    if stored != expected && orphans.is_empty() {
        let message = format!("there are {stored} keys, the conversions hold {expected}");
        findings.violate(Invariant::I4, "keys against repetition", message);
    }
    findings.count("dedup_keys", usize::try_from(stored).unwrap_or(usize::MAX));
    Ok(())
}
