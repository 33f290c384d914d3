//! The first-party cookie that remembers a browser: `merit_v`, 26 characters of base32 of a visitor id.
//!
//! It is set by the HTTP response only, never by script, and scripts cannot read it (`HttpOnly`). Over HTTPS it is
//! `SameSite=None; Secure`, so that the conversion pixel on the shop's page receives it; over plain HTTP, where browsers refuse
//! that pair, it is `SameSite=Lax`. It lives at most thirteen months from when it was set. Whether it may be
//! set at all is decided by consent, elsewhere; without consent [`VisitorCookie::expire`] takes it away.

use http::{HeaderMap, HeaderValue};
use model::VisitorId;
use model::ids::BASE32;

/// The name of the cookie.
pub const VISITOR_COOKIE: &str = "merit_v";
/// Thirteen months, the longest that European supervisors accept: the default and the limit.
pub const MAX_AGE_SECONDS_MAX: u32 = 395 * 86_400;
/// Characters of the value.
const VALUE_CHARACTERS: usize = 26;
/// Pairs of the `Cookie` headers that are looked at.
const PAIRS_MAX: usize = 200;

/// How the visitor cookie is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VisitorCookie {
    max_age_seconds: u32,
    domain: Option<String>,
}

/// A cookie domain that is no host name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is not a cookie domain; write a host name such as track.example.com")]
pub struct CookieDomainError(pub String);

impl Default for VisitorCookie {
    fn default() -> Self {
        Self { max_age_seconds: MAX_AGE_SECONDS_MAX, domain: None }
    }
}

impl VisitorCookie {
    /// A cookie that lives `max_age_seconds` (cut to thirteen months), for the answering host alone or for a whole domain.
    ///
    /// # Errors
    /// When the domain is no host name; it is written into a header as it is.
    pub fn new(max_age_seconds: u32, domain: Option<&str>) -> Result<Self, CookieDomainError> {
        let domain = match domain.map(|domain| domain.trim_start_matches('.')) {
            None => None,
            Some(domain) if is_host_name(domain) => Some(domain.to_ascii_lowercase()),
            Some(_) => return Err(CookieDomainError(domain.unwrap_or_default().to_owned())),
        };
        Ok(Self { max_age_seconds: max_age_seconds.min(MAX_AGE_SECONDS_MAX), domain })
    }

    /// The `Set-Cookie` value that remembers this visitor.
    pub fn remember(&self, visitor: VisitorId, https: bool) -> HeaderValue {
        let mut value = [0_u8; VALUE_CHARACTERS];
        BASE32.encode_mut(visitor.bytes(), &mut value);
        self.write(str::from_utf8(&value).expect("base32 is ASCII"), self.max_age_seconds, https)
    }

    /// The `Set-Cookie` value that forgets the visitor.
    pub fn expire(&self, https: bool) -> HeaderValue {
        self.write("", 0, https)
    }

    fn write(&self, value: &str, max_age_seconds: u32, https: bool) -> HeaderValue {
        let site = if https { "SameSite=None; Secure" } else { "SameSite=Lax" };
        let domain = self.domain.as_ref().map(|domain| format!("; Domain={domain}")).unwrap_or_default();
        let text =
            format!("{VISITOR_COOKIE}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; {site}{domain}");
        HeaderValue::try_from(text)
            .expect("every part is visible ASCII: base32, digits, constants, a checked host name")
    }
}

fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// The visitor that the request's cookies name: the first value that is one.
pub fn visitor_of(headers: &HeaderMap) -> Option<VisitorId> {
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .take(PAIRS_MAX)
        .find_map(|pair| {
            let value = pair.trim_ascii().strip_prefix(VISITOR_COOKIE.as_bytes())?.strip_prefix(b"=")?;
            parse_visitor(
                value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value),
            )
        })
}

fn parse_visitor(value: &[u8]) -> Option<VisitorId> {
    if value.len() != VALUE_CHARACTERS {
        return None;
    }
    let mut bytes = [0_u8; 16];
    BASE32.decode_mut(value, &mut bytes).ok()?;
    // Only what we could have drawn ourselves: version 7, variant 10.
    let ours = bytes[6] >> 4 == 7 && bytes[8] >> 6 == 0b10;
    ours.then(|| VisitorId::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BYTES: [u8; 16] = *b"\x01\x9b\x0f\x00\x00\x00\x70\x01\x80\x02\x03\x04\x05\x06\x07\x08";

    fn request(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(http::header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    fn value() -> String {
        VisitorId::from_bytes(BYTES).to_string().trim_start_matches("vis_").to_owned()
    }

    #[test]
    fn written_for_https_and_for_plain_http() {
        let visitor = VisitorId::from_bytes(BYTES);
        let value = value();
        let plain = VisitorCookie::default();
        assert_eq!(
            plain.remember(visitor, true),
            format!("merit_v={value}; Path=/; Max-Age=34128000; HttpOnly; SameSite=None; Secure")
        );
        let whole_domain = VisitorCookie::new(3600, Some(".Example.com")).unwrap();
        assert_eq!(
            whole_domain.remember(visitor, false),
            format!("merit_v={value}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Domain=example.com")
        );
        assert_eq!(
            whole_domain.expire(true),
            "merit_v=; Path=/; Max-Age=0; HttpOnly; SameSite=None; Secure; Domain=example.com"
        );
    }

    #[test]
    fn never_longer_than_thirteen_months() {
        assert_eq!(VisitorCookie::new(u32::MAX, None).unwrap(), VisitorCookie::default());
    }

    #[test]
    fn a_domain_cannot_smuggle_attributes() {
        for domain in
            ["", "a; Secure", "a\r\nX: y", "a b", "-a.com", "a..b", "exämple.com", "a,b", &"a".repeat(64)]
        {
            assert!(VisitorCookie::new(60, Some(domain)).is_err(), "{domain}");
        }
    }

    #[test]
    fn found_among_others() {
        let value = value();
        let visitor = Some(VisitorId::from_bytes(BYTES));
        for lines in [
            vec![format!("merit_v={value}")],
            vec![format!("a=b; merit_v={value}; c=d")],
            vec![format!("a=b;merit_v=\"{value}\"")],
            vec!["a=b".to_owned(), format!("merit_v={}", value.to_uppercase())],
            vec![format!("merit_v=junk; merit_v={value}")],
            vec![format!("xmerit_v=1; =; ;; merit_v={value} ")],
        ] {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(visitor_of(&request(&lines)), visitor, "{lines:?}");
        }
    }

    #[test]
    fn what_is_no_visitor_is_ignored() {
        let value = value();
        let not_version_7 = VisitorId::from_bytes([0xff; 16]).to_string().replace("vis_", "merit_v=");
        for line in [
            "",
            "merit_v",
            "merit_v=",
            "merit_v=0",
            &format!("merit_v={value}0"),
            &format!("merit_v={}", &value[1..]),
            &format!("Merit_V={value}"),
            &format!("merit_v ={value}"),
            &format!("merit_vv={value}"),
            &format!("merit_v=vis_{value}"),
            &format!("merit_v={}u", &value[..25]),
            &format!("merit_v={}z", &value[..25]),
            &not_version_7,
            &format!("{}merit_v={value}", "a=b; ".repeat(PAIRS_MAX)),
        ] {
            assert_eq!(visitor_of(&request(&[line])), None, "{line:.100}");
        }
    }

    proptest! {
        #[test]
        fn what_is_set_is_read_back(mut bytes: [u8; 16], https: bool) {
            bytes[6] = 0x70 | bytes[6] & 0x0f;
            bytes[8] = 0x80 | bytes[8] & 0x3f;
            let visitor = VisitorId::from_bytes(bytes);
            let set = VisitorCookie::default().remember(visitor, https);
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            prop_assert_eq!(visitor_of(&request(&[&pair])), Some(visitor));
        }

        #[test]
        fn any_bytes_are_answered(line in proptest::collection::vec(0x20_u8..0x7f, 0..200)) {
            let mut headers = HeaderMap::new();
            headers.append(http::header::COOKIE, HeaderValue::from_bytes(&line).unwrap());
            visitor_of(&headers);
        }
    }
}
