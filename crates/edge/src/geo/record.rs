//! The fields of MMDB records that Merit reads. Vendors agree on names but not on shapes (a country is a map here and
//! a text there), so each field takes any shape, and one of an unknown shape is passed over instead of spoiling the record.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Place;

/// The longest text that is kept of a record.
const TEXT_BYTES_MAX: usize = 100;

/// One record, of whatever file.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    country: Named<'a>,
    #[serde(borrow)]
    country_code: Named<'a>,
    #[serde(borrow)]
    registered_country: Named<'a>,
    #[serde(borrow)]
    subdivisions: List<'a>,
    #[serde(borrow)]
    region_code: Named<'a>,
    #[serde(borrow)]
    city: Named<'a>,
    #[serde(borrow)]
    traits: Traits<'a>,
    #[serde(borrow)]
    connection_type: Named<'a>,
    #[serde(borrow)]
    isp: Named<'a>,
    #[serde(borrow)]
    autonomous_system_number: Number<'a>,
    #[serde(borrow)]
    autonomous_system_organization: Named<'a>,
    #[serde(borrow)]
    asn: Number<'a>,
    #[serde(borrow)]
    as_name: Named<'a>,
    is_hosting_provider: Flag,
    hosting: Flag,
    #[serde(borrow)]
    user_type: Named<'a>,
}

/// A text, or a map with a code and names.
#[derive(Deserialize)]
#[serde(untagged)]
enum Named<'a> {
    Text(&'a str),
    Map {
        iso_code: Option<&'a str>,
        #[serde(borrow)]
        names: Option<Names<'a>>,
    },
    Other(IgnoredAny),
}

#[derive(Deserialize)]
struct Names<'a> {
    en: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum List<'a> {
    Items(#[serde(borrow)] Vec<Named<'a>>),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number<'a> {
    Plain(u32),
    Text(&'a str),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Flag {
    Plain(bool),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Traits<'a> {
    Map {
        #[serde(borrow, default)]
        connection_type: Named<'a>,
        #[serde(borrow, default)]
        isp: Named<'a>,
        #[serde(borrow, default)]
        autonomous_system_number: Number<'a>,
        #[serde(borrow, default)]
        autonomous_system_organization: Named<'a>,
        #[serde(default)]
        is_hosting_provider: Flag,
        #[serde(borrow, default)]
        user_type: Named<'a>,
    },
    Other(IgnoredAny),
}

macro_rules! absent_by_default {
    ($($name:ty),+) => {$(
        impl Default for $name {
            fn default() -> Self {
                Self::Other(IgnoredAny)
            }
        }
    )+};
}
absent_by_default!(Named<'_>, List<'_>, Number<'_>, Flag, Traits<'_>);

impl<'a> Named<'a> {
    fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(*text),
            Self::Map { names, .. } => names.as_ref()?.en,
            Self::Other(_) => None,
        }
        .filter(|text| !text.is_empty())
    }
    fn code(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(*text),
            Self::Map { iso_code, .. } => *iso_code,
            Self::Other(_) => None,
        }
    }
}

impl Number<'_> {
    fn value(&self) -> Option<u32> {
        match self {
            Self::Plain(number) => Some(*number),
            Self::Text(text) => parse_asn(text),
            Self::Other(_) => None,
        }
    }
}

impl Flag {
    fn value(&self) -> Option<bool> {
        match self {
            Self::Plain(flag) => Some(*flag),
            Self::Other(_) => None,
        }
    }
}

/// `AS64500` or `64500`.
pub(super) fn parse_asn(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(text);
    if digits.starts_with('+') {
        return None;
    }
    digits.parse().ok()
}

impl Record<'_> {
    /// Fills what the place does not know yet.
    pub(super) fn complete(&self, place: &mut Place) {
        let country = [&self.country, &self.country_code, &self.registered_country]
            .into_iter()
            .find_map(|named| country_code(named.code()?));
        if place.country.is_none() {
            place.country = country.as_deref().map(Box::from);
        }
        // A region or city of another file would not fit a country that came from this one.
        if place.country.as_deref() == country.as_deref() {
            place.region = place.region.take().or_else(|| region_code(country.as_deref()?, self.region()?));
            place.city = place.city.take().or_else(|| self.city.text().map(kept));
        }
        let Traits::Map {
            connection_type,
            isp,
            autonomous_system_number,
            autonomous_system_organization,
            ..
        } = &self.traits
        else {
            return self.complete_network(place);
        };
        place.asn = place.asn.or(autonomous_system_number.value());
        place.connection = place.connection.take().or_else(|| connection_type.text().map(kept));
        let carrier = isp.text().or(autonomous_system_organization.text());
        place.carrier = place.carrier.take().or_else(|| carrier.map(kept));
        self.complete_network(place);
    }

    fn complete_network(&self, place: &mut Place) {
        place.asn = place.asn.or(self.autonomous_system_number.value()).or(self.asn.value());
        place.connection = place.connection.take().or_else(|| self.connection_type.text().map(kept));
        let carrier = self.isp.text().or(self.autonomous_system_organization.text()).or(self.as_name.text());
        place.carrier = place.carrier.take().or_else(|| carrier.map(kept));
    }

    fn region(&self) -> Option<&str> {
        match &self.subdivisions {
            List::Items(items) => items.first().and_then(Named::code),
            List::Other(_) => None,
        }
        .or(self.region_code.code())
    }

    /// What the record itself says of hosting.
    pub(super) fn hosting(&self) -> Option<bool> {
        let is_hosting = |user_type: &Named<'_>| user_type.text().map(|text| text == "hosting");
        let in_traits = match &self.traits {
            Traits::Map { is_hosting_provider, user_type, .. } => {
                is_hosting_provider.value().max(is_hosting(user_type))
            }
            Traits::Other(_) => None,
        };
        self.is_hosting_provider
            .value()
            .max(self.hosting.value())
            .max(is_hosting(&self.user_type))
            .max(in_traits)
    }
}

fn country_code(text: &str) -> Option<String> {
    let two_letters = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    two_letters.then(|| text.to_ascii_uppercase())
}

/// `CA` of `US` is `US-CA`; some files write the whole.
fn region_code(country: &str, code: &str) -> Option<Box<str>> {
    let part = code.strip_prefix(country).and_then(|rest| rest.strip_prefix('-')).unwrap_or(code);
    let well_formed = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    well_formed.then(|| format!("{country}-{}", part.to_ascii_uppercase()).into())
}

fn kept(text: &str) -> Box<str> {
    text[..crate::link_parameters::floor_char_boundary(text, TEXT_BYTES_MAX)].into()
}
