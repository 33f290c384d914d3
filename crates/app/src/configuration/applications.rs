//! Applications: a publisher wants to join a program, or its side invites him, and the other side answers.
//!
//! ```text
//!   open --accept--> accepted    open --decline--> declined    open --withdraw--> withdrawn    open --time--> expired
//!   open --accept with other terms--> offered --accept--> accepted      offered --decline, withdraw--> withdrawn
//! ```
//!
//! Whoever asked may withdraw, the other side accepts or declines; the operator speaks for either. Of a program and a
//! publisher one at most is open. A yes begins a stay in the program and, from both, is a yes to the terms that the
//! application names: those of a template become a contract of his own, and his acceptance is recorded with their hash, in
//! the name of whoever said it. What is accepted with other terms than the publisher saw, because a template is named or his
//! contract changed since, is an offer that he answers in his turn: nobody is bound by what he did not read.

use std::sync::Arc;

use commission::CompiledContract;
use model::{
    AdvertiserId, ApplicationId, ContractTemplateId, ProgramId, PublisherId, Timestamp,
    contract::{ContractVersion, TemplateVersion, Terms},
    joining::{Application, ApplicationKind, ApplicationState, Joining, OfferedTerms},
    parties::{PublisherKind, Status},
    program::Program,
};
use store::{
    Tx,
    configuration::{self, Filter},
    outbox,
};

use super::{acceptances, contracts, members, programs, publishers, templates};
use crate::{
    access::{ADMIT, Actor, Eyes, JOIN, Need},
    checks,
    command::Change,
    errors::Refusal,
    snapshot::Snapshot,
};

/// The kind of the outbox entries that tell of applications: their ids.
pub const APPLICATIONS: &str = "applications";
/// After how many days whoever was declined may ask again, when the answer says nothing else.
pub const AGAIN_AFTER_DAYS: u16 = 30;
/// The longest time for which a decline may keep somebody from asking again, and for which an invitation may stand.
pub const DAYS_MAX: u16 = 366;

fn missing(id: ApplicationId) -> Refusal {
    Refusal::not_found(format!("application {id}"))
}

fn eyes(actor: &Actor, application: &Application) -> Eyes {
    actor.eyes(application.network_id, Some(application.advertiser_id), Some(application.publisher_id))
}

/// The application, for both its sides.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: ApplicationId) -> Result<Application, Refusal> {
    let application: Application = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    if eyes(actor, &application).open() { Ok(application) } else { Err(missing(id)) }
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplicationFilter {
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// The program.
    pub program_id: Option<ProgramId>,
    /// The publisher.
    pub publisher_id: Option<PublisherId>,
    /// Which side asked.
    pub kind: Option<ApplicationKind>,
    /// Where it stands.
    pub state: Option<ApplicationState>,
}

/// A page of applications as they stand at `now`, newest first: everybody his own, from either side.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: ApplicationFilter,
    now: Timestamp,
    before: Option<ApplicationId>,
    limit: usize,
) -> Result<Vec<Application>, Refusal> {
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    let advertiser = filter.advertiser_id.as_ref().map(std::slice::from_ref);
    let publisher = filter.publisher_id.as_ref().map(std::slice::from_ref);
    // Whoever acts on one side alone is found by its index.
    let one_sided = |other: Option<usize>| other == Some(0);
    let of_advertisers = actor.advertisers().filter(|_| one_sided(actor.publishers().map(<[_]>::len)));
    let of_publishers = actor.publishers().filter(|_| one_sided(actor.advertisers().map(<[_]>::len)));
    super::narrow(&mut filters, "advertiser_id", advertiser, AdvertiserId::bytes);
    super::narrow(&mut filters, "advertiser_id", of_advertisers, AdvertiserId::bytes);
    super::narrow(&mut filters, "publisher_id", publisher, PublisherId::bytes);
    super::narrow(&mut filters, "publisher_id", of_publishers, PublisherId::bytes);
    let program = filter.program_id.as_ref().map(std::slice::from_ref);
    super::narrow(&mut filters, "program_id", program, ProgramId::bytes);
    let keep = |one: &Application| {
        eyes(actor, one).open()
            && filter.kind.is_none_or(|kind| kind == one.kind)
            && filter.state.is_none_or(|state| state == one.state_at(now))
    };
    Ok(configuration::list(tx, &filters, before, limit, keep)?)
}

/// The applications of a publisher to a program, newest first.
fn between(tx: &mut Tx<'_>, program: ProgramId, publisher: PublisherId) -> Result<Vec<Application>, Refusal> {
    let filters = [Filter::id("program_id", program.bytes()), Filter::id("publisher_id", publisher.bytes())];
    Ok(configuration::list(tx, &filters, None, usize::MAX, |_| true)?)
}

/// The terms that hold for a publisher as things stand.
pub(super) fn terms_in_force(
    snapshot: &Snapshot,
    program: ProgramId,
    publisher: PublisherId,
    now: Timestamp,
) -> Result<Option<OfferedTerms>, Refusal> {
    let contract = snapshot.contract(program, publisher, now).filter(|contract| !contract.terms().ended);
    let offered = |contract: &Arc<CompiledContract>| {
        Ok(OfferedTerms {
            contract_version_id: Some(contract.version_id()),
            template: None,
            terms_sha256: acceptances::terms_sha256(contract.terms())?,
        })
    };
    contract.map(offered).transpose()
}

/// The terms of a publisher who would join now: those of the program's default template, unless a contract of his own holds
/// already; else those in force for him, if any.
pub(super) fn terms_now(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot,
    program: &Program,
    publisher: PublisherId,
    now: Timestamp,
) -> Result<Option<OfferedTerms>, Refusal> {
    let own = snapshot
        .contract(program.id, publisher, now)
        .is_some_and(|contract| contract.version().publisher_id.is_some() && !contract.terms().ended);
    if let Some(id) = program.default_template_id.filter(|_| !own && program.joining != Joining::Open)
        && let Some(template) = templates::of_program(tx, program.id, id)?
    {
        return Ok(Some(by_template(&template)?));
    }
    terms_in_force(snapshot, program.id, publisher, now)
}

fn by_template(template: &TemplateVersion) -> Result<OfferedTerms, Refusal> {
    let terms_sha256 = acceptances::terms_sha256(&template.terms)?;
    Ok(OfferedTerms { contract_version_id: None, template: Some(template.named()), terms_sha256 })
}

/// What a template of the program offers, by the id that somebody named.
fn template_named(
    tx: &mut Tx<'_>,
    program: ProgramId,
    id: ContractTemplateId,
) -> Result<OfferedTerms, Refusal> {
    let found = templates::of_program(tx, program, id)?;
    let unknown = || Refusal::field("template_id", format!("this program offers no template {id}"));
    by_template(&found.ok_or_else(unknown)?)
}

/// The words of what was offered.
pub(super) fn read_terms(tx: &mut Tx<'_>, offered: &OfferedTerms) -> Result<Option<Terms>, Refusal> {
    if let Some(template) = offered.template {
        return Ok(templates::named(tx, template)?.map(|version| version.terms));
    }
    let Some(id) = offered.contract_version_id else { return Ok(None) };
    Ok(configuration::get::<ContractVersion>(tx, id)?.map(|version| version.terms))
}

/// What a publisher applies with.
#[derive(Debug, Clone)]
pub struct NewApplication {
    /// The program.
    pub program_id: ProgramId,
    /// Who applies; not needed by somebody who acts for one publisher.
    pub publisher_id: Option<PublisherId>,
    /// How he promotes, in words.
    pub message: String,
    /// The same by kind.
    pub promotion_methods: Vec<PublisherKind>,
}

/// Applies to a program in the name of a publisher.
///
/// # Errors
/// `right_missing`, `field_missing`, `field_invalid`, `taken`, `state_conflict`; storage errors.
pub fn apply(
    change: &mut Change<'_, '_>,
    snapshot: &Snapshot,
    new: NewApplication,
) -> Result<Application, Refusal> {
    JOIN.check_role(change.actor)?;
    let publisher_id = change.actor.publisher_named(new.publisher_id)?;
    let actor = change.actor;
    let publisher = publishers::active(change.tx, actor, publisher_id, |publisher| {
        actor.eyes(publisher.network_id, None, Some(publisher_id)).publisher
    })?;
    let (program, _) = program_named(change, new.program_id)?;
    let refused = match program.joining {
        Joining::Application => None,
        Joining::Open => Some("the program is open to everybody: no application is needed, make a link"),
        Joining::Invitation => Some("the program takes publishers by its own invitation only"),
    };
    if let Some(message) = refused {
        return Err(Refusal::state(message).within("program_id"));
    }
    checks::text::words("message", &new.message)?;
    checks::length("promotion_methods", &new.promotion_methods, 10)?;
    let asked = Application {
        message: new.message,
        promotion_methods: new.promotion_methods,
        terms: terms_now(change.tx, snapshot, &program, publisher.id, change.now)?,
        ..blank(change, &program, publisher.id)
    };
    store(change, asked)
}

/// What a publisher is invited with.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// The program.
    pub program_id: ProgramId,
    /// Who is invited.
    pub publisher_id: PublisherId,
    /// What he is told.
    pub message: String,
    /// The template that a contract of his own begins with; none takes what holds for whoever joins.
    pub template_id: Option<ContractTemplateId>,
    /// Until when he can answer; none for ever.
    pub expires_at: Option<Timestamp>,
}

/// Invites a publisher to a program.
///
/// # Errors
/// `right_missing`, `field_invalid`, `taken`, `state_conflict`; storage errors.
pub fn invite(
    change: &mut Change<'_, '_>,
    snapshot: &Snapshot,
    new: NewInvitation,
) -> Result<Application, Refusal> {
    ADMIT.check_role(change.actor)?;
    let (program, eyes) = program_named(change, new.program_id)?;
    ADMIT.check(change.actor, eyes, &format!("program {}", program.id))?;
    let publisher = publishers::active(change.tx, change.actor, new.publisher_id, |_| true)?;
    checks::text::lines("message", &new.message)?;
    let latest = change.now.plus_seconds(i64::from(DAYS_MAX) * 86_400);
    if new.expires_at.is_some_and(|expires| expires <= change.now || expires > latest) {
        let message = format!(
            "an invitation stands until some moment after now ({}), {DAYS_MAX} days at most",
            change.now
        );
        return Err(Refusal::field("expires_at", message));
    }
    let asked = Application {
        kind: ApplicationKind::Invitation,
        message: new.message,
        terms: match new.template_id {
            Some(id) => Some(template_named(change.tx, program.id, id)?),
            None => terms_now(change.tx, snapshot, &program, publisher.id, change.now)?,
        },
        expires_at: new.expires_at,
        ..blank(change, &program, publisher.id)
    };
    store(change, asked)
}

fn program_named(change: &mut Change<'_, '_>, id: ProgramId) -> Result<(Program, Eyes), Refusal> {
    let found = programs::get(change.tx, change.actor, id);
    let (program, eyes) = found.map_err(|_| Refusal::unknown("program_id", format_args!("program {id}")))?;
    match program.status {
        Status::Active | Status::Paused => Ok((program, eyes)),
        status => Err(Refusal::state(format!("the program is {}", status.word())).within("program_id")),
    }
}

/// An open application of a publisher to a program that says nothing yet.
fn blank(change: &Change<'_, '_>, program: &Program, publisher_id: PublisherId) -> Application {
    Application {
        id: ApplicationId::new(change.now, change.entropy),
        network_id: program.network_id,
        advertiser_id: program.advertiser_id,
        program_id: program.id,
        publisher_id,
        kind: ApplicationKind::Application,
        state: ApplicationState::Open,
        message: String::new(),
        promotion_methods: Vec::new(),
        terms: None,
        expires_at: None,
        created_at: change.now,
        created_by: change.actor.word(),
        answer: String::new(),
        answered_at: None,
        again_at: None,
    }
}

/// Stores a new application, when nothing that was said before is in its way.
fn store(change: &mut Change<'_, '_>, asked: Application) -> Result<Application, Refusal> {
    let (program, publisher, now) = (asked.program_id, asked.publisher_id, change.now);
    if let Some(stay) = members::present(change.tx, program, publisher, now)? {
        let message = format!("the publisher has been a member since {}", stay.joined_at);
        return Err(Refusal::taken("publisher_id", message));
    }
    let earlier = between(change.tx, program, publisher)?;
    for one in &earlier {
        match one.state_at(now) {
            state if state.is_open() => {
                let message = format!("{} {} is {}", one.kind.word(), one.id, state.word());
                return Err(Refusal::taken("publisher_id", message));
            }
            // What nobody answered in time gives up its place now.
            state if state != one.state => replace(change, one, &Application { state, ..one.clone() })?,
            _ => {}
        }
    }
    if let Some(again) = waits_until(&earlier, asked.kind, now) {
        let message =
            format!("the last {} was declined; the next can be made at {again} or later", asked.kind.word());
        return Err(Refusal::state(message).within("publisher_id"));
    }
    change.insert(&asked, &asked.id)?;
    tell(change, &asked)?;
    Ok(asked)
}

/// Until when whoever was declined has to wait before he asks so again, if he has to. `earlier` has the newest first.
pub(super) fn waits_until(
    earlier: &[Application],
    kind: ApplicationKind,
    now: Timestamp,
) -> Option<Timestamp> {
    let last = earlier.iter().find(|one| one.kind == kind)?;
    last.again_at.filter(|again| now < *again)
}

fn replace(change: &mut Change<'_, '_>, before: &Application, after: &Application) -> Result<(), Refusal> {
    change.update(before, after, &after.id)?;
    tell(change, after)
}

fn tell(change: &mut Change<'_, '_>, application: &Application) -> Result<(), Refusal> {
    outbox::append(change.tx, change.now, &[(APPLICATIONS, application.id.bytes().to_vec())])?;
    Ok(())
}

/// Which right answers, and which takes back, what waits for one side.
const fn needs(application: &Application) -> (Need, Need) {
    match (application.kind, application.state) {
        (ApplicationKind::Invitation, _) | (_, ApplicationState::Offered) => (JOIN, ADMIT),
        (ApplicationKind::Application, _) => (ADMIT, JOIN),
    }
}

/// The open application that the actor may answer, or take back.
fn open(
    change: &mut Change<'_, '_>,
    id: ApplicationId,
    need: impl Fn((Need, Need)) -> Need,
) -> Result<Application, Refusal> {
    let application = get(change.tx, change.actor, id)?;
    let seen = eyes(change.actor, &application);
    need(needs(&application)).check(change.actor, seen, &format!("application {id}"))?;
    match application.state_at(change.now) {
        state if state.is_open() => Ok(application),
        state => Err(Refusal::state(format!("the {} is {} already", application.kind.word(), state.word()))),
    }
}

/// Accepts: the publisher is a member from now on, by the terms that the application names. The program's side may name a
/// template (`template_id`). When its terms, or those of the contract in force by now, are others than the publisher was
/// shown, he is asked in his turn.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn accept(
    change: &mut Change<'_, '_>,
    snapshot: &Snapshot,
    id: ApplicationId,
    answer: &str,
    template_id: Option<ContractTemplateId>,
) -> Result<Application, Refusal> {
    let before = open(change, id, |(answers, _)| answers)?;
    checks::text::lines("answer", answer)?;
    let program: Option<Program> = configuration::get(change.tx, before.program_id)?;
    let program = program.filter(|program| program.status != Status::Closed);
    let program = program.ok_or_else(|| Refusal::state("the program is closed"))?;
    publishers::active(change.tx, change.actor, before.publisher_id, |_| true)?;
    let terms = match template_id {
        Some(_) if needs(&before).0 != ADMIT => {
            let message = "the terms are those that stand here; only the program's side names a template";
            return Err(Refusal::field("template_id", message));
        }
        Some(template) => Some(template_named(change.tx, program.id, template)?),
        None => match before.terms.clone().filter(|terms| terms.template.is_some()) {
            Some(shown) => Some(shown),
            None => terms_in_force(snapshot, program.id, before.publisher_id, change.now)?,
        },
    };
    let hash = |terms: &Option<OfferedTerms>| terms.as_ref().map(|terms| terms.terms_sha256.clone());
    if hash(&terms) != hash(&before.terms) {
        let offered = answered(change, &before, ApplicationState::Offered, answer);
        let after = Application { answered_at: None, terms, ..offered };
        replace(change, &before, &after)?;
        return Ok(after);
    }
    let after = Application { terms, ..answered(change, &before, ApplicationState::Accepted, answer) };
    let of = (after.network_id, after.program_id, after.publisher_id);
    let stay = members::begin(change, of, Some(id), change.now)?;
    agree(change, &program, &before, &after)?;
    change.update(&before, &after, &id)?;
    let told = [(APPLICATIONS, id.bytes().to_vec()), (members::MEMBERS, stay.bytes().to_vec())];
    outbox::append(change.tx, change.now, &told)?;
    Ok(after)
}

/// Begins the contract of the template that the application names, if it does, and records the publisher's yes to the terms
/// that he was shown: of whoever applied, or accepts what he was offered now.
fn agree(
    change: &mut Change<'_, '_>,
    program: &Program,
    before: &Application,
    after: &Application,
) -> Result<(), Refusal> {
    let by = if needs(before).0 == ADMIT { before.created_by.clone() } else { change.actor.word() };
    let Some(terms) = &after.terms else { return Ok(()) };
    let version = match terms.template {
        Some(named) => {
            let template = templates::named(change.tx, named)?;
            let template = template.ok_or_else(|| Refusal::state("the template does not exist"))?;
            Some(contracts::begin_with(change, program, after.publisher_id, &template)?)
        }
        None => match terms.contract_version_id {
            Some(id) => configuration::get::<ContractVersion>(change.tx, id)?,
            None => None,
        },
    };
    match version {
        Some(version) => acceptances::record(change, &version, after.publisher_id, by).map(drop),
        None => Ok(()),
    }
}

fn answered(
    change: &Change<'_, '_>,
    before: &Application,
    state: ApplicationState,
    answer: &str,
) -> Application {
    Application { state, answer: answer.to_owned(), answered_at: Some(change.now), ..before.clone() }
}

/// Declines, and says when the other side may ask again. Publishers are told why; why they decline is theirs to say.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn decline(
    change: &mut Change<'_, '_>,
    id: ApplicationId,
    answer: &str,
    again_after_days: u16,
) -> Result<Application, Refusal> {
    let before = open(change, id, |(answers, _)| answers)?;
    if needs(&before).0 == ADMIT {
        checks::text::words("answer", answer)?;
    } else {
        checks::text::lines("answer", answer)?;
    }
    if again_after_days > DAYS_MAX {
        return Err(Refusal::field("again_after_days", format!("at most {DAYS_MAX} days")));
    }
    let again = change.now.plus_seconds(i64::from(again_after_days) * 86_400);
    let after = if before.state == ApplicationState::Offered {
        // His own question came to nothing by that; nobody refused him.
        answered(change, &before, ApplicationState::Withdrawn, answer)
    } else {
        let declined = answered(change, &before, ApplicationState::Declined, answer);
        Application { again_at: Some(again), ..declined }
    };
    replace(change, &before, &after)?;
    Ok(after)
}

/// Takes an application or invitation back.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict`; storage errors.
pub fn withdraw(change: &mut Change<'_, '_>, id: ApplicationId) -> Result<Application, Refusal> {
    let before = open(change, id, |(_, takes_back)| takes_back)?;
    let after = answered(change, &before, ApplicationState::Withdrawn, "");
    replace(change, &before, &after)?;
    Ok(after)
}
