//! Synthetic control against a slow mixer, known effects, and how often nothing is found to be something.

use std::fmt::Write as _;

use insight::incrementality::{Calibration, Effect, Panel, PanelBuilder, Question, Refused, judge};
use proptest::prelude::*;

/// Numbers that look random.
struct Numbers(u64);

impl Numbers {
    /// Evenly from 0 to 1.
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        #[allow(clippy::cast_precision_loss, reason = "53 bits")]
        let high = ((mixed ^ mixed >> 31) >> 11) as f64;
        high / (1_u64 << 53) as f64
    }

    /// About normal, with a variance of one.
    fn noise(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }
}

fn name(number: usize) -> String {
    format!("unit {number:02}")
}

fn day(number: usize) -> String {
    format!("2026-{:02}-{:02}", 1 + number / 28, 1 + number % 28)
}

/// A panel of these series, `unit 00` first.
fn panel(series: &[Vec<f64>]) -> Panel {
    let mut builder = PanelBuilder::default();
    for (unit, values) in series.iter().enumerate() {
        for (number, value) in values.iter().enumerate() {
            builder.add(&day(number), &name(unit), *value).unwrap();
        }
    }
    builder.finish(None).unwrap()
}

fn asked(panel: &Panel, before: usize) -> Result<Effect, Refused> {
    judge(panel, &Question { treated: &[name(0)], from: &day(before), level: 0.9 })
}

/// Units that share two common movements, each by its own degree, and have a size and noise of their own.
fn alike(units: usize, days: usize, numbers: &mut Numbers) -> Vec<Vec<f64>> {
    let common: Vec<(f64, f64)> =
        (0..days).map(|_| (10.0 * numbers.noise(), 6.0 * numbers.noise())).collect();
    let unit = |_| {
        let (size, one, other) = (100.0 + 300.0 * numbers.even(), numbers.even(), numbers.even());
        common.iter().map(|(a, b)| size + one * a + other * b + 2.0 * numbers.noise()).collect()
    };
    (0..units).map(unit).collect()
}

/// The squares that are left of the first series before the treatment with these weights of the others.
fn left(series: &[Vec<f64>], weights: &[f64], before: usize) -> f64 {
    let moves = |values: &[f64]| -> Vec<f64> {
        let average = values[..before].iter().sum::<f64>() / before as f64;
        values[..before].iter().map(|value| value - average).collect()
    };
    let mut rest = moves(&series[0]);
    for (donor, weight) in series[1..].iter().zip(weights) {
        rest.iter_mut().zip(moves(donor)).for_each(|(rest, value)| *rest -= weight * value);
    }
    rest.iter().map(|rest| rest * rest).sum()
}

/// The squares left by the best mix: weight is handed from one donor to another, as much as helps, until none helps.
fn slowly(series: &[Vec<f64>], before: usize) -> f64 {
    let donors = series.len() - 1;
    let mut weights = vec![1.0 / donors as f64; donors];
    for _ in 0..400 {
        let start = left(series, &weights, before);
        for (from, to) in (0..donors).flat_map(|from| (0..donors).map(move |to| (from, to))) {
            let handed = |much: f64| {
                let mut other = weights.clone();
                other[from] -= much;
                other[to] += much;
                other
            };
            // Three points tell the parabola.
            let at = |much: f64| left(series, &handed(much), before);
            let (less, here, more) = (at(-1.0), at(0.0), at(1.0));
            let bend = less + more - 2.0 * here;
            if from != to && bend > 0.0 {
                let best = ((less - more) / (2.0 * bend)).clamp(0.0, weights[from]);
                weights = handed(best);
            }
        }
        if left(series, &weights, before) >= start * (1.0 - 1e-12) {
            break;
        }
    }
    left(series, &weights, before)
}

fn weights_of(effect: &Effect) -> Vec<f64> {
    effect.placebos.iter().map(|placebo| placebo.weight).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_slow_search_finds_a_nearer_mix(seed in any::<u64>(), donors in 3_usize..7, before in 10_usize..20) {
        let series = alike(donors + 1, before + 5, &mut Numbers(seed));
        let effect = asked(&panel(&series), before).unwrap();
        let weights = weights_of(&effect);
        prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9 && weights.iter().all(|weight| *weight >= 0.0));
        let (own, slow) = (left(&series, &weights, before), slowly(&series, before));
        prop_assert!(own <= slow * (1.0 + 1e-9), "{own} and {slow}");
        // And the slow one comes near, so it is a search.
        prop_assert!(slow <= own * 1.000_1 + 1e-6, "{own} and {slow}");
        // No step from the answer towards any donor goes down: the condition by which it is the best.
        for place in 0..donors {
            let step = 1e-4;
            let moved: Vec<f64> = weights
                .iter()
                .enumerate()
                .map(|(one, weight)| weight * (1.0 - step) + if one == place { step } else { 0.0 })
                .collect();
            prop_assert!(left(&series, &moved, before) >= own * (1.0 - 1e-10));
        }
    }

    #[test]
    fn many_donors_and_few_days_are_solved(seed in any::<u64>(), donors in 12_usize..40) {
        let series = alike(donors + 1, 16, &mut Numbers(seed));
        let effect = asked(&panel(&series), 11).unwrap();
        prop_assert!((weights_of(&effect).iter().sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!(effect.total.is_finite() && effect.p_value > 0.0 && effect.p_value <= 1.0);
    }

    #[test]
    fn the_order_of_rows_changes_no_bit(seed in any::<u64>()) {
        let mut numbers = Numbers(seed);
        let series = alike(6, 20, &mut numbers);
        let mut rows: Vec<(usize, usize)> = (0..6).flat_map(|unit| (0..20).map(move |day| (unit, day))).collect();
        let straight = asked(&panel(&series), 14).unwrap();
        for place in (1..rows.len()).rev() {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place below the length")]
            let other = (numbers.even() * (place + 1) as f64) as usize;
            rows.swap(place, other);
        }
        let mut builder = PanelBuilder::default();
        rows.iter().for_each(|(unit, at)| builder.add(&day(*at), &name(*unit), series[*unit][*at]).unwrap());
        let shuffled = asked(&builder.finish(None).unwrap(), 14).unwrap();
        let bytes = |effect: &Effect| {
            let mut text = String::new();
            write!(text, "{effect:?}").unwrap();
            text
        };
        prop_assert_eq!(bytes(&straight), bytes(&shuffled));
    }

    #[test]
    fn the_size_of_a_donor_and_the_unit_of_measure_change_nothing(seed in any::<u64>()) {
        let series = alike(8, 24, &mut Numbers(seed));
        let effect = asked(&panel(&series), 16).unwrap();
        let mut larger = series.clone();
        larger[3].iter_mut().for_each(|value| *value += 4_096.0);
        let shifted = asked(&panel(&larger), 16).unwrap();
        prop_assert!((effect.total - shifted.total).abs() < 1e-6 * effect.actual);
        let cents: Vec<Vec<f64>> = series.iter().map(|values| values.iter().map(|value| value * 100.0).collect()).collect();
        let scaled = asked(&panel(&cents), 16).unwrap();
        prop_assert!((effect.total * 100.0 - scaled.total).abs() < 1e-5 * effect.actual);
        prop_assert_eq!(effect.p_value, scaled.p_value);
    }
}

/// Publishers differ by factors of a million; each of them is judged, the smallest and the largest.
#[test]
fn units_of_all_sizes_are_solved() {
    let mut numbers = Numbers(21);
    let common: Vec<f64> = (0..60).map(|_| numbers.even()).collect();
    let unit = |number: i32| -> Vec<f64> {
        let (size, own) = (10_f64.powf(f64::from(number) / 10.0), numbers.even());
        common.iter().map(|common| size * (1.0 + own * common + 0.3 * numbers.even())).collect()
    };
    let series: Vec<Vec<f64>> = (0..60).map(unit).collect();
    let panel = panel(&series);
    for treated in [0, 30, 59] {
        let question = Question { treated: &[name(treated)], from: &day(45), level: 0.9 };
        let effect = judge(&panel, &question).unwrap();
        assert!((weights_of(&effect).iter().sum::<f64>() - 1.0).abs() < 1e-9, "{treated}");
        assert!(effect.placebos.iter().all(|one| one.ratio.is_finite() && one.weight >= 0.0), "{treated}");
    }
}

#[test]
fn a_mix_that_fits_gives_the_effect_back() {
    let mut numbers = Numbers(7);
    let mut series = alike(12, 60, &mut numbers);
    let mixed: Vec<f64> = (0..60)
        .map(|at| {
            let effect = if at >= 40 { 25.0 } else { 0.0 };
            1_000.0 + 0.3 * series[1][at] + 0.7 * series[4][at] + effect
        })
        .collect();
    series[0] = mixed;
    let effect = asked(&panel(&series), 40).unwrap();
    assert!((effect.total - 20.0 * 25.0).abs() < 1e-6, "{}", effect.total);
    assert_eq!((effect.days_treated(), effect.days.len()), (20, 60));
    assert!((effect.placebos[0].weight - 0.3).abs() < 1e-9 && (effect.placebos[3].weight - 0.7).abs() < 1e-9);
    assert!(effect.fit > 0.999_999 && effect.p_value <= 1.0 / 12.0 + 1e-12);
    let (low, high) = effect.interval.unwrap();
    assert!(low <= 500.0 && high >= 500.0 && high - low < 1.0, "{low} to {high}");
    assert!((effect.days[45].effect() - 25.0).abs() < 1e-6);
    assert!((effect.actual - effect.counterfactual - effect.total).abs() < 1e-6 * effect.actual);
}

#[test]
fn an_effect_in_noise_is_found_and_held_by_its_interval() {
    let (mut held, mut found) = (0, 0);
    for seed in 0..100 {
        let mut series = alike(20, 60, &mut Numbers(1_000 + seed));
        series[0][45..].iter_mut().for_each(|value| *value += 8.0);
        let effect = asked(&panel(&series), 45).unwrap();
        let (low, high) = effect.interval.unwrap();
        held += usize::from(low <= 120.0 && 120.0 <= high);
        found += usize::from(effect.p_value <= 0.1);
    }
    assert!(held >= 80, "the interval of 90 % held the truth {held} times of 100");
    assert!(found >= 95, "an effect of four times the noise was found {found} times of 100");
}

#[test]
fn nothing_is_found_to_be_something_as_often_as_stated() {
    let (mut found, mut held) = (0, 0);
    for seed in 0..400 {
        let series = alike(20, 45, &mut Numbers(50_000 + seed));
        let effect = asked(&panel(&series), 33).unwrap();
        found += usize::from(effect.p_value <= 0.1 + 1e-12);
        let (low, high) = effect.interval.unwrap();
        held += usize::from(low <= 0.0 && 0.0 <= high);
    }
    // One in ten of 400 is 40, give or take 6; four times that is beyond chance.
    assert!((16..=64).contains(&found), "p was at most 0.1 in {found} of 400");
    assert!((336..=384).contains(&held), "the interval of 90 % held nothing {held} times of 400");
}

#[test]
fn several_units_are_told_as_their_sum() {
    let mut numbers = Numbers(11);
    let mut series = alike(10, 50, &mut numbers);
    for unit in 0..2 {
        series[unit] = (0..50).map(|at| series[4 + unit][at] + if at >= 30 { 5.0 } else { 0.0 }).collect();
    }
    let question = Question { treated: &[name(1), name(0)], from: &day(30), level: 0.8 };
    let effect = judge(&panel(&series), &question).unwrap();
    assert!((effect.total - 2.0 * 5.0 * 20.0).abs() < 1e-6, "{}", effect.total);
    assert!((effect.days[0].actual - series[0][0] - series[1][0]).abs() < 1e-9);
    assert_eq!(effect.placebos.len(), 8);
    assert!(effect.share().is_some_and(|share| share > 0.0));
}

#[test]
fn what_cannot_be_judged_is_refused_with_the_reason() {
    let series = alike(6, 20, &mut Numbers(3));
    let whole = panel(&series);
    let ask = |panel: &Panel, treated: &[&str], from: usize, level: f64| {
        let treated: Vec<String> = treated.iter().map(|name| (*name).to_owned()).collect();
        judge(panel, &Question { treated: &treated, from: &day(from), level }).map(|_| ())
    };
    assert_eq!(ask(&whole, &["unit 00"], 10, 0.9), Ok(()));
    assert_eq!(ask(&whole, &[], 10, 0.9), Err(Refused::Treated));
    assert_eq!(ask(&whole, &["unit 00", "unit 00"], 10, 0.9), Err(Refused::Treated));
    assert_eq!(ask(&whole, &["moon"], 10, 0.9), Err(Refused::Unknown("moon".to_owned())));
    assert_eq!(ask(&whole, &["unit 00"], 9, 0.9), Err(Refused::DaysBefore(9)));
    assert_eq!(ask(&whole, &["unit 00"], 20, 0.9), Err(Refused::DaysAfter));
    assert_eq!(ask(&whole, &["unit 00", "unit 01", "unit 02", "unit 03"], 10, 0.9), Err(Refused::Donors(2)));
    assert_eq!(ask(&whole, &["unit 00"], 10, 1.0), Err(Refused::Level));
    assert_eq!(ask(&whole, &["unit 00"], 10, f64::NAN), Err(Refused::Level));
    let mut still = series.clone();
    still[0][..10].fill(4.0);
    assert_eq!(ask(&panel(&still), &["unit 00"], 10, 0.9), Err(Refused::Still));
    assert_eq!(ask(&panel(&still), &["unit 01"], 10, 0.9), Ok(()));
    let told = judge(&panel(&still), &Question { treated: &[name(1)], from: &day(10), level: 0.9 }).unwrap();
    assert_eq!(told.left_out, ["unit 00"]);
    assert_eq!(told.interval, None, "four donors are too few for nine in ten");
    still[2][..10].fill(0.0);
    still[3][..10].fill(0.0);
    assert_eq!(ask(&panel(&still), &["unit 01"], 10, 0.9), Err(Refused::Donors(2)));
}

#[test]
fn broken_rows_are_refused_and_leave_nothing_behind() {
    let mut builder = PanelBuilder::default();
    builder.add("2026-01-01", "a", -3.5).unwrap();
    assert_eq!(builder.add("2026-01-01", "a", 1.0), Err(Refused::Twice));
    assert_eq!(builder.add("2026-01-01", "", 1.0), Err(Refused::Nameless));
    assert_eq!(builder.add("2026-01-02", "b", f64::INFINITY), Err(Refused::Value));
    assert_eq!(builder.add("2026-01-02", "b", 1e19), Err(Refused::Value));
    builder.day("2026-01-03").unwrap();
    let hole = Refused::Missing { unit: "a".to_owned(), day: "2026-01-03".to_owned() };
    assert_eq!(builder.finish(None), Err(hole));
    let mut builder = PanelBuilder::default();
    builder.day("2026-01-03").unwrap();
    builder.add("2026-01-01", "a", 2.0).unwrap();
    let panel = builder.finish(Some(0.0)).unwrap();
    assert_eq!((panel.days().len(), panel.units()[0].values.as_slice()), (2, &[2.0, 0.0][..]));
}

#[test]
fn an_effect_says_how_much_of_a_credit_is_true() {
    let mut series = alike(12, 60, &mut Numbers(5));
    series[0] = (0..60).map(|at| series[1][at] - if at >= 40 { 6.0 } else { 0.0 }).collect();
    let effect = asked(&panel(&series), 40).unwrap();
    // Switched off it costs 120, of 200 that it was credited with.
    let told = Calibration::of(&effect, 200.0, true).unwrap();
    assert!((told.factor - 0.6).abs() < 1e-6, "{told:?}");
    let (low, high) = told.interval.unwrap();
    assert!(low <= told.factor && told.factor <= high);
    let (credit, interval) = told.applied(50.0);
    assert!((credit - 30.0).abs() < 1e-4 && interval.unwrap().0 <= credit);
    assert!((Calibration::of(&effect, 200.0, false).unwrap().factor + 0.6).abs() < 1e-6);
    assert_eq!(Calibration::of(&effect, 0.0, true), None);
    assert_eq!(Calibration::of(&effect, -1.0, true), None);
}
