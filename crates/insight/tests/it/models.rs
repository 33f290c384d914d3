//! What each model gives.

use insight::{JourneysBuilder, Refused, models};
use proptest::prelude::*;

use crate::told::{any_rows, journeys, near, told};

/// Path, conversions, value; then what each model gives the channels, in their order by name.
const TABLE: &str = "
    a             | last 1               | first 1     | linear 1           | position 1           | participation 1     | shapley 1
    a > b         | last 0 1             | first 1 0   | linear 1/2 1/2     | position 1/2 1/2     | participation 1 1   | shapley 1/2 1/2
    a > b > c     | last 0 0 1           | first 1 0 0 | linear 1/3 1/3 1/3 | position 2/5 1/5 2/5 | participation 1 1 1 | shapley 1/3 1/3 1/3
    a > a > b     | last 0 1             | first 1 0   | linear 2/3 1/3     | position 3/5 2/5     | participation 1 1   | shapley 1/2 1/2
    a > b > b > a | last 1 0             | first 1 0   | linear 1/2 1/2     | position 4/5 1/5     | participation 1 1   | shapley 1/2 1/2
    a > direct    | last_non_direct 1 0  | last 0 1
    direct > b    | last_non_direct 1 0  | first 0 1
    direct        | last_non_direct 1
    a > Direct > (none) | last_non_direct 0 0 1
";

fn number(text: &str) -> f64 {
    let parts: Vec<f64> = text.split('/').map(|part| part.parse().unwrap()).collect();
    parts[0] / parts.get(1).copied().unwrap_or(1.0)
}

#[test]
fn plain_models_by_hand() {
    for line in TABLE.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut cells = line.split('|').map(str::trim);
        let path = cells.next().unwrap();
        let journeys = told(&format!("{path}; 2; 10; 5"));
        for cell in cells {
            let mut words = cell.split_whitespace();
            let credit = models::by_name(words.next().unwrap()).unwrap().credit(&journeys);
            let wanted: Vec<f64> = words.map(number).collect();
            assert_eq!(credit.conversions.len(), wanted.len(), "{line}");
            for ((conversions, value), wanted) in credit.conversions.iter().zip(&credit.value).zip(&wanted) {
                assert!(
                    near(*conversions, wanted * 2.0, 1e-12) && near(*value, wanted * 10.0, 1e-12),
                    "{line}: {cell}"
                );
            }
        }
    }
}

#[test]
fn names_are_each_once_and_lead_to_their_model() {
    let names: Vec<&str> = models::all().iter().map(|model| model.name()).collect();
    assert_eq!(names.len(), 10);
    for name in &names {
        assert_eq!(models::by_name(name).unwrap().name(), *name);
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1);
    }
    assert!(models::by_name("data_driven").is_none());
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let mut builder = JourneysBuilder::default();
    let none: [&str; 0] = [];
    assert_eq!(builder.add(none.into_iter(), 1, 1.0, 0), Err(Refused::Empty));
    assert_eq!(builder.add(["a", ""].into_iter(), 1, 1.0, 0), Err(Refused::Nameless));
    assert_eq!(builder.add(["a"].into_iter(), 1, -1.0, 0), Err(Refused::Value));
    assert_eq!(builder.add(["a"].into_iter(), 1, f64::NAN, 0), Err(Refused::Value));
    assert_eq!(builder.add(["a"].into_iter(), 0, 1.0, 3), Err(Refused::ValueWithoutConversion));
    assert_eq!(builder.add(["a"].into_iter(), u64::MAX, 1.0, 1), Err(Refused::TooMany));
    assert_eq!(builder.add(std::iter::repeat_n("a", 10_001), 1, 1.0, 0), Err(Refused::TooLong));
    builder.add(["b"].into_iter(), 1, 0.0, 0).unwrap();
    let journeys = builder.finish();
    assert_eq!((journeys.channels(), journeys.conversions()), (&["b".to_owned()][..], 1));
}

#[test]
fn without_conversions_there_are_zeros() {
    let journeys = told("a > b; 0; 0; 3\n b; 0; 0; 0");
    for model in models::all() {
        let credit = model.credit(&journeys);
        assert_eq!((credit.conversions, credit.value), (vec![0.0; 2], vec![0.0; 2]), "{}", model.name());
    }
    for model in models::all() {
        assert!(model.credit(&JourneysBuilder::default().finish()).conversions.is_empty());
    }
}

proptest! {
    #[test]
    fn credits_add_up_to_what_was_converted(rows in any_rows(6, 30)) {
        let journeys = journeys(&rows);
        #[allow(clippy::cast_precision_loss, reason = "small")]
        let conversions = journeys.conversions() as f64;
        for model in models::all() {
            let credit = model.credit(&journeys);
            let (sum, value): (f64, f64) = (credit.conversions.iter().sum(), credit.value.iter().sum());
            prop_assert!(credit.conversions.iter().chain(&credit.value).all(|share| share.is_finite() && *share >= 0.0));
            if model.sums_to_all() {
                prop_assert!(near(sum, conversions, 1e-9), "{} {sum} {conversions}", model.name());
                prop_assert!(near(value, journeys.value(), 1e-9), "{} {value}", model.name());
            } else {
                prop_assert!(sum >= conversions * (1.0 - 1e-9));
            }
        }
    }

    /// One conversion of one journey is given away as a whole, to the last digits.
    #[test]
    fn the_credits_of_each_journey_are_one(rows in any_rows(6, 12)) {
        for (path, ..) in rows {
            let alone = journeys(&[(path, 1, 1.0, 0)]);
            for model in models::all().iter().filter(|model| model.sums_to_all()) {
                let credit = model.credit(&alone);
                for shares in [&credit.conversions, &credit.value] {
                    let sum: f64 = shares.iter().sum();
                    prop_assert!((sum - 1.0).abs() <= 4.0 * f64::EPSILON, "{} gives {sum}", model.name());
                }
            }
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_bit(rows in any_rows(5, 30), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        let mut state = seed | 1;
        for place in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(place, usize::try_from(state >> 33).unwrap() % (place + 1));
        }
        let (one, other) = (journeys(&rows), journeys(&shuffled));
        prop_assert_eq!(&one, &other);
        for model in models::all() {
            let bits = |credit: insight::Credit| -> Vec<u64> {
                credit.conversions.iter().chain(&credit.value).map(|share| share.to_bits()).collect()
            };
            prop_assert_eq!(bits(model.credit(&one)), bits(model.credit(&other)));
        }
    }

    #[test]
    fn everything_twice_changes_no_share(rows in any_rows(5, 20)) {
        let twice: Vec<_> = rows.iter().chain(&rows).cloned().collect();
        let (one, two) = (journeys(&rows), journeys(&twice));
        for model in models::all() {
            let (one, two) = (model.credit(&one), model.credit(&two));
            for (one, two) in one.conversions.iter().zip(&two.conversions) {
                prop_assert!(near(one * 2.0, *two, 1e-9), "{}", model.name());
            }
        }
    }

    /// A channel that is only in journeys which no other shares and that never convert takes nothing from the others.
    #[test]
    fn a_channel_that_did_nothing_changes_nothing(rows in any_rows(5, 20)) {
        let mut more = rows.clone();
        more.push((vec!["useless".to_owned()], 0, 0.0, 7));
        let (one, two) = (journeys(&rows), journeys(&more));
        for model in models::all() {
            let (before, after) = (model.credit(&one), model.credit(&two));
            for (place, channel) in one.channels().iter().enumerate() {
                let there = two.place(channel).unwrap() as usize;
                prop_assert!(near(before.conversions[place], after.conversions[there], 1e-9), "{}", model.name());
            }
            prop_assert_eq!(after.conversions[two.place("useless").unwrap() as usize], 0.0);
        }
    }
}
