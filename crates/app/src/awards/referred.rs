//! Referrals: what the network pays to whoever brought the publisher of a commission, and to whoever brought that one.
//!
//! They are worked out on all lines of the commission that there are by then, so what a tier raises later is shared too: it adds a line
//! to the referral.

use engine::referral::{FORMAT, ReferralDecision, ReferralFacts, ReferralReceipt, decide};
use ledger::{AccountKind, Source, Transfer};
use model::{
    Entropy, Money, NetworkId, PublisherId, ReferralId, ReferralTermsId, Timestamp,
    referral::{LEVELS_MAX, ReferralLevel, ReferralTerms},
};
use store::{
    Error, Result, Tx,
    configuration::{self, Filter},
    outbox,
    referrals::{self as rows, Referral, ReferralDecisionRow},
};

use super::{Work, followed::Followed};
use crate::{
    access::{Actor, LOOK},
    errors::Refusal,
    events::page_size,
    posting,
    snapshot::Snapshot,
};

/// Somebody who earns on another's commission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Earner {
    pub(crate) publisher_id: PublisherId,
    pub(crate) from_publisher_id: PublisherId,
    pub(crate) level: u8,
    pub(crate) terms_id: ReferralTermsId,
    pub(crate) terms: ReferralLevel,
}

/// The terms that hold for what was received at `at`; `all` are those of one network.
pub(crate) fn in_force(all: &[ReferralTerms], at: Timestamp) -> Option<&ReferralTerms> {
    all.iter().filter(|terms| terms.valid_from <= at).max_by_key(|terms| terms.valid_from)
}

/// Who earns on the commissions of a conversion, by publisher and level.
pub(crate) fn earners(case: &Followed<'_>, snapshot: &Snapshot, terms: &[ReferralTerms]) -> Vec<Earner> {
    let Some(terms) = in_force(terms, case.conversion.received_at) else { return Vec::new() };
    let mut publishers: Vec<PublisherId> = case.first_lines().iter().map(|line| line.publisher_id).collect();
    publishers.sort_unstable();
    publishers.dedup();
    let mut found = Vec::new();
    for from_publisher_id in publishers {
        let mut brought = from_publisher_id;
        for (level, says) in (1_u8..).zip(terms.levels.iter().take(LEVELS_MAX)) {
            let referrer = snapshot.publishers.get(&brought).and_then(|publisher| publisher.referred_by);
            let Some(publisher_id) = referrer else { break };
            let (terms_id, terms) = (terms.id, says.clone());
            found.push(Earner { publisher_id, from_publisher_id, level, terms_id, terms });
            brought = publisher_id;
        }
    }
    found
}

/// What a referral is worth after the decision of this number; `None` when nobody earned a commission there.
pub(crate) fn receipt_after(
    case: &Followed<'_>,
    earner: &Earner,
    number: i64,
) -> Result<Option<ReferralReceipt>> {
    let own = case.first_lines().iter().find(|line| line.publisher_id == earner.from_publisher_id);
    let Some(currency) = own.map(|line| line.commission.currency()) else { return Ok(None) };
    let damaged = |error: &dyn std::fmt::Display| {
        Error::Damaged(format!("referral of {}: {error}", case.conversion.id))
    };
    let standing = case.standing_after(number)?;
    let (commission, stands) = standing
        .commission_of(case.lines_after(number)?, earner.from_publisher_id, currency)
        .map_err(|error| damaged(&error))?;
    let facts = ReferralFacts {
        conversion_id: case.conversion.id,
        decision: u32::try_from(number).unwrap_or(u32::MAX),
        from_publisher_id: earner.from_publisher_id,
        publisher_id: earner.publisher_id,
        level: earner.level,
        terms_id: earner.terms_id,
        terms: earner.terms.clone(),
        commission,
        stands,
    };
    let decision = decide(&facts).map_err(|error| damaged(&error))?;
    let decision = decision.ok_or_else(|| damaged(&"its terms cannot be read"))?;
    Ok(Some(ReferralReceipt { format: FORMAT, facts, decision }))
}

/// The transfers of a referral that has never been earned before, or of what changes of one; `referral` is as it stood before.
pub(crate) fn transfers(
    referral: &Referral,
    history: &[Transfer],
    decision: ReferralDecision,
    at: Timestamp,
) -> Result<Vec<Transfer>, ledger::PostingError> {
    let (network, publisher) = (referral.network_id, referral.publisher_id);
    let before = if history.is_empty() { None } else { Some((referral.earned, referral.taken_back)) };
    let nothing = Money::zero(decision.earned.currency());
    let (earned, taken_back) = before.unwrap_or((nothing, nothing));
    let more = decision.earned.sub(earned)?;
    let mut appended = match before {
        None => {
            let source = Source::Referral(referral.id);
            ledger::award(network, AccountKind::Fees, publisher, more, false, source, at)?
        }
        Some(_) if more.is_zero() => Vec::new(),
        Some(_) => ledger::award_more(history, more, at)?,
    };
    let whole = [history, &appended].concat();
    let sums = ledger::award_taken_back(&whole, decision.taken_back)?;
    let more = if decision.taken_back.units() >= taken_back.units() {
        ledger::reverse(&whole, &sums, at)?
    } else {
        ledger::reinstate(&whole, &sums, at)?
    };
    appended.extend(more);
    Ok(appended)
}

/// Earns, takes back or earns again what this decision changes.
pub(super) fn follow(work: &mut Work<'_>, tx: &mut Tx<'_>, case: &Followed<'_>, number: i64) -> Result<()> {
    let network_id = case.conversion.network_id;
    let terms = terms_of(tx, network_id)?;
    let earners = earners(case, work.snapshot, &terms);
    if earners.is_empty() {
        return Ok(());
    }
    let known = rows::of_conversions(tx, &[case.conversion.id])?;
    for earner in earners {
        let Some(receipt) = receipt_after(case, &earner, number)? else { continue };
        let decision = receipt.decision;
        let same = |one: &&Referral| {
            (one.from_publisher_id, one.level) == (earner.from_publisher_id, i64::from(earner.level))
        };
        let referral = match known.iter().find(same) {
            Some(known) if (known.earned, known.taken_back) == (decision.earned, decision.taken_back) => {
                continue;
            }
            Some(known) => known.clone(),
            None if decision.earned == decision.taken_back => continue,
            None => first(&earner, case, decision, work.now, work.entropy),
        };
        keep(tx, &referral, &receipt, work.now)?;
        work.awards += 1;
    }
    Ok(())
}

fn first(
    earner: &Earner,
    case: &Followed<'_>,
    decision: ReferralDecision,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Referral {
    Referral {
        id: ReferralId::new(now, entropy),
        network_id: case.conversion.network_id,
        publisher_id: earner.publisher_id,
        from_publisher_id: earner.from_publisher_id,
        conversion_id: case.conversion.id,
        level: i64::from(earner.level),
        earned: decision.earned,
        taken_back: decision.taken_back,
        at: now,
    }
}

fn keep(tx: &mut Tx<'_>, referral: &Referral, receipt: &ReferralReceipt, now: Timestamp) -> Result<()> {
    let history = posting::history(tx, Source::Referral(referral.id))?;
    let last = rows::decisions(tx, &[referral.id])?.pop();
    // Each decision has a moment of its own, so that what stood between two of them can be told.
    let now = last.as_ref().map_or(now, |last| now.max(last.at.plus_micros(1)));
    let appended = transfers(referral, &history, receipt.decision, now)
        .map_err(|error| Error::Damaged(format!("referral {}: {error}", referral.id)))?;
    posting::append(tx, &history, &appended)?;
    let sequence = if history.is_empty() {
        rows::insert(tx, referral)?;
        1
    } else {
        rows::set_amounts(tx, referral.id, receipt.decision.earned, receipt.decision.taken_back)?;
        last.map_or(1, |last| last.sequence + 1)
    };
    let taken_back = receipt.decision.taken_back.units();
    let receipt = receipt.text();
    rows::insert_decision(
        tx,
        &ReferralDecisionRow { referral_id: referral.id, sequence, taken_back, receipt, at: now },
    )?;
    outbox::append(tx, now, &[("referrals", referral.id.bytes().to_vec())]).map(drop)
}

/// The terms of a network, newest first.
pub(crate) fn terms_of(tx: &mut Tx<'_>, network: NetworkId) -> Result<Vec<ReferralTerms>> {
    let filters = [Filter::id("network_id", network.bytes())];
    configuration::list(tx, &filters, None, usize::MAX, |_| true)
}

/// A referral as the actor may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralSeen {
    /// The referral.
    pub referral: Referral,
    /// Whose commission it is a share of; who brought somebody who brought others need not know them.
    pub from_publisher_id: Option<PublisherId>,
    /// The newest receipt, for the operator.
    pub receipt: Option<String>,
}

/// A page of the referrals that one earns, newest first; all of the network for the operator.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<ReferralId>,
    limit: usize,
) -> Result<Vec<ReferralSeen>, Refusal> {
    LOOK.check_role(actor)?;
    let found = rows::list(tx, actor.network(), actor.publishers(), before, page_size(limit))?;
    let operator = actor.is_operator();
    let ids: Vec<ReferralId> = found.iter().map(|one| one.id).filter(|_| operator).collect();
    let receipts = rows::decisions(tx, &ids)?;
    let seen = |referral: Referral| {
        let newest = receipts.iter().rev().find(|row| row.referral_id == referral.id);
        let knows = operator || referral.level == 1;
        ReferralSeen {
            from_publisher_id: Some(referral.from_publisher_id).filter(|_| knows),
            receipt: newest.map(|row| row.receipt.clone()),
            referral,
        }
    };
    Ok(found.into_iter().map(seen).collect())
}
