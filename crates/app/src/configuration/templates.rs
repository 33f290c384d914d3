//! Templates of contracts: terms that a program has ready for whom it lets in.
//!
//! A change is a new version; earlier ones stay, because invitations and contracts name them. What a template offers is
//! compiled like a contract before it is stored, and a contract that begins with it has its fee, or without one the fee
//! that stands then.

use model::{
    ContractId, ContractTemplateId, ContractTemplateVersionId, ContractVersionId, ProgramId,
    contract::{ContractVersion, Fee, OfTemplate, TemplateVersion, Terms},
    program::Program,
};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{Edit, contracts, fixed, programs};
use crate::{
    access::{Actor, CONTRACT_CHANGE, Eyes, TEMPLATE_LOOK},
    checks,
    command::Change,
    errors::Refusal,
};

fn missing(id: ContractTemplateId) -> Refusal {
    Refusal::not_found(format!("template {id}"))
}

/// The versions of a template, newest first.
fn versions_of(tx: &mut Tx<'_>, id: ContractTemplateId) -> Result<Vec<TemplateVersion>, Refusal> {
    let filters = [Filter::id("template_id", id.bytes())];
    Ok(configuration::list(tx, &filters, None, usize::MAX, |_| true)?)
}

/// A version that was named.
pub(super) fn named(tx: &mut Tx<'_>, named: OfTemplate) -> Result<Option<TemplateVersion>, Refusal> {
    Ok(versions_of(tx, named.id)?.into_iter().find(|version| version.number == named.number))
}

/// The newest version of what a program offers by this template; none when it is another program's or retired.
pub(super) fn of_program(
    tx: &mut Tx<'_>,
    program: ProgramId,
    id: ContractTemplateId,
) -> Result<Option<TemplateVersion>, Refusal> {
    let newest = newest_first(versions_of(tx, id)?).into_iter().next();
    Ok(newest.filter(|version| version.program_id == program && !version.retired))
}

/// What a program offers by its templates that are not retired.
pub(super) fn offered(tx: &mut Tx<'_>, program: ProgramId) -> Result<Vec<TemplateVersion>, Refusal> {
    let filters = [Filter::id("program_id", program.bytes())];
    let all = configuration::list(tx, &filters, None, usize::MAX, |_| true)?;
    Ok(newest_first(all).into_iter().filter(|version| !version.retired).collect())
}

/// The newest version of each template among `all`, newest template first.
fn newest_first(mut all: Vec<TemplateVersion>) -> Vec<TemplateVersion> {
    all.sort_by_key(|version| std::cmp::Reverse((version.template_id, version.number)));
    all.dedup_by_key(|version| version.template_id);
    all
}

/// Refuses a default that is none of the program's templates.
pub(super) fn check_default(tx: &mut Tx<'_>, program: &Program) -> Result<(), Refusal> {
    match program.default_template_id {
        Some(id) if of_program(tx, program.id, id)?.is_none() => {
            Err(Refusal::field("default_template_id", format!("this program offers no template {id}")))
        }
        _ => Ok(()),
    }
}

/// A template with its program, for the side that offers it.
fn get_with_program(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ContractTemplateId,
) -> Result<(TemplateVersion, Program, Eyes), Refusal> {
    let newest = newest_first(versions_of(tx, id)?).into_iter().next().ok_or_else(|| missing(id))?;
    let program: Program = configuration::get(tx, newest.program_id)?.ok_or_else(|| missing(id))?;
    let eyes = Eyes { publisher: false, ..programs::eyes(tx, actor, &program)? };
    TEMPLATE_LOOK.check(actor, eyes, &format!("template {id}"))?;
    Ok((newest, program, eyes))
}

/// The newest version of a template.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: ContractTemplateId) -> Result<TemplateVersion, Refusal> {
    Ok(get_with_program(tx, actor, id)?.0)
}

/// Every version of a template, newest first.
///
/// # Errors
/// `not_found`; storage errors.
pub fn versions(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ContractTemplateId,
    before: Option<ContractTemplateVersionId>,
    limit: usize,
) -> Result<Vec<TemplateVersion>, Refusal> {
    get(tx, actor, id)?;
    Ok(configuration::list(tx, &[Filter::id("template_id", id.bytes())], before, limit, |_| true)?)
}

/// The newest versions of a page of templates, newest template first, retired ones too.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    program: Option<ProgramId>,
    before: Option<ContractTemplateId>,
    limit: usize,
) -> Result<Vec<TemplateVersion>, Refusal> {
    TEMPLATE_LOOK.check_role(actor)?;
    let own = programs::own(tx, actor)?;
    let ids: Vec<ProgramId> =
        own.iter().map(|it| it.id).filter(|id| program.is_none_or(|wanted| wanted == *id)).collect();
    let mut filters = Vec::new();
    super::narrow(&mut filters, "program_id", Some(&ids), ProgramId::bytes);
    let all = configuration::list(tx, &filters, None, usize::MAX, |_| true)?;
    let page = newest_first(all).into_iter();
    let page = page.skip_while(|version| before.is_some_and(|before| version.template_id >= before));
    Ok(page.take(limit).collect())
}

/// What a new template says.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    /// The program.
    pub program_id: ProgramId,
    /// Shown name.
    pub name: String,
    /// What it offers.
    pub terms: Terms,
    /// Whether it is offered no more.
    pub retired: bool,
}

/// Makes a template: its first version.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn create(change: &mut Change<'_, '_>, new: NewTemplate) -> Result<TemplateVersion, Refusal> {
    CONTRACT_CHANGE.check_role(change.actor)?;
    let no_program = || Refusal::unknown("program_id", format_args!("program {}", new.program_id));
    let program: Program = configuration::get(change.tx, new.program_id)?.ok_or_else(no_program)?;
    if !programs::eyes(change.tx, change.actor, &program)?.advertiser {
        return Err(no_program());
    }
    let version = TemplateVersion {
        id: ContractTemplateVersionId::new(change.now, change.entropy),
        template_id: ContractTemplateId::new(change.now, change.entropy),
        network_id: program.network_id,
        program_id: program.id,
        number: 1,
        name: new.name,
        terms: with_allowed_fee(change, program.id, new.terms, None)?,
        retired: new.retired,
        created_at: change.now,
    };
    store(change, version, &program)
}

/// Changes a template by a new version. An update that changes nothing answers the newest one.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: ContractTemplateId,
    edit: Edit<'_, TemplateVersion>,
) -> Result<TemplateVersion, Refusal> {
    let (before, program, eyes) = get_with_program(change.tx, change.actor, id)?;
    CONTRACT_CHANGE.check(change.actor, eyes, &format!("template {id}"))?;
    let mut after = edit(before.clone())?;
    fixed("program_id", &before.program_id, &after.program_id)?;
    after.terms = with_allowed_fee(change, program.id, after.terms, Some(&before.terms))?;
    if after == before {
        return Ok(before);
    }
    if after.retired && program.default_template_id == Some(id) {
        return Err(
            Refusal::state("it is the program's default; choose another there first").within("retired")
        );
    }
    let number = before.number.checked_add(1);
    let after = TemplateVersion {
        id: ContractTemplateVersionId::new(change.now, change.entropy),
        number: number.ok_or_else(|| Refusal::state("the template has too many versions"))?,
        created_at: change.now,
        ..after
    };
    store(change, after, &program)
}

/// The terms with the fee that was set before. Who may not set one leaves it out, and that which stands is taken over when
/// a contract begins.
fn with_allowed_fee(
    change: &mut Change<'_, '_>,
    program: ProgramId,
    terms: Terms,
    before: Option<&Terms>,
) -> Result<Terms, Refusal> {
    if let Some(before) = before.filter(|before| before.fee != Fee::default()) {
        return contracts::with_fee(change.actor, terms, Some(before));
    }
    let standing = contracts::default_terms(change.tx, program)?;
    contracts::with_fee(change.actor, terms.clone(), standing.as_ref())?;
    Ok(terms)
}

/// Stores a version after checking it as the contract that would begin with it.
fn store(
    change: &mut Change<'_, '_>,
    version: TemplateVersion,
    program: &Program,
) -> Result<TemplateVersion, Refusal> {
    checks::text::name("name", &version.name)?;
    let contract = ContractVersion {
        id: ContractVersionId::from_bytes(*version.id.bytes()),
        contract_id: ContractId::from_bytes(*version.template_id.bytes()),
        network_id: version.network_id,
        program_id: version.program_id,
        publisher_id: None,
        group_id: None,
        number: version.number,
        valid_from: change.now,
        terms: version.terms.clone(),
        template: None,
        created_at: change.now,
    };
    contracts::check(&contract, program)?;
    change.insert(&version, &version.template_id)?;
    Ok(version)
}
