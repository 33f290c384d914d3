//! Sketches against the slow way: all values kept, sorted and counted.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};
use report::{
    Sketch,
    sketch::{Distinct, Durations, EXACT, FINE_SECONDS},
};
use serde_json::json;

use crate::world::{facts, lines, table};

/// Parts of a set, by numbers that stand for visitors.
fn parts() -> impl Strategy<Value = Vec<Vec<u32>>> {
    // Few small parts, or parts that together are more than are kept.
    let size = prop_oneof![3 => Just((200_u32, 300_usize)), 1 => Just((40_000, 9_000))];
    size.prop_flat_map(|(numbers, most)| vec(vec(0..numbers, 0..most), 1..6))
}

fn of(numbers: &[u32]) -> Distinct {
    let mut distinct = Distinct::new();
    for number in numbers {
        distinct.add(format!("vis_{number:0>26}").as_bytes());
    }
    distinct
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_merging_changes_nothing(parts in parts(), by in any::<prop::sample::Index>()) {
        let sketches: Vec<Distinct> = parts.iter().map(|part| of(part)).collect();
        let all = of(&parts.concat());
        let mut forward = Distinct::new();
        sketches.iter().for_each(|part| forward.merge(part));
        let mut other = Distinct::new();
        let start = by.index(sketches.len());
        sketches[start..].iter().rev().chain(&sketches[..start]).for_each(|part| other.merge(part));
        prop_assert_eq!(&forward, &all);
        prop_assert_eq!(&other, &all);
        // And what is kept can be written down and read again.
        let (hashes, is_full) = all.parts();
        prop_assert_eq!(&Distinct::from_parts(hashes, is_full), &all);
    }

    #[test]
    fn few_are_exact_and_many_are_within_the_error(parts in parts()) {
        let all = parts.concat();
        let truth = i128::try_from(all.iter().collect::<BTreeSet<_>>().len()).unwrap();
        let sketch = of(&all);
        match sketch.error() {
            None => {
                prop_assert_eq!(sketch.count(), truth);
                prop_assert!(truth <= EXACT as i128);
            }
            Some(error) => {
                prop_assert!(truth > EXACT as i128);
                // Three of the standard deviations of which the error says two.
                let off = (sketch.count() - truth).abs() * 1_000 * 2;
                prop_assert!(off <= truth * i128::from(error.per_mille) * 3, "{} of {truth}", sketch.count());
            }
        }
    }

    #[test]
    fn medians_are_within_their_error(
        durations in vec((0_u64..4_000_000, 1_i64..4), 0..200),
        gone in vec(0_u64..4_000_000, 0..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let second = |seconds: u64| i64::try_from(seconds).unwrap() * 1_000_000 + 999_999;
        let (mut one, mut other) = (Durations::new(), Durations::new());
        let cut = cut.index(durations.len() + 1);
        durations[..cut].iter().for_each(|(seconds, number)| one.add(second(*seconds), *number));
        durations[cut..].iter().for_each(|(seconds, number)| other.add(second(*seconds), *number));
        // What comes and goes leaves nothing.
        gone.iter().for_each(|seconds| one.add(second(*seconds), 7));
        gone.iter().for_each(|seconds| other.add(second(*seconds), -7));
        let mut both = one.clone();
        both.merge(&other);
        other.merge(&one);
        prop_assert_eq!(&both, &other);
        let mut sorted: Vec<u64> = durations
            .iter()
            .flat_map(|(seconds, number)| std::iter::repeat_n(*seconds, usize::try_from(*number).unwrap()))
            .collect();
        sorted.sort_unstable();
        let truth = sorted.get(sorted.len().saturating_sub(1) / 2).map(|seconds| i128::from(*seconds));
        match (both.median_seconds(), truth) {
            (Some(median), Some(truth)) if truth >= i128::from(FINE_SECONDS) => {
                let error = both.error().unwrap();
                prop_assert!((median - truth).abs() * 1_000 <= truth * i128::from(error.per_mille));
            }
            (median, truth) => {
                prop_assert_eq!(median, truth);
                prop_assert_eq!(both.error(), None);
            }
        }
    }
}

#[test]
fn the_stated_error_holds_in_95_of_100_cases() {
    let within = (0_u32..200).filter(|case| {
        let numbers: Vec<u32> = (0..20_000).map(|number| case * 20_000 + number).collect();
        let sketch = of(&numbers);
        let error = sketch.error().unwrap();
        (sketch.count() - 20_000).abs() * 1_000 <= 20_000 * i128::from(error.per_mille)
    });
    let within = within.count();
    // Nine standard deviations of a coin that falls right in 95 of 100 cases would still be allowed; bias would not.
    assert!(within >= 184, "{within} of 200");
}

#[test]
fn reach_and_medians_of_a_table() {
    // The visitor x is seen on two days, so the total is less than the sum of the rows.
    let facts = facts(
        "2026-03-01T08:00:00Z visitor=x publisher=a impressions=1 remembered_impressions=1
         2026-03-01T08:01:00Z visitor=x publisher=a impressions=1 remembered_impressions=1
         2026-03-01T08:02:00Z publisher=a impressions=1
         2026-03-01T09:00:00Z visitor=y publisher=b clicks=1 unique_clicks=1
         2026-03-01T09:01:00Z visitor=z publisher=b clicks=1 invalid_clicks=1
         2026-03-02T08:00:00Z visitor=x publisher=b clicks=1
         2026-03-02T10:00:00Z touch=1 publisher=b conversions=1 state=pending approved=- clicked=2026-03-02T09:58:00Z
         2026-03-02T11:00:00Z touch=2 publisher=b conversions=1 state=pending approved=- clicked=2026-03-02T10:00:00Z
         2026-03-02T12:00:00Z publisher=b conversions=1 state=pending approved=- clicked=2026-03-02T12:00:00Z
         2026-03-02T12:30:00Z touch=3 publisher=b conversions=1 state=rejected approved=- clicked=2026-03-02T12:29:50Z",
    );
    let request = |by: &str| {
        let metrics = ["reach", "frequency", "time_to_convert", "time_to_approve"];
        json!({ "metrics": metrics, "by": [by], "from": "2026-03-01", "to": "2026-03-02" })
    };
    let by_day = table(&facts, request("day"));
    assert_eq!(lines(&by_day.rows), ["2026-03-01 | 2 1 - -", "2026-03-02 | 1 0 120 -"]);
    assert_eq!(lines(&by_day.totals), ["* | 2 1 120 -"]);
    assert_eq!(by_day.errors, [None; 4]);
    let mut best = request("publisher");
    best["limit"] = json!(1);
    best["rest"] = json!(true);
    let best = table(&facts, best);
    assert_eq!(lines(&best.rows), ["b | 2 0 120 -"]);
    assert_eq!(best.rest.iter().map(crate::world::line).collect::<Vec<_>>(), ["* | 1 2 - -"]);
}

#[test]
fn a_sketch_of_nothing_says_nothing() {
    for sketch in [Sketch::Distinct(Distinct::new()), Sketch::Durations(Durations::new())] {
        assert!(sketch.is_empty() && sketch.error().is_none());
    }
    assert_eq!(Durations::new().median_seconds(), None);
}
