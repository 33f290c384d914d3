//! What every tracking request needs: the application, the settings, and what is read from user agents and addresses.

use std::{net::IpAddr, sync::Arc, time::Duration};

use app::{
    App,
    intake::{Answer, Event, SubmitError},
};
use http::{HeaderMap, header};
use model::{
    Timestamp, VisitorId,
    parties::{Network, UnknownConsent},
    touch::{ConsentState, Facts},
};

use crate::{
    client_address::{AddressHasher, TrustedProxies, address_prefix, client_address, forwarded_https},
    consent::{Consent, ConsentSignals, consent_of},
    cookies::{VisitorCookie, visitor_of},
    crawlers::Crawlers,
    geo::Geo,
    user_agent::{UserAgent, UserAgents},
};

/// Settings of the edge.
pub struct EdgeSettings {
    /// Proxies whose word about the visitor's address is taken.
    pub proxies: TrustedProxies,
    /// How the visitor cookie is written.
    pub cookie: VisitorCookie,
    /// How long a redirect waits for its click to be stored before it goes on without.
    pub redirect_wait: Duration,
    /// Whether the server itself speaks https (behind a proxy the proxy says so).
    pub https: bool,
    /// Country, provider and data-centre tables.
    pub geo: Geo,
    /// The operator's additions to the list of crawlers.
    pub own_crawlers: Vec<String>,
}

impl Default for EdgeSettings {
    fn default() -> Self {
        Self {
            proxies: TrustedProxies::default(),
            cookie: VisitorCookie::default(),
            redirect_wait: Duration::from_millis(1_500),
            https: false,
            geo: Geo::default(),
            own_crawlers: Vec::new(),
        }
    }
}

/// The tracking side of the server.
pub struct Edge {
    pub(crate) app: Arc<App>,
    pub(crate) settings: EdgeSettings,
    pub(crate) user_agents: UserAgents,
    pub(crate) hasher: AddressHasher,
}

/// Who asks: read once from the request's head.
pub(crate) struct Visitor {
    pub(crate) address: IpAddr,
    pub(crate) https: bool,
    pub(crate) user_agent: Arc<UserAgent>,
    pub(crate) cookie: Option<VisitorId>,
    pub(crate) received_at: Timestamp,
}

/// Whether the browser may be remembered, and as whom.
pub(crate) struct Remembered {
    pub(crate) consent: Consent,
    pub(crate) visitor_id: Option<VisitorId>,
    /// True when the cookie must be set by this answer.
    pub(crate) is_new: bool,
    /// True when a cookie came that must go.
    pub(crate) forget: bool,
}

impl Edge {
    /// An edge of this application.
    pub fn new(app: Arc<App>, settings: EdgeSettings) -> Self {
        let user_agents = UserAgents::new(Crawlers::new(settings.own_crawlers.iter().map(String::as_str)));
        let hasher = AddressHasher::new(&app.visitor_key);
        Self { app, settings, user_agents, hasher }
    }

    pub(crate) fn visitor(&self, peer: IpAddr, headers: &HeaderMap) -> Visitor {
        let proxies = &self.settings.proxies;
        Visitor {
            address: client_address(peer, headers, proxies),
            https: self.settings.https || forwarded_https(peer, headers, proxies),
            user_agent: self.user_agents.of(headers),
            cookie: visitor_of(headers),
            received_at: self.app.clock.now(),
        }
    }

    /// What is known of the visitor, for targeting and reports.
    pub(crate) fn facts(&self, visitor: &Visitor, headers: &HeaderMap) -> Facts {
        let place = self.settings.geo.place_of(visitor.address);
        let device = &visitor.user_agent.device;
        let own = |text: Option<&str>| text.map(str::to_owned);
        Facts {
            country: place.country.as_deref().map(str::to_owned),
            region: place.region.as_deref().map(str::to_owned),
            city: place.city.as_deref().map(str::to_owned),
            asn: place.asn,
            carrier: place.carrier.as_deref().map(str::to_owned),
            connection: place.connection.as_deref().map(str::to_owned),
            data_center: place.data_center,
            device: own(device.class.map(crate::device::DeviceClass::word)),
            os: own(device.os),
            os_version: own(device.os_version.as_deref()),
            browser: own(device.browser),
            language: language_of(headers),
            referrer_host: referrer_host(headers),
            user_agent: (!visitor.user_agent.text.is_empty()).then(|| visitor.user_agent.text.to_string()),
            address_prefix: Some(address_prefix(visitor.address).to_string()),
            address_hash: Some(app::hex(&self.hasher.address(visitor.address))),
        }
    }

    /// Applies consent: what was said, else what the network permits for those who said nothing.
    pub(crate) fn remembered(
        &self,
        visitor: &Visitor,
        signals: &ConsentSignals<'_>,
        network: Option<&Network>,
        country: Option<&str>,
    ) -> Remembered {
        let consent = consent_of(signals);
        let permitted = match consent.state {
            ConsentState::Granted => true,
            ConsentState::Denied => false,
            ConsentState::Unknown => {
                let policy = network.map_or(UnknownConsent::Deny, |network| network.unknown_consent);
                match policy {
                    UnknownConsent::Permit => true,
                    UnknownConsent::Deny => false,
                    UnknownConsent::PermitOutsideEurope => match country {
                        Some(country) => !is_european(country) && consent.gdpr_applies != Some(true),
                        None => !self.settings.geo.is_configured() && consent.gdpr_applies != Some(true),
                    },
                }
            }
        };
        if !permitted {
            let forget = consent.state == ConsentState::Denied && visitor.cookie.is_some();
            return Remembered { consent, visitor_id: None, is_new: false, forget };
        }
        let visitor_id =
            visitor.cookie.unwrap_or_else(|| VisitorId::new(visitor.received_at, self.app.entropy.as_ref()));
        Remembered { consent, visitor_id: Some(visitor_id), is_new: visitor.cookie.is_none(), forget: false }
    }

    /// Hands an event to the intake and waits for its commit.
    pub(crate) async fn submit(&self, event: Event) -> Result<Answer, SubmitError> {
        let Some(intake) = &self.app.intake else { return Err(SubmitError::Stopping) };
        let answer = intake.submit(event).await;
        if answer.is_err() {
            self.app.metrics.refused_busy.inc();
        }
        answer
    }
}

/// The EU and EEA, the United Kingdom and Switzerland.
fn is_european(country: &str) -> bool {
    const EUROPE: &[&str] = &[
        "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
        "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    ];
    EUROPE.contains(&country)
}

/// Primary subtag of the first language that the browser names.
pub(crate) fn language_of(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let first = text.split([',', ';']).next()?.trim();
    let primary = first.split('-').next()?;
    let legal = (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    legal.then(|| primary.to_ascii_lowercase())
}

/// Host of the page that the visitor came from, up to 255 bytes.
fn referrer_host(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::REFERER)?.to_str().ok()?;
    let rest = text.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    (!host.is_empty() && host.len() <= 255 && host.bytes().all(legal)).then(|| host.to_ascii_lowercase())
}
