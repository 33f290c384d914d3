//! The touches of a day: who comes when, from where, and what the edge makes of it.

use model::{
    Code, Timestamp, TouchId, VisitorId,
    time::SECOND_US,
    touch::{ConsentState, Facts, LinkParameters, Touch, TouchKind},
};
use sha2::{Digest, Sha256};

use super::{
    draw::Draw,
    people::{DAY, Scene},
    terms::{OwnTerms, PARTIES, ZONE_HOURS},
};
use crate::intake::{TouchDraft, UniqueKeys};

/// How busy each hour of the day is in the network's zone.
const HOURS: [u32; 24] =
    [4, 2, 1, 1, 1, 2, 4, 7, 10, 12, 13, 13, 15, 13, 12, 12, 12, 13, 15, 18, 21, 22, 17, 9];
/// How busy each day of the week is, from Monday.
const WEEKDAYS: [u64; 7] = [95, 92, 94, 98, 104, 118, 126];

const COUNTRIES: &[(&str, u32)] = &[
    ("VN", 38),
    ("US", 16),
    ("IR", 12),
    ("DE", 8),
    ("GB", 6),
    ("TH", 6),
    ("SG", 5),
    ("FR", 4),
    ("JP", 3),
    ("AU", 2),
];
const DEVICES: &[((&str, &str, &str), u32)] = &[
    (("mobile", "android", "chrome"), 38),
    (("mobile", "ios", "safari"), 26),
    (("desktop", "windows", "chrome"), 18),
    (("desktop", "macos", "safari"), 8),
    (("desktop", "windows", "edge"), 5),
    (("tablet", "ios", "safari"), 4),
    (("desktop", "linux", "firefox"), 1),
];
/// What the screening made of a click.
const VERDICTS: &[(Code, u32)] = &[
    (Code::Ok, 930),
    (Code::Crawler, 32),
    (Code::DataCenter, 18),
    (Code::Prefetch, 14),
    (Code::HeadRequest, 6),
];

/// The browsers that came lately, of which some come again.
pub(super) struct Visitors {
    recent: Vec<(VisitorId, usize, Browser)>,
    next: usize,
}

/// What is known of a browser.
#[derive(Clone, Copy)]
struct Browser {
    country: &'static str,
    device: (&'static str, &'static str, &'static str),
    consent: ConsentState,
}

/// How many browsers are remembered.
const RECENT_MAX: usize = 400;

impl Visitors {
    pub(super) const fn new() -> Self {
        Self { recent: Vec::new(), next: 0 }
    }

    fn remember(&mut self, visitor: VisitorId, link: usize, browser: Browser) {
        if self.recent.len() < RECENT_MAX {
            self.recent.push((visitor, link, browser));
        } else {
            self.recent[self.next] = (visitor, link, browser);
            self.next = (self.next + 1) % RECENT_MAX;
        }
    }

    /// A click on some link at `at`, with the place of the link in the scene.
    pub(super) fn click(&mut self, scene: &Scene, draw: &Draw, at: Timestamp) -> (TouchDraft, usize) {
        let again = !self.recent.is_empty() && draw.happens(160);
        let (visitor, link, browser) = if again {
            let (visitor, link, browser) = draw.one_of(&self.recent);
            // Half of those who come again follow the same link: these are the duplicates.
            let link = if draw.happens(500) { link } else { some_link(draw) };
            (visitor, link, browser)
        } else {
            (VisitorId::new(at, draw), some_link(draw), Browser::new(draw))
        };
        let code = draw.weighted(VERDICTS);
        if code == Code::Ok {
            self.remember(visitor, link, browser);
        }
        let known = browser.consent != ConsentState::Denied && code == Code::Ok;
        let touch = touch(scene, draw, link, at, TouchKind::Click, code, known.then_some(visitor), browser);
        (TouchDraft::new(touch, unique_keys(visitor, link)), link)
    }

    /// An impression of the banner of somebody who is paid for them.
    pub(super) fn impression(&mut self, scene: &Scene, draw: &Draw, at: Timestamp) -> TouchDraft {
        let party = PARTIES.iter().position(|party| party.terms == OwnTerms::PerThousand).unwrap_or_default();
        let (visitor, browser) = (VisitorId::new(at, draw), Browser::new(draw));
        let known = (browser.consent != ConsentState::Denied).then_some(visitor);
        let touch = touch(scene, draw, party * 3, at, TouchKind::Impression, Code::Ok, known, browser);
        TouchDraft::new(touch, UniqueKeys::default())
    }
}

impl Browser {
    fn new(draw: &Draw) -> Self {
        const CONSENTS: &[(ConsentState, u32)] =
            &[(ConsentState::Granted, 70), (ConsentState::Unknown, 22), (ConsentState::Denied, 8)];
        Self {
            country: draw.weighted(COUNTRIES),
            device: draw.weighted(DEVICES),
            consent: draw.weighted(CONSENTS),
        }
    }

    fn facts(self, host: &str) -> Facts {
        let (device, os, browser) = self.device;
        let language = match self.country {
            "VN" => "vi",
            "IR" => "fa",
            "DE" => "de",
            "FR" => "fr",
            "JP" => "ja",
            "TH" => "th",
            _ => "en",
        };
        Facts {
            country: Some(self.country.to_owned()),
            device: Some(device.to_owned()),
            os: Some(os.to_owned()),
            browser: Some(browser.to_owned()),
            language: Some(language.to_owned()),
            referrer_host: Some(host.to_owned()),
            data_center: Some(false),
            ..Facts::default()
        }
    }
}

/// The place of a link: publishers by their share, their links three, two and one of six.
fn some_link(draw: &Draw) -> usize {
    let total: u32 = PARTIES.iter().map(|party| party.weight).sum();
    let mut left = draw.below(u64::from(total));
    let mut place = 0;
    for (number, party) in PARTIES.iter().enumerate() {
        place = number;
        match left.checked_sub(u64::from(party.weight)) {
            Some(rest) => left = rest,
            None => break,
        }
    }
    place * 3 + draw.weighted(&[(0_usize, 3), (1, 2), (2, 1)])
}

#[allow(clippy::too_many_arguments)] // each is one fact of the touch
fn touch(
    scene: &Scene,
    draw: &Draw,
    place: usize,
    at: Timestamp,
    kind: TouchKind,
    code: Code,
    visitor_id: Option<VisitorId>,
    browser: Browser,
) -> Touch {
    let (link, party) = (&scene.links[place], &PARTIES[place / 3]);
    let mut parameters = LinkParameters::default();
    parameters.subs.insert("sub1".to_owned(), draw.one_of(&party.subs).to_owned());
    parameters.subs.insert("source".to_owned(), party.host.to_owned());
    if draw.happens(300) {
        parameters.ref_id = Some(format!("r{:010x}", draw.below(1 << 40)));
    }
    let (consent, source) = match browser.consent {
        ConsentState::Unknown => (ConsentState::Unknown, "default"),
        known => (known, "consent"),
    };
    Touch {
        id: TouchId::new(at, draw),
        kind,
        network_id: scene.network_id,
        link_id: link.id,
        program_id: scene.program_id,
        publisher_id: link.publisher_id,
        advertiser_id: scene.advertiser_id,
        received_at: at,
        code,
        unique: false,
        visitor_id,
        consent,
        consent_source: source.to_owned(),
        destination: (kind == TouchKind::Click).then(|| "https://shop.aurora.example/".to_owned()),
        facts: browser.facts(party.host),
        parameters,
        earning: None,
    }
}

fn unique_keys(visitor: VisitorId, link: usize) -> UniqueKeys {
    let mut hash = Sha256::new();
    hash.update(b"demo visitor on link");
    hash.update((link as u64).to_be_bytes());
    hash.update(visitor.bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    UniqueKeys { asked: Some(key), also: None }
}

/// How many of `total` events fall on a day of `days`, busier on weekends and growing by half over the whole past.
pub(super) fn share_of_day(total: u64, day: u32, days: u32, first: Timestamp) -> u64 {
    let weight = |day: u32| {
        let local = first.plus_seconds(i64::from(day) * DAY + ZONE_HOURS * 3_600);
        // 1970 began on a Thursday.
        let weekday = usize::try_from((local.as_seconds().div_euclid(DAY) + 3).rem_euclid(7)).unwrap_or(0);
        WEEKDAYS[weekday] * (200 + u64::from(day) * 100 / u64::from(days.max(1)))
    };
    let up_to = |end: u32| (0..end).map(weight).sum::<u64>();
    let whole = u128::from(up_to(days)).max(1);
    let events =
        |end: u32| u64::try_from(u128::from(total) * u128::from(up_to(end)) / whole).unwrap_or(total);
    events(day + 1) - events(day)
}

/// A moment of the 24 hours after `start`, by the rhythm of the day.
pub(super) fn moment(draw: &Draw, start: Timestamp) -> Timestamp {
    let hours: Vec<(i64, u32)> = (0..24).zip(HOURS).collect();
    let local = draw.weighted(&hours);
    let first = start.plus_seconds(ZONE_HOURS * 3_600).as_seconds().rem_euclid(DAY) / 3_600;
    let hour = (local - first).rem_euclid(24);
    start.plus_micros(hour * 3_600 * SECOND_US + draw.between(0, 3_600 * SECOND_US - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_share_out_everything() {
        let first = Timestamp::from_seconds(1_760_000_000);
        for (total, days) in [(0, 1), (1, 30), (100_000, 90), (7, 3)] {
            let sum: u64 = (0..days).map(|day| share_of_day(total, day, days, first)).sum();
            assert_eq!(sum, total);
        }
    }

    #[test]
    fn moments_lie_within_their_day() {
        let (draw, start) = (Draw::new(1, 1), Timestamp::from_seconds(1_760_012_345));
        for _ in 0..1_000 {
            let since = moment(&draw, start).micros_since(start);
            assert!((0..DAY * SECOND_US).contains(&since), "{since}");
        }
    }
}
