//! Which touches may earn, and why the others may not.

use attribution::candidates::{Candidate, ConversionTime, Judged, Outcome, Windows, judge};
use model::touch::TouchKind;
use model::{Code, Timestamp};
use proptest::prelude::*;

use crate::journeys::{
    CONVERTED_AT, OTHER_PROGRAM, PROGRAM, WINDOWS, any_journey, click, converted, touch_id,
};

/// What the touch is, seconds from it to the conversion, its outcome. A row with a title is a journey of its own;
/// rows that begin with `+` join the journey above them.
const TABLE: &str = "
    click                     | 60        | kept
    visit                     | 60        | kept
    click duplicate_click     | 60        | kept
    click crawler             | 60        | not_counted_touch
    click cap_click           | 60        | not_counted_touch
    click elsewhere           | 60        | program_mismatch
    click own_click           | 60        | own_click
    click contract_missing    | 60        | contract_missing
    click own_click           | -1        | touch_after_conversion
    click                     | -1        | touch_after_conversion
    click                     | 0         | too fast
    click                     | 9         | too fast
    click                     | 10        | kept
    click strict              | 9         | too_fast
    visit strict              | 0         | too_fast
    click strict              | 10        | kept
    click                     | 2592000   | kept
    click                     | 2592001   | outside_window
    impression                | 1         | kept
    impression                | 86400     | kept
    impression                | 86401     | outside_window
    impression viewless       | 1         | outside_window
    click                     | 90000     | kept
    + impression              | 60        | click_won
    + impression              | 100000    | outside_window
    click                     | 2592001   | outside_window
    + impression              | 60        | kept
    click strict              | 5         | too_fast
    + impression              | 4         | kept
    click                     | 3000      | kept
    + click                   | 2000      | kept
    + visit elsewhere         | 1000      | program_mismatch
";

fn candidate(number: u8, words: &str, seconds: i64) -> Candidate {
    let mut one = click(number, 1, seconds);
    for word in words.split_whitespace().filter(|word| *word != "+") {
        match word {
            "click" => {}
            "visit" => one.kind = TouchKind::Visit,
            "impression" => one.kind = TouchKind::Impression,
            "elsewhere" => one.program_id = OTHER_PROGRAM,
            "strict" => one.windows.reject_too_fast = true,
            "viewless" => one.windows.view_seconds = 0,
            "own_click" | "contract_missing" => one.barred = Some(word.parse().unwrap()),
            verdict => one.code = verdict.parse().unwrap(),
        }
    }
    one
}

fn outcome(text: &str) -> Outcome {
    match text {
        "kept" => Outcome::Kept { too_fast: false },
        "too fast" => Outcome::Kept { too_fast: true },
        code => Outcome::Dropped(code.parse().unwrap()),
    }
}

#[test]
fn the_table_of_reasons_holds() {
    let mut journeys: Vec<Vec<(Candidate, Outcome)>> = Vec::new();
    let rows = TABLE.lines().map(str::trim).filter(|row| !row.is_empty());
    for (number, row) in (1..).zip(rows) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [words, seconds, wanted] = cells[..] else { panic!("three cells expected: {row}") };
        let one = (candidate(number, words, seconds.parse().unwrap()), outcome(wanted));
        match journeys.last_mut() {
            Some(journey) if row.starts_with('+') => journey.push(one),
            _ => journeys.push(vec![one]),
        }
    }
    for journey in journeys {
        let candidates: Vec<_> = journey.iter().map(|(one, _)| *one).collect();
        for judged in judge(&candidates, PROGRAM, converted()) {
            let (_, wanted) =
                journey.iter().find(|(one, _)| one.touch_id == judged.candidate.touch_id).unwrap();
            assert_eq!(judged.outcome, *wanted, "{judged:?}");
        }
    }
}

#[test]
fn a_touch_found_twice_is_judged_once_and_ties_go_by_id() {
    let judged = judge(&[click(2, 1, 60), click(1, 1, 60), click(2, 1, 60)], PROGRAM, converted());
    let ids: Vec<_> = judged.iter().map(|one| one.candidate.touch_id).collect();
    assert_eq!(ids, [touch_id(1), touch_id(2)]);
}

#[test]
fn windows_end_with_their_last_microsecond() {
    let moment_before = |one: Candidate| Candidate { received_at: one.received_at.plus_micros(-1), ..one };
    let judged =
        judge(&[click(1, 1, 2_592_000), moment_before(click(2, 1, 2_592_000))], PROGRAM, converted());
    assert_eq!(judged[0].outcome, Outcome::Dropped(Code::OutsideWindow));
    assert_eq!(judged[1].outcome, Outcome::Kept { too_fast: false });
}

#[test]
fn the_claimed_time_is_bounded_by_the_time_of_receipt() {
    let received_at = Timestamp::from_micros(100_500_000);
    let at = |micros| ConversionTime::new(Some(Timestamp::from_micros(micros)), received_at);
    assert_eq!(at(90_000_000).judged_at(), Timestamp::from_micros(90_000_000));
    assert_eq!(at(200_000_000).judged_at(), received_at);
    assert_eq!(ConversionTime::new(None, received_at).judged_at(), received_at);

    let click_at = |micros| Candidate { received_at: Timestamp::from_micros(micros), ..click(1, 1, 0) };
    let kept = |time, micros| judge(&[click_at(micros)], PROGRAM, time)[0].is_kept();
    // A claim in whole seconds stands for its second, but never for more than the time of receipt.
    assert!(kept(at(90_000_000), 90_999_999));
    assert!(!kept(at(90_000_000), 91_000_000));
    assert!(!kept(at(90_000_001), 90_000_002));
    assert!(kept(at(100_000_000), 100_500_000));
    assert!(!kept(at(100_000_000), 100_500_001));
}

#[test]
fn each_publisher_is_judged_by_his_own_windows() {
    let short = Windows { click_seconds: 100, ..WINDOWS };
    let judged =
        judge(&[click(1, 1, 200), Candidate { windows: short, ..click(2, 2, 150) }], PROGRAM, converted());
    assert_eq!(judged.iter().map(Judged::is_kept).collect::<Vec<_>>(), [true, false]);
}

proptest! {
    #[test]
    fn the_order_of_rows_is_irrelevant_and_no_touch_is_lost(
        (journey, shuffled) in any_journey().prop_flat_map(|journey| (Just(journey.clone()), Just(journey).prop_shuffle()))
    ) {
        let judged = judge(&journey, PROGRAM, converted());
        prop_assert_eq!(&judged, &judge(&shuffled, PROGRAM, converted()));
        prop_assert_eq!(judged.len(), journey.len());
    }

    #[test]
    fn what_is_kept_may_earn(journey in any_journey()) {
        let judged = judge(&journey, PROGRAM, converted());
        let kept: Vec<_> = judged.iter().filter(|one| one.is_kept()).map(|one| one.candidate).collect();
        for one in &kept {
            prop_assert!(one.program_id == PROGRAM && one.barred.is_none() && one.received_at <= CONVERTED_AT);
            prop_assert!(one.code != Code::Crawler);
        }
        prop_assert!(kept.iter().all(|one| one.kind.is_click()) || kept.iter().all(|one| !one.kind.is_click()));
    }
}
