//! Which of two rules that both hold is applied.

use crate::{
    table::rows,
    written::{Order, contract},
};

/// Both rules hold for the order; each pair is tried in both orders of listing.
const PAIRS: &str = "
    wins                                                  | loses                                              | order
    # an exception for items before a plain rule, however many conditions that has
    x: fixed amount=1 when skus=a                         | y: fixed amount=9                                  | items=a:1x5
    x: fixed amount=1 when skus=a                         | y: fixed amount=9 when countries=VN devices=mobile | items=a:1x5 country=VN device=mobile
    x: fixed amount=1 when categories=shoes               | y: fixed amount=9 when customer=new                | items=a/shoes:1x5 customer=new
    # a dated promotion before an exception for items, and before a plain rule
    x: fixed amount=1 when from=2026-01-01T00:00:00Z      | y: fixed amount=9 when skus=a                      | items=a:1x5 at=2026-02-01T00:00:00Z
    x: fixed amount=1 when until=2027-01-01T00:00:00Z     | y: fixed amount=9 when skus=a countries=VN         | items=a:1x5 country=VN at=2026-02-01T00:00:00Z
    x: fixed amount=1 when from=2026-01-01T00:00:00Z      | y: fixed amount=9 when countries=VN devices=mobile | at=2026-02-01T00:00:00Z country=VN device=mobile
    x: fixed amount=1 when from=2026-01-01T00:00:00Z      | y: fixed amount=9                                  | at=2026-02-01T00:00:00Z
    # among equals the one with more conditions
    x: fixed amount=1 when countries=VN devices=mobile    | y: fixed amount=9 when countries=VN                | country=VN device=mobile
    x: fixed amount=1 when countries=VN                   | y: fixed amount=9                                  | country=VN
    x: fixed amount=1 when sub1=a sub2=b                  | y: fixed amount=9 when sub1=a                      | sub1=a sub2=b
    x: fixed amount=1 when skus=a categories=shoes        | y: fixed amount=9 when skus=a                      | items=a/shoes:1x5
    x: fixed amount=1 when skus=a countries=VN            | y: fixed amount=9 when skus=a                      | items=a:1x5 country=VN
    x: fixed amount=1 when skus=a from=2026-01-01T00:00:00Z | y: fixed amount=9 when from=2026-01-01T00:00:00Z | items=a:1x5 at=2026-02-01T00:00:00Z
    # then the promotion that began later
    x: fixed amount=1 when from=2026-02-01T00:00:00Z      | y: fixed amount=9 when from=2026-01-01T00:00:00Z   | at=2026-03-01T00:00:00Z
    x: fixed amount=1 when from=2026-02-01T00:00:00Z      | y: fixed amount=9 when until=2026-12-01T00:00:00Z  | at=2026-03-01T00:00:00Z
    # then the one that pays more on this order: a percentage and a fixed amount are compared by their money
    x: percent percent=10 when countries=VN               | y: fixed amount=9.99 when devices=mobile           | amount=100 country=VN device=mobile
    x: fixed amount=9.99 when devices=mobile              | y: percent percent=10 when countries=VN            | amount=99.89 country=VN device=mobile
    x: fixed amount=0 when devices=mobile                 | y: percent percent=10 when countries=VN            | country=VN device=mobile
    x: per_item amount=2 when skus=a                      | y: percent percent=10 when categories=shoes        | items=a/shoes:2x19
    x: percent percent=10 when categories=shoes           | y: per_item amount=2 when skus=a                   | items=a/shoes:2x21
";

#[test]
fn pairs() {
    for row in rows(PAIRS) {
        let order = Order::new(row.cell("order"));
        for (first, second) in [("wins", "loses"), ("loses", "wins")] {
            let rules = format!("{}\n{}", row.cell(first), row.cell(second));
            let paid = order.paid_by(&contract(&rules));
            assert!(paid.starts_with("x ") && !paid.contains('+'), "{paid} instead of x: {}", row.line);
        }
    }
}

#[test]
fn equal_in_everything_the_first_listed() {
    let order = Order::new("amount=100 country=VN device=mobile");
    let rule = |name: &str, when: &str| format!("{name}: percent percent=10 when {when}");
    let (country, device) = (rule("country", "countries=VN"), rule("device", "devices=mobile"));
    assert_eq!(order.paid_by(&contract(&format!("{country}\n{device}"))), "country 10.00");
    assert_eq!(order.paid_by(&contract(&format!("{device}\n{country}"))), "device 10.00");
}
