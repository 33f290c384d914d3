//! The decision on a conversion.
//!
//! The order of questions, each answered by a code when the answer is no:
//!
//! 1. Was the same business event reported before? `duplicate_of`
//! 2. Is the click id genuine? `click_forged`, `click_unknown`
//! 3. Is the program known, and is it the reporter's? `program_unknown`, `no_touch`, `program_mismatch`
//! 4. Does the program have the action, and what it requires? `action_unknown`, `order_id_missing`,
//!    `amount_invalid`, `currency_unknown`
//! 5. Does the customer still belong to whoever won him? Then those earn (see `recurring`). Else: which touches of the journey may earn, which of them are displaced, and with what credit? The code of the best
//!    dropped touch, or `no_touch`
//! 6. What does each winner's contract pay? `terms_not_met`, `currency_mismatch`, `amount_invalid`
//! 7. Does it fit under every cap? `cap_reached`; `cap_held` where a person is to decide what comes above it
//! 8. Is it a test? `test`
//!
//! An order in another currency than the contract is converted first, by the rate of the judged moment's day: see
//! [`crate::exchange`].
//!
//! The contract that is in force is that of the judged moment (the claimed time bounded by the receive time).
//! Caps count in the period of the receive time, which nobody but us sets. The payout model is that of the
//! contract of the last touch that may earn.

use attribution::{
    candidates::{Candidate, ConversionTime, Judged, Outcome, Windows, judge},
    credit::Attribution,
};
use commission::{CapReached, Threshold};
use model::{
    Code, ConversionId, Money, ProgramId, PublisherId, Share, Timestamp, TouchId,
    conversion::{CommissionLine, ConversionReport, State, order_value},
    touch::TouchKind,
};
use serde::{Deserialize, Serialize};

use crate::{
    displacement::{self, Scene},
    facts::{CandidateFacts, Contracts, Facts, ProgramFacts},
    pay,
    raise::Raise,
    recurring,
};

/// What became of one touch of the journey.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CandidateOutcome {
    /// The touch.
    pub touch_id: TouchId,
    /// `ok` when it earns, else why it does not.
    pub code: Code,
    /// Its share of the conversion, when it earns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Share>,
}

/// The decision.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// State that the conversion starts in.
    pub state: State,
    /// Verdict.
    pub code: Code,
    /// The verdict in English words with the particulars.
    pub reason: String,
    /// The moment that windows and contracts were judged at.
    pub judged_at: Timestamp,
    /// Order value, when one was sent and could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_id: Option<ProgramId>,
    /// When a pending one is approved by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve_at: Option<Timestamp>,
    /// The conversion that counts, for a duplicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<ConversionId>,
    /// Remarks that do not change the verdict, such as `too_fast`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Code>,
    /// What became of each touch, in time order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateOutcome>,
    /// Who earns what. For a test, who would have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<CommissionLine>,
    /// Which items of the order each line's rule was applied to, where rules shared them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<RuleItems>,
    /// What to add to the counters of caps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<Count>,
    /// Steps of retroactive tiers that it reaches, to which what came before is raised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raises: Vec<Raise>,
}

/// The items that a rule was applied to for one touch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RuleItems {
    /// The touch that earned.
    pub touch_id: TouchId,
    /// The rule.
    pub rule: String,
    /// Places of the items in the report, from 0; none for what an order is worth beside its items.
    pub items: Vec<u32>,
}

/// What a decision adds to one counter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Count {
    /// Key of the counter, hex.
    pub key: String,
    /// How much it adds.
    pub adds: i64,
}

impl Decision {
    /// The line with the greatest credit (the first of equals), whose publisher stands for the conversion in lists.
    pub fn main_line(&self) -> Option<&CommissionLine> {
        // A total order of fractions without division: compare cross products.
        self.lines.iter().reduce(|best, line| {
            let better = line.credit.numerator().saturating_mul(best.credit.denominator())
                > best.credit.numerator().saturating_mul(line.credit.denominator());
            if better { line } else { best }
        })
    }
    /// Who stands for the conversion in lists.
    pub fn publisher_id(&self) -> Option<PublisherId> {
        self.main_line().map(|line| line.publisher_id)
    }
    /// Sum of the commissions and of the fees, in the units of their currency; `None` when nobody earns.
    ///
    /// # Errors
    /// Overflow, or lines of several currencies.
    pub fn totals(&self) -> Result<Option<(Money, Money)>, model::MoneyError> {
        let Some(first) = self.lines.first() else { return Ok(None) };
        let zero = Money::zero(first.commission.currency());
        let mut sums = (zero, zero);
        for line in &self.lines {
            sums = (sums.0.add(line.commission)?, sums.1.add(line.fee)?);
        }
        Ok(Some(sums))
    }
}

/// Why the conversion earns nothing.
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) reason: String,
}

pub(crate) fn refuse<T>(code: Code, reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { code, reason: reason.into() })
}

/// The sentence of a code.
pub(crate) fn sentence(code: Code) -> String {
    code.info().en.to_owned()
}

/// Tells what the counter of this stored key holds: that of a cap or of tiers.
pub type Used<'u> = &'u dyn Fn(&[u8]) -> i64;

/// Decides a conversion. `used` tells what a counter holds; every counter that is asked for must be recorded in
/// [`Facts::caps_used`] of the receipt, from which the decision is taken again.
pub fn decide(
    report: &ConversionReport,
    facts: &Facts,
    contracts: &dyn Contracts,
    used: Used<'_>,
) -> Decision {
    decide_and_tell(report, facts, contracts, used).0
}

/// The same, with the percentages of caps that are reached by it.
pub fn decide_and_tell(
    report: &ConversionReport,
    facts: &Facts,
    contracts: &dyn Contracts,
    used: Used<'_>,
) -> (Decision, Vec<Threshold>) {
    let mut told = Vec::new();
    let time = ConversionTime::new(report.occurred_at, report.received_at);
    let mut decision = undecided(facts, time);
    match earn(report, facts, contracts, used, time, &mut decision, &mut told) {
        Ok(_) if report.test => {
            decision.state = State::Test;
            decision.code = Code::Test;
            decision.reason = sentence(Code::Test);
            decision.counts.clear();
            decision.raises.clear();
        }
        Ok(Earned { hold_seconds, above: Some(reached) }) => {
            decision.state = State::Held;
            decision.code = Code::CapHeld;
            decision.reason = format!("{} {reached}.", sentence(Code::CapHeld));
            decision.approve_at = Some(report.received_at.plus_seconds(i64::from(hold_seconds)));
        }
        Ok(Earned { hold_seconds: 0, above: None }) => {
            decision.state = State::Approved;
            decision.code = Code::Ok;
            decision.reason = sentence(Code::Ok);
        }
        Ok(Earned { hold_seconds, above: None }) => {
            decision.state = State::Pending;
            decision.code = Code::Ok;
            decision.reason = sentence(Code::Ok);
            decision.approve_at = Some(report.received_at.plus_seconds(i64::from(hold_seconds)));
        }
        Err(refusal) => {
            decision.code = refusal.code;
            decision.reason = refusal.reason;
            decision.lines.clear();
            decision.items.clear();
            decision.counts.clear();
            if refusal.code == Code::DuplicateOf {
                decision.state = State::Duplicate;
                decision.duplicate_of = facts.duplicate_of;
            } else if report.test {
                // The verdict of a test says what would have happened; its state says that it never counts.
                decision.state = State::Test;
            }
        }
    }
    if report.test {
        told.clear();
    }
    (decision, told)
}

/// What the questions came to when none was answered by no.
struct Earned {
    /// The longest hold among the winners' contracts.
    hold_seconds: u32,
    /// The cap above which it waits for a person.
    above: Option<CapReached>,
}

/// A decision before any question was asked.
fn undecided(facts: &Facts, time: ConversionTime) -> Decision {
    Decision {
        state: State::Rejected,
        code: Code::NoTouch,
        reason: String::new(),
        judged_at: time.judged_at(),
        amount: None,
        program_id: facts.program.as_ref().map(|program| program.id),
        approve_at: None,
        duplicate_of: None,
        flags: Vec::new(),
        candidates: Vec::new(),
        lines: Vec::new(),
        items: Vec::new(),
        counts: Vec::new(),
        raises: Vec::new(),
    }
}

/// What the conversion would earn if no cap were in the way, with the order's value; `None` when it earns nothing.
pub(crate) fn earned_without_caps(
    report: &ConversionReport,
    facts: &Facts,
    contracts: &dyn Contracts,
    used: Used<'_>,
) -> Option<(Option<Money>, Vec<CommissionLine>)> {
    let time = ConversionTime::new(report.occurred_at, report.received_at);
    let mut decision = undecided(facts, time);
    let program = questioned(report, facts, &mut decision).ok()?;
    let credits = attribute(report, facts, program, contracts, time, &mut decision).ok()?;
    pay::pay(report, facts, program, contracts, &credits, used, &mut decision).ok()?;
    Some((decision.amount, decision.lines))
}

/// Walks the questions of the module's head.
fn earn(
    report: &ConversionReport,
    facts: &Facts,
    contracts: &dyn Contracts,
    used: Used<'_>,
    time: ConversionTime,
    decision: &mut Decision,
    told: &mut Vec<Threshold>,
) -> Result<Earned, Refusal> {
    let program = questioned(report, facts, decision)?;
    let credits = attribute(report, facts, program, contracts, time, decision)?;
    let paid = pay::pay(report, facts, program, contracts, &credits, used, decision)?;
    let above = pay::count(report, facts, program, contracts, used, decision, told)?;
    decision.counts.extend(paid.tier_counts);
    decision.raises = paid.raises;
    Ok(Earned { hold_seconds: paid.hold_seconds, above })
}

/// The first four questions of the module's head; fills in the order's value.
fn questioned<'a>(
    report: &ConversionReport,
    facts: &'a Facts,
    decision: &mut Decision,
) -> Result<&'a ProgramFacts, Refusal> {
    if let Some(first) = facts.duplicate_of {
        return refuse(
            Code::DuplicateOf,
            format!("{} The first report is {first}.", sentence(Code::DuplicateOf)),
        );
    }
    if let Some(code) = facts.click_problem {
        return refuse(code, sentence(code));
    }
    let program = checked_program(report, facts)?;
    decision.amount =
        order_value(report, facts.currency).map_err(|(code, reason)| Refusal { code, reason })?;
    check_requirements(report, program, decision.amount)?;
    Ok(program)
}

/// What a report says happened, whoever brought it about and whether or not anybody is paid: its order value where it has one. `None`
/// when the program knows no such result, it was told before, it is a test, or the report tries to pass for a click that never was.
pub fn result_of(report: &ConversionReport, facts: &Facts) -> Option<Option<Money>> {
    if report.test || facts.duplicate_of.is_some() || facts.click_problem == Some(Code::ClickForged) {
        return None;
    }
    let program = checked_program(report, facts).ok()?;
    let amount = order_value(report, facts.currency).ok()?;
    check_requirements(report, program, amount).ok()?;
    Some(amount)
}

fn checked_program<'a>(report: &ConversionReport, facts: &'a Facts) -> Result<&'a ProgramFacts, Refusal> {
    let Some(program) = &facts.program else {
        return match report.program_id {
            Some(program) => {
                refuse(Code::ProgramUnknown, format!("{} It was {program}.", sentence(Code::ProgramUnknown)))
            }
            None => refuse(Code::NoTouch, sentence(Code::NoTouch)),
        };
    };
    if program.advertiser_id != report.advertiser_id {
        return refuse(Code::ProgramMismatch, sentence(Code::ProgramMismatch));
    }
    Ok(program)
}

fn check_requirements(
    report: &ConversionReport,
    program: &ProgramFacts,
    amount: Option<Money>,
) -> Result<(), Refusal> {
    let Some(action) = &program.action else {
        return refuse(
            Code::ActionUnknown,
            format!("{} It was `{}`.", sentence(Code::ActionUnknown), report.action),
        );
    };
    if action.order_id_required && report.order_id.is_none() {
        return refuse(Code::OrderIdMissing, sentence(Code::OrderIdMissing));
    }
    if action.amount_required && amount.is_none() {
        return refuse(Code::AmountInvalid, format!("the action `{}` needs an amount", action.name));
    }
    Ok(())
}

/// A touch that won, with its weight among the winners.
pub(crate) struct Winner<'a> {
    pub(crate) facts: &'a CandidateFacts,
    pub(crate) weight: u64,
}

fn attribute<'a>(
    report: &ConversionReport,
    facts: &'a Facts,
    program: &ProgramFacts,
    contracts: &dyn Contracts,
    time: ConversionTime,
    decision: &mut Decision,
) -> Result<Vec<Winner<'a>>, Refusal> {
    let of_journey = |one: &&CandidateFacts| one.kind != TouchKind::Coupon && !one.beside;
    let touches = facts.candidates.iter().filter(of_journey);
    let candidates: Vec<Candidate> =
        touches.map(|candidate| candidate_of(candidate, &report.action, contracts)).collect();
    let mut judged = judge(&candidates, program.id, time);
    let scene = Scene { report, facts, contracts, program_id: program.id, time };
    let attribution = match recurring::keep_customer(&scene, program, &mut judged) {
        Some(credits) => Attribution { touches: judged, credits },
        None => share_out(&scene, judged, decision)?,
    };
    decision.candidates = attribution.touches.iter().map(outcome_of).collect();
    for credit in &attribution.credits {
        if let Some(outcome) = decision.candidates.iter_mut().find(|one| one.touch_id == credit.touch_id) {
            outcome.credit = Some(credit.share);
        }
        if credit.too_fast && !decision.flags.contains(&Code::TooFast) {
            decision.flags.push(Code::TooFast);
        }
    }
    let shares: Vec<Share> = attribution.credits.iter().map(|credit| credit.share).collect();
    let Some(weights) = weights_of(&shares) else {
        return refuse(Code::TermsNotMet, "the journey is too long for its payout model");
    };
    let winners = attribution.credits.iter().zip(weights).filter_map(|(credit, weight)| {
        facts_of(facts, credit.touch_id).map(|facts| Winner { facts, weight })
    });
    Ok(winners.collect())
}

/// Lets what displaces displace, and shares the conversion among the touches that are left.
fn share_out(
    scene: &Scene<'_>,
    mut judged: Vec<Judged>,
    decision: &mut Decision,
) -> Result<Attribution, Refusal> {
    scene.displace(&mut judged);
    let last_kept = judged.iter().rev().find(|one| one.is_kept()).copied();
    let Some(last_kept) = last_kept else {
        decision.candidates = judged.iter().map(outcome_of).collect();
        return match best_dropped(&judged) {
            Some(code) => refuse(code, sentence(code)),
            None => refuse(Code::NoTouch, sentence(Code::NoTouch)),
        };
    };
    let terms = scene.terms_of(last_kept.candidate.touch_id);
    let model = terms.and_then(|terms| attribution::models::by_name(&terms.payout_model));
    let (Some(terms), Some(model)) = (terms, model) else {
        return refuse(Code::TermsNotMet, "the contract names a payout model that does not exist");
    };
    let mut attribution = attribution::credit::share_out(judged, model, scene.time);
    displacement::reward_assists(&mut attribution, terms.attribution.assist_percent);
    Ok(attribution)
}

pub(crate) fn facts_of(facts: &Facts, touch: TouchId) -> Option<&CandidateFacts> {
    facts.candidates.iter().find(|candidate| candidate.touch_id == touch)
}

pub(crate) fn candidate_of(facts: &CandidateFacts, action: &str, contracts: &dyn Contracts) -> Candidate {
    const NO_WINDOWS: Windows =
        Windows { click_seconds: 0, view_seconds: 0, delay_seconds_min: 0, reject_too_fast: false };
    let contract = facts.contract_version_id.and_then(|version| contracts.contract(version));
    let terms = contract.and_then(|contract| contract.action_terms(action));
    let (windows, barred) = match (contract, terms) {
        (None, _) => (NO_WINDOWS, Some(Code::ContractMissing)),
        (Some(contract), _) if contract.terms().ended => (NO_WINDOWS, Some(Code::ContractMissing)),
        (Some(_), _) if facts.unaccepted => (NO_WINDOWS, Some(Code::ContractNotAccepted)),
        (Some(_), None) => (NO_WINDOWS, Some(Code::TermsNotMet)),
        (Some(contract), Some(terms)) => {
            let own = facts.own && !contract.terms().own_purchases;
            (Windows::of(terms, contract.terms().reject_too_fast), own.then_some(Code::OwnClick))
        }
    };
    Candidate {
        touch_id: facts.touch_id,
        publisher_id: facts.publisher_id,
        program_id: facts.program_id,
        kind: facts.kind,
        received_at: facts.received_at,
        code: facts.code,
        windows,
        barred,
        weight: facts.weight,
    }
}

fn outcome_of(judged: &Judged) -> CandidateOutcome {
    let code = match judged.outcome {
        Outcome::Kept { .. } => Code::Ok,
        Outcome::Dropped(code) => code,
    };
    CandidateOutcome { touch_id: judged.candidate.touch_id, code, credit: None }
}

/// The reason of a conversion without a winner: that of its latest click, else of its latest touch.
fn best_dropped(judged: &[Judged]) -> Option<Code> {
    let code = |one: &Judged| match one.outcome {
        Outcome::Dropped(code) => Some(code),
        Outcome::Kept { .. } => None,
    };
    let clicks = judged.iter().rev().find(|one| one.candidate.kind.is_click());
    clicks.or(judged.last()).and_then(code)
}

/// Integer weights in the proportion of the shares: numerators over their common denominator.
fn weights_of(shares: &[Share]) -> Option<Vec<u64>> {
    let common = shares.iter().try_fold(1_u128, |common, share| {
        let (mut a, mut b) = (common, share.denominator());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        (common / a).checked_mul(share.denominator())
    })?;
    shares
        .iter()
        .map(|share| u64::try_from(share.numerator().checked_mul(common / share.denominator())?).ok())
        .collect()
}
