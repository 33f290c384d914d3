//! Customers who stay with the publisher who won them.
//!
//! The first conversion of a customer that earned somebody tells who won him, and in which shares. Where the contract of
//! such a publisher, as it is in force at the judged moment, says `recurring` for the action and the agreed months are not
//! over, this conversion is his again, whatever the customer clicked since, and by whichever way it was reported. Several
//! such publishers keep the proportion of their shares. A bar of the contract (ended, not accepted, own purchase) stands
//! in the way as it does for any touch.
//!
//! When nobody keeps the customer, the journey decides as always; `recurring_ended` tells of those whose months are over.
//!
//! Months are those of the program's calendar, counted from the judged moment of the first conversion.

use attribution::{
    candidates::{Judged, Outcome},
    credit::Credit,
};
use model::{Code, Share, Timestamp, calendar, conversion::ConversionReport, touch::TouchKind};

use crate::{
    conversion::candidate_of,
    displacement::Scene,
    facts::{Facts, ProgramFacts},
};

/// In which month of the customer the conversion came; his first one lies in month 1. `None` when he was not named.
pub(crate) fn month(
    report: &ConversionReport,
    facts: &Facts,
    program: &ProgramFacts,
    judged_at: Timestamp,
) -> Option<u32> {
    report.customer_id.as_ref()?;
    Some(facts.customer.map_or(1, |customer| calendar::month_since(&program.zone, customer.since, judged_at)))
}

/// Gives the conversion to those who keep the customer and drops everything else; `None` when nobody does.
pub(crate) fn keep_customer(
    scene: &Scene<'_>,
    program: &ProgramFacts,
    judged: &mut Vec<Judged>,
) -> Option<Vec<Credit>> {
    let month = month(scene.report, scene.facts, program, scene.time.judged_at())?;
    scene.facts.customer?;
    let mut kept: Vec<(Judged, Share)> = Vec::new();
    for facts in &scene.facts.candidates {
        let (Some(share), Some(months)) = (facts.won, scene.months_of(facts.contract_version_id)) else {
            continue;
        };
        let candidate = candidate_of(facts, &scene.report.action, scene.contracts);
        let outcome = match candidate.barred {
            Some(code) => Outcome::Dropped(code),
            None if months.is_some_and(|months| month > months) => Outcome::Dropped(Code::RecurringEnded),
            None => Outcome::Kept { too_fast: false },
        };
        let one = Judged { candidate, outcome };
        if one.is_kept() {
            kept.push((one, share));
        } else if facts.beside {
            judged.push(one);
        }
    }
    if !kept.is_empty() {
        judged.retain(|one| kept.iter().all(|(keeps, _)| keeps.candidate.touch_id != one.candidate.touch_id));
        let coupons = scene.facts.candidates.iter().filter(|facts| facts.kind == TouchKind::Coupon);
        judged.extend(coupons.map(|facts| Judged {
            candidate: candidate_of(facts, &scene.report.action, scene.contracts),
            outcome: Outcome::Dropped(Code::CustomerBound),
        }));
        for one in judged.iter_mut().filter(|one| one.is_kept()) {
            one.outcome = Outcome::Dropped(Code::CustomerBound);
        }
        judged.extend(kept.iter().map(|(one, _)| *one));
    }
    judged.sort_by_key(|one| (one.candidate.received_at, one.candidate.touch_id));
    kept.sort_by_key(|(one, _)| (one.candidate.received_at, one.candidate.touch_id));
    credits(&kept)
}

/// The shares of those who keep the customer, in proportion, so that they are the whole.
fn credits(kept: &[(Judged, Share)]) -> Option<Vec<Credit>> {
    let sum = kept.iter().try_fold(Share::NONE, |sum, (_, share)| sum.plus(*share))?;
    let credit = |(one, share): &(Judged, Share)| {
        let numerator = share.numerator().checked_mul(sum.denominator())?;
        let denominator = share.denominator().checked_mul(sum.numerator())?;
        Some(Credit {
            touch_id: one.candidate.touch_id,
            publisher_id: one.candidate.publisher_id,
            share: Share::new(numerator, denominator)?,
            too_fast: false,
        })
    };
    let credits: Option<Vec<Credit>> = kept.iter().map(credit).collect();
    credits.filter(|credits| !credits.is_empty())
}
