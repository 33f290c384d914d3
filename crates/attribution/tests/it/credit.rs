//! Credits: exact, complete, and the same for any order of rows.

use attribution::candidates::{Candidate, Outcome, judge};
use attribution::credit::{Attribution, Credit, merge_by_publisher, share_out};
use attribution::models::{by_name, names};
use model::{Code, Share};
use proptest::prelude::*;

use crate::journeys::{PROGRAM, any_journey, click, converted, publisher_id, touch_id};

fn attribute(journey: &[Candidate], model: &str) -> Attribution {
    share_out(judge(journey, PROGRAM, converted()), by_name(model).unwrap(), converted())
}

fn sum(credits: &[Credit]) -> Share {
    credits.iter().fold(Share::NONE, |sum, credit| sum.plus(credit.share).unwrap())
}

fn codes(attribution: &Attribution) -> Vec<Option<Code>> {
    let code = |outcome| match outcome {
        Outcome::Kept { .. } => None,
        Outcome::Dropped(code) => Some(code),
    };
    attribution.touches.iter().map(|one| code(one.outcome)).collect()
}

#[test]
fn touches_without_credit_say_which_side_won() {
    let journey = [click(1, 1, 300), click(2, 2, 200), click(3, 3, 100)];
    let (later, earlier) = (Some(Code::TouchLaterWon), Some(Code::TouchEarlierWon));
    assert_eq!(codes(&attribute(&journey, "last")), [later, later, None]);
    assert_eq!(codes(&attribute(&journey, "first")), [None, earlier, earlier]);
    assert_eq!(codes(&attribute(&journey, "linear")), [None; 3]);
}

#[test]
fn equal_times_are_won_by_the_larger_touch_id() {
    let credits = attribute(&[click(9, 1, 60), click(3, 2, 60)], "last").credits;
    assert_eq!(credits.len(), 1);
    assert_eq!((credits[0].touch_id, credits[0].share), (touch_id(9), Share::WHOLE));
}

#[test]
fn position_is_forty_twenty_forty() {
    let journey = [click(1, 1, 400), click(2, 2, 300), click(3, 3, 200), click(4, 1, 100)];
    let attribution = attribute(&journey, "position");
    let shares: Vec<_> = attribution.credits.iter().map(|credit| credit.share.to_string()).collect();
    assert_eq!(shares, ["2/5", "1/10", "1/10", "2/5"]);

    let merged = merge_by_publisher(&attribution.credits);
    let merged: Vec<_> =
        merged.iter().map(|one| (one.publisher_id, one.touch_id, one.share.to_string())).collect();
    assert_eq!(
        merged,
        [
            (publisher_id(2), touch_id(2), "1/10".to_owned()),
            (publisher_id(3), touch_id(3), "1/10".to_owned()),
            (publisher_id(1), touch_id(4), "4/5".to_owned()),
        ]
    );
}

#[test]
fn a_flag_survives_merging() {
    let credits = attribute(&[click(1, 1, 5), click(2, 1, 100)], "linear").credits;
    assert_eq!(credits.iter().map(|credit| credit.too_fast).collect::<Vec<_>>(), [false, true]);
    assert_eq!(merge_by_publisher(&credits).iter().map(|one| one.too_fast).collect::<Vec<_>>(), [true]);
}

#[test]
fn nobody_eligible_nothing_credited() {
    let barred = Candidate { barred: Some(Code::OwnClick), ..click(1, 1, 60) };
    for name in names() {
        assert!(attribute(&[], name).credits.is_empty());
        assert!(attribute(&[barred], name).credits.is_empty());
    }
}

proptest! {
    #[test]
    fn credits_sum_to_exactly_one(journey in any_journey()) {
        for name in names() {
            let attribution = attribute(&journey, name);
            let kept = attribution.touches.iter().filter(|one| one.is_kept());
            prop_assert_eq!(kept.count(), attribution.credits.len(), "{}", name);
            let merged = merge_by_publisher(&attribution.credits);
            if attribution.credits.is_empty() {
                prop_assert!(merged.is_empty());
                continue;
            }
            prop_assert_eq!(sum(&attribution.credits), Share::WHOLE, "{}", name);
            prop_assert_eq!(sum(&merged), Share::WHOLE, "{}", name);
            for (index, one) in merged.iter().enumerate() {
                prop_assert!(merged[index + 1..].iter().all(|other| other.publisher_id != one.publisher_id));
            }
        }
    }

    #[test]
    fn the_order_of_rows_is_irrelevant(
        (journey, shuffled) in any_journey().prop_flat_map(|journey| (Just(journey.clone()), Just(journey).prop_shuffle()))
    ) {
        for name in names() {
            prop_assert_eq!(attribute(&journey, name), attribute(&shuffled, name));
        }
    }

    #[test]
    fn one_touch_gets_the_whole(seconds in 0_i64..2_592_000) {
        for name in names() {
            let credits = attribute(&[click(1, 1, seconds)], name).credits;
            prop_assert_eq!(credits.len(), 1);
            prop_assert_eq!(credits[0].share, Share::WHOLE);
        }
    }
}
