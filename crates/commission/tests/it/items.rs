//! Orders with items: what the exceptions take, and what is left for the rule of the order.

use commission::CompiledContract;
use model::Money;
use proptest::prelude::*;

use crate::{
    table::rows,
    world::{paid, usd},
    written::{Order, contract},
};

/// Shoes pay ten percent, the article `gift` two dollars a piece, `none` nothing; everything else five percent.
const RULES: &str = "
    base: percent percent=5
    shoes: percent percent=10 when categories=shoes
    gift: per_item amount=2 when skus=gift
    none: percent percent=0 when skus=none";

const CASES: &str = "
    order                                             | pays
    # without items the whole order is the base's
    amount=100                                        | base 5.00
    # an exception takes its items, the rest of the amount is the base's
    amount=100 items=a/shoes:1x60,b:1x40              | shoes 6.00 + base 2.00
    amount=100 items=a/shoes:1x60                     | shoes 6.00 + base 2.00
    amount=100 items=a/shoes:2x50                     | shoes 10.00
    amount=100 items=a/shoes:1x30,b/shoes:1x70        | shoes 10.00
    amount=100 items=b:1x100                          | base 5.00
    # an amount for each piece
    amount=100 items=gift:3x10,b:1x70                 | gift 6.00 + base 3.50
    # a rate of nothing is a rate: the article earns nothing, and not the base's percentage
    amount=100 items=none:1x90,b:1x10                 | none 0.00 + base 0.50
    amount=100 items=none:1x100                       | none 0.00
    # the items cost more than the order, which was discounted by half: each takes its share of the amount
    amount=50 items=a/shoes:1x60,b:1x40               | shoes 3.00 + base 1.00
    amount=0 items=a/shoes:1x60,b:1x40                | shoes 0.00 + base 0.00
    # without an amount the items are the order
    items=a/shoes:1x60,b:1x40                         | shoes 6.00 + base 2.00
    # three thirds: 33.333334 + 33.333333 + 33.333333 make 100
    amount=100 items=a/shoes:1x50,b:1x50,c:1x50       | shoes 3.333333 + base 3.333333
    # an article that is given away
    amount=10 items=gift:1x0,b:1x10                   | gift 2.00 + base 0.50
    # an item that two exceptions match goes to one of them, here to the one that pays more
    amount=30 items=gift/shoes:1x30                   | shoes 3.00
    amount=10 items=gift/shoes:1x10                   | gift 2.00
";

#[test]
fn exceptions_and_the_rest() {
    let contract = contract(RULES);
    for row in rows(CASES) {
        assert_eq!(Order::new(row.cell("order")).paid_by(&contract), row.cell("pays"), "{}", row.line);
    }
}

const OTHERS: &str = "
    rules                                                                              | order                              | pays
    # what no exception takes earns nothing when the contract has no other rule for it
    shoes: percent percent=10 when categories=shoes                                    | amount=100 items=a/shoes:1x60,b:1x40 | shoes 6.00
    shoes: percent percent=10 when categories=shoes                                    | amount=100 items=b:1x40            | terms_not_met
    shoes: percent percent=10 when categories=shoes                                    | amount=100                         | terms_not_met
    # a fixed amount is paid once for an order: by the exception for its items, by the base for the others
    base: fixed amount=5; a: fixed amount=7 when skus=a                                | amount=100 items=a:2x20            | a 7.00 + base 5.00
    base: fixed amount=5; a: fixed amount=7 when skus=a                                | amount=40 items=a:2x20             | a 7.00
    base: fixed amount=5; a: fixed amount=7 when skus=a                                | amount=40 items=a:1x20,a:1x20      | a 7.00
    # pieces that no exception takes are counted by the base; a rest without pieces (shipping) has none
    base: per_item amount=1; a: per_item amount=3 when skus=a                          | amount=100 items=a:2x20,b:4x10     | a 6.00 + base 4.00
    base: per_item amount=1; a: per_item amount=3 when skus=a                          | amount=100 items=a:2x20            | a 6.00
    base: per_item amount=1                                                            | amount=100 items=a:2x20,b:4x10     | base 6.00
    # a promotion of the whole order stands above the exceptions and takes their items too
    base: percent percent=5; a: percent percent=9 when skus=a; may: percent percent=6 when from=2026-05-01T00:00:00Z | amount=100 items=a:1x50,b:1x50 at=2026-05-02T00:00:00Z | may 6.00
    base: percent percent=5; a: percent percent=9 when skus=a; may: percent percent=6 when from=2026-05-01T00:00:00Z | amount=100 items=a:1x50,b:1x50 at=2026-04-30T00:00:00Z | a 4.50 + base 2.50
    # a promotion of an article takes that article alone
    base: percent percent=5; may: percent percent=20 when skus=a from=2026-05-01T00:00:00Z | amount=100 items=a:1x50,b:1x50 at=2026-05-02T00:00:00Z | may 10.00 + base 2.50
    # items of one rule are added up before the percentage is taken: 1 % of 0.000150
    base: percent percent=0; a: percent percent=1 when skus=a,b,c                      | amount=0.000150 items=a:1x0.000050,b:1x0.000050,c:1x0.000050 | a 0.000001
";

#[test]
fn other_contracts() {
    for row in rows(OTHERS) {
        let rules = row.cell("rules").replace(';', "\n");
        let paid = Order::new(row.cell("order")).paid_by(&contract(&rules));
        assert_eq!(paid, row.cell("pays"), "{}", row.line);
    }
}

fn sum_of_amounts(contract: &CompiledContract, order: &Order) -> i64 {
    let parts = order.with(|facts| paid(contract, "order", facts)).unwrap();
    parts.iter().map(|part| part.amount.map_or(0, Money::units)).sum()
}

proptest! {
    /// What the rules are applied to sums to the order's amount, whatever its items cost.
    #[test]
    fn the_amount_is_shared_out_exactly(
        amount in 0_i64..1_000_000_000,
        items in prop::collection::vec((0_usize..5, 1_u32..9, 0_i64..1_000_000), 1..12),
    ) {
        let contract = contract(RULES);
        let names = ["a/shoes", "b", "gift", "none", "c/hats"];
        let show = |units: i64| format!("{}.{:06}", units / 1_000_000, units % 1_000_000);
        let list: Vec<String> = items
            .iter()
            .map(|(name, quantity, price)| format!("{}:{quantity}x{}", names[*name], show(*price)))
            .collect();
        let order = Order::new(&format!("amount={} items={}", show(amount), list.join(",")));
        prop_assert_eq!(sum_of_amounts(&contract, &order), usd(&show(amount)).units());
    }
}
