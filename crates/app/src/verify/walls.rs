//! I10: what the configuration names belongs together.

use model::{
    ContractTemplateId, NetworkId, ProgramId, PublisherId, Timestamp,
    contract::{ContractAcceptance, ContractVersion, TemplateVersion},
    creative::Creative,
    exchange::ExchangeRate,
    group::{GroupMember, PublisherGroup},
    joining::{Application, ApplicationState, ProgramMember},
    link::Link,
    parties::{Advertiser, ApiKey, Network, Publisher, User},
    program::Program,
    referral::ReferralTerms,
};
use rustc_hash::FxHashMap;
use store::{Result, Tx, configuration::Record};

use crate::configuration::acceptances::terms_sha256;

use super::{
    findings::{Findings, Invariant, is_damage},
    world::World,
};

/// Checks every record of the configuration.
pub(super) fn check(tx: &mut Tx<'_>, world: &World<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let snapshot = &world.snapshot;
    each::<Network>(tx, "networks", findings, &mut |_| None)?;
    each::<Advertiser>(tx, "advertisers", findings, &mut |advertiser| {
        (!snapshot.networks.contains_key(&advertiser.network_id))
            .then(|| "its network does not exist".to_owned())
    })?;
    each::<Publisher>(tx, "publishers", findings, &mut |publisher| {
        if !snapshot.networks.contains_key(&publisher.network_id) {
            return Some("its network does not exist".to_owned());
        }
        let referrer = publisher.referred_by?;
        let same = snapshot.publishers.get(&referrer).is_some_and(|one| {
            one.network_id == publisher.network_id && one.created_at <= publisher.created_at
        });
        (!same || referrer == publisher.id)
            .then(|| format!("{referrer}, who brought it, is no publisher that its network had before"))
    })?;
    each::<ReferralTerms>(tx, "referral_terms", findings, &mut |terms| {
        (!snapshot.networks.contains_key(&terms.network_id)).then(|| "its network does not exist".to_owned())
    })?;
    each::<PublisherGroup>(tx, "publisher_groups", findings, &mut |group| {
        (!snapshot.networks.contains_key(&group.network_id)).then(|| "its network does not exist".to_owned())
    })?;
    each::<GroupMember>(tx, "group_members", findings, &mut |stay| of_stay(world, stay))?;
    each::<Program>(tx, "programs", findings, &mut |program| {
        let advertiser = snapshot.advertisers.get(&program.advertiser_id);
        let same = advertiser.is_some_and(|entry| entry.record.network_id == program.network_id);
        (!same).then(|| format!("{} is no advertiser of its network", program.advertiser_id))
    })?;
    let templates = templates(tx, world, findings)?;
    each::<ContractVersion>(tx, "contract_versions", findings, &mut |version| {
        of_contract(world, version).or_else(|| of_template(&templates, version))
    })?;
    each::<ExchangeRate>(tx, "exchange_rates", findings, &mut |rate| {
        (!snapshot.networks.contains_key(&rate.network_id)).then(|| "its network does not exist".to_owned())
    })?;
    each::<ContractAcceptance>(tx, "contract_acceptances", findings, &mut |one| of_acceptance(world, one))?;
    each::<Creative>(tx, "creatives", findings, &mut |creative| {
        let program = snapshot.programs.get(&creative.program_id);
        let same = program.is_some_and(|program| program.record.network_id == creative.network_id);
        (!same).then(|| format!("{} is no program of its network", creative.program_id))
    })?;
    each::<Link>(tx, "links", findings, &mut |link| of_link(world, link))?;
    each::<Application>(tx, "applications", findings, &mut |one| {
        of_application(world, one).or_else(|| of_offer(world, &templates, one))
    })?;
    each::<ProgramMember>(tx, "program_members", findings, &mut |stay| of_membership(world, stay))?;
    people(tx, world, findings)
}

fn of_contract(world: &World<'_>, version: &ContractVersion) -> Option<String> {
    let snapshot = &world.snapshot;
    let program = snapshot.programs.get(&version.program_id);
    if program.is_none_or(|program| program.record.network_id != version.network_id) {
        return Some(format!("{} is no program of its network", version.program_id));
    }
    if let Some(group) = version.group_id {
        if version.publisher_id.is_some() {
            return Some("it is agreed with a publisher and with a group".to_owned());
        }
        let same = snapshot.groups.get(&group).is_some_and(|one| one.network_id == version.network_id);
        return (!same).then(|| format!("{group} is no group of its network"));
    }
    strange(world, version.network_id, version.publisher_id?)
}

/// The program and the hash of the terms of each version of a template.
type Templates = FxHashMap<(ContractTemplateId, u32), (ProgramId, Option<String>)>;

fn templates(tx: &mut Tx<'_>, world: &World<'_>, findings: &mut Findings<'_>) -> Result<Templates> {
    let mut templates = Templates::default();
    each::<TemplateVersion>(tx, "contract_template_versions", findings, &mut |version| {
        let of = (version.program_id, terms_sha256(&version.terms).ok());
        templates.insert((version.template_id, version.number), of);
        let program = world.snapshot.programs.get(&version.program_id);
        let same = program.is_some_and(|program| program.record.network_id == version.network_id);
        (!same).then(|| format!("{} is no program of its network", version.program_id))
    })?;
    Ok(templates)
}

/// A contract that began with a template has its terms.
fn of_template(templates: &Templates, version: &ContractVersion) -> Option<String> {
    let template = version.template?;
    let said = (version.program_id, terms_sha256(&version.terms).ok());
    (templates.get(&(template.id, template.number)) != Some(&said))
        .then(|| format!("its terms are not those of version {} of {}", template.number, template.id))
}

/// What an application offers has the terms that the publisher was shown.
fn of_offer(world: &World<'_>, templates: &Templates, one: &Application) -> Option<String> {
    let terms = one.terms.as_ref()?;
    let of_version = |id| {
        let version = world.snapshot.versions.get(&id)?.version();
        Some((version.program_id, terms_sha256(&version.terms).ok()))
    };
    let found = match terms.template {
        Some(named) => templates.get(&(named.id, named.number)).cloned(),
        None => terms.contract_version_id.and_then(of_version),
    };
    let said = (one.program_id, Some(terms.terms_sha256.clone()));
    (found != Some(said)).then(|| "the terms are not those that the publisher was shown".to_owned())
}

fn of_acceptance(world: &World<'_>, acceptance: &ContractAcceptance) -> Option<String> {
    let snapshot = &world.snapshot;
    let Some(contract) = snapshot.versions.get(&acceptance.version_id) else {
        return Some(format!("{} does not exist", acceptance.version_id));
    };
    let version = contract.version();
    let said = (acceptance.contract_id, acceptance.number, acceptance.network_id);
    if said != (version.contract_id, version.number, version.network_id) {
        return Some(format!("it does not say what {} is", acceptance.version_id));
    }
    let hash = terms_sha256(&version.terms).ok();
    if hash.as_ref() != Some(&acceptance.terms_sha256) {
        return Some("the terms are not those that were accepted".to_owned());
    }
    strange(world, acceptance.network_id, acceptance.publisher_id)
}

fn of_stay(world: &World<'_>, stay: &GroupMember) -> Option<String> {
    let snapshot = &world.snapshot;
    if snapshot.groups.get(&stay.group_id).is_none_or(|group| group.network_id != stay.network_id) {
        return Some(format!("{} is no group of its network", stay.group_id));
    }
    strange(world, stay.network_id, stay.publisher_id).or_else(|| backwards(stay.joined_at, stay.left_at))
}

/// What is wrong with a program and a publisher of `network`.
fn apart(
    world: &World<'_>,
    network: NetworkId,
    program: ProgramId,
    publisher: PublisherId,
) -> Option<String> {
    let snapshot = &world.snapshot;
    if snapshot.programs.get(&program).is_none_or(|one| one.record.network_id != network) {
        return Some(format!("{program} is no program of its network"));
    }
    strange(world, network, publisher)
}

/// What is wrong with a publisher of `network`.
fn strange(world: &World<'_>, network: NetworkId, publisher: PublisherId) -> Option<String> {
    let same = world.snapshot.publishers.get(&publisher).is_some_and(|one| one.network_id == network);
    (!same).then(|| format!("{publisher} is no publisher of its network"))
}

/// What is wrong with the moments of a stay.
fn backwards(from: Timestamp, until: Option<Timestamp>) -> Option<String> {
    until.is_some_and(|until| until < from).then(|| "it ends before it begins".to_owned())
}

fn of_application(world: &World<'_>, one: &Application) -> Option<String> {
    let wrong = apart(world, one.network_id, one.program_id, one.publisher_id);
    let program = world.snapshot.programs.get(&one.program_id);
    let came_in = |stay: &ProgramMember| stay.application_id == Some(one.id);
    let accepted = one.state == ApplicationState::Accepted;
    if wrong.is_some() {
        wrong
    } else if program.is_none_or(|program| program.record.advertiser_id != one.advertiser_id) {
        Some(format!("{} is not the advertiser of its program", one.advertiser_id))
    } else if accepted != world.snapshot.has_stay(one.program_id, one.publisher_id, came_in) {
        Some(format!("it is {}, but the publisher's stay says otherwise", one.state.word()))
    } else {
        None
    }
}

fn of_membership(world: &World<'_>, stay: &ProgramMember) -> Option<String> {
    apart(world, stay.network_id, stay.program_id, stay.publisher_id)
        .or_else(|| backwards(stay.joined_at, stay.left_at))
}

fn of_link(world: &World<'_>, link: &Link) -> Option<String> {
    apart(world, link.network_id, link.program_id, link.publisher_id)
}

/// A key stays within its owner's networks, and a membership within its network's parties.
fn people(tx: &mut Tx<'_>, world: &World<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let mut networks_of = FxHashMap::default();
    each::<User>(tx, "users", findings, &mut |user| {
        let networks: Vec<_> = user.memberships.iter().map(|membership| membership.network_id).collect();
        networks_of.insert(user.id, networks);
        user.memberships.iter().find_map(|membership| outside(world, membership))
    })?;
    each::<ApiKey>(tx, "api_keys", findings, &mut |key| {
        let network = key.membership.network_id;
        match networks_of.get(&key.user_id) {
            None => Some(format!("its owner {} does not exist", key.user_id)),
            Some(networks) if !networks.contains(&network) => {
                Some(format!("its owner {} is no member of {network}", key.user_id))
            }
            Some(_) => outside(world, &key.membership),
        }
    })
}

fn outside(world: &World<'_>, membership: &model::access::Membership) -> Option<String> {
    let network = membership.network_id;
    let snapshot = &world.snapshot;
    if !snapshot.networks.contains_key(&network) {
        return Some(format!("a membership is in {network}, which does not exist"));
    }
    let advertiser = membership
        .advertisers
        .iter()
        .find(|id| snapshot.advertisers.get(id).is_none_or(|entry| entry.record.network_id != network));
    if let Some(advertiser) = advertiser {
        return Some(format!("{advertiser} is no advertiser of {network}"));
    }
    let publisher = membership
        .publishers
        .iter()
        .find(|id| snapshot.publishers.get(id).is_none_or(|one| one.network_id != network));
    publisher.map(|publisher| format!("{publisher} is no publisher of {network}"))
}

/// Walks through one kind of record: its columns say what it says, and `wrong` finds nothing.
fn each<T: Record>(
    tx: &mut Tx<'_>,
    what: &'static str,
    findings: &mut Findings<'_>,
    wrong: &mut dyn FnMut(&T) -> Option<String>,
) -> Result<()>
where
    T::Id: std::fmt::Display,
{
    let mut number = 0;
    let walked = store::walk::each_record::<T>(tx, &mut |record, differing| {
        number += 1;
        for column in differing {
            findings.violate(
                Invariant::I10,
                record.id(),
                format!("the column {column} does not say what the record says"),
            );
        }
        if let Some(message) = wrong(&record) {
            findings.violate(Invariant::I10, record.id(), message);
        }
        Ok(())
    });
    findings.count(what, number);
    match walked {
        Err(error) if is_damage(&error) => {
            findings.violate(Invariant::I10, what, error.to_string());
            Ok(())
        }
        result => result,
    }
}
