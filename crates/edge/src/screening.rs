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

/// Judges a visit of the advertiser's pages that no link brought: what is no person's does not count. Who may come is not asked, for he is there.
pub fn screen_visit(program: &ProgramEntry, request: &Screened<'_>) -> Code {
    origin(program, request).unwrap_or(Code::Ok)
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
    if !snapshot.is_member(record, link.record.publisher_id, at) {
        return Some(Code::NotAMember);
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

#[cfg(test)]
mod tests {
    use super::*;
    use app::snapshot::compile_stored;
    use model::{
        contract::{Audience, ContractVersion},
        joining::ProgramMember,
        link::{Link, LinkCode},
        parties::{Advertiser, Publisher},
        program::Program,
    };
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    fn read<T: DeserializeOwned>(value: Value) -> T {
        serde_json::from_value(value).expect("a record of the test")
    }

    fn id(prefix: &str) -> String {
        format!("{prefix}_{}", "0".repeat(26))
    }

    /// When a stay begins and ends, in microseconds.
    type Stay = (i64, Option<i64>);

    /// A link to a program that is joined so, with a contract for everybody and these stays of the publisher.
    fn world(joining: &str, stays: &[Stay]) -> (Snapshot, LinkEntry) {
        let at = Timestamp::from_micros(0);
        let program: Program = read(json!({
            "id": id("prg"), "network_id": id("net"), "advertiser_id": id("adv"), "name": "Shop", "zone": "UTC",
            "actions": [], "landing_pages": [], "joining": joining, "created_at": at,
        }));
        let advertiser: Advertiser =
            read(json!({"id": id("adv"), "network_id": id("net"), "name": "Shop", "created_at": at}));
        let publisher: Publisher =
            read(json!({"id": id("pub"), "network_id": id("net"), "name": "Reviews", "created_at": at}));
        let slug = LinkCode::from_slug("000000000000").expect("a slug");
        let link: Link = read(json!({
            "id": id("lnk"), "slug": slug, "network_id": id("net"), "program_id": program.id,
            "publisher_id": publisher.id, "created_at": at,
        }));
        let version: ContractVersion = read(json!({
            "id": id("cov"), "contract_id": id("con"), "network_id": id("net"), "program_id": program.id,
            "publisher_id": null, "number": 1, "valid_from": at, "terms": {"currency": "USD"}, "created_at": at,
        }));
        let mut snapshot = Snapshot::default();
        let contract = compile_stored(version, &program).expect("terms that compile");
        let everybody = (program.id, Audience::Everybody);
        snapshot.contracts.insert(everybody, Arc::new(vec![Arc::new(contract)]));
        let stay = |(from, until): &Stay| {
            let left = until.map(Timestamp::from_micros);
            let joined = Timestamp::from_micros(*from);
            read::<ProgramMember>(json!({
                "id": id("mem"), "network_id": id("net"), "program_id": program.id, "publisher_id": publisher.id,
                "joined_at": joined, "left_at": left,
            }))
        };
        let stays = stays.iter().map(stay).collect();
        snapshot.members.insert((program.id, publisher.id), Arc::new(stays));
        snapshot.publishers.insert(publisher.id, Arc::new(publisher));
        let funded = Arc::default();
        snapshot.advertisers.insert(advertiser.id, Arc::new(AdvertiserEntry { record: advertiser, funded }));
        let entry = ProgramEntry { record: program, landings: Vec::new(), caps: Vec::new() };
        snapshot.programs.insert(entry.record.id, Arc::new(entry));
        (snapshot, LinkEntry { record: link, landings: Vec::new() })
    }

    fn screened(joining: &str, stays: &[Stay], at: i64) -> Code {
        let (snapshot, link) = world(joining, stays);
        let (program, advertiser) = owners(&snapshot, &link).expect("the link's program");
        let request = Screened {
            kind: TouchKind::Click,
            method: &Method::GET,
            headers: &HeaderMap::new(),
            address: IpAddr::from([192, 0, 2, 1]),
            https: true,
            is_crawler: false,
            at: Timestamp::from_micros(at),
            facts: &Facts::default(),
        };
        screen(&snapshot, &link, program, advertiser, &request)
    }

    #[test]
    fn who_is_not_in_a_program_sends_it_nobody() {
        let second = [(10, Some(20)), (30, None)];
        let table: [(&str, &[Stay], i64, Code); 9] = [
            ("open", &[], 15, Code::Ok),
            ("open", &[(10, Some(20))], 25, Code::Ok),
            ("application", &[], 15, Code::NotAMember),
            ("invitation", &[], 15, Code::NotAMember),
            ("application", &second, 9, Code::NotAMember),
            ("application", &second, 10, Code::Ok),
            ("invitation", &second, 19, Code::Ok),
            ("application", &second, 20, Code::NotAMember),
            ("application", &second, 30, Code::Ok),
        ];
        for (joining, stays, at, code) in table {
            assert_eq!(screened(joining, stays, at), code, "{joining} {stays:?} at {at}");
        }
        assert!(!goes_on(Code::NotAMember));
    }
}
