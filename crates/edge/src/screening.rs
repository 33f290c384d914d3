//! The verdict on a click as far as it needs no history: a pure function of the snapshot and of what the
//! request says. The order of the questions is that of the verdict that is stored when several would fit.

use app::snapshot::{AdvertiserEntry, LinkEntry, ProgramEntry, Snapshot};
use http::{HeaderMap, Method};
use ipnet::IpNet;
use model::{
    Code, Timestamp,
    parties::Status,
    targeting::{Choice, Targeting},
    touch::{Facts, TouchKind},
};
use std::{net::IpAddr, sync::Arc};

use crate::crawlers;

/// What of a request the screening looks at.
pub struct Screened<'a> {
    /// Kind of touch.
    pub kind: TouchKind,
    /// Method of the request.
    pub method: &'a Method,
    /// Headers of the request.
    pub headers: &'a HeaderMap,
    /// Address of the visitor.
    pub address: IpAddr,
    /// Whether the request came over https.
    pub https: bool,
    /// Whether the user agent is a known crawler's.
    pub is_crawler: bool,
    /// When it came.
    pub at: Timestamp,
    /// What is known of the visitor.
    pub facts: &'a Facts,
}

/// The link's program and advertiser; a link without them cannot have been saved.
pub fn owners<'a>(
    snapshot: &'a Snapshot,
    link: &LinkEntry,
) -> Option<(&'a Arc<ProgramEntry>, &'a Arc<AdvertiserEntry>)> {
    let program = snapshot.programs.get(&link.record.program_id)?;
    let advertiser = snapshot.advertisers.get(&program.record.advertiser_id)?;
    Some((program, advertiser))
}

/// Judges a request for a link.
pub fn screen(
    snapshot: &Snapshot,
    link: &LinkEntry,
    program: &ProgramEntry,
    advertiser: &AdvertiserEntry,
    request: &Screened<'_>,
) -> Code {
    standing(snapshot, link, program, advertiser, request.at)
        .or_else(|| origin(program, request))
        .or_else(|| targeting(&program.record.targeting, program, request))
        .unwrap_or(Code::Ok)
}

/// Whether everybody that the link needs is active.
fn standing(
    snapshot: &Snapshot,
    link: &LinkEntry,
    program: &ProgramEntry,
    advertiser: &AdvertiserEntry,
    at: Timestamp,
) -> Option<Code> {
    let record = &program.record;
    if link.record.status != Status::Active {
        return Some(Code::LinkDisabled);
    }
    if !snapshot.is_active(link.record.publisher_id) {
        return Some(Code::PublisherInactive);
    }
    if record.status != Status::Active || advertiser.record.status != Status::Active {
        return Some(Code::ProgramInactive);
    }
    if record.starts_at.is_some_and(|starts_at| at < starts_at) {
        return Some(Code::ProgramNotStarted);
    }
    if record.ends_at.is_some_and(|ends_at| at >= ends_at) {
        return Some(Code::ProgramEnded);
    }
    if !advertiser.is_funded() {
        return Some(Code::AdvertiserUnfunded);
    }
    match snapshot.contract(record.id, link.record.publisher_id, at) {
        Some(contract) if contract.terms().ended => Some(Code::ContractMissing),
        Some(contract) => {
            let awaits = snapshot.awaits_acceptance(contract, link.record.publisher_id);
            awaits.then_some(Code::ContractNotAccepted)
        }
        None => Some(Code::ContractMissing),
    }
}

/// Whether the request comes from where a person would be.
fn origin(program: &ProgramEntry, request: &Screened<'_>) -> Option<Code> {
    let record = &program.record;
    if record.https_only && !request.https {
        return Some(Code::ProtocolRefused);
    }
    let blocked =
        |network: &String| network.parse::<IpNet>().is_ok_and(|network| network.contains(&request.address));
    if record.blocked_addresses.iter().any(blocked) {
        return Some(Code::BlockedIp);
    }
    if let Some(code) = crawlers::uncounted(request.method, request.headers, request.is_crawler) {
        return Some(code);
    }
    let data_center = record.refuse_data_centers && request.facts.data_center == Some(true);
    data_center.then_some(Code::DataCenter)
}

fn targeting(targeting: &Targeting, program: &ProgramEntry, request: &Screened<'_>) -> Option<Code> {
    let facts = request.facts;
    let questions: [(&Choice, &Option<String>, Code); 9] = [
        (&targeting.country, &facts.country, Code::Country),
        (&targeting.region, &facts.region, Code::Region),
        (&targeting.city, &facts.city, Code::City),
        (&targeting.device, &facts.device, Code::Device),
        (&targeting.os, &facts.os, Code::Os),
        (&targeting.browser, &facts.browser, Code::Browser),
        (&targeting.language, &facts.language, Code::Language),
        (&targeting.carrier, &facts.carrier, Code::Carrier),
        (&targeting.connection, &facts.connection, Code::Connection),
    ];
    let refused =
        questions.iter().find(|(choice, value, _)| !choice.is_open() && !choice.admits(value.as_deref()));
    if let Some((_, _, code)) = refused {
        return Some(*code);
    }
    if !os_version_suffices(targeting, facts) {
        return Some(Code::Os);
    }
    if targeting.day_parts.is_empty() {
        return None;
    }
    let (weekday, minute) = Targeting::minute_of(&program.record.zone, request.at);
    (!targeting.admits_minute(weekday, minute)).then_some(Code::DayPart)
}

/// Whether the version of the system is at least what is asked; an unknown version is not.
fn os_version_suffices(targeting: &Targeting, facts: &Facts) -> bool {
    let wanted = facts.os.as_ref().and_then(|os| {
        targeting
            .os_version_min
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(os))
            .map(|(_, version)| version)
    });
    let Some(wanted) = wanted else { return true };
    let numbers =
        |text: &str| text.split('.').map(|part| part.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>();
    facts.os_version.as_deref().is_some_and(|have| numbers(have) >= numbers(wanted))
}

/// Whether a touch with this verdict is sent on to the landing page: it counts, or it was no person who could be harmed.
pub const fn goes_on(code: Code) -> bool {
    matches!(code, Code::Ok | Code::DuplicateClick | Code::Prefetch | Code::HeadRequest | Code::Crawler)
}
