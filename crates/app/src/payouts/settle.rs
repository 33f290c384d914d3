//! What the bank answers: a payment was confirmed, failed, or came back.
//!
//! The same answer a second time changes nothing. An answer that contradicts the one before is not believed by itself:
//! a person looks at it, and says with [`fail`] or [`correct`] how it was.

use std::collections::BTreeMap;

use bank::status::{self, Line, Outcome, ReportFormat};
use ledger::Source;
use model::{
    PayoutId, PayoutRunId,
    payout::{Payout, PayoutRunState, PayoutState},
};
use serde_json::json;
use store::payouts as rows;

use super::{PayoutRun, approve::advance, internal, look::payout_of, move_run, run_of, seal::SealKeys};
use crate::{access::PAYOUT_APPROVE, checks, command::Change, errors::Refusal, posting};

pub use super::look::PayoutSeen;

/// What a report did to one payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is confirmed now.
    Confirmed,
    /// It failed and is back on the balance now.
    Failed,
    /// It was so before.
    Unchanged,
    /// The bank has not decided yet.
    UnderWay,
    /// The run has no such payment.
    Unknown,
    /// It contradicts what was known before; nothing was changed.
    Conflict,
}

impl Effect {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::Unchanged => "unchanged",
            Self::UnderWay => "under_way",
            Self::Unknown => "unknown",
            Self::Conflict => "conflict",
        }
    }
}

/// What a report did, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The payment, as the report named it.
    pub payout: String,
    /// What was done.
    pub effect: Effect,
    /// Words to it.
    pub message: String,
}

/// In which format a report comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ISO 20022 pain.002.
    Pain002,
    /// CSV: `payout_id,status,reason`.
    Csv,
}

/// Says that a payment was confirmed. Again is no error.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict`; storage errors.
pub fn confirm(change: &mut Change<'_, '_>, keys: &SealKeys, id: PayoutId) -> Result<PayoutSeen, Refusal> {
    let payout = loaded(change, id)?;
    match confirmed(change, &payout)? {
        Effect::Conflict => Err(conflict(&payout, "confirmed")),
        _ => finished(change, keys, &payout),
    }
}

/// Says that a payment failed, or came back after it had been confirmed; its amount is back on the balance. Again is no error.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn fail(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    id: PayoutId,
    reason: &str,
) -> Result<PayoutSeen, Refusal> {
    checks::text::name("reason", reason)?;
    let payout = loaded(change, id)?;
    let effect = if payout.state == PayoutState::Confirmed {
        given_back(change, &payout, PayoutState::Returned, reason)?
    } else {
        failed(change, &payout, reason)?
    };
    match effect {
        Effect::Conflict => Err(conflict(&payout, "failed")),
        _ => finished(change, keys, &payout),
    }
}

/// Says that a payment that had failed or come back was paid after all: it is taken from the balance again, which may go below zero.
/// A person says so, with a reason, and no report: the amount may have been paid once more since.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn correct(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    id: PayoutId,
    reason: &str,
) -> Result<PayoutSeen, Refusal> {
    checks::text::name("reason", reason)?;
    let payout = loaded(change, id)?;
    if !matches!(payout.state, PayoutState::Failed | PayoutState::Returned) {
        return Err(conflict(&payout, "corrected to paid"));
    }
    let history = posting::history(change.tx, Source::Payout(id))?;
    let transfers = ledger::correct_payout(&history, change.now).map_err(internal)?;
    posting::append(change.tx, &history, &transfers)?;
    let (reason, settled_at) = (Some(reason.to_owned()), Some(change.now));
    advance(
        change.tx,
        payout.state,
        &Payout { state: PayoutState::Confirmed, reason, settled_at, ..payout.clone() },
    )?;
    finished(change, keys, &payout)
}

/// Says that every payment of a run that is with the bank was confirmed.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict`; storage errors.
pub fn confirm_run(change: &mut Change<'_, '_>, id: PayoutRunId) -> Result<Vec<Reported>, Refusal> {
    let run = run_of(change.tx, change.actor, id)?;
    PAYOUT_APPROVE.check_role(change.actor)?;
    let report = status::Report { of_all: Some(Outcome::Confirmed), ..status::Report::default() };
    apply(change, &run, report)
}

/// Takes in a report of the bank.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid` for a report that cannot be read or is about another run,
/// `state_conflict`; storage errors.
pub fn report(
    change: &mut Change<'_, '_>,
    id: PayoutRunId,
    format: Format,
    content: &str,
) -> Result<Vec<Reported>, Refusal> {
    let run = run_of(change.tx, change.actor, id)?;
    PAYOUT_APPROVE.check_role(change.actor)?;
    let format = match format {
        Format::Pain002 => ReportFormat::Pain002,
        Format::Csv => ReportFormat::Csv,
    };
    let read = status::read(format, content).map_err(|error| Refusal::field("content", error.to_string()))?;
    if read.run.as_ref().is_some_and(|about| *about != id.to_string()) {
        let about: String = read.run.unwrap_or_default().chars().take(40).collect();
        return Err(Refusal::field("content", format!("the report is about {about}, not about this run")));
    }
    if read.run.is_none() && read.of_all.is_some() {
        let message = "the report judges all payments of a message, but does not name it (OrgnlMsgId)";
        return Err(Refusal::field("content", message.to_owned()));
    }
    apply(change, &run, read)
}

fn apply(
    change: &mut Change<'_, '_>,
    run: &PayoutRun,
    report: status::Report,
) -> Result<Vec<Reported>, Refusal> {
    if !matches!(run.state, PayoutRunState::Sent | PayoutRunState::Settled) {
        let message = format!("the run is {}; the bank cannot have answered", run.state.word());
        return Err(Refusal::state(message));
    }
    let all = rows::of_run(change.tx, run.id)?;
    let with_bank = all.into_iter().filter(|payout| payout.approved_at.is_some());
    let mut payouts: BTreeMap<String, Payout> =
        with_bank.map(|payout| (payout.id.to_string(), payout)).collect();
    let mut done = Vec::new();
    for Line { payout: name, outcome } in report.lines {
        // A report that names one payment twice is taken at its first word.
        match payouts.remove(&name) {
            None => done.push(Reported { payout: name, effect: Effect::Unknown, message: String::new() }),
            Some(payout) => done.push(apply_one(change, &payout, &outcome)?),
        }
    }
    if let Some(outcome) = report.of_all {
        for payout in payouts.into_values() {
            done.push(apply_one(change, &payout, &outcome)?);
        }
    }
    settle_run(change, run.id)?;
    let count = |effect| done.iter().filter(|one| one.effect == effect).count();
    let noted = json!({
        "confirmed": count(Effect::Confirmed), "failed": count(Effect::Failed),
        "conflict": count(Effect::Conflict), "lines": done.len(),
    });
    change.audit(Some(run.network_id), &run.id, &noted)?;
    Ok(done)
}

fn apply_one(change: &mut Change<'_, '_>, payout: &Payout, outcome: &Outcome) -> Result<Reported, Refusal> {
    let (effect, message) = match outcome {
        Outcome::Confirmed => (confirmed(change, payout)?, String::new()),
        Outcome::Failed { reason } => {
            let reason: String = reason.chars().filter(|c| !c.is_control()).take(200).collect();
            (failed(change, payout, &reason)?, reason)
        }
        Outcome::UnderWay { word } => (Effect::UnderWay, word.chars().take(35).collect()),
    };
    let message = match effect {
        Effect::Conflict => format!("the payment is {} already; a person must decide", payout.state.word()),
        _ => message,
    };
    Ok(Reported { payout: payout.id.to_string(), effect, message })
}

fn confirmed(change: &mut Change<'_, '_>, payout: &Payout) -> Result<Effect, Refusal> {
    match payout.state {
        PayoutState::Sent => {}
        PayoutState::Confirmed => return Ok(Effect::Unchanged),
        _ => return Ok(Effect::Conflict),
    }
    let history = posting::history(change.tx, Source::Payout(payout.id))?;
    let transfers = ledger::pay_out(&history, change.now).map_err(internal)?;
    posting::append(change.tx, &history, &transfers)?;
    let after = Payout { state: PayoutState::Confirmed, settled_at: Some(change.now), ..payout.clone() };
    advance(change.tx, payout.state, &after)?;
    Ok(Effect::Confirmed)
}

fn failed(change: &mut Change<'_, '_>, payout: &Payout, reason: &str) -> Result<Effect, Refusal> {
    match payout.state {
        PayoutState::Sent => given_back(change, payout, PayoutState::Failed, reason),
        PayoutState::Failed | PayoutState::Returned => Ok(Effect::Unchanged),
        _ => Ok(Effect::Conflict),
    }
}

fn given_back(
    change: &mut Change<'_, '_>,
    payout: &Payout,
    state: PayoutState,
    reason: &str,
) -> Result<Effect, Refusal> {
    let history = posting::history(change.tx, Source::Payout(payout.id))?;
    let transfers = ledger::return_payout(&history, change.now).map_err(internal)?;
    posting::append(change.tx, &history, &transfers)?;
    let (reason, settled_at) = (Some(reason.to_owned()), Some(change.now));
    advance(change.tx, payout.state, &Payout { state, reason, settled_at, ..payout.clone() })?;
    Ok(Effect::Failed)
}

/// The payment, for an operator with the right to pay.
fn loaded(change: &mut Change<'_, '_>, id: PayoutId) -> Result<Payout, Refusal> {
    let payout = payout_of(change.tx, change.actor, id)?;
    PAYOUT_APPROVE.check_role(change.actor)?;
    Ok(payout)
}

fn conflict(payout: &Payout, wanted: &str) -> Refusal {
    let state = payout.state.word();
    Refusal::state(format!("the payment is {state}, so it cannot be {wanted}"))
}

/// Notes what was done to one payment and shows it.
fn finished(change: &mut Change<'_, '_>, keys: &SealKeys, before: &Payout) -> Result<PayoutSeen, Refusal> {
    settle_run(change, before.run_id)?;
    let after = payout_of(change.tx, change.actor, before.id)?;
    if after.state != before.state {
        let noted = json!({ "from": before.state, "to": after.state, "reason": after.reason });
        let network = Some(change.actor.network());
        change.audit(network, &after.id, &noted)?;
    }
    PayoutSeen::new(change.tx, keys, after)
}

/// A run is settled once nothing of it is on its way.
fn settle_run(change: &mut Change<'_, '_>, id: PayoutRunId) -> Result<(), Refusal> {
    let open = rows::of_run(change.tx, id)?.iter().any(|payout| payout.state.is_open());
    let run = run_of(change.tx, change.actor, id)?;
    if !open && run.state == PayoutRunState::Sent {
        move_run(change.tx, id, PayoutRunState::Sent, PayoutRunState::Settled)?;
    }
    Ok(())
}
