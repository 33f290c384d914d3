//! A touch as a fact, and what facts tell of the touch that earned them.

use std::collections::HashMap;

use model::{
    Code, LinkId, PublisherId, TouchId,
    ids::{AdvertiserId, ProgramId},
    touch::{Touch, TouchKind},
};
use report::{Dimension, Fact, FactKind, Measure, Text};

/// Most texts that are kept to be shared; then all are forgotten and it begins anew.
const TEXTS_MAX: usize = 100_000;

/// Texts that many facts have, each once.
#[derive(Default)]
pub(super) struct Texts(HashMap<String, Text>);

impl Texts {
    /// The shared form of a text.
    pub(super) fn share(&mut self, text: &str) -> Text {
        if let Some(known) = self.0.get(text) {
            return Text::clone(known);
        }
        if self.0.len() >= TEXTS_MAX {
            self.0.clear();
        }
        let shared: Text = text.into();
        self.0.insert(text.to_owned(), Text::clone(&shared));
        shared
    }
}

/// Writes dimensions of a fact.
pub(super) struct Describe<'a> {
    pub(super) fact: &'a mut Fact,
    pub(super) texts: &'a mut Texts,
}

impl Describe<'_> {
    /// Says what a dimension is; nothing for an empty text.
    pub(super) fn say(&mut self, dimension: Dimension, text: &str) {
        if !text.is_empty() {
            self.fact.dimensions[dimension.index()] = Some(self.texts.share(text));
        }
    }

    /// The same where it is known.
    pub(super) fn say_known(&mut self, dimension: Dimension, text: Option<&str>) {
        if let Some(text) = text {
            self.say(dimension, text);
        }
    }

    /// Who is concerned.
    pub(super) fn parties(&mut self, advertiser: AdvertiserId, program: Option<ProgramId>) {
        self.say(Dimension::Advertiser, &advertiser.to_string());
        if let Some(program) = program {
            self.say(Dimension::Program, &program.to_string());
        }
    }

    /// Who brought it, by which touch and link.
    pub(super) fn brought(&mut self, publisher: PublisherId, touch: TouchId, link: LinkId) {
        self.say(Dimension::Publisher, &publisher.to_string());
        self.say(Dimension::Link, &link.to_string());
        self.say(Dimension::Channel, "affiliate");
        self.fact.touch_id = Some(touch);
    }

    /// Everything about the visitor and his way that the touch tells.
    pub(super) fn of_touch(&mut self, touch: &Touch) {
        self.say(Dimension::TouchKind, touch.kind.word());
        self.fact.visitor_id = touch.visitor_id;
        if let Some(creative) = touch.parameters.creative {
            self.say(Dimension::Creative, &creative.to_string());
        }
        let subs = &touch.parameters.subs;
        self.say_known(Dimension::Source, subs.get("source").map(String::as_str));
        for number in 1..=10 {
            if let Some(dimension) = Dimension::sub(number) {
                self.say_known(dimension, subs.get(dimension.word()).map(String::as_str));
            }
        }
        let facts = &touch.facts;
        for (dimension, text) in [
            (Dimension::Country, &facts.country),
            (Dimension::Region, &facts.region),
            (Dimension::City, &facts.city),
            (Dimension::Device, &facts.device),
            (Dimension::Os, &facts.os),
            (Dimension::Browser, &facts.browser),
            (Dimension::Language, &facts.language),
            (Dimension::Carrier, &facts.carrier),
            (Dimension::Connection, &facts.connection),
            (Dimension::ReferrerHost, &facts.referrer_host),
        ] {
            self.say_known(dimension, text.as_deref());
        }
        let page = touch.destination.as_deref().and_then(|url| url.split(['?', '#']).next());
        self.say_known(Dimension::LandingPage, page);
    }
}

/// The fact of a touch, its amounts in the currency that it earned in.
pub(super) fn fact(touch: &Touch, texts: &mut Texts) -> Fact {
    let mut fact = Fact::new(touch.network_id, FactKind::Touch, touch.received_at);
    let mut describe = Describe { fact: &mut fact, texts };
    describe.parties(touch.advertiser_id, Some(touch.program_id));
    describe.brought(touch.publisher_id, touch.id, touch.link_id);
    describe.of_touch(touch);
    describe.say(Dimension::Code, touch.code.word());
    if let Some(earning) = &touch.earning {
        describe.say(Dimension::ContractVersion, &earning.contract_version_id.to_string());
        describe.say(Dimension::Rule, &earning.rule);
        describe.say(Dimension::Currency, earning.commission.currency().code());
        fact.measures[Measure::Commission.index()] = earning.commission.units();
        fact.measures[Measure::Fee.index()] = earning.fee.units();
    }
    let counted = is_counted(touch.code);
    let mut count = |measure: Measure, counts: bool| fact.measures[measure.index()] = i64::from(counts);
    match touch.kind {
        TouchKind::Impression => {
            count(Measure::Impressions, counted);
            count(Measure::RememberedImpressions, counted && touch.visitor_id.is_some());
        }
        TouchKind::Click | TouchKind::Visit => {
            count(Measure::Clicks, true);
            count(Measure::UniqueClicks, touch.unique);
            count(Measure::InvalidClicks, !counted);
        }
        TouchKind::Coupon => {}
    }
    fact
}

/// Whether a touch with this verdict counts; a duplicate does, but not as unique.
fn is_counted(code: Code) -> bool {
    code.info().counted || code == Code::DuplicateClick
}
