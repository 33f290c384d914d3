//! What the network earns on a commission.

use serde_json::json;

use crate::{
    table::rows,
    world::{compile, usd},
};

const FEES: &str = "
    percent | fixed | commission | fee      | on a touch
    20      |       | 12.50      | 2.50     | 2.50
    20      |       | 0.000004   | 0.00     | 0.00
    20      |       | 0.000005   | 0.000001 | 0.000001
            | 0.30  | 12.50      | 0.30     | 0.00
    2.9     | 0.30  | 12.50      | 0.6625   | 0.3625
            |       | 12.50      | 0.00     | 0.00
    # nothing on nothing, the fixed amount included
    20      | 0.30  | 0          | 0.00     | 0.00
    100     |       | 10.00      | 10.00    | 10.00
";

#[test]
fn fees() {
    for row in rows(FEES) {
        let text = |column| Some(row.cell(column)).filter(|text| !text.is_empty());
        let contract = compile(1, json!({"fee": {"percent": text("percent"), "fixed": text("fixed")}}));
        let commission = usd(row.cell("commission"));
        let fee = contract.fee(commission).unwrap();
        let touch_fee = contract.touch_fee(commission).unwrap();
        assert_eq!(fee.amount_text(), row.cell("fee"), "{}", row.line);
        assert_eq!(touch_fee.amount_text(), row.cell("on a touch"), "{}", row.line);
    }
}
