//! Links: a publisher's way to send visitors to a program.
//!
//! A link joins only what may be joined: an active publisher and a program of one network, both seen by whoever makes it.
//! Coupon codes are given by the advertiser's side, since whoever holds a code is paid for its use.

use std::collections::HashSet;

use model::{
    LinkId, ProgramId, PublisherId,
    link::{CouponPolicy, Link},
    parties::Status,
    program::Program,
};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{Edit, fixed, members, programs, publishers};
use crate::{
    access::{Actor, Eyes, LINK_CHANGE},
    checks,
    command::Change,
    errors::{ErrorCode, Refusal},
};

fn missing(id: LinkId) -> Refusal {
    Refusal::not_found(format!("link {id}"))
}

/// The link, for its publisher and for the advertiser of its program.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: LinkId) -> Result<(Link, Eyes), Refusal> {
    let (link, _, eyes) = get_with_program(tx, actor, id)?;
    Ok((link, eyes))
}

fn get_with_program(tx: &mut Tx<'_>, actor: &Actor, id: LinkId) -> Result<(Link, Program, Eyes), Refusal> {
    let link: Link = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    let program: Program = configuration::get(tx, link.program_id)?.ok_or_else(|| missing(id))?;
    let eyes = actor.eyes_on_link(&link, &program);
    if eyes.open() { Ok((link, program, eyes)) } else { Err(missing(id)) }
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinkFilter {
    /// The program.
    pub program_id: Option<ProgramId>,
    /// The publisher.
    pub publisher_id: Option<PublisherId>,
    /// Only those with a coupon code.
    pub with_coupon: bool,
}

/// A page of links, newest first.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: LinkFilter,
    before: Option<LinkId>,
    limit: usize,
) -> Result<Vec<(Link, Eyes)>, Refusal> {
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    if let Some(program) = &filter.program_id {
        filters.push(Filter::id("program_id", program.bytes()));
    }
    if let Some(publisher) = &filter.publisher_id {
        filters.push(Filter::id("publisher_id", publisher.bytes()));
    } else if actor.advertisers().is_some_and(<[_]>::is_empty) {
        // Only the publishers' side: their index finds the links.
        super::narrow(&mut filters, "publisher_id", actor.publishers(), PublisherId::bytes);
    }
    let own_programs: HashSet<ProgramId> = if actor.is_operator() {
        HashSet::new()
    } else {
        programs::own(tx, actor)?.iter().map(|it| it.id).collect()
    };
    let eyes = |link: &Link| {
        let eyes = actor.eyes(network, None, Some(link.publisher_id));
        Eyes { advertiser: eyes.advertiser || own_programs.contains(&link.program_id), ..eyes }
    };
    let found = configuration::list(tx, &filters, before, limit, |link: &Link| {
        (link.coupon_code.is_some() || !filter.with_coupon) && eyes(link).open()
    })?;
    Ok(found.into_iter().map(|link| (link.clone(), eyes(&link))).collect())
}

/// Makes a link.
///
/// # Errors
/// `right_missing`, `field_invalid`, `taken` (`coupon_code`); storage errors.
pub fn create(change: &mut Change<'_, '_>, link: Link) -> Result<(Link, Eyes), Refusal> {
    super::own_network(change.actor, link.network_id)?;
    LINK_CHANGE.check_role(change.actor)?;
    let actor = change.actor;
    let publisher = publishers::active(change.tx, actor, link.publisher_id, |it| {
        actor.eyes(it.network_id, None, Some(it.id)).publisher
    })?;
    let program: Option<Program> = configuration::get(change.tx, link.program_id)?;
    let no_program = || Refusal::unknown("program_id", format_args!("program {}", link.program_id));
    let program = program.filter(|it| it.network_id == publisher.network_id).ok_or_else(no_program)?;
    if !programs::eyes(change.tx, actor, &program)?.open() {
        return Err(no_program());
    }
    if program.status == Status::Closed {
        let message = "the program is closed";
        return Err(Refusal { field: Some("program_id".to_owned()), ..Refusal::state(message) });
    }
    if !members::is_member(change.tx, &program, publisher.id, change.now)? {
        let message =
            "the publisher is no member of this program: he applies, or accepts an invitation, first";
        return Err(Refusal::state(message).within("program_id"));
    }
    let eyes = actor.eyes_on_link(&link, &program);
    coupon_by_advertiser(eyes, &None, &link.coupon_code, "coupon_code")?;
    coupon_by_advertiser(eyes, &CouponPolicy::default(), &link.coupon_policy, "coupon_policy")?;
    check(&link, &program)?;
    change.insert(&link, &link.id)?;
    Ok((link, eyes))
}

/// Changes a link.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `taken` (`coupon_code`); storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: LinkId,
    edit: Edit<'_, Link>,
) -> Result<(Link, Eyes), Refusal> {
    let (before, program, eyes) = get_with_program(change.tx, change.actor, id)?;
    LINK_CHANGE.check(change.actor, eyes, &format!("link {id}"))?;
    let after = edit(before.clone())?;
    fixed("id", &before.id, &after.id)?;
    fixed("slug", &before.slug, &after.slug)?;
    fixed("network_id", &before.network_id, &after.network_id)?;
    fixed("program_id", &before.program_id, &after.program_id)?;
    fixed("publisher_id", &before.publisher_id, &after.publisher_id)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    coupon_by_advertiser(eyes, &before.coupon_code, &after.coupon_code, "coupon_code")?;
    coupon_by_advertiser(eyes, &before.coupon_policy, &after.coupon_policy, "coupon_policy")?;
    check(&after, &program)?;
    change.update(&before, &after, &id)?;
    Ok((after, eyes))
}

fn coupon_by_advertiser<V: PartialEq>(eyes: Eyes, before: &V, after: &V, field: &str) -> Result<(), Refusal> {
    if eyes.advertiser || before == after {
        return Ok(());
    }
    let message = "coupon codes and what they do are the advertiser's or the operator's to say";
    Err(Refusal { field: Some(field.to_owned()), ..Refusal::new(ErrorCode::RightMissing, message) })
}

fn check(link: &Link, program: &Program) -> Result<(), Refusal> {
    checks::text::optional_name("name", &link.name)?;
    checks::urls::own_landing_pages(&link.landing_pages, program)?;
    link.coupon_code.as_deref().map_or(Ok(()), |code| checks::text::coupon_code("coupon_code", code))
}
