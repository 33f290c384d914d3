//! What partial reversals take back.

use commission::{PartShares, ReversalError, cumulative};
use model::{Currency, Money, Share};
use proptest::prelude::*;

use crate::{
    table::rows,
    world::{line, usd},
};

/// `so far` is the share of the order that has been taken back in all.
const STEPS: &str = "
    commission | fixed | fee      | so far          | commission back | fee back
    # three thirds of a percentage commission
    10.00      | 0     | 2.00     | 1/3             | 3.333333        | 0.666666
    10.00      | 0     | 2.00     | 2/3             | 6.666666        | 1.333333
    10.00      | 0     | 2.00     | 1/1             | 10.00           | 2.00
    0.000001   | 0     | 0.000001 | 1/3             | 0.00            | 0.00
    0.000001   | 0     | 0.000001 | 999999/1000000  | 0.00            | 0.00
    0.000001   | 0     | 0.000001 | 1/1             | 0.000001        | 0.000001
    # a fixed commission stays until nothing of the order remains, and so does its fee
    5.00       | 5.00  | 1.00     | 1/3             | 0.00            | 0.00
    5.00       | 5.00  | 1.00     | 999999/1000000  | 0.00            | 0.00
    5.00       | 5.00  | 1.00     | 1/1             | 5.00            | 1.00
    # fixed and percent: half of the order is half of the percentage alone
    12.50      | 5.00  | 2.50     | 1/2             | 3.75            | 0.75
    12.50      | 5.00  | 2.50     | 1/1             | 12.50           | 2.50
    # a fee without a commission goes back with the whole
    0          | 0     | 0.30     | 1/2             | 0.00            | 0.00
    0          | 0     | 0.30     | 1/1             | 0.00            | 0.30
";

#[test]
fn steps() {
    for row in rows(STEPS) {
        let line = line(usd(row.cell("commission")), usd(row.cell("fixed")), usd(row.cell("fee")));
        let share: Share = row.cell("so far").parse().unwrap();
        let (commission, fee) = cumulative(&line, share).unwrap();
        assert_eq!(commission.amount_text(), row.cell("commission back"), "{}", row.line);
        assert_eq!(fee.amount_text(), row.cell("fee back"), "{}", row.line);
    }
}

#[test]
fn nothing_of_the_order_takes_nothing_back() {
    let line = line(usd("10"), usd("5"), usd("1"));
    assert_eq!(cumulative(&line, Share::NONE), Ok((usd("0"), usd("0"))));
}

#[test]
fn more_than_the_whole_is_refused() {
    let line = line(usd("10"), usd("5"), usd("1"));
    let share = Share::new(4, 3).unwrap();
    assert_eq!(cumulative(&line, share), Err(ReversalError::ExceedsWhole(share)));
}

proptest! {
    /// I5: any shares that sum to 1 take back the whole, never more on the way, and never less than
    /// before.
    #[test]
    fn any_steps_take_back_exactly_the_whole(
        commission in 0_i64..1_000_000_000_000,
        fixed_of_commission in 0_i64..=1000,
        fee in 0_i64..1_000_000_000_000,
        parts in prop::collection::vec(1_u128..100_000, 1..10),
    ) {
        let units = |units| Money::from_units(units, Currency::USD);
        let fixed = commission / 1000 * fixed_of_commission;
        let line = line(units(commission), units(fixed), units(fee));
        let total: u128 = parts.iter().sum();
        let mut so_far = Share::NONE;
        let mut before = (units(0), units(0));
        for part in &parts {
            so_far = so_far.plus(Share::new(*part, total).unwrap()).unwrap();
            let after = cumulative(&line, so_far).unwrap();
            prop_assert!(after.0.units() >= before.0.units() && after.1.units() >= before.1.units());
            prop_assert!(after.0.units() <= commission && after.1.units() <= fee);
            if !so_far.is_whole() {
                prop_assert!(after.0.units() <= commission - fixed);
            }
            before = after;
        }
        prop_assert_eq!(before, (units(commission), units(fee)));
    }
}

/// A step: pieces that are worth this much of each part, or this fraction of the order.
#[derive(Clone, Debug)]
enum Step {
    Pieces([u128; 3]),
    Share(u128),
}

fn what_comes_back() -> impl Strategy<Value = Vec<Step>> {
    let pieces = prop::array::uniform3(0_u128..9).prop_map(Step::Pieces);
    prop::collection::vec(prop_oneof![pieces, (2_u128..9).prop_map(Step::Share)], 1..7)
}

proptest! {
    /// Whatever comes back in whatever order: the parts together are the share of the order, and none is taken back twice.
    #[test]
    fn parts_come_to_the_order(values in prop::array::uniform3(1_u128..40), steps in what_comes_back()) {
        let whole: u128 = values.iter().sum();
        let mut parts = PartShares::new(values.to_vec());
        let mut order = Share::NONE;
        for step in steps {
            let share = match &step {
                Step::Pieces(pieces) => Share::new(pieces.iter().sum(), whole).unwrap(),
                Step::Share(part) => Share::new(1, *part).unwrap(),
            };
            let after = order.plus(share).unwrap();
            let possible = match &step {
                Step::Pieces(pieces) => pieces.iter().zip(values).all(|(piece, value)| *piece <= value),
                Step::Share(_) => true,
            };
            if after.exceeds_whole() || !possible {
                continue;
            }
            let before: Vec<Share> = (0..3).map(|part| parts.of(part)).collect();
            let taken = match step {
                Step::Pieces(pieces) => parts.take_pieces(&pieces),
                Step::Share(_) if order.is_whole() => continue,
                Step::Share(_) => parts.take_of_rest(share.over(order.rest().unwrap()).unwrap()),
            };
            prop_assert_eq!(taken, Some(()));
            order = after;
            let mut sum = Share::NONE;
            for (part, value) in values.iter().enumerate() {
                let now = parts.of(part);
                prop_assert!(!now.exceeds_whole());
                prop_assert!(now.rest().unwrap().plus(before[part]).is_some_and(|more| !more.exceeds_whole()));
                sum = sum.plus(now.times(Share::new(*value, whole).unwrap()).unwrap()).unwrap();
            }
            prop_assert_eq!(sum, order);
        }
        parts.give_back();
        prop_assert!((0..3).all(|part| parts.of(part) == Share::NONE));
    }
}
