//! The query of a click or an impression, read once.
//!
//! What Merit knows (`sub1`..`sub10`, `source`, `ref_id`, `to`, `creative`, `mid`, the consent signals) lands in a field; every other
//! parameter belongs to the landing page and is handed on by [`merge_into`]. A publisher's parameters come from the visitor, so
//! nothing here is an error: what is too long is cut at a character, what is too much is left out, what is not UTF-8
//! becomes U+FFFD, a repeated name keeps its first value. [`LinkParameters::cut`] tells that something was lost.
//!
//! Control characters in stored values become U+FFFD too: a NUL cannot be stored by every database, and line ends
//! have no place in a sub id.

use std::borrow::Cow;

use url::Url;

use crate::consent::ConsentSignals;

/// Bytes of the query that are read; an address bar holds no more.
pub const QUERY_BYTES_MAX: usize = 8192;
/// Parameters that are read.
pub const PARAMETERS_MAX: usize = 128;
/// Bytes of a sub id or source.
pub const SUB_BYTES_MAX: usize = 500;
/// Bytes of the publisher's own click id.
pub const REF_ID_BYTES_MAX: usize = 1000;
/// Unknown parameters that are handed on.
pub const EXTRA_MAX: usize = 64;
/// Bytes of names and values of the unknown parameters together.
pub const EXTRA_BYTES_MAX: usize = 4096;
/// How many numbered sub ids there are.
pub const SUBS: usize = 10;

/// The parameters of one link. Borrowed from the query where nothing had to be decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkParameters<'q> {
    /// `sub1` to `sub10`.
    pub subs: [Option<Cow<'q, str>>; SUBS],
    /// `source`.
    pub source: Option<Cow<'q, str>>,
    /// `ref_id`: the publisher's own click id.
    pub ref_id: Option<Cow<'q, str>>,
    /// `to`: the deep link that was asked for, unchecked.
    pub to: Option<Cow<'q, str>>,
    /// `creative`: what carried the link, unchecked.
    pub creative: Option<Cow<'q, str>>,
    /// `mid`: the link in the address of a landing page that was reached without a redirect.
    pub mid: Option<Cow<'q, str>>,
    /// `consent`.
    pub consent: Option<Cow<'q, str>>,
    /// `gdpr`.
    pub gdpr: Option<Cow<'q, str>>,
    /// `gdpr_consent`.
    pub gdpr_consent: Option<Cow<'q, str>>,
    /// `gpp`.
    pub gpp: Option<Cow<'q, str>>,
    /// Everything else, in the order of the query, for the landing page.
    pub extra: Vec<(Cow<'q, str>, Cow<'q, str>)>,
    /// Whether a limit took something away.
    pub cut: bool,
}

impl<'q> LinkParameters<'q> {
    /// Reads a raw query (without the `?`).
    pub fn parse(query: &'q str) -> Self {
        let mut parameters = Self::default();
        let query = parameters.within_limit(query);
        let mut extra_bytes = 0;
        for (read, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
            if read == PARAMETERS_MAX {
                parameters.cut = true;
                break;
            }
            if let Some((field, bytes_max)) = parameters.known(&name) {
                if field.is_none() && !value.is_empty() {
                    let (value, cut) = match bytes_max {
                        Some(bytes_max) => storable(value, bytes_max),
                        None => (value, false),
                    };
                    *field = Some(value);
                    parameters.cut |= cut;
                }
                continue;
            }
            if parameters.extra.iter().any(|(seen, _)| *seen == name) {
                continue;
            }
            let bytes = name.len() + value.len();
            if parameters.extra.len() == EXTRA_MAX || extra_bytes + bytes > EXTRA_BYTES_MAX {
                parameters.cut = true;
                continue;
            }
            extra_bytes += bytes;
            parameters.extra.push((name, value));
        }
        parameters
    }

    /// The whole parameters that fit the limit: half a value could mean something else.
    fn within_limit(&mut self, query: &'q str) -> &'q str {
        if query.len() <= QUERY_BYTES_MAX {
            return query;
        }
        self.cut = true;
        let end = query.as_bytes()[..=QUERY_BYTES_MAX].iter().rposition(|byte| *byte == b'&').unwrap_or(0);
        &query[..end]
    }

    /// The field of a parameter that Merit knows, and its limit. What is judged as a whole or not at all has no limit.
    fn known(&mut self, name: &str) -> Option<(&mut Option<Cow<'q, str>>, Option<usize>)> {
        Some(match name {
            "source" => (&mut self.source, Some(SUB_BYTES_MAX)),
            "ref_id" => (&mut self.ref_id, Some(REF_ID_BYTES_MAX)),
            "to" => (&mut self.to, None),
            "mid" => (&mut self.mid, None),
            "creative" => (&mut self.creative, None),
            "consent" => (&mut self.consent, None),
            "gdpr" => (&mut self.gdpr, None),
            "gdpr_consent" => (&mut self.gdpr_consent, None),
            "gpp" => (&mut self.gpp, None),
            _ => (&mut self.subs[sub_number(name)? - 1], Some(SUB_BYTES_MAX)),
        })
    }

    /// `sub1` to `sub10` that were given, with their numbers.
    pub fn given_subs(&self) -> impl Iterator<Item = (usize, &str)> {
        self.subs.iter().enumerate().filter_map(|(index, sub)| Some((index + 1, sub.as_deref()?)))
    }

    /// The consent signals of the query together with the request's `Sec-GPC` header.
    pub fn consent_signals<'a>(&'a self, sec_gpc: Option<&'a [u8]>) -> ConsentSignals<'a> {
        ConsentSignals {
            consent: self.consent.as_deref(),
            gdpr: self.gdpr.as_deref(),
            gdpr_consent: self.gdpr_consent.as_deref(),
            gpp: self.gpp.as_deref(),
            sec_gpc,
        }
    }
}

fn sub_number(name: &str) -> Option<usize> {
    let digits = name.strip_prefix("sub")?;
    // `sub01` and `sub+1` would parse, but are parameters of somebody else.
    if digits.starts_with(['0', '+']) {
        return None;
    }
    digits.parse().ok().filter(|number| (1..=SUBS).contains(number))
}

/// Cuts at a character and replaces control characters.
fn storable(value: Cow<'_, str>, bytes_max: usize) -> (Cow<'_, str>, bool) {
    let value = if value.contains(char::is_control) {
        Cow::Owned(value.replace(char::is_control, "\u{fffd}"))
    } else {
        value
    };
    if value.len() <= bytes_max {
        return (value, false);
    }
    let end = floor_char_boundary(&value, bytes_max);
    let value = match value {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    };
    (value, true)
}

/// The last place, at or before `index`, where a character begins.
pub(crate) fn floor_char_boundary(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}

/// Appends the visitor's unknown parameters to a landing page. A name that the advertiser's URL already has is left
/// as the advertiser set it, also when it is only spelled so that a shop's software takes it for the same name.
pub fn merge_into(landing: &mut Url, extra: &[(Cow<'_, str>, Cow<'_, str>)]) {
    if extra.is_empty() {
        return;
    }
    let mut taken: Vec<String> = landing.query_pairs().map(|(name, _)| comparable(&name)).collect();
    let mut free = Vec::with_capacity(extra.len());
    for (name, value) in extra {
        let comparable = comparable(name);
        // A nameless parameter says nothing, and `?&=` confuses more than it helps.
        if !comparable.is_empty() && !taken.contains(&comparable) {
            taken.push(comparable);
            free.push((name, value));
        }
    }
    // Only then: the mere opening of the serializer adds a `?`.
    if !free.is_empty() {
        landing.query_pairs_mut().extend_pairs(free);
    }
}

/// The form in which two names are the same to some server: without case (ASP.NET), and as PHP mangles names, where
/// leading spaces go, `.`, ` ` and `+` become `_`, `[` begins an index, and a NUL ends the name.
fn comparable(name: &str) -> String {
    let name = name.trim_start_matches([' ', '+']);
    let name = name.split(['[', '\0']).next().unwrap_or_default();
    name.to_lowercase().replace(['.', ' ', '+'], "_")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn extra<'a>(parameters: &'a LinkParameters<'_>) -> Vec<(&'a str, &'a str)> {
        parameters.extra.iter().map(|(name, value)| (&**name, &**value)).collect()
    }

    #[test]
    fn known_parameters_land_in_their_fields() {
        let read = LinkParameters::parse(
            "sub1=a&sub10=j%20j&source=news+letter&ref_id=R1&to=https%3A%2F%2Fshop.example%2Fp&mid=0abc&consent=1&gdpr=1&gdpr_consent=C&gpp=D&utm_source=x",
        );
        assert_eq!(read.given_subs().collect::<Vec<_>>(), [(1, "a"), (10, "j j")]);
        assert_eq!(read.source.as_deref(), Some("news letter"));
        assert_eq!(read.ref_id.as_deref(), Some("R1"));
        assert_eq!(read.to.as_deref(), Some("https://shop.example/p"));
        assert_eq!(read.mid.as_deref(), Some("0abc"));
        let signals = read.consent_signals(Some(b"1"));
        assert_eq!((signals.consent, signals.gdpr), (Some("1"), Some("1")));
        assert_eq!(
            (signals.gdpr_consent, signals.gpp, signals.sec_gpc),
            (Some("C"), Some("D"), Some(&b"1"[..]))
        );
        assert_eq!(extra(&read), [("utm_source", "x")]);
        assert!(!read.cut);
    }

    #[test]
    fn plain_values_are_not_copied() {
        let read = LinkParameters::parse("sub1=abc&x=y");
        assert!(matches!(read.subs[0], Some(Cow::Borrowed("abc"))));
        assert!(matches!(read.extra[0], (Cow::Borrowed("x"), Cow::Borrowed("y"))));
    }

    #[test]
    fn the_first_of_repeated_names_wins_and_empty_is_absent() {
        let read = LinkParameters::parse("sub1=&sub1=a&sub1=b&x=1&x=2&to=&to=q&consent=0&consent=1");
        assert_eq!(read.subs[0].as_deref(), Some("a"));
        assert_eq!(read.to.as_deref(), Some("q"));
        assert_eq!(read.consent.as_deref(), Some("0"));
        assert_eq!(extra(&read), [("x", "1")]);
    }

    #[test]
    fn names_that_only_resemble_ours_are_handed_on() {
        for name in [
            "sub",
            "sub0",
            "sub11",
            "sub01",
            "sub-1",
            "Sub1",
            "SOURCE",
            "sub1x",
            "sub99999999999999999999",
            "ref",
        ] {
            let query = format!("{name}=v");
            let read = LinkParameters::parse(&query);
            assert_eq!(extra(&read), [(name, "v")]);
        }
        assert_eq!(extra(&LinkParameters::parse("sub%2B1=v")), [("sub+1", "v")]);
    }

    #[test]
    fn broken_encodings_become_replacement_characters_or_stay() {
        for (query, wanted) in [
            ("sub1=%ff%fe", "\u{fffd}\u{fffd}"),
            ("sub1=%", "%"),
            ("sub1=%4", "%4"),
            ("sub1=%zz", "%zz"),
            ("sub1=%c3%28", "\u{fffd}("),
            ("sub1=%ed%a0%80", "\u{fffd}\u{fffd}\u{fffd}"),
            ("sub1=a%00b%0d%0ac%7f%c2%85", "a\u{fffd}b\u{fffd}\u{fffd}c\u{fffd}\u{fffd}"),
            ("sub1=%252F", "%2F"),
            ("sub1=a=b=c", "a=b=c"),
            ("sub1=<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("sub1=%D8%B3%D9%84%D8%A7%D9%85", "سلام"),
        ] {
            assert_eq!(LinkParameters::parse(query).subs[0].as_deref(), Some(wanted), "{query}");
        }
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        let query = format!("sub1={}&sub2={}&ref_id={}", "a".repeat(501), "é".repeat(251), "r".repeat(2000));
        let read = LinkParameters::parse(&query);
        assert_eq!(read.subs[0].as_ref().unwrap().len(), 500);
        assert_eq!(read.subs[1].as_deref(), Some(&*"é".repeat(250)));
        assert_eq!(read.ref_id.as_ref().unwrap().len(), 1000);
        assert!(read.cut);
        let exact = format!("sub1={}", "a".repeat(500));
        assert!(!LinkParameters::parse(&exact).cut);
    }

    #[test]
    fn counts_and_sizes_are_bounded() {
        let many: String = (0..1000).map(|n| format!("p{n}=&")).collect();
        let read = LinkParameters::parse(&many);
        assert_eq!((read.extra.len(), read.cut), (EXTRA_MAX, true));
        let fat: String = (0..10).map(|n| format!("p{n}={}&", "x".repeat(1000))).collect();
        let read = LinkParameters::parse(&fat);
        assert!(read.cut && read.extra.len() == 4, "{}", read.extra.len());
        let same = "sub1=a&".repeat(PARAMETERS_MAX + 1);
        assert!(LinkParameters::parse(&same).cut);
        let half = format!("x=1&y={}", "z".repeat(QUERY_BYTES_MAX));
        let read = LinkParameters::parse(&half);
        assert_eq!((extra(&read), read.cut), (vec![("x", "1")], true));
        let one = "y".repeat(QUERY_BYTES_MAX + 1);
        assert_eq!(extra(&LinkParameters::parse(&one)), []);
    }

    /// Landing page; query of the click; landing page afterwards.
    const MERGED: &str = "
        https://shop.example/p               utm_source=x&b=2       https://shop.example/p?utm_source=x&b=2
        https://shop.example/p?a=1           b=2                    https://shop.example/p?a=1&b=2
        https://shop.example/p?a=1           a=2&b=3                https://shop.example/p?a=1&b=3
        https://shop.example/p?a=1           A=2                    https://shop.example/p?a=1
        https://shop.example/p?a=1           %61=2                  https://shop.example/p?a=1
        https://shop.example/p?%61=1         a=2                    https://shop.example/p?%61=1
        https://shop.example/p?a             a=2                    https://shop.example/p?a
        https://shop.example/p?a=            a=2                    https://shop.example/p?a=
        https://shop.example/p?a=1           a%5B%5D=2              https://shop.example/p?a=1
        https://shop.example/p?a=1           a%00b=2                https://shop.example/p?a=1
        https://shop.example/p?a=1           +a=2&%20a=3&%2Ba=4     https://shop.example/p?a=1
        https://shop.example/p?a_b=1         a.b=2&a+b=3&a%20b=4    https://shop.example/p?a_b=1
        https://shop.example/p?a.b=1         a_b=2                  https://shop.example/p?a.b=1
        https://shop.example/p?a=1           =2&%20=3               https://shop.example/p?a=1
        https://shop.example/p#top           b=2                    https://shop.example/p?b=2#top
        https://shop.example/p?q=a%20b+c     b=%0d%0aX%3A1          https://shop.example/p?q=a%20b+c&b=%0D%0AX%3A1
        https://shop.example/p               b=%26a%3D1%23          https://shop.example/p?b=%26a%3D1%23
        https://shop.example/p?              b=2                    https://shop.example/p?b=2
        https://shop.example/p?a=1&amp;b=2   amp;b=3&c=4            https://shop.example/p?a=1&amp;b=2&c=4
        https://shop.example/p?a=1           sub1=s&to=x&ref_id=r   https://shop.example/p?a=1
        app://open?a=1                       a=2&b=3                app://open?a=1&b=3
    ";

    #[test]
    fn the_visitor_never_overwrites_the_advertiser() {
        for row in MERGED.lines().filter(|row| !row.trim().is_empty()) {
            let [landing, query, wanted] = row.split_whitespace().collect::<Vec<_>>()[..] else {
                panic!("{row}")
            };
            let mut landing = Url::parse(landing).unwrap();
            merge_into(&mut landing, &LinkParameters::parse(query).extra);
            assert_eq!(landing.as_str(), wanted, "{row}");
        }
    }

    proptest! {
        #[test]
        fn any_query_is_read_within_the_limits(query: String) {
            let read = LinkParameters::parse(&query);
            prop_assert!(read.extra.len() <= EXTRA_MAX);
            for (_, sub) in read.given_subs() {
                prop_assert!(sub.len() <= SUB_BYTES_MAX && !sub.contains(char::is_control));
            }
        }

        #[test]
        fn merging_keeps_what_was_there(query in "([a-cA-C_.%0-9\\[\\]+]{1,4}(=[a-z%&;]{0,3})?&?){0,6}") {
            let mut landing = Url::parse("https://shop.example/p?a=1&b_c=2#f").unwrap();
            merge_into(&mut landing, &LinkParameters::parse(&query).extra);
            prop_assert!(landing.as_str().starts_with("https://shop.example/p?a=1&b_c=2"));
            prop_assert_eq!(landing.fragment(), Some("f"));
            prop_assert_eq!(landing.query_pairs().filter(|(name, _)| name == "a" || name == "b_c").count(), 2);
            prop_assert_eq!(landing.host_str(), Some("shop.example"));
        }
    }
}
