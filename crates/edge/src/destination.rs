//! Where a visitor is sent: the landing page with its macros, a verified deep link, or a fallback.

use std::borrow::Cow;

use app::snapshot::{Landing, ProgramEntry};
use model::{Code, CreativeId, LinkId, ProgramId, PublisherId, Timestamp, macros::Macro, parties::Network};
use url::Url;

use crate::{
    deep_link::{self, DeepLinkError, HostSet},
    link_parameters::{LinkParameters, merge_into},
};

/// The parameter that carries the click id where a landing page does not say where it wants it. The browser script reads it.
pub const CLICK_PARAMETER: &str = "merit_click";

/// What the macros of a landing page are filled from.
pub(crate) struct Values<'a> {
    pub(crate) click_id: &'a str,
    pub(crate) publisher_id: PublisherId,
    pub(crate) program_id: ProgramId,
    pub(crate) link_id: LinkId,
    pub(crate) creative_id: Option<CreativeId>,
    pub(crate) parameters: &'a LinkParameters<'a>,
    pub(crate) country: Option<&'a str>,
    pub(crate) device: Option<&'a str>,
    pub(crate) os: Option<&'a str>,
    pub(crate) at: Timestamp,
    pub(crate) random: u64,
}

impl<'a> Values<'a> {
    fn of(&self, name: Macro) -> Option<Cow<'a, str>> {
        let owned = |text: String| Some(Cow::Owned(text));
        match name {
            Macro::ClickId => Some(Cow::Borrowed(self.click_id)),
            Macro::PublisherId => owned(self.publisher_id.to_string()),
            Macro::ProgramId => owned(self.program_id.to_string()),
            Macro::LinkId => owned(self.link_id.to_string()),
            Macro::CreativeId => owned(self.creative_id?.to_string()),
            Macro::Sub(number) => {
                self.parameters.subs.get(usize::from(number).checked_sub(1)?)?.as_deref().map(Cow::Borrowed)
            }
            Macro::Source => self.parameters.source.as_deref().map(Cow::Borrowed),
            Macro::RefId => self.parameters.ref_id.as_deref().map(Cow::Borrowed),
            Macro::Country => self.country.map(Cow::Borrowed),
            Macro::Device => self.device.map(Cow::Borrowed),
            Macro::Os => self.os.map(Cow::Borrowed),
            Macro::Timestamp => owned(self.at.as_seconds().to_string()),
            Macro::Random => owned(self.random.to_string()),
            _ => None,
        }
    }
}

/// One of the landing pages by their weights; `random` decides.
pub(crate) fn choose(landings: &[Landing], random: u64) -> Option<&Landing> {
    let total: u64 = landings.iter().map(|landing| u64::from(landing.weight)).sum();
    let mut place = random.checked_rem(total)?;
    landings.iter().find(|landing| {
        let weight = u64::from(landing.weight);
        let chosen = place < weight;
        place = place.saturating_sub(weight);
        chosen
    })
}

/// The filled address of a landing page, with the visitor's further parameters.
pub(crate) fn landing(landing: &Landing, values: &Values<'_>) -> String {
    let filled = landing.template.fill(&|name| values.of(name));
    let has_click_id = landing.template.macros().any(|name| name == Macro::ClickId);
    if has_click_id && values.parameters.extra.is_empty() {
        return filled;
    }
    // A landing page that cannot be read was refused when it was saved; should one slip through, it is used as it is.
    let Ok(mut url) = Url::parse(&filled) else { return filled };
    if !has_click_id {
        add_click_id(&mut url, values.click_id);
    }
    merge_into(&mut url, &values.parameters.extra);
    url.into()
}

/// A deep link that the program has verified.
///
/// # Errors
/// Why it is not followed.
pub(crate) fn deep_link(
    to: &str,
    program: &ProgramEntry,
    values: &Values<'_>,
) -> Result<String, DeepLinkError> {
    let record = &program.record;
    // A stored host that is none was refused when it was saved.
    let hosts = HostSet::parse(record.verified_hosts.iter().map(String::as_str)).unwrap_or_default();
    let mut url = deep_link::check(to, &hosts, &record.app_schemes)?;
    add_click_id(&mut url, values.click_id);
    merge_into(&mut url, &values.parameters.extra);
    Ok(url.into())
}

fn add_click_id(url: &mut Url, click_id: &str) {
    if !url.query_pairs().any(|(name, _)| name == CLICK_PARAMETER) {
        url.query_pairs_mut().append_pair(CLICK_PARAMETER, click_id);
    }
}

/// Where a refused click goes: the program's fallback for the reason, its general one, the network's; `None` is the page.
pub(crate) fn fallback(code: Code, program: &ProgramEntry, network: Option<&Network>) -> Option<String> {
    let fallbacks = &program.record.fallbacks;
    let by_reason = match code {
        Code::CapClick
        | Code::CapConversion
        | Code::CapCommission
        | Code::CapCharge
        | Code::AdvertiserUnfunded => &fallbacks.caps,
        Code::Country
        | Code::Region
        | Code::City
        | Code::Device
        | Code::Os
        | Code::Browser
        | Code::Language
        | Code::Carrier
        | Code::Connection
        | Code::DayPart => &fallbacks.targeting,
        Code::LinkDisabled
        | Code::PublisherInactive
        | Code::ProgramInactive
        | Code::ProgramNotStarted
        | Code::ProgramEnded
        | Code::ContractMissing
        | Code::NotAMember => &fallbacks.inactive,
        _ => &fallbacks.other,
    };
    let chosen = by_reason.as_ref().or(fallbacks.other.as_ref());
    chosen.or_else(|| network.and_then(|network| network.fallback_url.as_ref())).cloned()
}
