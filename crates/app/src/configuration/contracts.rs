//! Contracts: immutable versions of what a program pays: as a default, for a group or for one publisher.
//!
//! A version promises money, so it is compiled before it is stored: terms that could not be applied are refused
//! with the field that is wrong. A new version begins now or later, never in the past (only the system may write history,
//! for imports), and always after the one before it. What the network earns (`fee`) is the operator's to set.

use std::{collections::HashMap, sync::Arc};

use commission::CompiledContract;
use model::{
    ContractId, ContractVersionId, ProgramId, PublisherGroupId, PublisherId, Timestamp,
    contract::{Audience, ContractVersion, Fee, TemplateVersion, Terms},
    group::{GroupMember, PublisherGroup},
    parties::Publisher,
    program::Program,
};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{groups, payout_tables, programs};
use crate::{
    access::{Actor, CONTRACT_CHANGE, Eyes, Who},
    command::Change,
    errors::{ErrorCode, Refusal},
};

/// What a new contract says.
#[derive(Debug, Clone)]
pub struct NewContract {
    /// The program.
    pub program_id: ProgramId,
    /// With whom it is agreed.
    pub audience: Audience,
    /// The first version.
    pub version: NewVersion,
}

/// What a new version says.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// From when it holds; none from now on.
    pub valid_from: Option<Timestamp>,
    /// The agreement. No fee takes over the one that stands.
    pub terms: Terms,
}

/// The version with the program it belongs to, as far as the actor sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The version.
    pub version: ContractVersion,
    /// Its program.
    pub program: Program,
    /// With whose eyes.
    pub eyes: Eyes,
}

fn missing(id: ContractId) -> Refusal {
    Refusal::not_found(format!("contract {id}"))
}

/// The newest version of a contract, which may not have begun.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: ContractId) -> Result<Seen, Refusal> {
    let version = configuration::newest_version(tx, id)?.ok_or_else(|| missing(id))?;
    let program: Program = configuration::get(tx, version.program_id)?.ok_or_else(|| missing(id))?;
    let on_program = programs::eyes(tx, actor, &program)?;
    let eyes = actor.eyes_on_contract(&version, on_program, &groups::of_actor(tx, actor)?);
    if eyes.open() { Ok(Seen { version, program, eyes }) } else { Err(missing(id)) }
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContractFilter {
    /// The program.
    pub program_id: Option<ProgramId>,
    /// The publisher; finds his own contracts, not those of his groups or the defaults.
    pub publisher_id: Option<PublisherId>,
    /// The group.
    pub group_id: Option<PublisherGroupId>,
}

/// The newest versions of a page of contracts, newest contract first.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: ContractFilter,
    before: Option<ContractId>,
    limit: usize,
) -> Result<Vec<Seen>, Refusal> {
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    if let Some(program) = &filter.program_id {
        filters.push(Filter::id("program_id", program.bytes()));
    }
    if let Some(publisher) = &filter.publisher_id {
        filters.push(Filter::id("publisher_id", publisher.bytes()));
    }
    if let Some(group) = &filter.group_id {
        filters.push(Filter::id("group_id", group.bytes()));
    }
    let programs = visible_programs(tx, actor)?;
    let groups = groups::of_actor(tx, actor)?;
    let eyes = |version: &ContractVersion| {
        let program = programs.get(&version.program_id);
        program.map_or(Eyes::CLOSED, |(_, on_program)| actor.eyes_on_contract(version, *on_program, &groups))
    };
    let found = configuration::newest_versions(tx, &filters, before, limit, |version| eyes(version).open())?;
    let seen = |version: ContractVersion| {
        let (eyes, (program, _)) = (eyes(&version), programs.get(&version.program_id)?.clone());
        Some(Seen { version, program, eyes })
    };
    Ok(found.into_iter().filter_map(seen).collect())
}

fn visible_programs(tx: &mut Tx<'_>, actor: &Actor) -> Result<HashMap<ProgramId, (Program, Eyes)>, Refusal> {
    let all = programs::list(tx, actor, programs::ProgramFilter::default(), None, usize::MAX)?;
    Ok(all.into_iter().map(|(program, eyes)| (program.id, (program, eyes))).collect())
}

/// A page of the versions of one contract, newest first.
///
/// # Errors
/// `not_found`; storage errors.
pub fn versions(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ContractId,
    before: Option<ContractVersionId>,
    limit: usize,
) -> Result<Vec<Seen>, Refusal> {
    let newest = get(tx, actor, id)?;
    let filters = [Filter::id("contract_id", id.bytes())];
    let versions: Vec<ContractVersion> = configuration::list(tx, &filters, before, limit, |_| true)?;
    let of = |version| Seen { version, program: newest.program.clone(), eyes: newest.eyes };
    Ok(versions.into_iter().map(of).collect())
}

/// Agrees on a contract: its first version.
///
/// # Errors
/// `right_missing`, `field_invalid`, `taken`; storage errors.
pub fn create(change: &mut Change<'_, '_>, new: NewContract) -> Result<Seen, Refusal> {
    CONTRACT_CHANGE.check_role(change.actor)?;
    let no_program = || Refusal::unknown("program_id", format_args!("program {}", new.program_id));
    let program: Program = configuration::get(change.tx, new.program_id)?.ok_or_else(no_program)?;
    let eyes = programs::eyes(change.tx, change.actor, &program)?;
    if !eyes.open() {
        return Err(no_program());
    }
    CONTRACT_CHANGE.check(change.actor, eyes, &format!("program {}", program.id))?;
    let field = audience_exists(change.tx, &program, new.audience)?;
    if let Some(id) = configuration::contract_of(change.tx, program.id, new.audience)? {
        return Err(Refusal::taken(field, format!("this is agreed in contract {id}; add a version to it")));
    }
    let standing = newest_with(change.tx, program.id, Audience::Everybody)?;
    let mut stands = standing_for(change, program.id, new.audience)?;
    stands.extend(standing.iter().cloned());
    stands.extend(in_force(change, standing.as_ref())?);
    let stands: Vec<&ContractVersion> = stands.iter().collect();
    let version = ContractVersion {
        id: ContractVersionId::new(change.now, change.entropy),
        contract_id: ContractId::new(change.now, change.entropy),
        network_id: program.network_id,
        program_id: program.id,
        publisher_id: match new.audience {
            Audience::Publisher(publisher) => Some(publisher),
            Audience::Group(_) | Audience::Everybody => None,
        },
        group_id: match new.audience {
            Audience::Group(group) => Some(group),
            Audience::Publisher(_) | Audience::Everybody => None,
        },
        number: 1,
        valid_from: begins(change, &new.version, &program, None, &stands)?,
        terms: with_fee(change.actor, new.version.terms, standing.as_ref().map(|one| &one.terms))?,
        template: None,
        created_at: change.now,
    };
    store(change, &version, &program)?;
    Ok(Seen { version, program, eyes })
}

/// The contract of a publisher's own, or its next version, with the terms of a template that he said yes to: from now on.
pub(super) fn begin_with(
    change: &mut Change<'_, '_>,
    program: &Program,
    publisher: PublisherId,
    template: &TemplateVersion,
) -> Result<ContractVersion, Refusal> {
    let before = newest_with(change.tx, program.id, Audience::Publisher(publisher))?;
    if let Some(later) = before.as_ref().filter(|before| before.valid_from >= change.now) {
        let message =
            format!("version {} of his contract begins at {} already", later.number, later.valid_from);
        return Err(Refusal::state(message));
    }
    let (contract_id, number) = match &before {
        Some(before) => (before.contract_id, before.number.saturating_add(1)),
        None => (ContractId::new(change.now, change.entropy), 1),
    };
    let version = ContractVersion {
        id: ContractVersionId::new(change.now, change.entropy),
        contract_id,
        network_id: program.network_id,
        program_id: program.id,
        publisher_id: Some(publisher),
        group_id: None,
        number,
        valid_from: change.now,
        terms: if template.terms.fee == Fee::default() {
            let standing = default_terms(change.tx, program.id)?;
            with_fee(change.actor, template.terms.clone(), standing.as_ref())?
        } else {
            // Whoever made the template had the right to set it.
            template.terms.clone()
        },
        template: Some(template.named()),
        created_at: change.now,
    };
    store(change, &version, program)?;
    Ok(version)
}

/// The newest terms that the program agrees with everybody.
pub(super) fn default_terms(tx: &mut Tx<'_>, program: ProgramId) -> Result<Option<Terms>, Refusal> {
    Ok(newest_with(tx, program, Audience::Everybody)?.map(|version| version.terms))
}

fn newest_with(
    tx: &mut Tx<'_>,
    program: ProgramId,
    audience: Audience,
) -> Result<Option<ContractVersion>, Refusal> {
    match configuration::contract_of(tx, program, audience)? {
        None => Ok(None),
        Some(contract) => Ok(configuration::newest_version(tx, contract)?),
    }
}

/// The version of a contract that is in force now, when its newest one has yet to begin.
fn in_force(
    change: &mut Change<'_, '_>,
    newest: Option<&ContractVersion>,
) -> Result<Option<ContractVersion>, Refusal> {
    let now = change.now;
    let Some(newest) = newest.filter(|newest| newest.valid_from > now) else { return Ok(None) };
    let filters = [Filter::id("contract_id", newest.contract_id.bytes())];
    let begun = |version: &ContractVersion| version.valid_from <= now;
    Ok(configuration::list(change.tx, &filters, None, 1, begun)?.pop())
}

/// What is agreed for a publisher already, in the groups that he is in: his own contract takes its place.
fn standing_for(
    change: &mut Change<'_, '_>,
    program: ProgramId,
    audience: Audience,
) -> Result<Vec<ContractVersion>, Refusal> {
    let Audience::Publisher(publisher) = audience else { return Ok(Vec::new()) };
    let filters = [Filter::id("publisher_id", publisher.bytes())];
    let stays: Vec<GroupMember> = configuration::list(change.tx, &filters, None, usize::MAX, |_| true)?;
    let mut standing = Vec::new();
    let now = change.now;
    for stay in stays.iter().filter(|stay| stay.covers(now, now)) {
        let newest = newest_with(change.tx, program, Audience::Group(stay.group_id))?;
        standing.extend(in_force(change, newest.as_ref())?);
        standing.extend(newest);
    }
    Ok(standing)
}

/// Refuses to agree with somebody whom the network does not have; gives the field that names him.
fn audience_exists(tx: &mut Tx<'_>, program: &Program, audience: Audience) -> Result<&'static str, Refusal> {
    match audience {
        Audience::Everybody => Ok("program_id"),
        Audience::Publisher(id) => match configuration::get::<Publisher>(tx, id)? {
            Some(publisher) if publisher.network_id == program.network_id => Ok("publisher_id"),
            _ => Err(Refusal::unknown("publisher_id", format_args!("publisher {id}"))),
        },
        Audience::Group(id) => match configuration::get::<PublisherGroup>(tx, id)? {
            Some(group) if group.network_id == program.network_id => Ok("group_id"),
            _ => Err(Refusal::unknown("group_id", format_args!("group {id}"))),
        },
    }
}

/// Adds a version, which holds from its moment on in place of the one before.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn add_version(change: &mut Change<'_, '_>, id: ContractId, new: NewVersion) -> Result<Seen, Refusal> {
    let Seen { version: before, program, eyes } = get(change.tx, change.actor, id)?;
    CONTRACT_CHANGE.check(change.actor, eyes, &format!("contract {id}"))?;
    let number = before.number.checked_add(1);
    let version = ContractVersion {
        id: ContractVersionId::new(change.now, change.entropy),
        number: number.ok_or_else(|| Refusal::state("the contract has too many versions"))?,
        valid_from: {
            let in_force = in_force(change, Some(&before))?;
            let stands: Vec<&ContractVersion> = in_force.iter().chain([&before]).collect();
            begins(change, &new, &program, Some(&before), &stands)?
        },
        terms: with_fee(change.actor, new.terms, Some(&before.terms))?,
        template: None,
        created_at: change.now,
        ..before
    };
    store(change, &version, &program)?;
    Ok(Seen { version, program, eyes })
}

fn store(change: &mut Change<'_, '_>, version: &ContractVersion, program: &Program) -> Result<(), Refusal> {
    check(version, program)?;
    payout_tables::check_contract(change.tx, version)?;
    change.insert(version, &version.contract_id)
}

/// Refuses terms that could not be applied.
pub(super) fn check(version: &ContractVersion, program: &Program) -> Result<(), Refusal> {
    let payout_models: Vec<&str> = attribution::models::names().collect();
    CompiledContract::compile(Arc::new(version.clone()), program, &payout_models)
        .map(drop)
        .map_err(|errors| programs::first_term_error(errors, "terms."))
}

/// When a version begins: never in the past, after the one before it, and with the program's notice when it may be worse
/// for publishers than one of the agreements that stand for them.
fn begins(
    change: &Change<'_, '_>,
    new: &NewVersion,
    program: &Program,
    before: Option<&ContractVersion>,
    stands: &[&ContractVersion],
) -> Result<Timestamp, Refusal> {
    let valid_from = new.valid_from.unwrap_or(change.now);
    if valid_from < change.now && change.actor.who != Who::System {
        let message = format!("a version begins now ({}) or later: the past was agreed already", change.now);
        return Err(Refusal::field("valid_from", message));
    }
    let worse = || stands.iter().any(|one| commission::worsens(&one.terms, &new.terms));
    if change.actor.who != Who::System
        && let Some(begin) = too_soon(program, change.now, valid_from)
        && worse()
    {
        let message = format!(
            "this is or may be worse for publishers than what stands, so they are given {} days of notice: begin at \
             {begin} or later",
            program.notice_days
        );
        return Err(Refusal::field("valid_from", message));
    }
    match before {
        Some(before) if valid_from <= before.valid_from => {
            let message =
                format!("version {} begins at {}; begin after it", before.number, before.valid_from);
            Err(Refusal::field("valid_from", message))
        }
        _ => Ok(valid_from),
    }
}

/// When the program's notice does not let something begin at `at`: a moment from which on it does. It is a full hour, so that
/// it can still be named in the next request.
pub(super) fn too_soon(program: &Program, now: Timestamp, at: Timestamp) -> Option<Timestamp> {
    let earliest = now.plus_seconds(i64::from(program.notice_days) * 86_400);
    let hour = i64::from(3_600_u32) * 1_000_000;
    let hour_after = (earliest.as_micros().div_euclid(hour) + 1).saturating_mul(hour);
    (at < earliest).then(|| Timestamp::from_micros(hour_after))
}

/// The terms with the fee that stands when none is given; another one only from the operator.
pub(super) fn with_fee(actor: &Actor, mut terms: Terms, stands: Option<&Terms>) -> Result<Terms, Refusal> {
    if terms.fee == Fee::default() {
        if let Some(stands) = stands {
            if stands.currency != terms.currency && stands.fee.fixed.is_some() {
                let message = format!(
                    "the fee that stands has a fixed part in {}, which is no amount of {}; the operator sets the fee of \
                     these terms",
                    stands.currency, terms.currency
                );
                return Err(Refusal::field("terms.fee", message));
            }
            terms.fee = stands.fee.clone();
        }
        return Ok(terms);
    }
    let agreed = stands.is_some_and(|stands| stands.fee == terms.fee && stands.currency == terms.currency);
    if actor.is_operator() || agreed {
        return Ok(terms);
    }
    let message =
        "only the operator of the network may set the fee; leave it out to keep the one that stands";
    Err(Refusal { field: Some("terms.fee".to_owned()), ..Refusal::new(ErrorCode::RightMissing, message) })
}
