//! Members: the publishers who are in a program that is not open to everybody.
//!
//! A stay begins when an application or invitation is accepted, and for whoever works in a program already when it stops
//! being open: with his first link or contract there. It ends from either side, at once or later. What counts of a click is
//! whether the publisher was in at that moment: one that counted stays counted, whatever became of him since.

use std::collections::BTreeMap;

use model::{
    ApplicationId, NetworkId, ProgramId, ProgramMemberId, PublisherId, Timestamp,
    contract::ContractVersion,
    joining::{Joining, ProgramMember},
    link::Link,
    program::Program,
};
use store::{
    Tx,
    configuration::{self, Filter},
    outbox,
};

use super::{contracts, programs};
use crate::{
    access::{Actor, Eyes, MEMBERSHIP_END},
    checks,
    command::Change,
    errors::Refusal,
};

/// The kind of the outbox entries that tell of stays: their ids.
pub const MEMBERS: &str = "program_members";

/// The stays of publishers in programs, as far as `filters` find them.
fn stays(tx: &mut Tx<'_>, filters: &[Filter<'_>]) -> Result<Vec<ProgramMember>, Refusal> {
    Ok(configuration::list(tx, filters, None, usize::MAX, |_| true)?)
}

fn of_publisher(
    tx: &mut Tx<'_>,
    program: ProgramId,
    publisher: PublisherId,
) -> Result<Vec<ProgramMember>, Refusal> {
    stays(tx, &[Filter::id("program_id", program.bytes()), Filter::id("publisher_id", publisher.bytes())])
}

/// The stay that covers `at`.
pub(super) fn present(
    tx: &mut Tx<'_>,
    program: ProgramId,
    publisher: PublisherId,
    at: Timestamp,
) -> Result<Option<ProgramMember>, Refusal> {
    Ok(of_publisher(tx, program, publisher)?.into_iter().find(|stay| stay.covers(at)))
}

/// Whether the publisher may bring visitors to the program at `at`.
pub(super) fn is_member(
    tx: &mut Tx<'_>,
    program: &Program,
    publisher: PublisherId,
    at: Timestamp,
) -> Result<bool, Refusal> {
    Ok(program.joining == Joining::Open || present(tx, program.id, publisher, at)?.is_some())
}

/// What of programs an actor sees whole: of one that is not open, whoever is no member sees only what it shows publicly.
pub struct Whole {
    /// None when he sees everything of what he sees.
    stays: Option<Vec<ProgramMember>>,
    now: Timestamp,
}

impl Whole {
    /// What the actor sees whole at `now`.
    ///
    /// # Errors
    /// Storage errors.
    pub fn of(tx: &mut Tx<'_>, actor: &Actor, now: Timestamp) -> Result<Self, Refusal> {
        let Some(publishers) = actor.publishers() else { return Ok(Self { stays: None, now }) };
        let mut filters = Vec::new();
        super::narrow(&mut filters, "publisher_id", Some(publishers), PublisherId::bytes);
        Ok(Self { stays: Some(stays(tx, &filters)?), now })
    }

    /// Whether he sees the whole of this program, which he looks at with `eyes`.
    pub fn shows(&self, program: &Program, eyes: Eyes) -> bool {
        let member = |stay: &ProgramMember| stay.program_id == program.id && stay.covers(self.now);
        eyes.advertiser
            || program.joining == Joining::Open
            || self.stays.as_ref().is_none_or(|stays| stays.iter().any(member))
    }
}

/// A page of the stays in a program, newest first: all of them for the advertiser's side, else one's own.
///
/// # Errors
/// `not_found`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    program: ProgramId,
    before: Option<ProgramMemberId>,
    limit: usize,
) -> Result<Vec<ProgramMember>, Refusal> {
    let (_, eyes) = programs::get(tx, actor, program)?;
    let filters = [Filter::id("program_id", program.bytes())];
    let visible =
        |stay: &ProgramMember| eyes.advertiser || actor.membership.serves_publisher(stay.publisher_id);
    Ok(configuration::list(tx, &filters, before, limit, visible)?)
}

/// Begins a stay with no end in sight: by an application that was accepted, or because he works in the program already.
pub(super) fn begin(
    change: &mut Change<'_, '_>,
    (network_id, program_id, publisher_id): (NetworkId, ProgramId, PublisherId),
    application_id: Option<ApplicationId>,
    joined_at: Timestamp,
) -> Result<ProgramMemberId, Refusal> {
    let id = ProgramMemberId::new(change.now, change.entropy);
    let stay = ProgramMember {
        id,
        network_id,
        program_id,
        publisher_id,
        application_id,
        joined_at,
        left_at: None,
        end_reason: String::new(),
    };
    change.insert(&stay, &id)?;
    Ok(id)
}

/// Makes members of those who have a link or a contract of their own in a program that is open no more: from the first of
/// them on. Whoever left, or had to, and made none since, stays out. Answers how many that were.
pub(super) fn keep(change: &mut Change<'_, '_>, program: &Program) -> Result<usize, Refusal> {
    let filters = [Filter::id("program_id", program.id.bytes())];
    let mut last_end: BTreeMap<PublisherId, Timestamp> = BTreeMap::new();
    for stay in stays(change.tx, &filters)? {
        let end = stay.left_at.unwrap_or(Timestamp::from_micros(i64::MAX));
        last_end.entry(stay.publisher_id).and_modify(|known| *known = end.max(*known)).or_insert(end);
    }
    let mut first: BTreeMap<PublisherId, Timestamp> = BTreeMap::new();
    let mut work = |publisher: PublisherId, at: Timestamp| {
        if last_end.get(&publisher).is_none_or(|end| *end <= at) {
            first.entry(publisher).and_modify(|known| *known = at.min(*known)).or_insert(at);
        }
    };
    let links: Vec<Link> = configuration::list(change.tx, &filters, None, usize::MAX, |_| true)?;
    links.iter().for_each(|link| work(link.publisher_id, link.created_at));
    let own = |version: &ContractVersion| version.publisher_id.is_some();
    let versions: Vec<ContractVersion> = configuration::list(change.tx, &filters, None, usize::MAX, own)?;
    for version in &versions {
        if let Some(publisher) = version.publisher_id {
            work(publisher, version.created_at);
        }
    }
    let mut ids = Vec::new();
    for (publisher_id, joined_at) in &first {
        let of = (program.network_id, program.id, *publisher_id);
        ids.extend_from_slice(begin(change, of, None, *joined_at)?.bytes());
    }
    if !ids.is_empty() {
        outbox::append(change.tx, change.now, &[(MEMBERS, ids)])?;
    }
    Ok(first.len())
}

/// How a membership is ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Whose; not needed by somebody who acts for one publisher.
    pub publisher_id: Option<PublisherId>,
    /// Why, in words that both sides read.
    pub reason: String,
    /// When; none for now.
    pub at: Option<Timestamp>,
}

/// Ends a publisher's membership in a program, from his side or the program's. He was promised the program's notice: only
/// he himself or the operator may end it sooner.
///
/// # Errors
/// `not_found`, `right_missing`, `field_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn end(
    change: &mut Change<'_, '_>,
    program_id: ProgramId,
    ending: &Ending,
) -> Result<ProgramMember, Refusal> {
    let (program, on_program) = programs::get(change.tx, change.actor, program_id)?;
    MEMBERSHIP_END.check_role(change.actor)?;
    let publisher_id = change.actor.publisher_named(ending.publisher_id)?;
    let own = change.actor.eyes(program.network_id, None, Some(publisher_id));
    let none = || Refusal::field("publisher_id", format!("publisher {publisher_id} is no member now"));
    if !on_program.advertiser && !own.publisher {
        return Err(none());
    }
    if program.joining == Joining::Open {
        let message =
            "the program is open to everybody; end the publisher's contract, or close the program first";
        return Err(Refusal::state(message));
    }
    checks::text::words("reason", &ending.reason)?;
    let before = present(change.tx, program_id, publisher_id, change.now)?.ok_or_else(none)?;
    let at = ending.at.unwrap_or(change.now);
    if at < change.now || before.left_at.is_some_and(|left| left <= at) {
        let until =
            before.left_at.map_or(String::new(), |left| format!(" and before {left}, when it ends anyway"));
        return Err(Refusal::field("at", format!("a membership ends now ({}) or later{until}", change.now)));
    }
    if !own.publisher
        && let Some(end) = contracts::too_soon(&program, change.now, at)
    {
        let days = program.notice_days;
        let message =
            format!("publishers of this program are given {days} days of notice: end it at {end} or later");
        return Err(Refusal::field("at", message));
    }
    let after = ProgramMember {
        left_at: Some(at.max(before.joined_at)),
        end_reason: ending.reason.clone(),
        ..before.clone()
    };
    change.update(&before, &after, &after.id)?;
    outbox::append(change.tx, change.now, &[(MEMBERS, after.id.bytes().to_vec())])?;
    Ok(after)
}
