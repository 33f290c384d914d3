//! Deep links: may a visitor be sent to the page that `to=` names?
//!
//! Only to http(s) pages on hosts that the program has verified, and to app schemes that it has registered. All else is
//! refused with a reason and never followed: a tracking host that forwards to any target is an open redirect,
//! the phisher's favourite. Two rules keep parsers from disagreeing:
//!
//! 1. The raw text is refused when it holds anything that URL parsers read in different ways: control characters,
//!    backslashes, userinfo, a missing `//`, percent-encoding or non-ASCII characters in the authority (so no
//!    full-width letters, no ideographic dots; internationalised hosts are written in punycode).
//! 2. What is followed is the parsed URL written anew, never the raw text, and the host that was checked is the
//!    parsed one (so `0x7f.1` is 127.0.0.1).
//!
//! `to` comes percent-decoded once, by the query parser. A doubly encoded target is not decoded again: it has no scheme and is
//! refused.
//!
//! Hosts compare exactly. `*.example.com` admits sub-domains at any depth, but not `example.com` itself. A port is
//! part of what was verified: an entry without one means the scheme's own port. An IP address must be listed as such.

use std::net::Ipv4Addr;

use rustc_hash::FxHashSet;
use url::{Host, Url};

/// The longest target that is looked at.
pub const TARGET_BYTES_MAX: usize = 2048;

/// Why a target is not followed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DeepLinkError {
    /// Nothing to follow.
    #[error("the target is empty")]
    Empty,
    /// Longer than [`TARGET_BYTES_MAX`].
    #[error("the target is longer than {TARGET_BYTES_MAX} bytes")]
    TooLong,
    /// Control characters, line breaks, tabs, backslashes, or blanks around it.
    #[error("the target holds a character that has no place in a URL")]
    IllegalCharacter,
    /// No scheme, `//host`, `https:/host`: it means something else in another place.
    #[error("the target is not a complete URL; write https://host/path")]
    NotAbsolute,
    /// Neither http(s) nor a registered app scheme.
    #[error("the scheme `{0}` is not allowed")]
    Scheme(String),
    /// `user@host`: what stands before the `@` pretends to be the host.
    #[error("the target holds user information before its host")]
    UserInfo,
    /// The host is not written plainly.
    #[error("the host must be written in plain ASCII letters, digits, dots and hyphens")]
    HostForm,
    /// The URL parser refuses it.
    #[error("the target is not a valid URL")]
    Invalid,
    /// The program has not verified this host, or not with this port.
    #[error("the host `{0}` is not verified for this program")]
    HostNotVerified(String),
}

/// An entry of a list of verified hosts that is no host.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is not a host; write shop.example.com, *.example.com or shop.example.com:8443")]
pub struct HostEntryError(pub String);

/// The hosts that a program has verified.
#[derive(Clone, Debug, Default)]
pub struct HostSet {
    /// `host` or `host:port`.
    exact: FxHashSet<Box<str>>,
    /// The same after `*.`.
    sub_domains_of: FxHashSet<Box<str>>,
}

impl HostSet {
    /// Reads entries such as `shop.example.com`, `*.example.com`, `shop.example.com:8443`, `192.0.2.1`, `[2001:db8::1]`.
    ///
    /// # Errors
    /// The first entry that is no host.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, HostEntryError> {
        let mut hosts = Self::default();
        for entry in entries {
            let refuse = || HostEntryError(entry.to_owned());
            let (name, sub_domains) = match entry.trim().strip_prefix("*.") {
                Some(parent) => (parent, true),
                None => (entry.trim(), false),
            };
            let (host, port) = parse_host_entry(name).ok_or_else(refuse)?;
            if sub_domains {
                // `*.com` would verify half of the web.
                let parent_is_a_site = matches!(&host, Host::Domain(name) if name.contains('.'));
                if !parent_is_a_site {
                    return Err(refuse());
                }
                hosts.sub_domains_of.insert(host_key(&host.to_string(), port).into());
            } else {
                hosts.exact.insert(host_key(&host.to_string(), port).into());
            }
        }
        Ok(hosts)
    }

    /// Whether no host is verified at all.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.sub_domains_of.is_empty()
    }

    /// Whether a page of this host, on this port when it is not the scheme's own, may be linked to.
    pub fn admits(&self, host: &Host<&str>, port: Option<u16>) -> bool {
        let text = host.to_string();
        if self.exact.contains(host_key(&text, port).as_str()) {
            return true;
        }
        if !matches!(host, Host::Domain(_)) || self.sub_domains_of.is_empty() {
            return false;
        }
        let mut rest = text.as_str();
        while let Some((_, parent)) = rest.split_once('.') {
            if self.sub_domains_of.contains(host_key(parent, port).as_str()) {
                return true;
            }
            rest = parent;
        }
        false
    }
}

fn host_key(host: &str, port: Option<u16>) -> String {
    match port {
        None => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    }
}

/// An entry as the URL parser would understand it in an https URL.
fn parse_host_entry(entry: &str) -> Option<(Host<String>, Option<u16>)> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if entry.is_empty() || entry.ends_with(['.', ':']) || !entry.bytes().all(plain) {
        return None;
    }
    let url = Url::parse(&format!("https://{entry}/")).ok()?;
    let host = url.host()?.to_owned();
    // `1.2` is read as 1.0.0.2: an entry must say what it means.
    if let Host::Ipv4(address) = host
        && entry.split(':').next().and_then(|text| text.parse::<Ipv4Addr>().ok()) != Some(address)
    {
        return None;
    }
    Some((host, url.port()))
}

/// Schemes that are never an app's, whatever a program registers: they run code, read files or hide a second target.
const FORBIDDEN_SCHEMES: &[&str] = &[
    "about",
    "blob",
    "chrome",
    "content",
    "cid",
    "data",
    "feed",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mhtml",
    "mocha",
    "resource",
    "res",
    "shell",
    "vbscript",
    "view-source",
    "ws",
    "wss",
    "wyciwyg",
];

/// Judges a target. What may be followed is the returned URL.
///
/// # Errors
/// Why the target is not followed.
pub fn check<S: AsRef<str>>(
    to: &str,
    verified_hosts: &HostSet,
    app_schemes: &[S],
) -> Result<Url, DeepLinkError> {
    if to.is_empty() {
        return Err(DeepLinkError::Empty);
    }
    if to.len() > TARGET_BYTES_MAX {
        return Err(DeepLinkError::TooLong);
    }
    let illegal = |character: char| character.is_control() || character == '\\';
    if to.contains(illegal) || to.starts_with(char::is_whitespace) || to.ends_with(char::is_whitespace) {
        return Err(DeepLinkError::IllegalCharacter);
    }
    let (scheme, rest) = split_scheme(to).ok_or(DeepLinkError::NotAbsolute)?;
    if scheme == "https" || scheme == "http" {
        check_web(to, rest, verified_hosts)
    } else if app_schemes.iter().any(|known| known.as_ref().eq_ignore_ascii_case(&scheme))
        && !FORBIDDEN_SCHEMES.contains(&scheme.as_str())
    {
        check_app(to, rest)
    } else {
        Err(DeepLinkError::Scheme(scheme))
    }
}

/// The scheme in lower case, and what follows its colon.
fn split_scheme(to: &str) -> Option<(String, &str)> {
    let (scheme, rest) = to.split_once(':')?;
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let well_formed =
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(inner);
    well_formed.then(|| (scheme.to_ascii_lowercase(), rest))
}

fn authority_of(after_slashes: &str) -> &str {
    after_slashes.split(['/', '?', '#']).next().unwrap_or_default()
}

fn check_web(to: &str, rest: &str, verified_hosts: &HostSet) -> Result<Url, DeepLinkError> {
    let authority = authority_of(rest.strip_prefix("//").ok_or(DeepLinkError::NotAbsolute)?);
    if authority.is_empty() {
        return Err(DeepLinkError::NotAbsolute);
    }
    if authority.contains('@') {
        return Err(DeepLinkError::UserInfo);
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    if !authority.bytes().all(plain) {
        return Err(DeepLinkError::HostForm);
    }
    let url = Url::parse(to).map_err(|_| DeepLinkError::Invalid)?;
    let host = url.host().ok_or(DeepLinkError::Invalid)?;
    let written = host.to_string();
    // `example.com.` is another origin to browsers, and another key to every list of hosts.
    if written.ends_with('.') {
        return Err(DeepLinkError::HostForm);
    }
    if !verified_hosts.admits(&host, url.port()) {
        return Err(DeepLinkError::HostNotVerified(host_key(&written, url.port())));
    }
    Ok(url)
}

fn check_app(to: &str, rest: &str) -> Result<Url, DeepLinkError> {
    if authority_of(rest.trim_start_matches('/')).contains('@') {
        return Err(DeepLinkError::UserInfo);
    }
    Url::parse(to).map_err(|_| DeepLinkError::Invalid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hosts() -> HostSet {
        HostSet::parse([
            "shop.example",
            "*.Store.example",
            "store.example",
            "port.example:8443",
            "192.0.2.1",
            "[2001:db8::1]",
            "xn--bcher-kva.example",
        ])
        .unwrap()
    }

    fn judge(to: &str) -> Result<String, DeepLinkError> {
        check(to, &hosts(), &["shopapp", "javascript", "intent", "data"]).map(String::from)
    }

    #[test]
    fn verified_targets_are_followed_as_written_anew() {
        for (to, wanted) in [
            ("https://shop.example", "https://shop.example/"),
            ("http://shop.example/p?a=1&b=%20#x", "http://shop.example/p?a=1&b=%20#x"),
            ("HTTPS://SHOP.Example/P", "https://shop.example/P"),
            ("https://shop.example:443/p", "https://shop.example/p"),
            ("http://shop.example:80/p", "http://shop.example/p"),
            ("https://shop.example:/p", "https://shop.example/p"),
            ("https://shop.example?x=1", "https://shop.example/?x=1"),
            ("https://shop.example#x", "https://shop.example/#x"),
            ("https://shop.example/a/../b", "https://shop.example/b"),
            ("https://shop.example/q?s=red shoes", "https://shop.example/q?s=red%20shoes"),
            ("https://shop.example/giày-đỏ", "https://shop.example/gi%C3%A0y-%C4%91%E1%BB%8F"),
            ("https://shop.example/\u{202e}x", "https://shop.example/%E2%80%AEx"),
            (
                "https://shop.example/?u=https://evil.example/@x",
                "https://shop.example/?u=https://evil.example/@x",
            ),
            ("https://shop.example//evil.example", "https://shop.example//evil.example"),
            ("https://a.store.example/", "https://a.store.example/"),
            ("https://a.b.c.store.example/", "https://a.b.c.store.example/"),
            ("https://store.example/", "https://store.example/"),
            ("https://port.example:8443/x", "https://port.example:8443/x"),
            ("https://192.0.2.1/", "https://192.0.2.1/"),
            ("https://[2001:DB8:0::1]/", "https://[2001:db8::1]/"),
            ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
            ("shopapp://product/1?x=2", "shopapp://product/1?x=2"),
            ("ShopApp:product", "shopapp:product"),
        ] {
            assert_eq!(judge(to), Ok(wanted.to_owned()), "{to}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        use DeepLinkError::*;
        let host = |name: &str| HostNotVerified(name.to_owned());
        let scheme = |name: &str| Scheme(name.to_owned());
        for (to, wanted) in [
            ("", Empty),
            // Relative in some way, or doubly encoded.
            ("shop.example", NotAbsolute),
            ("/path", NotAbsolute),
            ("//shop.example/", NotAbsolute),
            ("//evil.example/", NotAbsolute),
            ("///evil.example/", NotAbsolute),
            ("https:shop.example", NotAbsolute),
            ("https:/shop.example", NotAbsolute),
            ("https:///shop.example", NotAbsolute),
            ("https:////evil.example", NotAbsolute),
            ("https://", NotAbsolute),
            ("https://?x", NotAbsolute),
            ("https://#shop.example", NotAbsolute),
            ("https%3A%2F%2Fshop.example%2F", NotAbsolute),
            ("https%253A%252F%252Fevil.example", NotAbsolute),
            ("%68ttps://shop.example", NotAbsolute),
            ("?https://shop.example", NotAbsolute),
            (":https://shop.example", NotAbsolute),
            ("1https://shop.example", NotAbsolute),
            ("ｈttps://shop.example", NotAbsolute),
            // Characters that parsers drop or turn.
            ("https:\\\\shop.example", IllegalCharacter),
            ("https://evil.example\\@shop.example", IllegalCharacter),
            ("https://shop.example\\.evil.example", IllegalCharacter),
            ("\\\\evil.example", IllegalCharacter),
            ("/\\evil.example", IllegalCharacter),
            ("https://shop.example/\r\nSet-Cookie: a=b", IllegalCharacter),
            ("https://shop.example/\nx", IllegalCharacter),
            ("https://sh\top.example/", IllegalCharacter),
            ("java\tscript:alert(1)", IllegalCharacter),
            ("java\nscript:alert(1)", IllegalCharacter),
            (" https://shop.example", IllegalCharacter),
            ("https://shop.example ", IllegalCharacter),
            ("\u{a0}https://shop.example", IllegalCharacter),
            ("\u{feff}https://shop.example", NotAbsolute),
            ("\0https://shop.example", IllegalCharacter),
            ("https://shop.example/\u{85}x", IllegalCharacter),
            ("https://shop.example/\u{7f}", IllegalCharacter),
            // Schemes.
            ("javascript:alert(1)", scheme("javascript")),
            ("JaVaScRiPt://shop.example/%0aalert(1)", scheme("javascript")),
            ("data:text/html,<script>alert(1)</script>", scheme("data")),
            ("vbscript:x", scheme("vbscript")),
            ("file:///etc/passwd", scheme("file")),
            ("ftp://shop.example/", scheme("ftp")),
            ("blob:https://shop.example/1", scheme("blob")),
            ("view-source:https://shop.example/", scheme("view-source")),
            ("intent://shop.example#Intent;scheme=https;end", scheme("intent")),
            ("wss://shop.example/", scheme("wss")),
            ("otherapp://x", scheme("otherapp")),
            ("shop.example:443/x", scheme("shop.example")),
            // Userinfo.
            ("https://shop.example@evil.example/", UserInfo),
            ("https://shop.example:443@evil.example/", UserInfo),
            ("https://user:pw@shop.example/", UserInfo),
            ("https://@shop.example/", UserInfo),
            ("https://@@shop.example/", UserInfo),
            ("https://evil.example@/", UserInfo),
            ("shopapp://x@evil.example/", UserInfo),
            // Authorities that are not plain.
            ("https://shop.example%2f@evil.example/", UserInfo),
            ("https://shop.example%2eevil.example/", HostForm),
            ("https://sh%6fp.example/", HostForm),
            ("https://shop.example%00.evil.example/", HostForm),
            ("https://shop。example/", HostForm),
            ("https://shop．example/", HostForm),
            ("https://shop｡example/", HostForm),
            ("https://shop.example／.evil.example/", HostForm),
            ("https://ⓢhop.example/", HostForm),
            ("https://shоp.example/", HostForm),
            ("https://bücher.example/", HostForm),
            ("https://shop.example\u{200b}/", HostForm),
            ("https://shop.exa\u{ad}mple/", HostForm),
            ("https://shop example/", HostForm),
            ("https://shop.example;evil.example/", HostForm),
            ("https://shop.example,evil.example/", HostForm),
            ("https://*.store.example/", HostForm),
            ("https://shop_example/", HostForm),
            ("https://shop.example./", HostForm),
            ("https://evil&shop.example/", HostForm),
            // Not parseable.
            ("https://shop.example:99999/", Invalid),
            ("https://shop.example:x/", Invalid),
            ("https://shop.example:80:80/", Invalid),
            ("https://[::1", Invalid),
            ("https://[shop.example]/", Invalid),
            ("https://xn--/", Invalid),
            ("https://1.2.3.4.5/", Invalid),
            ("https://256.1.1.1/", Invalid),
            ("https://:443/", Invalid),
            ("https://../", host("..")),
            // Hosts nobody verified.
            ("https://evil.example/", host("evil.example")),
            ("https://shop.example.evil.example/", host("shop.example.evil.example")),
            ("https://evilshop.example/", host("evilshop.example")),
            ("https://www.shop.example/", host("www.shop.example")),
            ("https://evilstore.example/", host("evilstore.example")),
            ("https://store.example.evil/", host("store.example.evil")),
            ("https://example/", host("example")),
            ("https://xn--shp-xra.example/", host("xn--shp-xra.example")),
            ("https://shop.example:8443/", host("shop.example:8443")),
            ("https://shop.example:80/", host("shop.example:80")),
            ("http://shop.example:443/", host("shop.example:443")),
            ("https://a.store.example:8443/", host("a.store.example:8443")),
            ("https://port.example/", host("port.example")),
            ("https://port.example:8444/", host("port.example:8444")),
            ("https://127.0.0.1/", host("127.0.0.1")),
            ("https://0x7f.1/", host("127.0.0.1")),
            ("https://2130706433/", host("127.0.0.1")),
            ("https://017700000001/", host("127.0.0.1")),
            ("https://3221225986/", host("192.0.2.2")),
            ("https://169.254.169.254/latest/meta-data", host("169.254.169.254")),
            ("https://[::1]/", host("[::1]")),
            ("https://[::ffff:192.0.2.1]/", host("[::ffff:c000:201]")),
            ("https://localhost/", host("localhost")),
        ] {
            let found = judge(to).unwrap_err();
            // A parser may refuse a dubious host by itself before it is looked up.
            let also_refused = matches!((&wanted, &found), (HostNotVerified(name), Invalid | HostForm) if name.starts_with('.') || name.starts_with("xn--"));
            assert!(found == wanted || also_refused, "{to}: {found:?}");
        }
        assert_eq!(judge(&format!("https://shop.example/{}", "a".repeat(TARGET_BYTES_MAX))), Err(TooLong));
    }

    #[test]
    fn forbidden_schemes_stay_forbidden_when_registered() {
        for scheme in FORBIDDEN_SCHEMES {
            let to = format!("{scheme}://shop.example/");
            assert_eq!(check(&to, &hosts(), &[scheme]), Err(DeepLinkError::Scheme((*scheme).to_owned())));
        }
    }

    #[test]
    fn entries_must_be_hosts() {
        for entry in [
            "",
            " ",
            "*",
            "*.",
            "*.com",
            "*.192.0.2.1",
            "https://shop.example",
            "shop.example/p",
            "user@shop.example",
            "shop.example.",
            "bücher.example",
            "sh op.example",
            "a.*.example",
            "192.0.2",
            "0x7f.0.0.1",
            "shop.example:",
            "shop.example:99999",
            "[::1",
            "shop%2eexample",
            "shop.example?x",
            "*.*.example.com",
        ] {
            assert_eq!(HostSet::parse([entry]).unwrap_err(), HostEntryError(entry.to_owned()));
        }
        assert!(HostSet::parse([]).unwrap().is_empty());
        assert!(!HostSet::parse([" shop.example "]).unwrap().is_empty());
    }

    #[test]
    fn without_verified_hosts_nothing_is_followed() {
        let none: &[&str] = &[];
        assert!(matches!(
            check("https://shop.example/", &HostSet::default(), none),
            Err(DeepLinkError::HostNotVerified(_))
        ));
    }

    proptest! {
        #[test]
        fn what_is_followed_is_verified_and_fits_a_header(to in "(https?|shopapp|javascript)?:?[/\\\\@]{0,3}[a-z.@:%\\[\\]\\\\]{0,8}(shop|store)\\.example[.:@/?#\\\\%0-9a-z\\t\\n ]{0,20}") {
            if let Ok(url) = check(&to, &hosts(), &["shopapp"]) {
                prop_assert!(["https", "http", "shopapp"].contains(&url.scheme()));
                prop_assert!(http::HeaderValue::from_str(url.as_str()).is_ok());
                if url.scheme() != "shopapp" {
                    prop_assert!(url.username().is_empty() && url.password().is_none());
                    prop_assert!(hosts().admits(&url.host().unwrap(), url.port()));
                    // Read again, it leads to the same place.
                    prop_assert_eq!(check(url.as_str(), &hosts(), &["shopapp"]), Ok(url));
                }
            }
        }

        #[test]
        fn any_text_is_answered(to: String) {
            if let Ok(url) = check(&to, &hosts(), &["shopapp"]) {
                prop_assert!(url.as_str().bytes().all(|byte| (0x20..0x7f).contains(&byte)));
            }
            let _ = HostSet::parse([to.as_str()]);
        }
    }
}
