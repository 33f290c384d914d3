//! From a request for a link to a screened touch: what clicks, impressions and script visits share.

use std::{net::IpAddr, sync::Arc};

use app::{
    intake::{TouchDraft, UniqueKeys},
    snapshot::{LinkEntry, ProgramEntry, Snapshot},
};
use http::{HeaderMap, Method, header};
use model::{
    Code, CreativeId, TouchId, VisitorId,
    parties::Network,
    touch::{LinkParameters as StoredParameters, Touch, TouchKind},
};
use sha2::{Digest, Sha256};

use crate::{
    destination::{self, Values},
    edge::{Edge, Remembered, Visitor},
    link_parameters::LinkParameters,
    screening::{self, Screened},
};

/// A screened touch with what its answer needs.
pub(crate) struct Prepared {
    pub(crate) draft: TouchDraft,
    pub(crate) click_id: String,
    pub(crate) visitor: Visitor,
    pub(crate) remembered: Remembered,
    /// Where a touch that goes on is sent; `Err` holds why its deep link is not followed.
    pub(crate) onward: Result<String, String>,
    pub(crate) program: Arc<ProgramEntry>,
    pub(crate) network: Option<Arc<Network>>,
}

/// The parts of a request that a touch is made from.
pub(crate) struct Request<'a> {
    pub(crate) kind: TouchKind,
    pub(crate) method: &'a Method,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) peer: IpAddr,
    pub(crate) parameters: &'a LinkParameters<'a>,
}

impl Edge {
    /// Screens a request for a link. `None` when the link's program is not there, which saving prevents.
    pub(crate) fn prepare(
        &self,
        snapshot: &Snapshot,
        link: &LinkEntry,
        request: &Request<'_>,
    ) -> Option<Prepared> {
        let (program, advertiser) = screening::owners(snapshot, link)?;
        let network = snapshot.networks.get(&link.record.network_id).cloned();
        let visitor = self.visitor(request.peer, request.headers);
        let facts = self.facts(&visitor, request.headers);
        let sec_gpc = request.headers.get("sec-gpc").map(http::HeaderValue::as_bytes);
        let signals = request.parameters.consent_signals(sec_gpc);
        let remembered = self.remembered(&visitor, &signals, network.as_deref(), facts.country.as_deref());
        let screened = Screened {
            kind: request.kind,
            method: request.method,
            headers: request.headers,
            address: visitor.address,
            https: visitor.https,
            is_crawler: visitor.user_agent.is_crawler,
            at: visitor.received_at,
            facts: &facts,
        };
        let mut code = screening::screen(snapshot, link, program, advertiser, &screened);

        let touch_id = TouchId::new(visitor.received_at, self.app.entropy.as_ref());
        let click_id = self.app.click_ids.mint(touch_id, link.record.slug.number());
        let random = random_of(touch_id);
        // What anybody may write into an address counts only when it is one of this program's.
        let named = request.parameters.creative.as_deref().and_then(|text| text.parse::<CreativeId>().ok());
        let creative_id = named.filter(|id| {
            snapshot.creatives.get(id).is_some_and(|creative| creative.program_id == program.record.id)
        });
        let values = Values {
            click_id: &click_id,
            publisher_id: link.record.publisher_id,
            program_id: program.record.id,
            link_id: link.record.id,
            creative_id,
            parameters: request.parameters,
            country: facts.country.as_deref(),
            device: facts.device.as_deref(),
            os: facts.os.as_deref(),
            at: visitor.received_at,
            random,
        };
        let mut deep_link = None;
        let onward = match (&request.parameters.to, request.kind) {
            (Some(to), TouchKind::Click) => match destination::deep_link(to, program, &values) {
                Ok(url) => {
                    deep_link = Some(url.clone());
                    Ok(url)
                }
                Err(error) => {
                    if screening::goes_on(code) {
                        code = Code::DeepLinkRefused;
                    }
                    Err(error.to_string())
                }
            },
            (_, TouchKind::Click) => {
                let landing = destination::choose(snapshot.landings(link, program), random);
                Ok(landing.map_or_else(String::new, |landing| destination::landing(landing, &values)))
            }
            _ => Ok(String::new()),
        };
        let touch = Touch {
            id: touch_id,
            kind: request.kind,
            network_id: link.record.network_id,
            link_id: link.record.id,
            program_id: program.record.id,
            publisher_id: link.record.publisher_id,
            advertiser_id: program.record.advertiser_id,
            received_at: visitor.received_at,
            code,
            unique: false,
            visitor_id: remembered.visitor_id,
            consent: remembered.consent.state,
            consent_source: remembered.consent.source.word().to_owned(),
            destination: None,
            facts,
            parameters: stored(request.parameters, deep_link, creative_id),
            earning: None,
        };
        let unique = self.unique_keys(link, &visitor, &remembered, request.headers);
        Some(Prepared {
            draft: TouchDraft::new(touch, unique),
            click_id,
            visitor,
            remembered,
            onward,
            program: Arc::clone(program),
            network,
        })
    }

    /// The visitor is told apart by his cookie, else by address prefix and user agent. Who gets a cookie by this very
    /// answer is asked for by the latter and known by the cookie from then on.
    fn unique_keys(
        &self,
        link: &LinkEntry,
        visitor: &Visitor,
        remembered: &Remembered,
        headers: &HeaderMap,
    ) -> UniqueKeys {
        let by_cookie = remembered.visitor_id.map(|id| visitor_key(link, id));
        if !remembered.is_new && by_cookie.is_some() {
            return UniqueKeys { asked: by_cookie, also: None };
        }
        let user_agent = headers.get(header::USER_AGENT).map_or(&[][..], http::HeaderValue::as_bytes);
        let by_address = self.hasher.visitor(visitor.address, user_agent);
        let mut hash = Sha256::new();
        hash.update(link.record.id.bytes());
        hash.update(by_address);
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        UniqueKeys { asked: Some(key), also: by_cookie }
    }
}

/// The key of a known browser on a link. It begins with the time in the browser's id, so that the keys of new
/// browsers append to their table instead of being scattered over it.
fn visitor_key(link: &LinkEntry, visitor: VisitorId) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(link.record.id.bytes());
    hash.update(visitor.bytes());
    let mut key = [0; 16];
    key[..8].copy_from_slice(&visitor.bytes()[..8]);
    key[8..].copy_from_slice(&hash.finalize()[..8]);
    key
}

/// A number that spreads well: the random end of the touch's id.
fn random_of(touch: TouchId) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&touch.bytes()[8..]);
    u64::from_be_bytes(bytes) & 0x3fff_ffff_ffff_ffff
}

fn stored(
    parameters: &LinkParameters<'_>,
    to: Option<String>,
    creative: Option<CreativeId>,
) -> StoredParameters {
    let mut subs = std::collections::BTreeMap::new();
    for (number, value) in parameters.given_subs() {
        subs.insert(format!("sub{number}"), value.to_owned());
    }
    if let Some(source) = &parameters.source {
        subs.insert("source".to_owned(), source.to_string());
    }
    StoredParameters { subs, ref_id: parameters.ref_id.as_deref().map(str::to_owned), to, creative }
}
