//! What the visitor allows, as far as the request says.
//!
//! Five signals can answer: `consent=0|1` of the link itself, the IAB strings `gdpr_consent` (TCF v2) and `gpp`, and
//! the browser's `Sec-GPC` header. Each answers *granted*, *denied* or nothing; what cannot be read is nothing, never a
//! guess. **The strictest explicit answer wins**: one denial outweighs any grant, and only where nobody denies does a
//! grant count. Without any answer the state is *unknown*, and what unknown permits is the network's setting by region.
//!
//! What each signal says:
//! - `consent`: `1` grants, `0` denies.
//! - `gdpr_consent`: purpose 1 of the core segment ("store and/or access information on a device"). Set grants, unset
//!   denies, unless the publisher declares that purpose 1 was not disclosed at all (`PurposeOneTreatment`): then
//!   nobody was asked and the string says nothing. Legitimate interest never serves purpose 1.
//! - `gpp`: section 2 is a TCF string and read as one. In the US sections (6 `uspv1`, 7 `usnat`, 8 `usca`) an
//!   opt-out of sale, sharing or targeted advertising, or a GPC flag, denies. Not to have opted out is no consent.
//! - `Sec-GPC: 1` denies.
//! - `gdpr` only says whether the regulation applies; it is handed on, since the default for unknown may depend on it.

use model::touch::ConsentState;

/// The longest consent string that is read.
const STRING_BYTES_MAX: usize = 4096;

/// The signals of one request, as they came.
#[derive(Clone, Copy, Default, Debug)]
pub struct ConsentSignals<'a> {
    /// `consent=`.
    pub consent: Option<&'a str>,
    /// `gdpr=`.
    pub gdpr: Option<&'a str>,
    /// `gdpr_consent=`.
    pub gdpr_consent: Option<&'a str>,
    /// `gpp=`.
    pub gpp: Option<&'a str>,
    /// The `Sec-GPC` header.
    pub sec_gpc: Option<&'a [u8]>,
}

/// Which signal decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConsentSource {
    /// The link's own `consent` parameter.
    Parameter,
    /// The TCF string in `gdpr_consent`.
    GdprConsent,
    /// The string in `gpp`.
    Gpp,
    /// The `Sec-GPC` header.
    SecGpc,
    /// None: the network's default decides.
    Default,
}

impl ConsentSource {
    /// The word that is stored with the event.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Parameter => "consent",
            Self::GdprConsent => "gdpr_consent",
            Self::Gpp => "gpp",
            Self::SecGpc => "sec-gpc",
            Self::Default => "default",
        }
    }
}

/// The answer of all signals together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Consent {
    /// What is allowed.
    pub state: ConsentState,
    /// Which signal said so.
    pub source: ConsentSource,
    /// Whether the request claims that the GDPR applies.
    pub gdpr_applies: Option<bool>,
}

/// Joins the signals: any denial, else any grant, else unknown. Among equals the order of [`ConsentSource`] names the source.
pub fn consent_of(signals: &ConsentSignals<'_>) -> Consent {
    let flag = |text: Option<&str>| match text {
        Some("1") => Some(true),
        Some("0") => Some(false),
        _ => None,
    };
    let answers = [
        (ConsentSource::Parameter, flag(signals.consent)),
        (ConsentSource::GdprConsent, signals.gdpr_consent.and_then(tcf_storage_consent)),
        (ConsentSource::Gpp, signals.gpp.and_then(gpp_consent)),
        (ConsentSource::SecGpc, signals.sec_gpc.filter(|value| value.trim_ascii() == b"1").map(|_| false)),
    ];
    let first =
        |wanted: bool| answers.iter().find(|(_, answer)| *answer == Some(wanted)).map(|(source, _)| *source);
    let (state, source) = match (first(false), first(true)) {
        (Some(source), _) => (ConsentState::Denied, source),
        (None, Some(source)) => (ConsentState::Granted, source),
        (None, None) => (ConsentState::Unknown, ConsentSource::Default),
    };
    Consent { state, source, gdpr_applies: flag(signals.gdpr) }
}

/// The bits of a base64url text without padding, read from the left; `None` at its end.
struct Bits<'a> {
    text: &'a [u8],
    position: usize,
}

impl<'a> Bits<'a> {
    /// `None` when a character is not of the alphabet.
    fn new(text: &'a str) -> Option<Self> {
        let text = text.as_bytes();
        text.iter().all(|byte| sextet(*byte).is_some()).then_some(Self { text, position: 0 })
    }

    fn bit(&mut self) -> Option<bool> {
        let value = sextet(*self.text.get(self.position / 6)?)?;
        let bit = value >> (5 - self.position % 6) & 1 == 1;
        self.position += 1;
        Some(bit)
    }

    fn number(&mut self, bits: u8) -> Option<u32> {
        (0..bits).try_fold(0_u32, |number, _| Some(number << 1 | u32::from(self.bit()?)))
    }

    fn skip(&mut self, bits: usize) -> Option<()> {
        self.position += bits;
        (self.position <= self.text.len() * 6).then_some(())
    }

    /// A whole number in Fibonacci coding, as GPP writes it: the places are 1, 2, 3, 5, 8, ... and `11` ends.
    fn fibonacci(&mut self) -> Option<u32> {
        let (mut here, mut next) = (1_u32, 2_u32);
        let (mut sum, mut last) = (0_u32, false);
        loop {
            let bit = self.bit()?;
            if bit && last {
                return Some(sum);
            }
            if bit {
                sum = sum.checked_add(here)?;
            }
            last = bit;
            (here, next) = (next, here.checked_add(next)?);
        }
    }
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

/// Purpose 1 in the core segment of a TCF v2 string; `None` when it says nothing or cannot be read.
fn tcf_storage_consent(text: &str) -> Option<bool> {
    if text.len() > STRING_BYTES_MAX {
        return None;
    }
    let mut bits = Bits::new(text.split('.').next()?)?;
    if bits.number(6)? != 2 {
        return None;
    }
    // Created 36, last updated 36, CMP id 12, CMP version 12, screen 6, language 12, vendor list version 12, policy
    // version 6, service specific 1, non-standard texts 1, special features 12.
    bits.skip(146)?;
    let storage = bits.bit()?;
    // The other 23 purposes and the 24 of legitimate interest.
    bits.skip(47)?;
    let purpose_one_not_disclosed = bits.bit()?;
    // The publisher's country closes the fixed part: a string without it was cut off.
    bits.skip(12)?;
    if purpose_one_not_disclosed && !storage { None } else { Some(storage) }
}

/// Sections of a GPP string that this module can read.
const GPP_TCF_EU: u32 = 2;
const GPP_USP_V1: u32 = 6;
const GPP_US_NATIONAL: u32 = 7;
const GPP_US_CALIFORNIA: u32 = 8;

/// The strictest answer of the sections of a GPP string.
fn gpp_consent(text: &str) -> Option<bool> {
    if text.len() > STRING_BYTES_MAX {
        return None;
    }
    let mut parts = text.split('~');
    let ids = gpp_section_ids(parts.next()?)?;
    let mut strictest = None;
    for (id, section) in ids.into_iter().zip(parts) {
        let answer = match id {
            GPP_TCF_EU => tcf_storage_consent(section),
            GPP_USP_V1 => usp_v1_consent(section),
            // Six notices come before the opt-outs in the national section, three in California's.
            GPP_US_NATIONAL => us_consent(section, 6, 3),
            GPP_US_CALIFORNIA => us_consent(section, 3, 2),
            _ => None,
        };
        match answer {
            Some(false) => return Some(false),
            Some(true) => strictest = Some(true),
            None => {}
        }
    }
    strictest
}

/// The section numbers that the header of a GPP string lists, in order.
fn gpp_section_ids(header: &str) -> Option<Vec<u32>> {
    /// More sections than any registry holds.
    const SECTIONS_MAX: usize = 64;
    let mut bits = Bits::new(header)?;
    if bits.number(6)? != 3 || bits.number(6)? != 1 {
        return None;
    }
    let mut ids = Vec::new();
    let mut last = 0_u32;
    for _ in 0..bits.number(12)? {
        let is_range = bits.bit()?;
        let first = last.checked_add(bits.fibonacci()?)?;
        last = if is_range { first.checked_add(bits.fibonacci()?)? } else { first };
        for id in first..=last {
            if ids.len() == SECTIONS_MAX {
                return None;
            }
            ids.push(id);
        }
    }
    Some(ids)
}

/// `1YNN`: version, notice, opt-out of sale, covered.
fn usp_v1_consent(section: &str) -> Option<bool> {
    match section.as_bytes() {
        [b'1', _, b'Y' | b'y', _] => Some(false),
        _ => None,
    }
}

/// A US section: version 6 bits, then two bits for each notice and each opt-out, where 1 is "opted out". A second
/// segment of type 1 carries the GPC flag.
fn us_consent(section: &str, notices: usize, opt_outs: usize) -> Option<bool> {
    let mut segments = section.split('.');
    let mut core = Bits::new(segments.next()?)?;
    core.skip(6 + 2 * notices)?;
    for _ in 0..opt_outs {
        if core.number(2)? == 1 {
            return Some(false);
        }
    }
    for segment in segments {
        let mut bits = Bits::new(segment)?;
        if bits.number(2)? == 1 && bits.bit()? {
            return Some(false);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// Writes base64url from bits, as the IAB strings are built.
    #[derive(Default)]
    struct Writer(Vec<bool>);

    impl Writer {
        fn number(mut self, bits: u32, number: u32) -> Self {
            self.0.extend((0..bits).rev().map(|place| number >> place & 1 == 1));
            self
        }
        fn fibonacci(mut self, number: u32) -> Self {
            let mut places = vec![1, 2];
            while *places.last().unwrap() <= number {
                places.push(places[places.len() - 1] + places[places.len() - 2]);
            }
            let (mut rest, mut digits) = (number, vec![]);
            for place in places.iter().rev() {
                let takes = *place <= rest;
                rest -= if takes { *place } else { 0 };
                digits.push(takes);
            }
            let digits: Vec<bool> = digits.into_iter().skip_while(|digit| !digit).collect();
            self.0.extend(digits.into_iter().rev());
            self.0.push(true);
            self
        }
        fn text(mut self) -> String {
            while !self.0.len().is_multiple_of(6) {
                self.0.push(false);
            }
            let sextet =
                |bits: &[bool]| bits.iter().fold(0_usize, |number, bit| number << 1 | usize::from(*bit));
            self.0.chunks(6).map(|bits| char::from(ALPHABET[sextet(bits)])).collect()
        }
    }

    fn tcf(version: u32, purpose_1: bool, purpose_one_treatment: bool) -> String {
        Writer::default()
            .number(6, version)
            .number(30, 7)
            .number(6, 0)
            .number(30, 7)
            .number(6, 0)
            .number(12, 31)
            .number(12, 1)
            .number(6, 1)
            .number(12, 77)
            .number(12, 150)
            .number(6, 4)
            .number(2, 2)
            .number(12, 0)
            .number(1, u32::from(purpose_1))
            .number(23, 0)
            .number(24, 0xff_ffff)
            .number(1, u32::from(purpose_one_treatment))
            .number(12, 77)
            .number(17, 0)
            .text()
    }

    fn gpp(sections: &[(u32, &str)]) -> String {
        let mut header =
            Writer::default().number(6, 3).number(6, 1).number(12, u32::try_from(sections.len()).unwrap());
        let mut last = 0;
        for (id, _) in sections {
            header = header.number(1, 0).fibonacci(id - last);
            last = *id;
        }
        std::iter::once(header.text())
            .chain(sections.iter().map(|(_, text)| (*text).to_owned()))
            .collect::<Vec<_>>()
            .join("~")
    }

    fn us_national(sale: u32, sharing: u32, advertising: u32) -> String {
        Writer::default()
            .number(6, 1)
            .number(12, 0)
            .number(2, sale)
            .number(2, sharing)
            .number(2, advertising)
            .number(24, 0)
            .text()
    }

    use ConsentSource::{Default as Nobody, GdprConsent, Gpp, Parameter, SecGpc};
    use ConsentState::{Denied, Granted, Unknown};

    fn ask(consent: &str, gdpr_consent: &str, gpp: &str, sec_gpc: &str) -> (ConsentState, ConsentSource) {
        fn some(text: &str) -> Option<&str> {
            (!text.is_empty()).then_some(text)
        }
        let answer = consent_of(&ConsentSignals {
            consent: some(consent),
            gdpr: None,
            gdpr_consent: some(gdpr_consent),
            gpp: some(gpp),
            sec_gpc: some(sec_gpc).map(str::as_bytes),
        });
        (answer.state, answer.source)
    }

    #[test]
    fn the_strictest_explicit_answer_wins() {
        let (yes, no) = (tcf(2, true, false), tcf(2, false, false));
        let gpp_no = gpp(&[(2, &no)]);
        for (consent, tcf, gpp, sec_gpc, wanted) in [
            ("", "", "", "", (Unknown, Nobody)),
            ("1", "", "", "", (Granted, Parameter)),
            ("0", "", "", "", (Denied, Parameter)),
            ("1", &yes, "", "", (Granted, Parameter)),
            ("0", &yes, "", "", (Denied, Parameter)),
            ("1", &no, "", "", (Denied, GdprConsent)),
            ("", &yes, "", "", (Granted, GdprConsent)),
            ("", &no, "", "", (Denied, GdprConsent)),
            ("", &yes, &gpp_no, "", (Denied, Gpp)),
            ("1", &yes, "", "1", (Denied, SecGpc)),
            ("", "", "", "1", (Denied, SecGpc)),
            ("", "", "", "0", (Unknown, Nobody)),
            ("0", &no, &gpp_no, "1", (Denied, Parameter)),
        ] {
            assert_eq!(ask(consent, tcf, gpp, sec_gpc), wanted, "{consent} {tcf} {gpp} {sec_gpc}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        let good = tcf(2, true, false);
        for consent in ["", "2", "true", "yes", "01", " 1", "1\0", "１"] {
            assert_eq!(ask(consent, "", "", "true").0, Unknown, "{consent}");
        }
        for text in [
            "2",
            "C",
            "not base64!",
            "CPc=",
            "....",
            &good[..35],
            &tcf(1, true, false),
            &tcf(3, true, false),
            &format!(" {good}"),
            &format!("{good}="),
            &good.replace('A', "+"),
            &"C".repeat(STRING_BYTES_MAX + 1),
            &good.replace('A', "é"),
        ] {
            assert_eq!(ask("", text, "", ""), (Unknown, Nobody), "{text:.60}");
        }
    }

    #[test]
    fn later_segments_do_not_matter() {
        assert_eq!(ask("", &format!("{}.YAAAAAAAAAA", tcf(2, true, false)), "", "").0, Granted);
        assert_eq!(ask("", &format!("{}.!!", tcf(2, false, false)), "", "").0, Denied);
    }

    #[test]
    fn purpose_one_that_was_not_disclosed_is_no_denial() {
        assert_eq!(ask("", &tcf(2, false, true), "", ""), (Unknown, Nobody));
        assert_eq!(ask("", &tcf(2, true, true), "", ""), (Granted, GdprConsent));
    }

    #[test]
    fn strings_of_real_consent_platforms() {
        // Examples that IAB publishes with its TCF and GPP specifications.
        for (text, wanted) in [
            (
                "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw",
                Granted,
            ),
            ("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", Denied),
        ] {
            assert_eq!(ask("", text, "", "").0, wanted, "{text}");
        }
        for (text, wanted) in [
            ("DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", Denied),
            ("DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", Denied),
            ("DBABTA~1YNN", Unknown),
            ("DBABTA~1YYN", Denied),
        ] {
            assert_eq!(ask("", "", text, "").0, wanted, "{text}");
        }
    }

    #[test]
    fn sections_of_the_united_states() {
        for (sale, sharing, advertising, wanted) in
            [(0, 0, 0, Unknown), (2, 2, 2, Unknown), (1, 2, 2, Denied), (2, 1, 2, Denied), (2, 2, 1, Denied)]
        {
            let national = us_national(sale, sharing, advertising);
            assert_eq!(ask("", "", &gpp(&[(7, &national)]), "").0, wanted);
        }
        let california = |sale, sharing| {
            Writer::default()
                .number(6, 1)
                .number(6, 0)
                .number(2, sale)
                .number(2, sharing)
                .number(20, 0)
                .text()
        };
        assert_eq!(ask("", "", &gpp(&[(8, &california(2, 2))]), "").0, Unknown);
        assert_eq!(ask("", "", &gpp(&[(8, &california(2, 1))]), "").0, Denied);
        let with_gpc = format!("{}.{}", california(2, 2), Writer::default().number(2, 1).number(1, 1).text());
        assert_eq!(ask("", "", &gpp(&[(8, &with_gpc)]), "").0, Denied);
        let both = gpp(&[(2, &tcf(2, true, false)), (7, &us_national(1, 2, 2))]);
        assert_eq!(ask("", "", &both, ""), (Denied, Gpp));
        assert_eq!(
            ask("", "", &gpp(&[(2, &tcf(2, true, false)), (7, &us_national(2, 2, 2))]), ""),
            (Granted, Gpp)
        );
        assert_eq!(ask("", "", &gpp(&[(99, "AAAA")]), "").0, Unknown);
    }

    #[test]
    fn a_huge_range_of_sections_is_refused() {
        let header = Writer::default()
            .number(6, 3)
            .number(6, 1)
            .number(12, 1)
            .number(1, 1)
            .fibonacci(1)
            .fibonacci(1_000_000)
            .text();
        assert_eq!(ask("", "", &format!("{header}~1YYN"), "").0, Unknown);
        assert_eq!(gpp_section_ids(&header), None);
        let range = Writer::default()
            .number(6, 3)
            .number(6, 1)
            .number(12, 1)
            .number(1, 1)
            .fibonacci(5)
            .fibonacci(2)
            .text();
        assert_eq!(gpp_section_ids(&range), Some(vec![5, 6, 7]));
    }

    #[test]
    fn whether_the_regulation_applies_is_handed_on() {
        for (gdpr, wanted) in
            [(None, None), (Some("1"), Some(true)), (Some("0"), Some(false)), (Some("x"), None)]
        {
            let answer = consent_of(&ConsentSignals { gdpr, ..ConsentSignals::default() });
            assert_eq!((answer.state, answer.gdpr_applies), (Unknown, wanted));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(a in any::<Option<String>>(), b in any::<Option<String>>(), c in any::<Option<String>>(), d in any::<Option<Vec<u8>>>()) {
            let signals = ConsentSignals {
                consent: a.as_deref(), gdpr: b.as_deref(), gdpr_consent: b.as_deref(), gpp: c.as_deref(), sec_gpc: d.as_deref(),
            };
            consent_of(&signals);
        }

        #[test]
        fn any_base64_is_answered(header in "DB[A-Za-z0-9_-]{0,20}", section in "[A-Za-z0-9_.~-]{0,80}") {
            let text = format!("{header}~{section}");
            consent_of(&ConsentSignals { gpp: Some(&text), gdpr_consent: Some(&section), ..ConsentSignals::default() });
        }

        #[test]
        fn a_denial_is_never_overruled(b in any::<Option<String>>(), c in any::<Option<String>>()) {
            let signals = ConsentSignals { consent: Some("0"), gdpr_consent: b.as_deref(), gpp: c.as_deref(), ..ConsentSignals::default() };
            prop_assert_eq!(consent_of(&signals).state, Denied);
        }
    }
}
