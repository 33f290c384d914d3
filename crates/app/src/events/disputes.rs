//! Disputes: a publisher says what is wrong, the advertiser or the operator answers in words.
//!
//! ```text
//!   open --ask--> needs_info --reply--> open      open, needs_info --accept--> accepted, --decline--> declined
//! ```
//!
//! Accepting changes money only by the ways that there are anyway: a declined conversion is reinstated, an incorrect one is
//! reversed in part, and what was never tracked is reported to the intake under the dispute's own delivery key. The last one
//! happens after the answer is stored ([`settle`]), because only the decider decides; a crash in between is made
//! good by the job that settles again, and the key keeps it from counting twice.

mod settle;

use model::{
    ConversionId, DisputeId, LinkId, Money, ProgramId, PublisherId, TouchId,
    conversion::{ConversionReport, Intake, State},
    dispute::{Dispute, DisputeKind, DisputeMessage, DisputeState, Evidence},
    link::Link,
    parties::Network,
};
use store::{
    Tx, configuration, conversions as rows,
    disputes::{self, DisputeFilter as StoredFilter},
    outbox,
};

use super::{
    conversions,
    judgements::{self, Judgement, Part},
    page_size, report,
};
use crate::{
    App,
    access::{Actor, DISPUTE_ANSWER, DISPUTE_OPEN, Eyes},
    checks,
    command::Change,
    configuration::programs,
    errors::{ErrorCode, Refusal},
    snapshot::Snapshot,
};

pub use settle::{settle, settle_interrupted};

/// The kind of the outbox entry of a missed deadline.
pub const OVERDUE: &str = "dispute.overdue";
/// How long before the result the visitor is taken to have followed a link, when only the link is known.
const SECONDS_BEFORE: i64 = 60;
/// The most messages of a dispute before its answer: the whole of it is one record, which each step writes again.
pub const MESSAGES_MAX: usize = 50;

/// What a publisher opens a dispute with.
#[derive(Debug, Clone)]
pub struct DisputeDraft {
    /// What is wrong.
    pub kind: DisputeKind,
    /// Who disputes; not needed by somebody who acts for one publisher.
    pub publisher_id: Option<PublisherId>,
    /// The conversion that it is about.
    pub conversion_id: Option<ConversionId>,
    /// The program, when there is no conversion.
    pub program_id: Option<ProgramId>,
    /// What is wrong, in words.
    pub text: String,
    /// What he knows of the result.
    pub evidence: Evidence,
}

/// What an accepted dispute changes; a declined conversion is reinstated without it.
#[derive(Debug, Clone, PartialEq)]
pub enum Correction {
    /// Nothing is named: what follows from the kind and the evidence.
    Evident,
    /// This part of the conversion is taken back.
    Reverse(Part),
    /// A conversion of this result is made.
    Report(Evidence),
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct DisputeFilter {
    /// The advertiser.
    pub advertiser_id: Option<model::AdvertiserId>,
    /// The publisher.
    pub publisher_id: Option<PublisherId>,
    /// The state.
    pub state: Option<DisputeState>,
    /// The conversion that it is about.
    pub conversion_id: Option<ConversionId>,
    /// Only those whose deadline was missed, or only the others.
    pub overdue: Option<bool>,
}

fn missing(id: DisputeId) -> Refusal {
    Refusal::not_found(format!("dispute {id}"))
}

fn eyes(actor: &Actor, dispute: &Dispute) -> Eyes {
    actor.eyes(dispute.network_id, Some(dispute.advertiser_id), Some(dispute.publisher_id))
}

/// The dispute, for both its sides.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: DisputeId) -> Result<Dispute, Refusal> {
    let dispute = disputes::by_id(tx, id)?.ok_or_else(|| missing(id))?;
    if eyes(actor, &dispute).open() { Ok(dispute) } else { Err(missing(id)) }
}

/// A page of disputes, newest first.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: &DisputeFilter,
    before: Option<DisputeId>,
    limit: usize,
) -> Result<Vec<Dispute>, Refusal> {
    let mut pages = Vec::new();
    for sight in super::sights(actor, filter.advertiser_id, filter.publisher_id) {
        let stored = StoredFilter {
            network: Some(actor.network()),
            advertisers: sight.advertisers,
            publishers: sight.publishers,
            state: filter.state,
            conversion: filter.conversion_id,
            overdue: filter.overdue,
        };
        pages.push(disputes::list(tx, &stored, before, page_size(limit))?);
    }
    Ok(super::merged(pages, limit, |dispute: &Dispute| dispute.id))
}

/// Opens a dispute.
///
/// # Errors
/// `right_missing`, `field_missing`, `field_invalid`, `taken`; storage errors.
pub fn open(
    change: &mut Change<'_, '_>,
    snapshot: &Snapshot,
    draft: &DisputeDraft,
) -> Result<Dispute, Refusal> {
    DISPUTE_OPEN.check_role(change.actor)?;
    checks::text::words("text", &draft.text)?;
    check_evidence(&draft.evidence)?;
    let publisher_id = change.actor.publisher_named(draft.publisher_id)?;
    let network_id = change.actor.network();
    let no_publisher = || Refusal::unknown("publisher_id", format_args!("publisher {publisher_id}"));
    let publisher: model::parties::Publisher =
        configuration::get(change.tx, publisher_id)?.ok_or_else(no_publisher)?;
    if !change.actor.eyes(publisher.network_id, None, Some(publisher_id)).publisher {
        return Err(no_publisher());
    }
    let program_id = match draft.conversion_id {
        Some(id) => disputed(change, snapshot, draft, publisher_id, id)?,
        None if draft.kind == DisputeKind::Untracked => {
            draft.program_id.ok_or_else(|| Refusal::missing("program_id", "name the program"))?
        }
        None => return Err(Refusal::missing("conversion_id", "name the conversion")),
    };
    let no_program = || Refusal::unknown("program_id", format_args!("program {program_id}"));
    let (program, _) = programs::get(change.tx, change.actor, program_id).map_err(|_| no_program())?;
    if let Some(link) = draft.evidence.link_id {
        own_link(change.tx, link, program_id, publisher_id)?;
    }
    let network: Network = configuration::get(change.tx, network_id)?
        .ok_or_else(|| Refusal::new(ErrorCode::Internal, "the network of a program does not exist"))?;
    let dispute = Dispute {
        id: DisputeId::new(change.now, change.entropy),
        network_id,
        advertiser_id: program.advertiser_id,
        program_id,
        publisher_id,
        conversion_id: draft.conversion_id,
        kind: draft.kind,
        state: DisputeState::Open,
        evidence: draft.evidence.clone(),
        messages: vec![message(change, "publisher", DisputeState::Open, &draft.text)],
        opened_at: change.now,
        deadline: change.now.plus_seconds(i64::from(network.dispute_days) * 86_400),
        overdue_at: None,
        answered_at: None,
        outcome_conversion_id: None,
        report: None,
        settled_at: None,
        commission_change: None,
        changes: 1,
    };
    disputes::insert(change.tx, &dispute)?;
    note(change, &dispute)?;
    Ok(dispute)
}

/// Checks that the publisher may dispute this conversion, and that there is something to dispute; answers its program.
fn disputed(
    change: &mut Change<'_, '_>,
    snapshot: &Snapshot,
    draft: &DisputeDraft,
    publisher_id: PublisherId,
    id: ConversionId,
) -> Result<ProgramId, Refusal> {
    let no_conversion = || Refusal::unknown("conversion_id", format_args!("conversion {id}"));
    let seen = conversions::get(change.tx, snapshot, change.actor, id).map_err(|_| no_conversion())?;
    let state = seen.conversion.state;
    let fits = match draft.kind {
        DisputeKind::Declined => matches!(state, State::Rejected | State::Reversed),
        DisputeKind::Incorrect => state.is_live(),
        DisputeKind::Untracked => !state.is_live(),
    };
    if !fits {
        let message = format!("the conversion is {}, so it cannot be `{}`", state.word(), draft.kind.word());
        return Err(Refusal::field("kind", message));
    }
    // What another publisher of the journey disputes must not keep this one from disputing.
    for state in [DisputeState::Open, DisputeState::NeedsInfo] {
        let filter = StoredFilter {
            publishers: Some(vec![publisher_id]),
            conversion: Some(id),
            state: Some(state),
            ..StoredFilter::default()
        };
        if !disputes::list(change.tx, &filter, None, 1)?.is_empty() {
            return Err(Refusal::taken("conversion_id", "your dispute about this conversion is open"));
        }
    }
    seen.conversion
        .program_id
        .or(draft.program_id)
        .ok_or_else(|| Refusal::missing("program_id", "name the program"))
}

fn own_link(
    tx: &mut Tx<'_>,
    id: LinkId,
    program: ProgramId,
    publisher: PublisherId,
) -> Result<Link, Refusal> {
    let link: Option<Link> = configuration::get(tx, id)?;
    link.filter(|link| (link.program_id, link.publisher_id) == (program, publisher)).ok_or_else(|| {
        let message = format!("the publisher has no link {id} in this program");
        Refusal::field("evidence.link_id", message)
    })
}

fn check_evidence(evidence: &Evidence) -> Result<(), Refusal> {
    let texts = [
        ("action", &evidence.action),
        ("order_id", &evidence.order_id),
        ("amount", &evidence.amount),
        ("currency", &evidence.currency),
        ("click_id", &evidence.click_id),
        ("landing_page", &evidence.landing_page),
    ];
    for (name, text) in texts {
        if let Some(text) = text
            && (text.len() > report::FIELD_BYTES_MAX || text.chars().any(char::is_control))
        {
            let message = format!("at most {} bytes, no control characters", report::FIELD_BYTES_MAX);
            return Err(Refusal::field(format!("evidence.{name}"), message));
        }
    }
    Ok(())
}

fn side(actor: &Actor, dispute: &Dispute) -> &'static str {
    match (actor.is_operator(), eyes(actor, dispute).publisher) {
        (true, _) => "network",
        (false, true) => "publisher",
        (false, false) => "advertiser",
    }
}

fn message(change: &Change<'_, '_>, side: &str, state: DisputeState, text: &str) -> DisputeMessage {
    DisputeMessage { at: change.now, side: side.to_owned(), state, text: text.to_owned() }
}

fn note(change: &mut Change<'_, '_>, dispute: &Dispute) -> Result<(), Refusal> {
    let said = dispute.messages.last();
    let noted = serde_json::json!({
        "state": dispute.state, "kind": dispute.kind, "conversion_id": dispute.conversion_id,
        "outcome_conversion_id": dispute.outcome_conversion_id, "said": said,
    });
    change.audit(Some(dispute.network_id), &dispute.id, &noted)
}

/// Stores a step of a dispute.
fn step(
    change: &mut Change<'_, '_>,
    mut dispute: Dispute,
    state: DisputeState,
    text: &str,
    unsettled: bool,
) -> Result<Dispute, Refusal> {
    let said = message(change, side(change.actor, &dispute), state, text);
    dispute.messages.push(said);
    dispute.state = state;
    dispute.changes += 1;
    if !state.is_open() {
        dispute.answered_at = Some(change.now);
    }
    if !disputes::update(change.tx, &dispute, unsettled)? {
        return Err(Refusal::state("somebody else answered at the same moment; look at the dispute again"));
    }
    note(change, &dispute)?;
    Ok(dispute)
}

/// The dispute, for whoever may answer it, while it is open.
fn to_answer(change: &mut Change<'_, '_>, id: DisputeId) -> Result<Dispute, Refusal> {
    let dispute = get(change.tx, change.actor, id)?;
    DISPUTE_ANSWER.check(change.actor, eyes(change.actor, &dispute), &format!("dispute {id}"))?;
    still_open(&dispute)?;
    Ok(dispute)
}

fn still_open(dispute: &Dispute) -> Result<(), Refusal> {
    match dispute.state.is_open() {
        true => Ok(()),
        false => Err(Refusal::state(format!("the dispute is {}", dispute.state.word()))),
    }
}

/// Whether this many more messages may be said before the dispute is answered.
fn room_for(dispute: &Dispute, more: usize) -> Result<(), Refusal> {
    match dispute.messages.len() + more <= MESSAGES_MAX {
        true => Ok(()),
        false => Err(Refusal::state(format!(
            "a dispute has at most {MESSAGES_MAX} messages; it is to be accepted or declined now"
        ))),
    }
}

/// Asks the publisher something; the dispute waits for his reply.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn ask(change: &mut Change<'_, '_>, id: DisputeId, question: &str) -> Result<Dispute, Refusal> {
    let dispute = to_answer(change, id)?;
    checks::text::words("question", question)?;
    // A question needs room for its reply.
    room_for(&dispute, 2)?;
    step(change, dispute, DisputeState::NeedsInfo, question, false)
}

/// Adds the publisher's words; the dispute waits for the other side again.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn reply(change: &mut Change<'_, '_>, id: DisputeId, text: &str) -> Result<Dispute, Refusal> {
    let dispute = get(change.tx, change.actor, id)?;
    DISPUTE_OPEN.check(change.actor, eyes(change.actor, &dispute), &format!("dispute {id}"))?;
    still_open(&dispute)?;
    checks::text::words("text", text)?;
    room_for(&dispute, 1)?;
    step(change, dispute, DisputeState::Open, text, false)
}

/// Answers that the publisher is not right.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn decline(change: &mut Change<'_, '_>, id: DisputeId, answer: &str) -> Result<Dispute, Refusal> {
    let dispute = to_answer(change, id)?;
    checks::text::words("answer", answer)?;
    step(change, dispute, DisputeState::Declined, answer, false)
}

/// Answers that the publisher is right, and corrects the conversion; one that is to be made is noted for [`settle`].
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn accept(
    change: &mut Change<'_, '_>,
    app: &App,
    id: DisputeId,
    answer: &str,
    correction: &Correction,
) -> Result<Dispute, Refusal> {
    let mut dispute = to_answer(change, id)?;
    checks::text::words("answer", answer)?;
    let told = format!("{id}: {answer}");
    match (dispute.kind, correction, dispute.conversion_id) {
        (DisputeKind::Declined, Correction::Evident, Some(conversion)) => {
            let before = stored(change.tx, conversion)?;
            let after = judgements::reinstate(change, &before, &told)?;
            corrected(change.tx, &mut dispute, &before, &after)?;
        }
        (DisputeKind::Incorrect, Correction::Reverse(part), Some(conversion)) => {
            let before = stored(change.tx, conversion)?;
            let judgement = Judgement::Reverse(part.clone());
            let reason = model::conversion::Reason::DisputeAccepted;
            let after = judgements::apply(change, &before, &judgement, reason, Some(&told))
                .map_err(|refusal| within(refusal, "reverse"))?;
            corrected(change.tx, &mut dispute, &before, &after)?;
        }
        (DisputeKind::Untracked, Correction::Evident, _) => {
            dispute.report = Some(Box::new(report_of(change, app, &dispute, &Evidence::default())?));
        }
        (DisputeKind::Untracked | DisputeKind::Incorrect, Correction::Report(evidence), _) => {
            check_evidence(evidence)?;
            dispute.report = Some(Box::new(report_of(change, app, &dispute, evidence)?));
        }
        (DisputeKind::Incorrect, Correction::Evident, _) => {
            let message =
                "say what is to be corrected: `reverse` a part, or report the missing rest as `conversion`";
            return Err(Refusal::missing("reverse", message));
        }
        (DisputeKind::Declined, ..) => {
            return Err(Refusal::field(
                "reverse",
                "a declined conversion is reinstated; nothing is to be named",
            ));
        }
        (_, Correction::Reverse(_), _) => {
            return Err(Refusal::field("reverse", "only an `incorrect` conversion is reversed"));
        }
    }
    let unsettled = dispute.report.is_some();
    if unsettled {
        rehearse(change, app, &dispute)?;
        dispute.outcome_conversion_id = Some(ConversionId::new(change.now, change.entropy));
    }
    step(change, dispute, DisputeState::Accepted, answer, unsettled)
}

fn within(refusal: Refusal, prefix: &str) -> Refusal {
    if refusal.field.is_some() { refusal.within(prefix) } else { refusal }
}

fn stored(tx: &mut Tx<'_>, id: ConversionId) -> Result<rows::Conversion, Refusal> {
    rows::by_id(tx, id)?.ok_or_else(|| Refusal::not_found(format!("conversion {id}")))
}

/// Notes what became of the conversion. How much more it earns is told only where all of it is the publisher's own.
fn corrected(
    tx: &mut Tx<'_>,
    dispute: &mut Dispute,
    before: &rows::Conversion,
    after: &rows::Conversion,
) -> Result<(), Refusal> {
    dispute.outcome_conversion_id = Some(after.id);
    let alone = earns_alone(tx, after.id, dispute.publisher_id)?;
    let change = after.commission.checked_sub(before.commission).filter(|_| alone);
    dispute.commission_change =
        after.commission_currency.zip(change).map(|(currency, units)| Money::from_units(units, currency));
    Ok(())
}

/// Whether nobody but this publisher earns on the conversion.
fn earns_alone(
    tx: &mut Tx<'_>,
    conversion: ConversionId,
    publisher: PublisherId,
) -> Result<bool, store::Error> {
    Ok(rows::lines(tx, &[conversion])?.iter().all(|(_, _, line)| line.publisher_id == publisher))
}

/// The report of the result that was not tracked: what the answer names, else what the publisher said.
fn report_of(
    change: &mut Change<'_, '_>,
    app: &App,
    dispute: &Dispute,
    named: &Evidence,
) -> Result<ConversionReport, Refusal> {
    let said = &dispute.evidence;
    let or = |named: &Option<String>, said: &Option<String>| named.clone().or_else(|| said.clone());
    let occurred_at = named.occurred_at.or(said.occurred_at);
    let link = named.link_id.or(said.link_id);
    let click_id = match (or(&named.click_id, &said.click_id), link) {
        (Some(click_id), _) => click_id,
        (None, Some(link)) => {
            let link = own_link(change.tx, link, dispute.program_id, dispute.publisher_id)?;
            let moment = occurred_at.unwrap_or(change.now).plus_seconds(-SECONDS_BEFORE);
            app.click_ids.mint(TouchId::new(moment, change.entropy), link.slug.number())
        }
        (None, None) => {
            let message = "name the click id or the publisher's link that the visitor followed";
            return Err(Refusal::missing("conversion.link_id", message));
        }
    };
    let action = or(&named.action, &said.action)
        .ok_or_else(|| Refusal::missing("conversion.action", "name the action, such as `order`"))?;
    Ok(ConversionReport {
        advertiser_id: dispute.advertiser_id,
        intake: Intake::Dispute,
        action,
        received_at: change.now,
        occurred_at,
        program_id: Some(dispute.program_id),
        click_id: Some(click_id),
        visitor_id: None,
        order_id: or(&named.order_id, &said.order_id),
        amount: or(&named.amount, &said.amount),
        currency: or(&named.currency, &said.currency).map(|currency| currency.to_ascii_uppercase()),
        items: Vec::new(),
        coupon: None,
        checkout_started_at: None,
        paid_click_at: None,
        paid_click_channel: None,
        arrival: None,
        customer_id: None,
        customer: None,
        email_sha256: None,
        adv: Default::default(),
        test: false,
        // The dispute's id gives it a key that nobody can take before, see `intake::ConversionDraft`.
        idempotency_key: None,
        dispute_id: Some(dispute.id),
    })
}

/// Refuses what the normal path would not pay to the publisher, before the dispute is accepted.
fn rehearse(change: &mut Change<'_, '_>, app: &App, dispute: &Dispute) -> Result<(), Refusal> {
    let Some(report) = &dispute.report else { return Ok(()) };
    let answer = report::rehearse_in(change.tx, app, (**report).clone())?;
    if answer.replayed {
        let message = format!("its report would repeat another, {}", answer.conversion_id);
        return Err(Refusal::state(message));
    }
    if !answer.state.is_live() {
        return Err(Refusal::state(format!("it would not be paid: {} ({})", answer.reason, answer.code)));
    }
    match answer.publisher_id {
        Some(publisher) if publisher == dispute.publisher_id => Ok(()),
        _ => Err(Refusal::state("it would be paid to another publisher: the click is not this one's")),
    }
}

/// Marks disputes whose deadline has passed; nothing is decided by it. Answers how many.
///
/// # Errors
/// Storage errors.
pub fn mark_overdue(tx: &mut Tx<'_>, now: model::Timestamp, limit: u32) -> Result<usize, store::Error> {
    let overdue = disputes::newly_overdue(tx, now, limit)?;
    let mut ids = Vec::new();
    for mut dispute in overdue {
        dispute.overdue_at = Some(now);
        dispute.changes += 1;
        if disputes::update(tx, &dispute, false)? {
            ids.extend_from_slice(dispute.id.bytes());
        }
    }
    if !ids.is_empty() {
        outbox::append(tx, now, &[(OVERDUE, ids.clone())])?;
    }
    Ok(ids.len() / 16)
}
