//! Addresses that visitors are sent to, and the hosts that deep links may name.
//!
//! A saved address is never a way out of the program: only http(s), no user name before the host, no macros in scheme or
//! host (the template refuses those), and a publisher's own landing page only on hosts of the program.

use model::{
    macros::{Place, Template},
    program::{Fallbacks, LandingPage, Program},
};

use super::bare;
use crate::errors::Refusal;

/// The longest address, in bytes.
pub const URL_BYTES_MAX: usize = 2048;

/// Schemes that run or read something on the visitor's device, or that are no app's own.
const SCHEMES_REFUSED: [&str; 16] = [
    "http",
    "https",
    "javascript",
    "data",
    "vbscript",
    "file",
    "blob",
    "about",
    "view-source",
    "filesystem",
    "ftp",
    "ws",
    "wss",
    "mailto",
    "content",
    "jar",
];

/// Checks an address with macros and gives its host in lower case.
///
/// # Errors
/// `field_invalid`.
pub fn landing_url(text: &str) -> Result<String, Refusal> {
    if text.len() > URL_BYTES_MAX {
        return Err(bare(format!("an address has at most {URL_BYTES_MAX} bytes")));
    }
    Template::parse(text, Place::LandingUrl).map_err(|error| bare(error.to_string()))?;
    let (scheme, rest) = text.split_once("://").ok_or_else(|| bare("begin with https:// or http://"))?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Err(bare("only addresses that begin with https:// or http://"));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(bare("no user name before the host (`@`)"));
    }
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok_and(|port| port > 0) => host,
        Some(_) => return Err(bare("the port after the host is a number from 1 to 65535")),
        None => authority,
    };
    let host = host.to_ascii_lowercase();
    if is_host(&host) { Ok(host) } else { Err(bare(NO_HOST)) }
}

const NO_HOST: &str =
    "a host has letters, digits, dots and hyphens, such as shop.example; write others in their xn-- form";

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

/// Checks a host that deep links may go to: `shop.example` or `*.shop.example`.
///
/// # Errors
/// `field_invalid`.
pub fn host_rule(rule: &str) -> Result<(), Refusal> {
    match rule.strip_prefix("*.") {
        Some(parent) if !parent.contains('.') => {
            Err(bare("a star needs a host of two parts behind it, such as *.shop.example"))
        }
        Some(parent) if is_host(parent) => Ok(()),
        None if is_host(rule) => Ok(()),
        _ => Err(bare(NO_HOST)),
    }
}

/// Whether `rule` names `host` (lower case). A star stands for one or more labels.
pub fn host_rule_admits(rule: &str, host: &str) -> bool {
    match rule.strip_prefix("*.") {
        None => rule == host,
        Some(parent) => host.strip_suffix(parent).is_some_and(|head| head.len() > 1 && head.ends_with('.')),
    }
}

/// Checks an app's scheme for deep links, such as `myshop`.
///
/// # Errors
/// `field_invalid`.
pub fn app_scheme(scheme: &str) -> Result<(), Refusal> {
    let legal =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
    let formed = (2..=40).contains(&scheme.len())
        && scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.bytes().all(legal);
    if !formed {
        return Err(bare(
            "a scheme has 2 to 40 lower-case letters, digits, + - and ., and begins with a letter",
        ));
    }
    if SCHEMES_REFUSED.contains(&scheme) {
        return Err(bare(format!("`{scheme}` is no scheme of an app")));
    }
    Ok(())
}

/// Checks landing pages and gives their hosts. `required` wants at least one that can be chosen.
///
/// # Errors
/// `field_invalid`.
pub fn landing_pages(pages: &[LandingPage], required: bool) -> Result<Vec<String>, Refusal> {
    const FIELD: &str = "landing_pages";
    super::length(FIELD, pages, 50)?;
    let weight: u64 = pages.iter().map(|page| u64::from(page.weight)).sum();
    if weight == 0 && (required || !pages.is_empty()) {
        return Err(Refusal::field(FIELD, "give at least one landing page with a weight above 0"));
    }
    if weight > 1_000_000 {
        return Err(Refusal::field(FIELD, "the weights together are at most 1000000"));
    }
    let host = |(place, page): (usize, &LandingPage)| {
        landing_url(&page.url).map_err(|refusal| refusal.within(&format!("{FIELD}[{place}].url")))
    };
    pages.iter().enumerate().map(host).collect()
}

/// Checks the pages that refused clicks go to.
///
/// # Errors
/// `field_invalid`.
pub fn fallbacks(fallbacks: &Fallbacks) -> Result<(), Refusal> {
    let Fallbacks { caps, targeting, inactive, other } = fallbacks;
    for (field, url) in [("caps", caps), ("targeting", targeting), ("inactive", inactive), ("other", other)] {
        if let Some(url) = url {
            landing_url(url).map_err(|refusal| refusal.within(&format!("fallbacks.{field}")))?;
        }
    }
    Ok(())
}

/// Checks that a publisher's own landing pages stay on hosts of the program: verified ones or those of its landing pages.
///
/// # Errors
/// `field_invalid`.
pub fn own_landing_pages(pages: &[LandingPage], program: &Program) -> Result<(), Refusal> {
    let program_hosts: Vec<String> =
        program.landing_pages.iter().filter_map(|page| landing_url(&page.url).ok()).collect();
    for (place, host) in landing_pages(pages, false)?.iter().enumerate() {
        let verified = program.verified_hosts.iter().any(|rule| host_rule_admits(rule, host));
        if !verified && !program_hosts.contains(host) {
            let mut hosts = program.verified_hosts.clone();
            hosts.extend(program_hosts.clone());
            hosts.sort_unstable();
            hosts.dedup();
            let message = format!("`{host}` is no host of the program; its hosts are {}", hosts.join(", "));
            return Err(Refusal::field(format!("landing_pages[{place}].url"), message));
        }
    }
    Ok(())
}

/// Checks a page that links ask for with `to=`: on a verified host of the program, at its usual port, without macros.
///
/// # Errors
/// `field_invalid`.
pub fn deep_link(text: &str, program: &Program) -> Result<(), Refusal> {
    if text.contains(['{', '}', '\\'])
        || text.chars().any(|letter| letter.is_control() || letter.is_whitespace())
    {
        return Err(bare("a page's address without spaces, braces and backslashes"));
    }
    let host = landing_url(text)?;
    let authority = text.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let verified = program.verified_hosts.iter().any(|rule| host_rule_admits(rule, &host));
    if verified && !authority.contains(':') {
        return Ok(());
    }
    Err(bare(format!(
        "`{authority}` is no verified host of the program; its hosts are {}",
        program.verified_hosts.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (url, host) in [
            ("https://shop.example/p?c={click_id}", "shop.example"),
            ("http://127.0.0.1:8081/shop", "127.0.0.1"),
            ("HTTPS://Shop.Example?x=1", "shop.example"),
            ("https://xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ] {
            assert_eq!(landing_url(url).as_deref(), Ok(host), "{url}");
        }
        for bad in [
            "",
            "shop.example",
            "//shop.example/",
            "javascript://x/%0aalert(1)",
            "data:text/html,x",
            "ftp://a.example/",
            "https://",
            "https://good.example@evil.example/",
            "https://a.example\\@evil.example/",
            "https:///x",
            "https://{sub1}/",
            "https://{source}.evil.example/",
            "https://a.example:0/",
            "https://a.example:99999/",
            "https://münchen.example/",
            "https://a..b/",
            "https://[::1]/",
            "https://a.example/\r\nSet-Cookie: x",
            "https://a.example/{payout}",
            "https://a\u{3002}example/",
            "https://a.example/{click_id",
        ] {
            assert!(landing_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hosts_and_stars() {
        for good in ["shop.example", "*.shop.example", "localhost", "127.0.0.1"] {
            assert!(host_rule(good).is_ok(), "{good}");
        }
        for bad in
            ["", "*", "*.example", "*.*.shop.example", "shop.example/", "a b.example", "Shop.Example", "a:80"]
        {
            assert!(host_rule(bad).is_err(), "{bad}");
        }
        assert!(host_rule_admits("*.shop.example", "m.shop.example"));
        for (rule, host) in [
            ("*.shop.example", "shop.example"),
            ("*.shop.example", "evilshop.example"),
            ("*.shop.example", ".shop.example"),
            ("shop.example", "m.shop.example"),
        ] {
            assert!(!host_rule_admits(rule, host), "{rule} {host}");
        }
    }

    #[test]
    fn schemes_of_apps_only() {
        assert!(app_scheme("myshop").is_ok());
        for bad in ["", "a", "javascript", "data", "https", "My", "1a", "a:b"] {
            assert!(app_scheme(bad).is_err(), "{bad}");
        }
    }
}
