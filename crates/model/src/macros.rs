//! Macros: the `{click_id}` placeholders of landing URLs and of publishers' postback URLs.
//!
//! A [`Template`] is parsed once, when somebody saves a URL, and filled for every click: parsing cuts the
//! text into segments, so that filling is one pass of appends. What would only fail for a visitor is
//! refused at parse time: unknown macros, macros without a meaning in that place, and macros in the scheme or
//! the host, where a value could send the visitor (or our own postback client) to another server.
//! Values are percent-encoded to RFC 3986's unreserved characters, so that no value can leave its place in
//! the URL. A macro without a value fills as empty.

use std::borrow::Cow;
use std::fmt;

/// How many `{sub..}` and how many `{adv..}` parameters there are.
const NUMBERED: u8 = 10;

/// Where a template is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The page that a click leads to.
    LandingUrl,
    /// A publisher's URL that is called when a conversion is decided.
    Postback,
}

/// A placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Macro {
    /// Our signed click id.
    ClickId,
    /// The publisher whose link it is.
    PublisherId,
    /// The program.
    ProgramId,
    /// The tracking link.
    LinkId,
    /// The creative that carried the link.
    CreativeId,
    /// `{sub1}` to `{sub10}`: the publisher's own reporting parameters.
    Sub(u8),
    /// The publisher's traffic source.
    Source,
    /// The publisher's own click id.
    RefId,
    /// The visitor's country, two letters.
    Country,
    /// The visitor's kind of device.
    Device,
    /// The visitor's operating system.
    Os,
    /// Seconds since 1970 of the event.
    Timestamp,
    /// A random number against caches.
    Random,
    /// The conversion.
    ConversionId,
    /// The kind of result.
    Action,
    /// The advertiser's order number.
    OrderId,
    /// The publisher's commission as a decimal number.
    Payout,
    /// The commission's currency.
    Currency,
    /// The conversion's state.
    Status,
    /// The verdict code.
    Code,
    /// The reason in words.
    Reason,
    /// `{adv1}` to `{adv10}`: the advertiser's parameters of the conversion.
    Adv(u8),
}

impl Macro {
    /// The macros without a number and their words, in the order in which they are listed to people.
    const PLAIN: [(Self, &'static str); 20] = [
        (Self::ClickId, "click_id"),
        (Self::PublisherId, "publisher_id"),
        (Self::ProgramId, "program_id"),
        (Self::LinkId, "link_id"),
        (Self::CreativeId, "creative_id"),
        (Self::Source, "source"),
        (Self::RefId, "ref_id"),
        (Self::Country, "country"),
        (Self::Device, "device"),
        (Self::Os, "os"),
        (Self::Timestamp, "timestamp"),
        (Self::Random, "random"),
        (Self::ConversionId, "conversion_id"),
        (Self::Action, "action"),
        (Self::OrderId, "order_id"),
        (Self::Payout, "payout"),
        (Self::Currency, "currency"),
        (Self::Status, "status"),
        (Self::Code, "code"),
        (Self::Reason, "reason"),
    ];

    /// Every macro that has a meaning in `place`.
    pub fn legal_in(place: Place) -> impl Iterator<Item = Self> {
        let plain = Self::PLAIN.iter().map(|(plain, _)| *plain);
        let numbered = (1..=NUMBERED).flat_map(|n| [Self::Sub(n), Self::Adv(n)]);
        plain.chain(numbered).filter(move |one| one.is_legal_in(place))
    }

    /// Whether it has a meaning in `place`: a click knows nothing of its later conversion.
    pub const fn is_legal_in(self, place: Place) -> bool {
        match (place, self) {
            (Place::Postback, _) => true,
            (
                Place::LandingUrl,
                Self::ConversionId
                | Self::Action
                | Self::OrderId
                | Self::Payout
                | Self::Currency
                | Self::Status
                | Self::Code
                | Self::Reason
                | Self::Adv(_),
            ) => false,
            (Place::LandingUrl, _) => true,
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let numbered = |prefix: &str| -> Option<u8> {
            let digits = word.strip_prefix(prefix)?;
            // `sub01` and `sub+1` would parse as numbers, but are not what anybody documented.
            let canonical = !digits.starts_with(['0', '+']);
            digits.parse().ok().filter(|n| canonical && (1..=NUMBERED).contains(n))
        };
        let plain = Self::PLAIN.iter().find(|(_, known)| *known == word).map(|(plain, _)| *plain);
        plain.or_else(|| numbered("sub").map(Self::Sub)).or_else(|| numbered("adv").map(Self::Adv))
    }
}

/// Writes it as it stands in a template: `{click_id}`.
impl fmt::Display for Macro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sub(n) => write!(f, "{{sub{n}}}"),
            Self::Adv(n) => write!(f, "{{adv{n}}}"),
            plain => {
                let word = Self::PLAIN.iter().find(|(known, _)| known == plain).map(|(_, word)| *word);
                write!(
                    f,
                    "{{{}}}",
                    word.expect("PLAIN lists every macro without a number; a test fills each")
                )
            }
        }
    }
}

/// Why a template was refused. Each message tells its writer what would be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The braces hold a word that is no macro.
    #[error("{{{found}}} is not a macro; legal here are {}", Legal(*place))]
    Unknown {
        /// What stood between the braces.
        found: String,
        /// Where it stood.
        place: Place,
    },
    /// A macro that exists, but has no meaning in this place.
    #[error("{found} has no value here; legal here are {}", Legal(*place))]
    IllegalHere {
        /// The macro.
        found: Macro,
        /// Where it stood.
        place: Place,
    },
    /// A macro before the path: its value could choose another server.
    #[error("{0} stands in the scheme or host; write those out and use macros from the path on")]
    InAuthority(Macro),
    /// A brace without its partner.
    #[error("the brace at byte {0} has no partner; write %7B and %7D for braces that are meant as text")]
    LoneBrace(usize),
    /// The text does not begin with a scheme and a host.
    #[error("the URL must begin with a scheme and a host, such as https://shop.example/")]
    NotAbsolute,
    /// Blanks, control characters and backslashes are read differently by different browsers.
    #[error("{0:?} must not stand in a URL; percent-encode it")]
    IllegalCharacter(char),
}

/// The macros that are legal in a place, as people read them.
struct Legal(Place);

impl fmt::Display for Legal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unnumbered = |one: &Macro| !matches!(one, Macro::Sub(_) | Macro::Adv(_));
        for plain in Macro::legal_in(self.0).filter(unnumbered) {
            write!(f, "{plain} ")?;
        }
        write!(f, "{} to {}", Macro::Sub(1), Macro::Sub(NUMBERED))?;
        if Macro::Adv(1).is_legal_in(self.0) {
            write!(f, " {} to {}", Macro::Adv(1), Macro::Adv(NUMBERED))?;
        }
        Ok(())
    }
}

/// A URL with macros, cut into segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    segments: Vec<Segment>,
    text_length: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Text(Box<str>),
    Fill(Macro),
}

impl Template {
    /// Parses `text` for `place`.
    pub fn parse(text: &str, place: Place) -> Result<Self, TemplateError> {
        if let Some(c) = text.chars().find(|c| c.is_control() || c.is_whitespace() || *c == '\\') {
            return Err(TemplateError::IllegalCharacter(c));
        }
        let scheme_end = text.find("://").ok_or(TemplateError::NotAbsolute)?;
        let host_start = scheme_end + "://".len();
        let host_length = text[host_start..].find(['/', '?', '#']);
        let path_start = host_length.map_or(text.len(), |length| host_start + length);

        let mut segments = Vec::new();
        let mut done = 0;
        while let Some(start) = text[done..].find(['{', '}']).map(|offset| done + offset) {
            let (found, end) = parse_macro(text, start, place)?;
            if start < path_start {
                return Err(TemplateError::InAuthority(found));
            }
            if done < start {
                segments.push(Segment::Text(text[done..start].into()));
            }
            segments.push(Segment::Fill(found));
            done = end;
        }
        if done < text.len() {
            segments.push(Segment::Text(text[done..].into()));
        }
        if !is_scheme(&text[..scheme_end]) || host_start == path_start {
            return Err(TemplateError::NotAbsolute);
        }
        Ok(Self { segments, text_length: text.len() })
    }

    /// The macros that occur, in their order, with repetitions.
    pub fn macros(&self) -> impl Iterator<Item = Macro> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Text(_) => None,
            Segment::Fill(found) => Some(*found),
        })
    }

    /// The URL with each macro replaced by its percent-encoded value, or by nothing if it has none.
    pub fn fill<'v>(&self, values: &dyn Fn(Macro) -> Option<Cow<'v, str>>) -> String {
        // Most values are ids, longer than their placeholders: twice the text rarely grows again.
        let mut url = String::with_capacity(self.text_length * 2);
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => url.push_str(text),
                Segment::Fill(found) => {
                    if let Some(value) = values(*found) {
                        push_encoded(&mut url, &value);
                    }
                }
            }
        }
        url
    }
}

/// Writes it as it was parsed.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments.iter().try_for_each(|segment| match segment {
            Segment::Text(text) => f.write_str(text),
            Segment::Fill(found) => found.fmt(f),
        })
    }
}

/// The macro whose opening brace is at `start`, and the place after its closing brace.
fn parse_macro(text: &str, start: usize, place: Place) -> Result<(Macro, usize), TemplateError> {
    let inner = text[start..].strip_prefix('{').ok_or(TemplateError::LoneBrace(start))?;
    let length = inner.find('}').ok_or(TemplateError::LoneBrace(start))?;
    let word = &inner[..length];
    let found =
        Macro::from_word(word).ok_or_else(|| TemplateError::Unknown { found: word.to_owned(), place })?;
    if !found.is_legal_in(place) {
        return Err(TemplateError::IllegalHere { found, place });
    }
    Ok((found, start + length + "{}".len()))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Appends `value`; everything but RFC 3986's unreserved characters is escaped.
fn push_encoded(url: &mut String, value: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            url.push('%');
            url.push(char::from(HEX[usize::from(byte >> 4)]));
            url.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn landing(text: &str) -> Result<Template, TemplateError> {
        Template::parse(text, Place::LandingUrl)
    }

    fn fill_all_with(text: &str, value: &str) -> String {
        landing(text).unwrap().fill(&|_| Some(Cow::Borrowed(value)))
    }

    #[test]
    fn fills_each_macro_in_its_place() {
        let template = landing("https://shop.example/p?c={click_id}&s={sub10}&r={ref_id}#{sub1}").unwrap();
        let url = template.fill(&|one| match one {
            Macro::ClickId => Some("clk_1".into()),
            Macro::Sub(n) => Some(format!("s{n}").into()),
            _ => None,
        });
        assert_eq!(url, "https://shop.example/p?c=clk_1&s=s10&r=#s1");
        assert_eq!(
            template.macros().collect::<Vec<_>>(),
            [Macro::ClickId, Macro::Sub(10), Macro::RefId, Macro::Sub(1)]
        );
    }

    #[test]
    fn every_legal_macro_parses_and_every_other_is_refused_with_the_list() {
        for place in [Place::LandingUrl, Place::Postback] {
            for one in Macro::legal_in(Place::Postback) {
                let text = format!("https://a.example/?x={one}");
                let parsed = Template::parse(&text, place);
                if one.is_legal_in(place) {
                    assert_eq!(parsed.unwrap().to_string(), text);
                } else {
                    assert_eq!(parsed, Err(TemplateError::IllegalHere { found: one, place }));
                }
            }
        }
        assert_eq!(Macro::legal_in(Place::Postback).count(), 40);
        assert_eq!(Macro::legal_in(Place::LandingUrl).count(), 22);
        let message = landing("https://a.example/{payout}").unwrap_err().to_string();
        assert_eq!(
            message,
            "{payout} has no value here; legal here are {click_id} {publisher_id} {program_id} {link_id} \
             {creative_id} {source} {ref_id} {country} {device} {os} {timestamp} {random} {sub1} to {sub10}"
        );
        let message = Template::parse("https://a.example/{click}", Place::Postback).unwrap_err().to_string();
        assert!(message.starts_with("{click} is not a macro; legal here are {click_id} "), "{message}");
        assert!(message.ends_with(" {code} {reason} {sub1} to {sub10} {adv1} to {adv10}"), "{message}");
    }

    #[test]
    fn words_that_only_resemble_macros_are_refused() {
        for word in [
            "",
            "Click_Id",
            " click_id",
            "sub",
            "sub0",
            "sub11",
            "sub01",
            "sub+1",
            "sub-1",
            "sub1 ",
            "adv256",
        ] {
            let text = format!("https://a.example/?x={{{word}}}");
            assert!(Template::parse(&text, Place::Postback).is_err(), "{text}");
        }
        assert_eq!(landing("https://a.example/{{click_id}}").unwrap_err().to_string()[..12], *"{{click_id} ");
        assert_eq!(landing("https://a.example/?x={click_id"), Err(TemplateError::LoneBrace(21)));
        assert_eq!(landing("https://a.example/?x=click_id}"), Err(TemplateError::LoneBrace(29)));
    }

    #[test]
    fn no_macro_can_choose_the_server() {
        for text in [
            "{sub1}://shop.example/",
            "https{sub1}://shop.example/",
            "https://{sub1}",
            "https://{sub1}/",
            "https://{sub1}.shop.example/",
            "https://shop.example{sub1}",
            "https://shop.example{sub1}/",
            "https://shop.example:{sub1}/",
            "https://user:{sub1}@shop.example/",
        ] {
            for place in [Place::LandingUrl, Place::Postback] {
                assert_eq!(
                    Template::parse(text, place),
                    Err(TemplateError::InAuthority(Macro::Sub(1))),
                    "{text}"
                );
            }
        }
        for text in
            ["", "{sub1}", "//{sub1}", "/p?u=https://{sub1}/", "javascript:{sub1}", "https:/{sub1}", "://h/"]
        {
            assert!(landing(text).is_err(), "{text}");
        }
        assert_eq!(landing("https:///{sub1}"), Err(TemplateError::NotAbsolute));
        assert_eq!(landing("https://shop.example\\{sub1}"), Err(TemplateError::IllegalCharacter('\\')));
        assert_eq!(landing("https://shop.example/\r\nX: 1"), Err(TemplateError::IllegalCharacter('\r')));
        assert!(landing("shop-app://open?x={sub1}").is_ok());
        assert!(landing("https://shop.example?x={sub1}").is_ok());
    }

    #[test]
    fn hostile_values_stay_where_they_are() {
        for (value, encoded) in [
            ("plain-1._~", "plain-1._~"),
            ("a&b=c", "a%26b%3Dc"),
            ("//evil.example/", "%2F%2Fevil.example%2F"),
            ("@evil.example", "%40evil.example"),
            ("\r\nSet-Cookie: a=b", "%0D%0ASet-Cookie%3A%20a%3Db"),
            ("%2e%2e%2f", "%252e%252e%252f"),
            ("{click_id}", "%7Bclick_id%7D"),
            ("\"><script>", "%22%3E%3Cscript%3E"),
            ("#?\\+\0", "%23%3F%5C%2B%00"),
            ("سلام", "%D8%B3%D9%84%D8%A7%D9%85"),
            ("hoa hồng", "hoa%20h%E1%BB%93ng"),
            ("\u{3002}\u{202e}", "%E3%80%82%E2%80%AE"),
        ] {
            assert_eq!(
                fill_all_with("https://a.example/{sub1}?x={sub2}", value),
                format!("https://a.example/{encoded}?x={encoded}")
            );
        }
    }

    proptest! {
        #[test]
        fn any_value_comes_back_by_decoding(value in any::<String>()) {
            let url = fill_all_with("https://a.example/?x={source}&y=1", &value);
            let encoded = url.strip_prefix("https://a.example/?x=").unwrap().strip_suffix("&y=1").unwrap();
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            let mut bytes = Vec::new();
            let mut rest = encoded.as_bytes();
            while let [first, tail @ ..] = rest {
                if *first == b'%' {
                    let hex = std::str::from_utf8(&tail[..2]).unwrap();
                    bytes.push(u8::from_str_radix(hex, 16).unwrap());
                    rest = &tail[2..];
                } else {
                    bytes.push(*first);
                    rest = tail;
                }
            }
            prop_assert_eq!(String::from_utf8(bytes).unwrap(), value);
        }

        #[test]
        fn parsing_survives_any_text_and_gives_it_back(tail in "[a-z{}/_0-9]{0,24}|\\PC{0,24}") {
            let text = format!("https://a.example/{tail}");
            if let Ok(template) = Template::parse(&text, Place::Postback) {
                prop_assert_eq!(template.to_string(), text);
            }
        }
    }
}
