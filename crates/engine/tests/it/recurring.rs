//! Customers who stay with whoever won them, one conversion a line. It is 10 March 2026, 12:00 UTC; the contract `year` pays
//! 10 % in month 1, 5 % later and 7 % in month 3 for returning customers, `life` 10 % for ever.

use crate::conversions::check;

#[test]
fn a_customer_stays_for_the_agreed_months() {
    check(
        "
        report                 | touches                                | facts                      | verdict                  | earns | journey
        # the first conversion is that of the journey
        order 100 customer     | A click 1d year                        |                            | pending ok               | A 10  | A ok 1/1
        # later ones need no touch, and no window
        order 100 customer     | A click 59d year won=1/1 beside        | since=2026-02-01T00:00:00Z | pending ok               | A 5   | A ok 1/1
        order 100 customer     | A click 59d year won=1/1 beside        | since=2026-02-10T12:00:00Z | pending ok               | A 5   | A ok 1/1
        # a second before, month 1 still runs
        order 100 customer     | A click 59d year won=1/1 beside        | since=2026-02-10T12:00:01Z | pending ok               | A 10  | A ok 1/1
        order 100 customer returning | A click 59d year won=1/1 beside  | since=2026-01-10T12:00:00Z | pending ok               | A 7   | A ok 1/1
        order 100 customer     | A click 59d year won=1/1 beside        | since=2026-01-10T12:00:00Z | pending ok               | A 5   | A ok 1/1
        # month 12 is paid to its last second, month 13 is not
        order 100 customer     | A click 365d year won=1/1 beside       | since=2025-03-10T12:00:01Z | pending ok               | A 5   | A ok 1/1
        order 100 customer     | A click 365d year won=1/1 beside       | since=2025-03-10T12:00:00Z | rejected recurring_ended |       | A recurring_ended
        # for ever
        order 100 customer     | A click 399d life won=1/1 beside       | since=2001-03-10T12:00:00Z | pending ok               | A 10  | A ok 1/1
        # it is the claimed moment that counts
        order 100 customer ago=2d | A click 365d year won=1/1 beside    | since=2025-03-10T12:00:00Z | pending ok               | A 5   | A ok 1/1
        # without the customer's id nobody knows him
        order 100              | A click 365d life won=1/1 beside       | since=2026-01-10T12:00:00Z | rejected no_touch        |       |
        ",
    );
}

#[test]
fn a_customer_who_stays_is_nobody_else_s() {
    check(
        "
        report                 | touches                                                    | facts                      | verdict                    | earns       | journey
        order 100 customer     | A click 59d year won=1/1 beside, B click 1h ten            | since=2026-01-10T12:00:00Z | pending ok                 | A 5         | A ok 1/1, B customer_bound
        order 100 customer     | A click 20d year won=1/1, B click 1h ten                   | since=2026-02-20T12:00:00Z | pending ok                 | A 10        | A ok 1/1, B customer_bound
        order 100 customer     | A click 59d year won=1/1 beside, B coupon:always 0s ten    | since=2026-01-10T12:00:00Z | pending ok                 | A 5         | A ok 1/1, B customer_bound
        order 100 customer paid=1h | A click 59d year won=1/1 beside                        | since=2026-01-10T12:00:00Z | pending ok                 | A 5         | A ok 1/1
        # when the months are over the journey decides as always
        order 100 customer     | A click 399d year won=1/1 beside, B click 1h ten           | since=2025-01-10T12:00:00Z | pending ok                 | B 10        | A recurring_ended, B ok 1/1
        order 100 customer     | A click 3d year won=1/1                                    | since=2025-01-10T12:00:00Z | pending ok                 | A 5         | A ok 1/1
        # and so it does where the contract keeps nobody
        order 100 customer     | A click 59d ten won=1/1 beside, B click 1h ten             | since=2026-01-10T12:00:00Z | pending ok                 | B 10        | B ok 1/1
        order 100 customer     | A click 59d ten won=1/1 beside                             | since=2026-01-10T12:00:00Z | rejected no_touch          |             |
        # a contract that has ended keeps nobody
        order 100 customer     | A click 59d life-over won=1/1 beside, B click 1h ten       | since=2026-01-10T12:00:00Z | pending ok                 | B 10        | A contract_missing, B ok 1/1
        order 100 customer     | A click 59d life-over won=1/1 beside                       | since=2026-01-10T12:00:00Z | rejected contract_missing  |             | A contract_missing
        order 100 customer     | A click 59d life won=1/1 beside own                        | since=2026-01-10T12:00:00Z | rejected own_click         |             | A own_click
        order 100 customer     | A click 59d life won=1/1 beside unaccepted                 | since=2026-01-10T12:00:00Z | rejected contract_not_accepted |         | A contract_not_accepted
        ",
    );
}

#[test]
fn whoever_shared_the_first_conversion_shares_the_later_ones() {
    check(
        "
        report                 | touches                                                                     | facts                      | verdict    | earns            | journey
        order 100 customer     | A click 59d life won=1/2 beside, B click 58d life won=1/2 beside            | since=2026-01-10T12:00:00Z | pending ok | A 5 + B 5        | A ok 1/2, B ok 1/2
        order 100 customer     | A click 59d life won=2/3 beside, B click 58d life won=1/3 beside            | since=2026-01-10T12:00:00Z | pending ok | A 6.666667 + B 3.333333 | A ok 2/3, B ok 1/3
        # who keeps nobody leaves his share to the others
        order 100 customer     | A click 59d life won=1/2 beside, B click 58d ten won=1/4 beside, C click 57d life won=1/4 beside | since=2026-01-10T12:00:00Z | pending ok | A 6.666667 + C 3.333333 | A ok 2/3, C ok 1/3
        order 100 customer     | A click 399d year won=1/2 beside, B click 399d life won=1/2 beside          | since=2025-01-10T12:00:00Z | pending ok | B 10             | A recurring_ended, B ok 1/1
        ",
    );
}
