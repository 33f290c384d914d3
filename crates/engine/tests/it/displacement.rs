//! Who wins when several could: paid clicks, checkout, coupons and assists, one conversion a line.

use crate::conversions::check;

#[test]
fn a_coupon_does_what_its_policy_says() {
    check(
        "
        report    | touches                                                     | facts | verdict                      | earns | journey
        # always: the owner wins, with or without a touch of his
        order 100 | A click 1d ten, C coupon:always 0s ten                      |       | pending ok                   | C 10  | A coupon_won, C ok 1/1
        order 100 | C coupon:always 0s ten                                      |       | pending ok                   | C 10  | C ok 1/1
        order 100 | C click 3d ten, A click 1d ten, C coupon:always 0s ten      |       | pending ok                   | C 10  | C ok 1/1, A coupon_won, C touch_earlier_won
        order 100 | A click 1d ten, C coupon:always 0s twenty                   |       | pending ok                   | C 20  | A coupon_won, C ok 1/1
        # involved: only if a touch of his could earn
        order 100 | C click 3d ten, A click 1d ten, C coupon:involved 0s ten    |       | pending ok                   | C 10  | C ok 1/1, A coupon_won, C touch_earlier_won
        order 100 | A click 1d ten, C coupon:involved 0s ten                    |       | pending ok                   | A 10  | A ok 1/1, C coupon_not_eligible
        order 100 | C click 40d ten, A click 1d ten, C coupon:involved 0s ten   |       | pending ok                   | A 10  | C outside_window, A ok 1/1, C coupon_not_eligible
        order 100 | C coupon:involved 0s ten                                    |       | rejected coupon_not_eligible |       | C coupon_not_eligible
        # winner: only if he wins anyway
        order 100 | C click 3d ten, A click 1d ten, C coupon:winner 0s ten      |       | pending ok                   | A 10  | C touch_later_won, A ok 1/1, C coupon_not_eligible
        order 100 | A click 3d ten, C click 1d ten, C coupon:winner 0s ten      |       | pending ok                   | C 10  | A touch_later_won, C ok 1/1, C coupon_not_eligible
        order 100 | C coupon:winner 0s ten                                      |       | rejected coupon_not_eligible |       | C coupon_not_eligible
        # what no policy can mend
        order 100 | A click 1d ten, C coupon:always 0s ten refused              |       | pending ok                   | A 10  | A ok 1/1, C coupon_not_eligible
        order 100 | A click 1d ten, C coupon:always 0s ten own                  |       | pending ok                   | A 10  | A ok 1/1, C own_click
        order 100 | A click 1d ten, C coupon:always 0s -                        |       | pending ok                   | A 10  | A ok 1/1, C contract_missing
        order 100 | A click 1d ten, C coupon:always 0s leads                    |       | pending ok                   | A 10  | A ok 1/1, C terms_not_met
        order 100 | A click 1d ten, C coupon:always 0s ten elsewhere            |       | pending ok                   | A 10  | A ok 1/1, C program_mismatch
        # a coupon shares nothing, whatever the payout model of others
        order 100 | A click 3d linear, B click 1d linear, C coupon:always 0s linear |   | pending ok                   | C 10  | A coupon_won, B coupon_won, C ok 1/1
        ",
    );
}

#[test]
fn who_comes_after_the_cart_stands_down() {
    check(
        "
        report             | touches                                          | facts | verdict    | earns | journey
        order 100 cart=2h  | A click 1d ten, B click 1h ten extension         |       | pending ok | A 10  | A ok 1/1, B stand_down
        # before the cart he is a publisher like any other
        order 100 cart=30m | A click 1d ten, B click 1h ten extension         |       | pending ok | B 10  | A touch_later_won, B ok 1/1
        order 100 cart=2h  | B click 5h ten extension, A click 4h ten, B click 1h ten extension | | pending ok | B 10 | B touch_later_won, A touch_later_won, B ok 1/1
        # the moment itself is too late
        order 100 cart=1h  | A click 1d ten, B click 1h ten extension         |       | pending ok | A 10  | A ok 1/1, B stand_down
        # nobody to stand down for
        order 100 cart=2h  | B click 1h ten extension                         |       | pending ok | B 10  | B ok 1/1
        order 100 cart=2h  | A click 40d ten, B click 1h ten extension        |       | pending ok | B 10  | A outside_window, B ok 1/1
        order 100 cart=2h  | C click 90m ten extension, B click 1h ten extension |    | pending ok | B 10  | C touch_later_won, B ok 1/1
        # an earlier publisher, not a later one
        order 100 cart=2h  | B click 1h ten extension, A click 30m ten        |       | pending ok | A 10  | B touch_later_won, A ok 1/1
        # other kinds of publishers do not, unless their contract says so; nor does who agreed otherwise
        order 100 cart=2h  | A click 1d ten, B click 1h ten                   |       | pending ok | B 10  | A touch_later_won, B ok 1/1
        order 100 cart=2h  | A click 1d ten, B click 1h polite                |       | pending ok | A 10  | A ok 1/1, B stand_down
        order 100 cart=2h  | A click 1d ten, B click 1h firm extension        |       | pending ok | B 10  | A touch_later_won, B ok 1/1
        # the shop did not say when the cart began
        order 100          | A click 1d ten, B click 1h ten extension         |       | pending ok | B 10  | A touch_later_won, B ok 1/1
        # his coupon wins only with the policy always
        order 100 cart=2h  | A click 1d ten, B click 1h ten extension, B coupon:involved 0s ten | | pending ok | A 10 | A ok 1/1, B stand_down, B coupon_not_eligible
        order 100 cart=2h  | A click 1d ten, B click 1h ten extension, B coupon:always 0s ten   | | pending ok | B 10 | A coupon_won, B stand_down, B ok 1/1
        ",
    );
}

#[test]
fn a_later_paid_click_displaces_where_the_contract_says_so() {
    check(
        "
        report                   | touches                             | facts | verdict                    | earns | journey
        order 100 paid=2h        | A click 1d paid                     |       | rejected other_channel_won |       | A other_channel_won
        order 100 paid=2h        | A click 1d ten                      |       | pending ok                 | A 10  | A ok 1/1
        order 100 paid=2h        | A click 1h paid                     |       | pending ok                 | A 10  | A ok 1/1
        order 100 paid=2h        | A click 1d paid, B click 1h paid    |       | pending ok                 | B 10  | A other_channel_won, B ok 1/1
        order 100 paid=2h        | B click 2d ten, A click 1d paid     |       | pending ok                 | B 10  | B ok 1/1, A other_channel_won
        # a paid click after the conversion changes nothing
        order 100 ago=5h paid=2h | A click 1d paid                     |       | pending ok                 | A 10  | A ok 1/1
        ",
    );
}

#[test]
fn who_helped_gets_the_agreed_part() {
    check(
        "
        report            | touches                                                  | facts | verdict    | earns                     | journey
        order 100         | A click 3d assist, B click 1d assist                     |       | pending ok | A 2 + B 8                 | A ok 1/5, B ok 4/5
        order 100         | A click 3d assist, C click 2d assist, B click 1d assist  |       | pending ok | A 1 + C 1 + B 8           | A ok 1/10, C ok 1/10, B ok 4/5
        # one part for a publisher, however often he helped, and none beside the win
        order 100         | A click 4d assist, A click 3d assist, B click 1d assist  |       | pending ok | A 2 + B 8                 | A touch_later_won, A ok 1/5, B ok 4/5
        order 100         | B click 3d assist, B click 1d assist                     |       | pending ok | B 10                      | B touch_later_won, B ok 1/1
        # the winner's contract says how much, the helper's what that is worth
        order 100         | A click 3d twenty, B click 1d assist                     |       | pending ok | A 4 + B 8                 | A ok 1/5, B ok 4/5
        order 100         | A click 3d assist, B click 1d ten                        |       | pending ok | B 10                      | A touch_later_won, B ok 1/1
        # who could not have earned did not help
        order 100         | A click 40d assist, B click 1d assist                    |       | pending ok | B 10                      | A outside_window, B ok 1/1
        # standing down is helping, and so is losing to a coupon
        order 100 cart=2h | A click 1d assist, B click 1h assist extension           |       | pending ok | A 8 + B 2                 | A ok 4/5, B ok 1/5
        order 100         | A click 1d assist, C coupon:always 0s assist             |       | pending ok | A 2 + C 8                 | A ok 1/5, C ok 4/5
        # where everybody shares already, nobody is left to help
        order 100         | A click 3d assist-linear, B click 1d assist-linear       |       | pending ok | A 5 + B 5                 | A ok 1/2, B ok 1/2
        ",
    );
}
