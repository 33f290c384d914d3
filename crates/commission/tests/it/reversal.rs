//! What partial reversals take back.

use commission::{ReversalError, cumulative};
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
