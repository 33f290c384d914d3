//! Removal effects against a chain that is built and solved in another way, once for each channel.

use std::collections::BTreeMap;

use insight::{
    Journeys,
    markov::{Step, removal_effects, transitions},
};
use proptest::prelude::*;

use crate::told::{Row, any_rows, journeys, near, told};

/// How likely a journey converts and what it brings, when states with `without` lead to null: the chain from scratch out of the paths,
/// Gauss with pivots on the whole system.
fn solved(rows: &Journeys, order: usize, without: Option<u32>) -> (f64, f64) {
    let mut counts: BTreeMap<(Vec<u32>, Vec<u32>), f64> = BTreeMap::new();
    let mut ends: BTreeMap<Vec<u32>, (f64, f64, f64)> = BTreeMap::new();
    #[allow(clippy::cast_precision_loss, reason = "small")]
    for path in rows.paths().iter().filter(|path| path.conversions + path.nulls > 0) {
        let size = order.min(path.touches.len());
        let mut states: Vec<Vec<u32>> = path.touches.windows(size).map(<[u32]>::to_vec).collect();
        states.dedup();
        states.insert(0, Vec::new());
        let often = (path.conversions + path.nulls) as f64;
        for step in states.windows(2) {
            *counts.entry((step[0].clone(), step[1].clone())).or_default() += often;
        }
        let end = ends.entry(states.last().unwrap().clone()).or_default();
        *end = (end.0 + path.conversions as f64, end.1 + path.nulls as f64, end.2 + path.value);
    }
    let mut places: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
    for (from, to) in counts.keys() {
        for state in [from, to] {
            let next = places.len();
            places.entry(state.clone()).or_insert(next);
        }
    }
    let size = places.len();
    let mut left = vec![0.0; size];
    counts.iter().for_each(|((from, _), often)| left[places[from]] += often);
    ends.iter().for_each(|(state, (converted, lost, _))| left[places[state]] += converted + lost);
    // Each row: how likely it converts, and what it brings, as a sum over where it leads.
    let mut table = vec![vec![0.0; size + 2]; size];
    (0..size).for_each(|place| table[place][place] = 1.0);
    let gone = |state: &[u32]| without.is_some_and(|channel| state.contains(&channel));
    for ((from, to), often) in &counts {
        if !gone(from) && !gone(to) {
            table[places[from]][places[to]] -= often / left[places[from]];
        }
    }
    for (state, (converted, _, value)) in ends.iter().filter(|(state, _)| !gone(state)) {
        let place = places[state];
        table[place][size] += converted / left[place];
        table[place][size + 1] += value / left[place];
    }
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|a, b| table[*a][column].abs().total_cmp(&table[*b][column].abs()))
            .unwrap();
        table.swap(column, pivot);
        let chosen = table[column].clone();
        for (_, row) in table.iter_mut().enumerate().filter(|(row, _)| *row != column) {
            let factor = row[column] / chosen[column];
            row.iter_mut().zip(&chosen).for_each(|(cell, other)| *cell -= factor * other);
        }
    }
    let start = places[&Vec::new()];
    let row = &table[start];
    (row[size] / row[start], row[size + 1] / row[start])
}

fn agrees(rows: &[Row], order: usize) {
    let journeys = journeys(rows);
    if journeys.conversions() + journeys.nulls() == 0 {
        return;
    }
    let effects = removal_effects(&journeys, order);
    let (all, value) = solved(&journeys, order, None);
    for (channel, (effect, lost)) in (0..).zip(effects.conversions.iter().zip(&effects.value)) {
        let (without, value_without) = solved(&journeys, order, Some(channel));
        // The reference subtracts, so it is right to the digits of what it subtracts from.
        assert!((all - without - effect).abs() <= 1e-12 + 1e-9 * all, "order {order} channel {channel}");
        assert!(
            (value - value_without - lost).abs() <= 1e-9 + 1e-9 * value,
            "order {order} value of {channel}"
        );
    }
}

#[test]
fn two_channels_by_hand() {
    // Of 4 journeys 2 begin with a and 2 with b. From a: 1 to b, 1 to null. From b (3 times): 2 convert, 1 is lost.
    let journeys = told("a > b; 1; 10; 0\n a; 0; 0; 1\n b; 1; 20; 1");
    let effects = removal_effects(&journeys, 1);
    // Without b nobody converts: 1/2 is lost. Without a those who begin with b are left: 1/2 * 2/3 = 1/3, so 1/6 is lost.
    assert!(near(effects.conversions[1], 0.5, 1e-15) && near(effects.conversions[0], 1.0 / 6.0, 1e-15));
    // A conversion after b brings 15 on average.
    assert!(near(effects.value[1], 7.5, 1e-15) && near(effects.value[0], 2.5, 1e-15));
    let credit = insight::models::by_name("markov_1").unwrap().credit(&journeys);
    assert!(near(credit.conversions[0], 0.5, 1e-14) && near(credit.conversions[1], 1.5, 1e-14));
    assert!(near(credit.value[0], 7.5, 1e-14) && near(credit.value[1], 22.5, 1e-14));
}

#[test]
fn the_steps_are_told_with_their_shares() {
    let journeys = told("a > a > b; 1; 1; 1\n a; 0; 0; 2");
    let told: Vec<String> = transitions(&journeys, 1)
        .into_iter()
        .map(|step| {
            let name = |step: &Step| match step {
                Step::State(channels) => {
                    channels.iter().map(|place| journeys.channels()[*place as usize].clone()).collect()
                }
                other => format!("{other:?}"),
            };
            format!("{} {} {} {:.2}", name(&step.from), name(&step.to), step.journeys, step.share)
        })
        .collect();
    let wanted = ["Start a 4 1.00", "a b 2 0.50", "a Null 2 0.50", "b Conversion 1 0.50", "b Null 1 0.50"];
    assert_eq!(told, wanted);
    let pairs = transitions(&journeys, 2);
    assert_eq!(pairs[0].to, Step::State(vec![0]));
    assert_eq!(pairs[1].to, Step::State(vec![0, 0]));
}

#[test]
fn long_circles_lose_no_digits() {
    // From a to b and back a thousand times for each conversion; c is only seen by one journey in ten million.
    let circle: Vec<String> = (0..2_000).map(|step| ["a", "b"][step % 2].to_owned()).collect();
    let rare = vec!["c".to_owned(), "b".to_owned()];
    let rows = vec![(circle, 10_000_000, 1.0, 0), (rare, 1, 1.0, 0)];
    let journeys = journeys(&rows);
    let effects = removal_effects(&journeys, 1);
    // Everybody ends at b, and c is at the start of its one journey alone.
    assert!(near(effects.conversions[1], 1.0, 1e-9), "{effects:?}");
    assert!(near(effects.conversions[2], 1.0 / 10_000_001.0, 1e-9), "{effects:?}");
}

#[test]
fn parts_that_never_meet_are_solved_each() {
    let journeys = told("a > b; 3; 3; 1\n c > d; 2; 8; 2\n e; 0; 0; 4");
    let credit = insight::models::by_name("markov_1").unwrap().credit(&journeys);
    for (place, wanted) in [1.5, 1.5, 1.0, 1.0, 0.0].into_iter().enumerate() {
        assert!(near(credit.conversions[place], wanted, 1e-12), "{credit:?}");
    }
    assert!(near(credit.value[2], 4.0, 1e-12));
}

/// Enough states that the sparse way is taken first.
#[test]
fn many_channels_in_a_ring() {
    let channel = |place: usize| format!("channel {:04}", place % 120);
    let rows: Vec<Row> = (0..360)
        .map(|row| {
            let path = (row..row + 2 + row % 5).map(channel).collect();
            (path, u64::from(row % 3 == 0), if row % 3 == 0 { 2.0 } else { 0.0 }, u64::from(row % 2 == 0))
        })
        .collect();
    agrees(&rows[..240], 1);
    let journeys = journeys(&rows);
    for order in 1..=3 {
        let effects = removal_effects(&journeys, order);
        for place in [0_u32, 17, 119] {
            let without = solved_sparse(&journeys, order, place);
            assert!(
                near(effects.conversions[place as usize], without, 1e-9),
                "order {order} channel {place}"
            );
        }
    }
}

/// The effect by following the journeys' mass step by step until next to none is left.
fn solved_sparse(journeys: &Journeys, order: usize, without: u32) -> f64 {
    let steps = transitions(journeys, order);
    let run = |without: Option<u32>| {
        let gone = |step: &Step| matches!(step, Step::State(channels) if without.is_some_and(|one| channels.contains(&one)));
        let mut mass: BTreeMap<Step, f64> = BTreeMap::from([(Step::Start, 1.0)]);
        let mut converted = 0.0;
        for _ in 0..150 {
            let mut next: BTreeMap<Step, f64> = BTreeMap::new();
            for step in &steps {
                let Some(here) = mass.get(&step.from) else { continue };
                match &step.to {
                    Step::Conversion => converted += here * step.share,
                    Step::State(_) if !gone(&step.to) => {
                        *next.entry(step.to.clone()).or_default() += here * step.share
                    }
                    _ => {}
                }
            }
            mass = next;
        }
        converted
    };
    run(None) - run(Some(without))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn effects_are_those_of_the_reference(rows in any_rows(5, 25), order in 1_usize..=3) {
        agrees(&rows, order);
    }

    #[test]
    fn of_more_channels_too(rows in any_rows(40, 60)) {
        agrees(&rows, 1);
    }
}
