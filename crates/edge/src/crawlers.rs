//! Which requests no person made: crawlers, link previews, prefetches and `HEAD`.
//!
//! They get their answer, but are recorded as not counted, each with its own code. A crawler is told by its user
//! agent, in this order:
//!
//! 1. A **preview fetcher or named robot** of the first list below is a crawler, whatever else its text holds
//!    (Apple's previews also call themselves Safari and Facebook's fetcher).
//! 2. **The browser inside an app of a social network is never a crawler**: a publisher's visitors from Facebook, Zalo or TikTok
//!    are people, and lists of crawlers are known to take them for robots.
//! 3. An **HTTP library or tool** (curl, okhttp, python-requests) is not a crawler by that alone; an operator who wants
//!    to refuse one adds it to his own list, which is asked first.
//! 4. The operator's own list, then the lists of `isbot` and `woothee`, which are compiled in. Of isbot's patterns those that
//!    catch browsers of people are taken out, and what came up since it was made is added.
//!
//! An empty user agent is not taken for a crawler: some people strip it, and a refusal must have a reason that holds.

use http::{HeaderMap, Method};
use isbot::Bots;
use model::Code;

use crate::device::{app_of, mask_device_makers};

/// Robots that are told before the apps, in lower case: preview fetchers and crawlers that wear an app's name.
const ROBOTS_FIRST: &[&str] = &[
    "facebookexternalhit",
    "facebookcatalog",
    "facebookplatform",
    "facebot",
    "meta-external",
    "meta-webindexer",
    "twitterbot",
    "linkedinbot",
    "telegrambot",
    "slackbot",
    "slack-imgproxy",
    "discordbot",
    "pinterestbot",
    "pinterest/0.",
    "skypeuripreview",
    "snap url preview",
    "line-poker",
    "zalobot",
    "zalo-preview",
    "zalopreview",
    "kakaotalk-scrap",
    "vkshare",
    "bytespider",
    "tiktokspider",
    "googlebot",
    "bingbot",
    "applebot",
];

/// How the user agents of HTTP libraries and command-line tools begin, in lower case. They say nothing about who uses
/// them: apps open links through them, servers hand clicks on, and people try their links with curl.
const TOOLS: &[&str] = &[
    "aiohttp",
    "apache-httpclient",
    "axios",
    "curl/",
    "dart/",
    "dart:io",
    "faraday",
    "go-http-client",
    "got ",
    "got/",
    "guzzle",
    "http.rb",
    "httpie",
    "hyper/",
    "insomnia/",
    "java-http-client",
    "java/",
    "k6/",
    "libcurl",
    "libwww-perl",
    "node-fetch",
    "node/",
    "okhttp",
    "perl",
    "php/",
    "postmanruntime",
    "python",
    "reqwest",
    "restsharp",
    "ruby",
    "rust",
    "undici",
    "ureq",
    "wget/",
    "winhttp",
];

/// Patterns added to isbot's list: what came up after it was made.
const ADDED: &[&str] = &[
    r"coccocbot",
    r"sogou[\w ]* spider",
    r"sogouspider",
    r"seznambot",
    r"^whatsapp/",
    r"^viber/",
    r"chatgpt-user",
    r"claude-user",
    r"claude-web",
    r"anthropic-ai",
    r"cohere-ai",
    r"perplexity-user",
    r"mistralai-user",
    r"googleother",
    r"google-",
    r"petalbot",
    r"diffbot",
    r"playwright",
    r"puppeteer",
    r"selenium",
    r"webdriver",
    r"cypress/",
    r"electronheadless",
    r"lighthouse",
    r"gtmetrix",
    r"^microsoft office",
    r"ms-office",
    r"barracuda",
    r"mimecast",
    r"proofpoint",
    r"safelinks",
    r"censys",
    r"shodan",
    r"masscan",
    r"nuclei",
    r"sqlmap",
    r"nikto",
];

/// Patterns of isbot's list that catch people: browsers called Cốc Cốc, Sogou and Seznam.
const REMOVED: &[&str] = &["coccoc", "sogou", "seznam"];

/// The lists of crawlers.
#[derive(Debug)]
pub struct Crawlers {
    listed: Bots,
    /// The operator's, in lower case.
    own: Vec<String>,
}

impl Crawlers {
    /// The lists that are compiled in, and the operator's additions: pieces of user agents, in any case.
    pub fn new<'a>(own: impl IntoIterator<Item = &'a str>) -> Self {
        let mut listed = Bots::default();
        listed.remove(REMOVED);
        listed.append(ADDED);
        let own = own
            .into_iter()
            .map(|piece| piece.trim().to_lowercase())
            .filter(|piece| !piece.is_empty())
            .collect();
        Self { listed, own }
    }

    /// Whether a user agent is a crawler's.
    pub fn contains(&self, user_agent: &str) -> bool {
        let lower = user_agent.to_ascii_lowercase();
        if ROBOTS_FIRST.iter().any(|robot| lower.contains(robot)) {
            return true;
        }
        // WhatsApp and Viber have no browser of their own: what begins with their name fetches a preview.
        let begins_like_a_browser = lower.starts_with("mozilla/") || lower.starts_with("opera/");
        if begins_like_a_browser && app_of(user_agent).is_some_and(|app| app != "google_app") {
            return false;
        }
        if self.own.iter().any(|piece| lower.contains(piece)) {
            return true;
        }
        if TOOLS.iter().any(|tool| lower.starts_with(tool)) {
            return false;
        }
        let masked = mask_device_makers(user_agent);
        let agent = masked.as_deref().unwrap_or(user_agent);
        self.listed.is_bot(agent)
            || woothee::parser::Parser::new().parse(agent).is_some_and(|parsed| parsed.category == "crawler")
    }
}

impl Default for Crawlers {
    fn default() -> Self {
        Self::new([])
    }
}

/// Whether a browser or app fetches the page only in case somebody opens it.
pub fn is_prefetch(headers: &HeaderMap) -> bool {
    let says = |name: &str, words: &[&str]| {
        headers.get_all(name).iter().any(|value| {
            let tokens = value.as_bytes().split(|byte| b",; ".contains(byte));
            tokens
                .into_iter()
                .any(|token| words.iter().any(|word| token.eq_ignore_ascii_case(word.as_bytes())))
        })
    };
    says("sec-purpose", &["prefetch", "prerender"])
        || says("purpose", &["prefetch", "prerender", "preview"])
        || says("x-purpose", &["prefetch", "prerender", "preview"])
        || says("x-moz", &["prefetch"])
}

/// Why a request does not count, when no person made it.
pub fn uncounted(method: &Method, headers: &HeaderMap, is_crawler: bool) -> Option<Code> {
    if is_crawler {
        Some(Code::Crawler)
    } else if method == Method::HEAD {
        Some(Code::HeadRequest)
    } else if is_prefetch(headers) {
        Some(Code::Prefetch)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn rows(table: &str) -> impl Iterator<Item = &str> {
        table.lines().filter(|row| !row.is_empty() && !row.starts_with('#'))
    }

    #[test]
    fn crawlers_are_told() {
        let crawlers = Crawlers::default();
        let mut count = 0;
        for agent in rows(include_str!("crawlers/robots.txt")) {
            assert!(crawlers.contains(agent), "{agent}");
            count += 1;
        }
        assert!(count > 50, "the table was read");
    }

    #[test]
    fn people_are_not() {
        let crawlers = Crawlers::default();
        let from_devices = rows(include_str!("device/user_agents.txt"))
            .filter(|row| !row.starts_with("bot"))
            .map(|row| row.split_once(" | ").unwrap().1);
        let mut count = 0;
        for agent in rows(include_str!("crawlers/people.txt")).chain(from_devices) {
            assert!(!crawlers.contains(agent), "{agent}");
            count += 1;
        }
        assert!(count > 60, "the tables were read");
    }

    #[test]
    fn the_operators_list_counts_but_not_against_apps() {
        let crawlers = Crawlers::new(["MyMonitor", " ", "chrome/99.9"]);
        assert!(crawlers.contains("Mozilla/5.0 (mymonitor 1.0)"));
        assert!(
            crawlers.contains("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/99.9 Safari/537.36")
        );
        assert!(
            !crawlers
                .contains("Mozilla/5.0 (Linux; Android 12; wv) Chrome/99.9 Mobile [FB_IAB/FB4A;FBAV/4.0;]")
        );
        assert!(!crawlers.contains(""));
    }

    #[test]
    fn prefetches_are_told_by_their_headers() {
        for (name, value, wanted) in [
            ("sec-purpose", "prefetch", true),
            ("sec-purpose", "prefetch;prerender", true),
            ("sec-purpose", "prefetch;anonymous-client-ip", true),
            ("sec-purpose", "Prefetch", true),
            ("purpose", "prefetch", true),
            ("purpose", "preview", true),
            ("x-purpose", "preview", true),
            ("x-moz", "prefetch", true),
            ("sec-purpose", "", false),
            ("sec-purpose", "navigate", false),
            ("sec-purpose", "notprefetch", false),
            ("x-moz", "preview", false),
            ("sec-fetch-dest", "prefetch", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            assert_eq!(is_prefetch(&headers), wanted, "{name}: {value}");
        }
    }

    #[test]
    fn each_cause_has_its_code() {
        let mut prefetch = HeaderMap::new();
        prefetch.insert("sec-purpose", HeaderValue::from_static("prefetch"));
        let plain = HeaderMap::new();
        assert_eq!(uncounted(&Method::GET, &plain, false), None);
        assert_eq!(uncounted(&Method::POST, &plain, false), None);
        assert_eq!(uncounted(&Method::GET, &plain, true), Some(Code::Crawler));
        assert_eq!(uncounted(&Method::HEAD, &prefetch, true), Some(Code::Crawler));
        assert_eq!(uncounted(&Method::HEAD, &prefetch, false), Some(Code::HeadRequest));
        assert_eq!(uncounted(&Method::GET, &prefetch, false), Some(Code::Prefetch));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_answered(agent: String) {
            Crawlers::default().contains(&agent);
        }
    }
}
