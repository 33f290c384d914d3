//! From which channel and campaign a visit came, by the address of the landing page and the page before it.
//!
//! The first of these that says something holds:
//!
//! 1. a campaign whose rule the address satisfies, of several the one with most conditions; a campaign without rules
//!    (beside those for codes of orders) is told by its id at the ad system or its name in `utm_id` or `utm_campaign`, or by its id in `gad_campaignid`.
//!    Of equals the one on the channel that the rest tells, then the older one;
//! 2. the click id of an ad system;
//! 3. `utm_medium`, with `utm_source` where the medium leaves it open;
//! 4. the host of the page before: search engines, social networks, video and mail sites, and whoever else links;
//! 5. nothing: the visitor came directly.
//!
//! A campaign tells visits of its own days only. Whether it runs at present says nothing: what it brought, it brought.

use std::{cmp::Reverse, collections::BTreeMap};

use model::{
    Arrival, CampaignId, Channel, Day, Timestamp,
    campaign::{Campaign, CampaignRule},
};

/// Click ids of ad systems, with the channel that they stand for.
const CLICK_IDS: &[(&str, Channel)] = &[
    ("gclid", Channel::Search),
    ("gbraid", Channel::Search),
    ("wbraid", Channel::Search),
    ("msclkid", Channel::Search),
    ("yclid", Channel::Search),
    ("dclid", Channel::Display),
    ("fbclid", Channel::Social),
    ("ttclid", Channel::Social),
    ("twclid", Channel::Social),
    ("li_fat_id", Channel::Social),
    ("ScCid", Channel::Social),
    ("rdt_cid", Channel::Social),
    ("epik", Channel::Social),
];

/// Parameters of campaigns that are read besides click ids, with their values. Google adds the last one by itself.
const TOLD: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_id", "gad_campaignid"];

/// Most bytes of a value that are kept.
const VALUE_BYTES_MAX: usize = 200;
/// Most bytes of an address that are read.
const ADDRESS_BYTES_MAX: usize = 8_000;
/// Most bytes of a host's name.
const HOST_BYTES_MAX: usize = 253;

/// What `utm_medium` says; a word that stands for any paid click is decided by the source.
const MEDIA: &[(Option<Channel>, &[&str])] = &[
    (None, &["cpc", "ppc", "paid", "cpm", "paidclick"]),
    (Some(Channel::Search), &["paidsearch", "paid-search", "paid_search", "sem", "search"]),
    (
        Some(Channel::Social),
        &[
            "social",
            "paidsocial",
            "paid-social",
            "paid_social",
            "social-network",
            "social-media",
            "sm",
            "smm",
        ],
    ),
    (Some(Channel::Display), &["display", "banner", "retargeting", "remarketing", "native", "programmatic"]),
    (Some(Channel::Video), &["video", "youtube", "preroll"]),
    (Some(Channel::Email), &["email", "e-mail", "e_mail", "mail", "newsletter"]),
    (Some(Channel::Affiliate), &["affiliate", "affiliates", "partner"]),
    (Some(Channel::Organic), &["organic"]),
    (Some(Channel::Content), &["referral", "content", "blog", "pr"]),
    (Some(Channel::App), &["app", "push", "sms", "in-app", "inapp", "notification"]),
    (Some(Channel::Call), &["call", "phone", "telephone"]),
    (Some(Channel::Tv), &["tv", "ctv", "ott"]),
    (Some(Channel::Radio), &["radio", "audio", "podcast"]),
    (Some(Channel::Print), &["print", "qr", "flyer", "leaflet", "poster", "ooh"]),
    (Some(Channel::Event), &["event", "fair", "webinar"]),
];

/// Values of `utm_source` that are social networks.
const SOCIAL: [&str; 12] = [
    "facebook",
    "fb",
    "meta",
    "instagram",
    "ig",
    "tiktok",
    "twitter",
    "x",
    "linkedin",
    "pinterest",
    "zalo",
    "telegram",
];

/// Hosts of pages before, by the beginning of their registered name or as a whole.
const HOSTS: &[(Channel, &[&str])] = &[
    (
        Channel::Email,
        &["mail.google.com", "outlook.live.com", "outlook.office.com", "mail.yahoo.com", "mail.yandex.ru"],
    ),
    (
        Channel::Organic,
        &[
            "google.",
            "bing.com",
            "duckduckgo.com",
            "yahoo.",
            "yandex.",
            "baidu.com",
            "ecosia.org",
            "coccoc.com",
            "startpage.com",
            "qwant.com",
            "search.brave.com",
            "naver.com",
            "seznam.cz",
            "perplexity.ai",
            "chatgpt.com",
        ],
    ),
    (
        Channel::Social,
        &[
            "facebook.com",
            "fb.com",
            "instagram.com",
            "tiktok.com",
            "x.com",
            "twitter.com",
            "t.co",
            "linkedin.com",
            "lnkd.in",
            "pinterest.",
            "reddit.com",
            "threads.net",
            "zalo.me",
            "t.me",
            "telegram.org",
            "snapchat.com",
            "vk.com",
            "whatsapp.com",
        ],
    ),
    (Channel::Video, &["youtube.com", "youtu.be", "vimeo.com", "aparat.com", "twitch.tv"]),
];

/// The click ids that are known.
pub fn click_ids() -> impl Iterator<Item = &'static str> {
    CLICK_IDS.iter().map(|(name, _)| *name)
}

/// Whether this is the name of a click id.
pub fn is_click_id(name: &str) -> bool {
    click_ids().any(|known| known == name)
}

/// The parameter of this name that is kept, whatever its case.
fn known(name: &str) -> Option<&'static str> {
    TOLD.into_iter().chain(click_ids()).find(|known| known.eq_ignore_ascii_case(name))
}

/// What the addresses of a landing page and of the page before it tell; `None` when they tell nothing. Only what tells of a campaign is
/// kept: of the pages their hosts, of a click id that there was one.
pub fn arrival(landing_url: Option<&str>, referrer: Option<&str>, at: Option<Timestamp>) -> Option<Arrival> {
    let read = |url: Option<&'_ str>| url.filter(|url| url.len() <= ADDRESS_BYTES_MAX).map(str::to_owned);
    let (landing, referrer) = (read(landing_url), read(referrer));
    let query =
        landing.as_deref().and_then(|url| url.split('#').next()?.split_once('?')).map(|(_, query)| query);
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let value = value.trim();
        let Some(name) = known(&name).filter(|_| !value.is_empty()) else { continue };
        let value = if is_click_id(name) { "1".to_owned() } else { kept(value) };
        parameters.entry(name.to_owned()).or_insert(value);
    }
    let host = landing.as_deref().and_then(host_of);
    let referrer_host = referrer.as_deref().and_then(host_of);
    let told = !parameters.is_empty()
        || referrer_host.is_some() && !same_site(host.as_deref(), referrer_host.as_deref());
    told.then_some(Arrival { parameters, host, referrer_host, at })
}

/// Addresses of a landing page and of the page before it that tell the same, where they tell anything.
pub fn addresses(arrival: &Arrival) -> (Option<String>, Option<String>) {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(&arrival.parameters);
    let landing = match (&arrival.host, query.finish()) {
        (None, query) if query.is_empty() => None,
        (None, query) => Some(format!("/?{query}")),
        (Some(host), query) if query.is_empty() => Some(format!("https://{host}/")),
        (Some(host), query) => Some(format!("https://{host}/?{query}")),
    };
    (landing, arrival.referrer_host.as_ref().map(|host| format!("https://{host}/")))
}

/// A value without control characters and of bounded length.
fn kept(value: &str) -> String {
    let mut kept: String = value.chars().filter(|letter| !letter.is_control()).collect();
    let mut end = kept.len().min(VALUE_BYTES_MAX);
    while !kept.is_char_boundary(end) {
        end -= 1;
    }
    kept.truncate(end);
    kept
}

/// The host of an address, in lower case; of a host alone itself.
fn host_of(address: &str) -> Option<String> {
    let rest = address.trim();
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let named = authority.rsplit('@').next()?.split(':').next()?.trim_end_matches('.');
    let clean = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_');
    let is_host = named.contains('.') && named.len() <= HOST_BYTES_MAX && named.chars().all(clean);
    is_host.then(|| named.to_lowercase())
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// Whether somebody only went from one page of the shop to another.
fn same_site(host: Option<&str>, referrer: Option<&str>) -> bool {
    host.is_some() && host.map(bare) == referrer.map(bare)
}

/// Where a visit came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The channel.
    pub channel: Channel,
    /// The campaign.
    pub campaign_id: Option<CampaignId>,
}

impl Origin {
    /// Nobody sent him.
    pub const DIRECT: Self = Self { channel: Channel::Direct, campaign_id: None };
}

/// The parameter under which the code of an order stands beside those of its arrival; no address has it, since [`arrival`] does not read it.
const CODE: &str = "code";

/// An arrival with the code that came with the order, so that a campaign's rule can ask for it; the arrival itself where there is none.
pub fn with_code(arrival: Option<Arrival>, code: Option<&str>) -> Option<Arrival> {
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else { return arrival };
    let mut arrival = arrival.unwrap_or_default();
    arrival.parameters.insert(CODE.to_owned(), kept(code));
    Some(arrival)
}

/// The campaign that the code of an order alone tells of.
pub fn of_code<'c>(code: &str, day: Day, campaigns: impl Iterator<Item = &'c Campaign>) -> Option<Origin> {
    let arrival = with_code(None, Some(code))?;
    Some(origin(&arrival, day, campaigns)).filter(|origin| origin.campaign_id.is_some())
}

/// Where somebody came from who arrived on this day; `campaigns` are the advertiser's.
pub fn origin<'c>(arrival: &Arrival, day: Day, campaigns: impl Iterator<Item = &'c Campaign>) -> Origin {
    let told = Told(arrival);
    let channel = told.channel();
    if let Some(campaign) = told.campaign(day, channel, campaigns) {
        return Origin { channel: campaign.channel, campaign_id: Some(campaign.id) };
    }
    Origin { channel: channel.unwrap_or(Channel::Direct), campaign_id: None }
}

/// An arrival as it is read.
struct Told<'a>(&'a Arrival);

impl<'a> Told<'a> {
    fn parameter(&self, name: &str) -> Option<&'a str> {
        self.0.parameters.get(name).map(String::as_str)
    }

    /// The channel without campaigns.
    fn channel(&self) -> Option<Channel> {
        let by_click =
            || CLICK_IDS.iter().find(|(name, _)| self.parameter(name).is_some()).map(|(_, channel)| *channel);
        by_click().or_else(|| self.by_medium()).or_else(|| self.by_referrer())
    }

    fn campaign<'c>(
        &self,
        day: Day,
        channel: Option<Channel>,
        campaigns: impl Iterator<Item = &'c Campaign>,
    ) -> Option<&'c Campaign> {
        if self.0.parameters.is_empty() {
            return None;
        }
        let on_its_days = |campaign: &&Campaign| {
            campaign.starts_on.is_none_or(|starts| starts <= day)
                && campaign.ends_on.is_none_or(|ends| day <= ends)
        };
        let rank = |campaign: &Campaign| {
            (self.strength(campaign), Some(campaign.channel) == channel, Reverse(campaign.id))
        };
        let ranked = campaigns.filter(on_its_days).map(|campaign| (rank(campaign), campaign));
        let best = ranked.filter(|((strength, ..), _)| *strength > 0).max_by_key(|(rank, _)| *rank);
        best.map(|(_, campaign)| campaign)
    }

    /// How much speaks for a campaign: nothing 0, its name or id 1, a rule one more than it has conditions.
    fn strength(&self, campaign: &Campaign) -> usize {
        let satisfied = |(name, wanted): (&str, Option<&str>)| match (self.parameter(name), wanted) {
            (Some(value), Some(wanted)) => same(value, wanted),
            (found, None) => found.is_some(),
            (None, Some(_)) => false,
        };
        let rules = campaign.rules.iter().filter(|rule| rule.conditions().all(satisfied));
        let by_rule = rules.map(|rule| rule.conditions().count() + 1).max();
        // A rule that only asks for a code says nothing of addresses.
        let open = campaign.rules.iter().all(CampaignRule::is_of_code);
        by_rule.unwrap_or_else(|| usize::from(open && self.names(campaign)))
    }

    fn names(&self, campaign: &Campaign) -> bool {
        let is_id = |value: &str| campaign.external_id.as_deref() == Some(value);
        let named = |value: &str| is_id(value) || same(value, &campaign.name);
        self.parameter("utm_id").is_some_and(named)
            || self.parameter("utm_campaign").is_some_and(named)
            || self.parameter("gad_campaignid").is_some_and(is_id)
    }

    fn by_medium(&self) -> Option<Channel> {
        let medium = self.parameter("utm_medium")?.trim().to_lowercase();
        let (channel, _) = MEDIA.iter().find(|(_, words)| words.contains(&medium.as_str()))?;
        Some(channel.unwrap_or_else(|| {
            let source = self.parameter("utm_source").unwrap_or_default().trim().to_lowercase();
            match source.as_str() {
                known if SOCIAL.contains(&known) => Channel::Social,
                "youtube" => Channel::Video,
                _ if medium == "cpm" => Channel::Display,
                _ => Channel::Search,
            }
        }))
    }

    fn by_referrer(&self) -> Option<Channel> {
        let host = self.0.referrer_host.as_deref()?;
        if same_site(self.0.host.as_deref(), Some(host)) {
            return None;
        }
        let host = bare(host);
        let known = HOSTS.iter().find(|(_, hosts)| hosts.iter().any(|known| is_host(host, known)));
        Some(known.map_or(Channel::Content, |(channel, _)| *channel))
    }
}

/// Whether two texts are the same but for their case.
fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one.eq_ignore_ascii_case(other)
        || !(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase()
}

/// Whether a host is a known one or below it; `google.` stands for that name in every country.
fn is_host(host: &str, known: &str) -> bool {
    if known.ends_with('.') {
        // `google.com.vn`, `news.google.de`, but not `google.evil.example`: at most two labels of a country follow.
        let behind = match host.strip_prefix(known) {
            Some(behind) => Some(behind),
            None => host.split_once(&format!(".{known}")).map(|(_, behind)| behind),
        };
        return behind.is_some_and(|behind| {
            let labels: Vec<&str> = behind.split('.').collect();
            labels.len() <= 2 && labels.iter().all(|label| (2..=3).contains(&label.len()))
        });
    }
    host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'))
}
