//! Facts and plans at random: few different values, so that they meet; odd ones among them.

use model::{
    ConversionId, Timestamp, TouchId, VisitorId,
    calendar::{Period, Zone},
    time::SECOND_US,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use report::{
    DateBasis, Dimension, Fact, FactKind, Filter, Key, Measure, Plan, SketchOf, Sum, plan::Serving,
};

use crate::world::{at, network};

/// Texts that break what is put together from text, and texts whose lower case is longer, or another at the end of a word.
pub const TEXTS: [&str; 14] = [
    "a",
    "b",
    "A",
    "mail",
    "Mail-1",
    "it's",
    "\"x\"",
    "100%",
    "a_b",
    "line\nline",
    "\u{202e}abc",
    "ΟΔΟΣ",
    "İx",
    "'; DROP TABLE facts; --",
];
const STATES: [&str; 4] = ["pending", "approved", "reversed", "test"];
const ZONES: [&str; 5] = ["UTC", "Asia/Tehran", "Asia/Kathmandu", "Europe/Berlin", "America/St_Johns"];
const GRAINS: [Period; 5] = [Period::Hour, Period::Day, Period::Week, Period::Month, Period::Total];
const ENDS: [i64; 2] = [i64::MIN, i64::MAX];
/// What facts are cut by here, so that groups have several.
const CUT: [Dimension; 7] = [
    Dimension::Program,
    Dimension::Publisher,
    Dimension::State,
    Dimension::Sub1,
    Dimension::Country,
    Dimension::LandingPage,
    Dimension::Manager,
];

fn text(dimension: Dimension) -> BoxedStrategy<Option<String>> {
    match dimension {
        Dimension::State => option::of(select(&STATES[..]).prop_map(str::to_owned)).boxed(),
        Dimension::Manager => option::of(select(&["m1", "m2", "m3"][..]).prop_map(str::to_owned)).boxed(),
        Dimension::LandingPage => option::of(prop_oneof![
            8 => select(&TEXTS[..]).prop_map(str::to_owned),
            1 => Just("ü".repeat(250)),
        ])
        .boxed(),
        _ => option::of(select(&TEXTS[..]).prop_map(str::to_owned)).boxed(),
    }
}

/// Around the days on which Berlin and the others change their clocks, and now and then far away.
fn moment() -> impl Strategy<Value = Timestamp> {
    let start = at("2026-03-27T00:00:00Z").as_micros();
    prop_oneof![
        20 => (0..96 * 4_i64).prop_map(move |quarter| Timestamp::from_micros(start + quarter * 900 * SECOND_US)),
        10 => (0..96 * 3_600 * SECOND_US).prop_map(move |micros| Timestamp::from_micros(start + micros)),
        1 => select(&["0001-01-02T00:00:00Z", "1969-12-31T23:59:59.999999Z", "9999-12-30T00:00:00Z"][..])
            .prop_map(at),
    ]
}

fn value() -> impl Strategy<Value = i64> {
    prop_oneof![10 => Just(0_i64), 20 => -5..100_i64, 1 => any::<i64>(), 1 => select(&[i64::MIN, i64::MAX][..])]
}

pub fn fact() -> impl Strategy<Value = Fact> {
    let dimensions = CUT.map(text);
    let moments = (moment(), moment(), moment(), option::of(moment()), option::of(moment()));
    let measures = vec((select(Measure::ALL), value()), 0..5);
    let (visitor, is_touch) = (option::of(1..20_u8), any::<bool>());
    (1..=2_u8, select(&FactKind::ALL[..]), moments, dimensions, measures, (visitor, is_touch)).prop_map(
        |(number, kind, moments, dimensions, measures, (visitor, is_touch))| {
            let visitor = visitor.map(|number| VisitorId::from_bytes([number; 16]));
            let mut fact = Fact::new(network(number), kind, moments.0);
            fact.visitor_id = visitor;
            if !is_touch {
                (fact.clicked_at, fact.converted_at) = (moments.1, moments.2);
                (fact.approved_at, fact.paid_at) = (moments.3, moments.4);
                fact.conversion_id = Some(ConversionId::from_bytes([number; 16]));
            } else {
                fact.touch_id = Some(TouchId::from_bytes([number; 16]));
            }
            for (dimension, text) in CUT.iter().zip(dimensions).filter(|(one, _)| **one != Dimension::Manager)
            {
                fact.dimensions[dimension.index()] = text.map(Into::into);
            }
            for (measure, value) in measures {
                fact.measures[measure.index()] = value;
            }
            fact
        },
    )
}

fn filter() -> impl Strategy<Value = Filter> {
    let one = select(&CUT[..]).prop_flat_map(|dimension| {
        prop_oneof![
            vec(text(dimension), 0..4).prop_map(move |values| Filter::In(dimension, values)),
            select(&["", "A", "mail", "%", "_", "'", "ς", "σ", "i", "\u{307}", "proved"][..])
                .prop_map(move |part| Filter::Contains(dimension, part.to_owned())),
            select(&["", "a", "LINE", "ο", "m", "app"][..])
                .prop_map(move |part| Filter::StartsWith(dimension, part.to_owned())),
        ]
    });
    one.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Filter::And),
            vec(inner.clone(), 0..3).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

fn sum() -> impl Strategy<Value = Sum> {
    const ONLY: [&[(Dimension, &[&str])]; 4] = [
        &[],
        &[(Dimension::State, &["pending", "approved"])],
        &[(Dimension::State, &["reversed"]), (Dimension::Sub1, &["a", "b", "100%"])],
        &[(Dimension::Country, &[])],
    ];
    (select(Measure::ALL), select(&ONLY[..])).prop_map(|(measure, only)| Sum { measure, only: only.to_vec() })
}

fn sketch() -> impl Strategy<Value = SketchOf> {
    let approved = vec![(Dimension::State, &["approved", "pending"][..])];
    let (click, conversion, approval) = (DateBasis::Click, DateBasis::Conversion, DateBasis::Approval);
    prop_oneof![
        Just(SketchOf::Visitors),
        Just(SketchOf::Latest),
        Just(SketchOf::Durations { from: click, to: conversion, only: Vec::new() }),
        Just(SketchOf::Durations { from: conversion, to: approval, only: approved }),
    ]
}

/// A bound: the beginning of a day in a zone, or any moment.
fn bound(zone: Zone) -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        6 => moment().prop_map(move |at| Period::Day.start(&zone, at)),
        2 => moment(),
        1 => select(&ENDS[..]).prop_map(Timestamp::from_micros),
    ]
}

/// Some publishers have a manager, two of them the same.
fn serving() -> impl Strategy<Value = Serving> {
    let pairs = vec((select(&TEXTS[..]), select(&["m1", "m2"][..])), 0..5);
    pairs.prop_map(|pairs| Serving::new(pairs.into_iter().map(|(one, two)| (one.to_owned(), two.to_owned()))))
}

fn beginnings(zone: &Zone, grain: Period, from: Timestamp) -> Vec<Timestamp> {
    let mut beginnings = vec![grain.start(zone, from)];
    while let Some(next) = beginnings.last().and_then(|last| grain.end(zone, *last))
        && beginnings.len() < 40
    {
        beginnings.push(next);
    }
    beginnings
}

pub fn plan() -> impl Strategy<Value = Plan> {
    let zone = select(&ZONES[..]).prop_map(|name| name.parse::<Zone>().unwrap());
    zone.prop_flat_map(move |zone| {
        let keys = vec(prop_oneof![select(&CUT[..]).prop_map(Ok), select(&GRAINS[..]).prop_map(Err)], 0..4);
        let bounds = (bound(zone.clone()), bound(zone.clone()), option::weighted(0.3, bound(zone.clone())));
        let sums = (vec(sum(), 0..6), vec(sketch(), 0..3));
        let parts = (option::of(filter()), option::weighted(0.3, filter()), keys, sums);
        (1..=2_u8, select(&DateBasis::ALL[..]), bounds, parts, serving()).prop_map(
            move |(number, basis, (one, other, as_of), (filter, walls, keys, (sums, sketches)), serving)| {
                let (from, to) = (one.min(other), one.max(other));
                let first = from.max(at("2026-03-20T00:00:00Z"));
                let key = |key: Result<Dimension, Period>| match key {
                    Ok(dimension) => Key::Dimension(dimension),
                    Err(grain) => Key::Period(beginnings(&zone, grain, first)),
                };
                Plan {
                    network_id: network(number),
                    basis,
                    from,
                    to,
                    walls: walls.unwrap_or_default(),
                    filter: filter.unwrap_or_default(),
                    keys: keys.into_iter().map(key).collect(),
                    sums,
                    sketches,
                    as_of,
                    groups_max: 100_000,
                    serving: serving.clone(),
                }
            },
        )
    })
}
