//! Programs: an advertiser's standing invitation, with everything that a click is screened against.

use std::collections::BTreeSet;

use model::{
    AdvertiserId, ProgramId,
    contract::{ContractVersion, Terms},
    joining::Joining,
    parties::{Advertiser, Status},
    program::Program,
};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{Edit, fixed, members, templates};
use crate::{
    access::{Actor, Eyes, PROGRAM_CHANGE},
    checks::{self, bare},
    command::Change,
    errors::{ErrorCode, Refusal},
};

/// The longest notice: a year.
pub const NOTICE_DAYS_MAX: u16 = 366;

/// The longest window in which a second click counts as duplicate: 30 days.
pub const UNIQUE_WINDOW_SECONDS_MAX: u32 = 30 * 86_400;

fn missing(id: ProgramId) -> Refusal {
    Refusal::not_found(format!("program {id}"))
}

/// The program, for its advertiser and for every publisher once it was open.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: ProgramId) -> Result<(Program, Eyes), Refusal> {
    let program: Program = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    let eyes = eyes(tx, actor, &program)?;
    if eyes.open() { Ok((program, eyes)) } else { Err(missing(id)) }
}

/// The actor's eyes on a program.
pub(super) fn eyes(tx: &mut Tx<'_>, actor: &Actor, program: &Program) -> Result<Eyes, Refusal> {
    let known = match program.joining {
        Joining::Invitation => known_to(tx, actor, &[program.id])?,
        Joining::Open | Joining::Application => BTreeSet::new(),
    };
    Ok(actor.eyes_on_program(program, &known))
}

/// Which of these programs by invitation the publishers whom the actor acts for have to do with; none for operators, who
/// need no list.
fn known_to(
    tx: &mut Tx<'_>,
    actor: &Actor,
    by_invitation: &[ProgramId],
) -> Result<BTreeSet<ProgramId>, Refusal> {
    match actor.publishers() {
        Some(publishers) if !publishers.is_empty() && !by_invitation.is_empty() => {
            Ok(configuration::programs_known_to(tx, publishers, by_invitation)?.into_iter().collect())
        }
        _ => Ok(BTreeSet::new()),
    }
}

/// The programs by invitation, where it matters which of them the actor's publishers have to do with.
fn by_invitation(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<ProgramId>, Refusal> {
    if actor.publishers().is_none_or(<[_]>::is_empty) {
        return Ok(Vec::new());
    }
    let network = actor.network();
    let filters = [
        Filter::id("network_id", network.bytes()),
        Filter { column: "joining", values: vec![Joining::Invitation.word().into()] },
    ];
    let found = configuration::list(tx, &filters, None, usize::MAX, |_: &Program| true)?;
    Ok(found.iter().map(|program| program.id).collect())
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProgramFilter {
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// The status.
    pub status: Option<Status>,
}

/// A page of programs, newest first.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: ProgramFilter,
    before: Option<ProgramId>,
    limit: usize,
) -> Result<Vec<(Program, Eyes)>, Refusal> {
    list_such(tx, actor, filter, before, limit, |_| true)
}

/// The same of such programs alone.
pub(super) fn list_such(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: ProgramFilter,
    before: Option<ProgramId>,
    limit: usize,
    such: impl Fn(&Program) -> bool,
) -> Result<Vec<(Program, Eyes)>, Refusal> {
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    if let Some(advertiser) = &filter.advertiser_id {
        filters.push(Filter::id("advertiser_id", advertiser.bytes()));
    }
    let by_invitation = by_invitation(tx, actor)?;
    let known = known_to(tx, actor, &by_invitation)?;
    let eyes = |program: &Program| actor.eyes_on_program(program, &known);
    let keep = |program: &Program| {
        eyes(program).open() && filter.status.is_none_or(|status| status == program.status) && such(program)
    };
    let found = configuration::list(tx, &filters, before, limit, keep)?;
    Ok(found.into_iter().map(|program| (program.clone(), eyes(&program))).collect())
}

/// The programs of the advertisers that the actor acts for.
///
/// # Errors
/// Storage errors.
pub(super) fn own(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Program>, Refusal> {
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    super::narrow(&mut filters, "advertiser_id", actor.advertisers(), AdvertiserId::bytes);
    Ok(configuration::list(tx, &filters, None, usize::MAX, |_| true)?)
}

/// Opens a program.
///
/// # Errors
/// `not_found` (the advertiser), `right_missing`, `field_invalid`; storage errors.
pub fn create(change: &mut Change<'_, '_>, program: Program) -> Result<Program, Refusal> {
    super::own_network(change.actor, program.network_id)?;
    let advertiser: Option<Advertiser> = configuration::get(change.tx, program.advertiser_id)?;
    let advertiser = advertiser.filter(|advertiser| advertiser.network_id == program.network_id);
    let eyes = advertiser.map_or(Eyes::CLOSED, |advertiser| {
        let eyes = change.actor.eyes(advertiser.network_id, Some(advertiser.id), None);
        Eyes { publisher: false, ..eyes }
    });
    PROGRAM_CHANGE.check_role(change.actor)?;
    if !eyes.open() {
        let message = format!("there is no advertiser {}", program.advertiser_id);
        return Err(Refusal::field("advertiser_id", message));
    }
    check(&program)?;
    templates::check_default(change.tx, &program)?;
    change.insert(&program, &program.id)?;
    Ok(program)
}

/// Changes a program. When it stops being open to everybody, those who work in it stay as members; the answer says how
/// many became members by that.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: ProgramId,
    edit: Edit<'_, Program>,
) -> Result<(Program, Option<usize>), Refusal> {
    let (before, eyes) = get(change.tx, change.actor, id)?;
    PROGRAM_CHANGE.check(change.actor, eyes, &format!("program {id}"))?;
    let after = edit(before.clone())?;
    fixed("id", &before.id, &after.id)?;
    fixed("network_id", &before.network_id, &after.network_id)?;
    fixed("advertiser_id", &before.advertiser_id, &after.advertiser_id)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    if before.notice_days > 0
        && after.requires_acceptance
        && !before.requires_acceptance
        && !change.actor.is_operator()
    {
        let message = "publishers would earn nothing until they accept, without the notice that they were promised; only the \
                       operator of the network may ask for it now";
        let refusal = Refusal::new(ErrorCode::RightMissing, message);
        return Err(Refusal { field: Some("requires_acceptance".to_owned()), ..refusal });
    }
    if after.notice_days < before.notice_days && !change.actor.is_operator() {
        let message = "publishers rely on the notice that they were promised; only the operator of the network may shorten it";
        return Err(Refusal {
            field: Some("notice_days".to_owned()),
            ..Refusal::new(ErrorCode::RightMissing, message)
        });
    }
    check(&after)?;
    if after.default_template_id != before.default_template_id {
        templates::check_default(change.tx, &after)?;
    }
    keep_agreed_actions(change.tx, &before, &after)?;
    change.update(&before, &after, &id)?;
    let closes = before.joining == Joining::Open && after.joining != Joining::Open;
    let kept = if closes { Some(members::keep(change, &after)?) } else { None };
    Ok((after, kept))
}

/// An action that a contract pays stays: without it the contract could not be read any more.
fn keep_agreed_actions(tx: &mut Tx<'_>, before: &Program, after: &Program) -> Result<(), Refusal> {
    let removed: Vec<&str> = before
        .actions
        .iter()
        .map(|action| action.name.as_str())
        .filter(|name| after.action(name).is_none())
        .collect();
    if removed.is_empty() {
        return Ok(());
    }
    let pays = |terms: &Terms| terms.actions.iter().any(|terms| removed.contains(&terms.action.as_str()));
    let kept =
        |what: String| Refusal::field("actions", format!("{what} pays an action that you remove; keep it"));
    let filters = [Filter::id("program_id", before.id.bytes())];
    let agreed = |version: &ContractVersion| pays(&version.terms);
    if let Some(version) = configuration::list(tx, &filters, None, 1, agreed)?.first() {
        return Err(kept(format!("contract {}", version.contract_id)));
    }
    match templates::offered(tx, before.id)?.iter().find(|template| pays(&template.terms)) {
        Some(template) => Err(kept(format!("template {}", template.template_id))),
        None => Ok(()),
    }
}

fn check(program: &Program) -> Result<(), Refusal> {
    checks::text::name("name", &program.name)?;
    checks::text::lines("public_terms", &program.public_terms)?;
    if let (Some(starts_at), Some(ends_at)) = (program.starts_at, program.ends_at)
        && ends_at <= starts_at
    {
        return Err(Refusal::field("ends_at", "a program ends after it starts"));
    }
    actions(program)?;
    checks::urls::landing_pages(&program.landing_pages, true)?;
    checks::length("verified_hosts", &program.verified_hosts, 200)?;
    checks::each("verified_hosts", &program.verified_hosts, |host| checks::urls::host_rule(host))?;
    checks::length("app_schemes", &program.app_schemes, 20)?;
    checks::each("app_schemes", &program.app_schemes, |scheme| checks::urls::app_scheme(scheme))?;
    checks::urls::fallbacks(&program.fallbacks)?;
    checks::targeting::targeting(&program.targeting)?;
    checks::length("caps", &program.caps, 20)?;
    commission::compile_program_caps(program).map_err(|errors| first_term_error(errors, ""))?;
    checks::addresses::networks("blocked_addresses", &program.blocked_addresses)?;
    if program.notice_days > NOTICE_DAYS_MAX {
        return Err(Refusal::field("notice_days", format!("at most {NOTICE_DAYS_MAX} days")));
    }
    if !(1..=UNIQUE_WINDOW_SECONDS_MAX).contains(&program.unique_window_seconds) {
        let message = format!("1 to {UNIQUE_WINDOW_SECONDS_MAX} seconds");
        return Err(Refusal::field("unique_window_seconds", message));
    }
    Ok(())
}

fn actions(program: &Program) -> Result<(), Refusal> {
    if program.actions.is_empty() {
        return Err(Refusal::field("actions", "a program pays for at least one kind of result"));
    }
    checks::length("actions", &program.actions, 50)?;
    let mut names = BTreeSet::new();
    for (place, action) in program.actions.iter().enumerate() {
        let within = |refusal: Refusal| refusal.within(&format!("actions[{place}]"));
        checks::text::action_word(&action.name).map_err(within)?;
        if !names.insert(&action.name) {
            return Err(within(bare(format!("there is an action `{}` already", action.name)).within("name")));
        }
    }
    Ok(())
}

/// The refusal of the first complaint about terms, which names how many there are.
pub(crate) fn first_term_error(errors: Vec<commission::TermError>, prefix: &str) -> Refusal {
    let more = errors.len().saturating_sub(1);
    let Some(first) = errors.into_iter().next() else {
        return Refusal::new(ErrorCode::Internal, "terms were refused without a reason");
    };
    let message = if more == 0 { first.message } else { format!("{} (and {more} more)", first.message) };
    Refusal::field(format!("{prefix}{}", first.field), message)
}
