//! Ninety days of facts as networks have them: few publishers bring most clicks, each with sub ids of his own, and what converts is
//! approved ten days later.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    ConversionId, NetworkId, Timestamp, TouchId, VisitorId,
    calendar::Zone,
    time::{DAY_US, SECOND_US},
};
use report::{Dimension, Fact, FactKind, Measure, Text};
use testkit::SeededEntropy;

/// Days.
pub const DAYS: i64 = 90;
/// Days from a conversion to its approval.
const HOLD: i64 = 10;
/// Facts that are handed over at once.
const PART: u64 = 50_000;
const PROGRAMS: usize = 40;
const PUBLISHERS: usize = 2_000;
const VISITORS: u64 = 20_000_000;
/// Every so manyth click converts.
const CONVERTS: u64 = 50;

/// The network of all facts.
pub fn network() -> NetworkId {
    NetworkId::from_bytes([7; 16])
}

/// Its zone, whose days are not those of UTC.
pub fn zone() -> Zone {
    "Asia/Ho_Chi_Minh".parse().unwrap_or_else(|_| Zone::utc())
}

/// How far the zone is ahead of UTC, always.
pub const AHEAD_US: i64 = 7 * 3_600 * SECOND_US;

/// The first moment: midnight in the zone.
pub fn start() -> Timestamp {
    Timestamp::from_seconds(1_767_200_400)
}

/// The first moment after all facts.
pub fn end() -> Timestamp {
    start().plus_micros(DAYS * DAY_US)
}

/// The text of a publisher, the first brings most.
pub fn publisher(place: usize) -> String {
    format!("pub_{place:0>26}")
}

/// Values of which the first are the most frequent.
struct Zipf {
    texts: Vec<Text>,
    weights: Vec<f64>,
}

impl Zipf {
    fn new(count: usize, text: impl Fn(usize) -> String) -> Self {
        let mut sum = 0.0;
        let weight = |place: usize| {
            sum += 1.0 / (place as f64 + 1.0);
            sum
        };
        Self {
            texts: (0..count).map(|place| text(place).into()).collect(),
            weights: (0..count).map(weight).collect(),
        }
    }

    fn place(&self, random: u64) -> usize {
        let end = self.weights.last().copied().unwrap_or(1.0);
        let at = random as f64 / u64::MAX as f64 * end;
        self.weights.partition_point(|weight| *weight < at).min(self.texts.len() - 1)
    }

    fn text(&self, random: u64) -> Option<Text> {
        Some(Arc::clone(&self.texts[self.place(random)]))
    }
}

/// Words that never change, each once in memory.
struct Words(BTreeMap<&'static str, Text>);

impl Words {
    fn new() -> Self {
        let words = [
            "click",
            "affiliate",
            "ok",
            "duplicate_click",
            "order",
            "pending",
            "approved",
            "VND",
            "new",
            "returning",
        ];
        Self(words.into_iter().map(|word| (word, word.into())).collect())
    }

    fn get(&self, word: &str) -> Option<Text> {
        self.0.get(word).cloned()
    }
}

/// Makes facts, day by day.
pub struct Generator {
    random: SeededEntropy,
    a_day: u64,
    words: Words,
    programs: Zipf,
    advertisers: Vec<Text>,
    publishers: Zipf,
    links: Vec<Text>,
    subs: Zipf,
    pages: Zipf,
    lists: Vec<(Dimension, Zipf)>,
    /// What is booked on a later day.
    later: BTreeMap<i64, Vec<Fact>>,
}

impl Generator {
    /// For so many facts in all.
    pub fn new(facts: u64) -> Self {
        let list = |dimension, count: usize, word: &'static str| {
            (dimension, Zipf::new(count, move |place| format!("{word}{place}")))
        };
        Self {
            random: SeededEntropy::new(1),
            a_day: facts.div_ceil(DAYS.unsigned_abs()),
            words: Words::new(),
            programs: Zipf::new(PROGRAMS, |place| format!("prg_{place:0>26}")),
            advertisers: (0..PROGRAMS).map(|place| format!("adv_{:0>26}", place / 3).into()).collect(),
            publishers: Zipf::new(PUBLISHERS, publisher),
            links: (0..PUBLISHERS * PROGRAMS).map(|place| format!("lnk_{place:0>26}").into()).collect(),
            subs: Zipf::new(20_000, |place| format!("sub-{place}")),
            pages: Zipf::new(500, |place| {
                format!("https://shop.example/products/category-{}/{place}", place % 17)
            }),
            lists: vec![
                list(Dimension::Country, 40, "C"),
                list(Dimension::Region, 200, "R-"),
                list(Dimension::City, 800, "City "),
                list(Dimension::Device, 3, "device"),
                list(Dimension::Os, 7, "os "),
                list(Dimension::Browser, 12, "browser "),
                list(Dimension::Language, 20, "l"),
                list(Dimension::Carrier, 120, "carrier "),
                list(Dimension::ReferrerHost, 3_000, "site.example."),
                list(Dimension::Source, 20, "source "),
                list(Dimension::Sub2, 300, "s2-"),
            ],
            later: BTreeMap::new(),
        }
    }

    /// The facts of a day in parts, in the order of their booking.
    pub fn day(&mut self, day: i64) -> impl Iterator<Item = Vec<Fact>> {
        let mut held = self.later.remove(&day).unwrap_or_default();
        held.sort_by_key(|fact| fact.recorded_at);
        let mut held = held.into_iter().peekable();
        // Approvals are among the facts of the day.
        let fresh = self.a_day.saturating_sub(held.len() as u64);
        let parts = fresh.div_ceil(PART).max(1);
        (0..parts).map(move |part| {
            let (from, to) = (fresh * part / parts, fresh * (part + 1) / parts);
            let moment = |place: u64| {
                let within = u128::from(place) * u128::from(DAY_US.unsigned_abs()) / u128::from(fresh.max(1));
                start().plus_micros(day * DAY_US + i64::try_from(within).unwrap_or(0))
            };
            let mut facts = Vec::with_capacity(PART as usize + 1_000);
            let mut place = from;
            while place < to {
                place += self.click(day, moment(place), &mut facts);
            }
            let end = moment(to);
            let is_last = part + 1 == parts;
            while let Some(fact) = held.next_if(|fact| is_last || fact.recorded_at < end) {
                facts.push(fact);
            }
            facts.sort_by_key(|fact: &Fact| fact.recorded_at);
            facts
        })
    }

    fn next(&self) -> u64 {
        self.random.next_u64()
    }

    /// A click, and for some a conversion some time later, whose approval comes on another day. Gives the number of facts of today.
    fn click(&mut self, day: i64, at: Timestamp, facts: &mut Vec<Fact>) -> u64 {
        let mut fact = Fact::new(network(), FactKind::Touch, at);
        let (program, publisher) = (self.programs.place(self.next()), self.publishers.place(self.next()));
        let mut set = |dimension: Dimension, text: Option<Text>| fact.dimensions[dimension.index()] = text;
        set(Dimension::Program, Some(Arc::clone(&self.programs.texts[program])));
        set(Dimension::Advertiser, Some(Arc::clone(&self.advertisers[program])));
        set(Dimension::Publisher, Some(Arc::clone(&self.publishers.texts[publisher])));
        set(Dimension::Link, Some(Arc::clone(&self.links[publisher * PROGRAMS + program])));
        // A publisher has sub ids of his own.
        let sub = (self.subs.place(self.next()) + publisher * 7) % self.subs.texts.len();
        set(Dimension::Sub1, Some(Arc::clone(&self.subs.texts[sub])));
        set(Dimension::LandingPage, self.pages.text(self.next()));
        for (dimension, list) in &self.lists {
            set(*dimension, list.text(self.next()));
        }
        let unique = !self.next().is_multiple_of(10);
        set(Dimension::TouchKind, self.words.get("click"));
        set(Dimension::Channel, self.words.get("affiliate"));
        set(Dimension::Code, self.words.get(if unique { "ok" } else { "duplicate_click" }));
        fact.touch_id = Some(TouchId::new(at, &self.random));
        // Three in four may be remembered; some come often.
        if !self.next().is_multiple_of(4) {
            let number = (self.next() % VISITORS) & self.next();
            let mut visitor = [0; 16];
            visitor[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
            visitor[8..].copy_from_slice(&number.to_be_bytes());
            fact.visitor_id = Some(VisitorId::from_bytes(visitor));
        }
        fact.measures[Measure::Clicks.index()] = 1;
        fact.measures[Measure::UniqueClicks.index()] = i64::from(unique);
        let conversion = (self.next().is_multiple_of(CONVERTS)).then(|| self.conversion(day, &fact));
        let count = 1 + u64::from(conversion.is_some());
        facts.push(fact);
        facts.extend(conversion);
        count
    }

    fn conversion(&mut self, day: i64, click: &Fact) -> Fact {
        let mut fact = click.clone();
        let later = i64::try_from(self.next() % 7_200).unwrap_or(0) * SECOND_US;
        // Within the day of the click, because facts come day by day.
        let last = start().plus_micros((day + 1) * DAY_US - 1);
        let at = click.recorded_at.plus_micros(later).min(last);
        fact.kind = FactKind::Conversion;
        fact.recorded_at = at;
        (fact.converted_at, fact.approved_at, fact.paid_at) = (at, None, None);
        fact.conversion_id = Some(ConversionId::new(at, &self.random));
        fact.measures = [0; Measure::ALL.len()];
        let customer = if self.next().is_multiple_of(3) { "new" } else { "returning" };
        for (dimension, text) in [
            (Dimension::Action, "order"),
            (Dimension::ActionKind, "order"),
            (Dimension::State, "pending"),
            (Dimension::Code, "ok"),
            (Dimension::Customer, customer),
            (Dimension::Currency, "VND"),
            (Dimension::OrderCurrency, "VND"),
        ] {
            fact.dimensions[dimension.index()] = self.words.get(text);
        }
        let value = i64::try_from(self.next() % 90_000_000).unwrap_or(0) * 1_000 + 10_000_000_000;
        for (measure, value) in [
            (Measure::Conversions, 1),
            (Measure::OrderValue, value),
            (Measure::Revenue, value),
            (Measure::Commission, value / 12),
            (Measure::Fee, value / 40),
            (Measure::OrderValueNetwork, value),
            (Measure::RevenueNetwork, value),
            (Measure::CommissionNetwork, value / 12),
            (Measure::FeeNetwork, value / 40),
        ] {
            fact.measures[measure.index()] = value;
        }
        if !self.next().is_multiple_of(10) && day + HOLD < DAYS {
            let approved_at = at.plus_micros(HOLD * DAY_US);
            // Out of `pending`, into `approved`.
            let mut out = fact.clone();
            out.measures = out.measures.map(|value| -value);
            out.recorded_at = approved_at;
            let mut into = fact.clone();
            into.dimensions[Dimension::State.index()] = self.words.get("approved");
            (into.approved_at, into.recorded_at) = (Some(approved_at), approved_at);
            self.later.entry(day + HOLD).or_default().extend([out, into]);
        }
        fact
    }
}
