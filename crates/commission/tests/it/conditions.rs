//! When a rate with conditions holds.

use crate::{
    table::rows,
    written::{Order, contract},
};

/// One rate pays ten dollars under the condition, all other orders one.
const CASES: &str = "
    condition                                  | order                                | holds
    customer=new                               | customer=new                         | yes
    customer=new                               | customer=returning                   | no
    customer=new                               |                                      | no
    # months of the customer, both ends belong to them
    months=2..12                               | month=1                              | no
    months=2..12                               | month=2                              | yes
    months=2..12                               | month=12                             | yes
    months=2..12                               | month=13                             | no
    months=2..                                 | month=400                            | yes
    months=1..1                                |                                      | no
    # coupons: capitals and small letters are the same
    coupons=SAVE10,Welcome                     | coupon=save10                        | yes
    coupons=SAVE10,Welcome                     | coupon=WELCOME                       | yes
    coupons=SAVE10                             | coupon=SAVE1                         | no
    coupons=SAVE10                             |                                      | no
    coupons=ƯUĐÃI                              | coupon=ưuđãi                         | yes
    # countries and devices are those of the touch that earns
    countries=VN,ir                            | country=IR                           | yes
    countries=VN                               | country=TH                           | no
    countries=VN                               |                                      | no
    devices=Mobile,tablet                      | device=mobile                        | yes
    devices=mobile                             | device=desktop                       | no
    devices=mobile                             |                                      | no
    # sub ids exactly; each parameter that is named must have one of its values
    sub1=banner,mail                           | sub1=mail                            | yes
    sub1=banner                                | sub1=Banner                          | no
    sub1=banner                                | sub2=banner                          | no
    sub1=banner source=app                     | sub1=banner source=app               | yes
    sub1=banner source=app                     | sub1=banner                          | no
    # dates: the first moment belongs to the promotion, the last does not
    from=2026-03-01T00:00:00Z                  | at=2026-03-01T00:00:00Z              | yes
    from=2026-03-01T00:00:00Z                  | at=2026-02-28T23:59:59Z              | no
    until=2026-03-01T00:00:00Z                 | at=2026-02-28T23:59:59Z              | yes
    until=2026-03-01T00:00:00Z                 | at=2026-03-01T00:00:00Z              | no
    from=2026-03-01T00:00:00Z until=2026-03-02T00:00:00Z | at=2026-03-01T12:00:00Z    | yes
    # all that is given must hold together
    customer=new countries=VN coupons=A        | customer=new country=VN coupon=a     | yes
    customer=new countries=VN coupons=A        | customer=new country=VN              | no
    customer=new countries=VN coupons=A        | country=VN coupon=a                  | no
    # exceptions for items need items
    skus=a                                     |                                      | no
    skus=a                                     | items=a:1x5                          | yes
    skus=a                                     | items=A:1x5                          | no
    categories=shoes                           | items=a/shoes:1x5                    | yes
    categories=shoes                           | items=a:1x5                          | no
    skus=a categories=shoes                    | items=a/shoes:1x5                    | yes
    skus=a categories=shoes                    | items=a/hats:1x5,b/shoes:1x5         | no
    skus=a countries=VN                        | items=a:1x5 country=VN               | yes
    skus=a countries=VN                        | items=a:1x5 country=TH               | no
";

#[test]
fn each_kind_of_condition() {
    for row in rows(CASES) {
        let rules = format!("base: fixed amount=1\nspecial: fixed amount=10 when {}", row.cell("condition"));
        let paid = Order::new(row.cell("order")).paid_by(&contract(&rules));
        let expected = if row.cell("holds") == "yes" { "special 10.00" } else { "base 1.00" };
        assert_eq!(paid, expected, "{}", row.line);
    }
}
