//! Bonuses of a contract: what is refused, what is promised, and how counters are named.

use commission::{BonusKey, CompiledContract};
use model::{ContractId, Timestamp, calendar::Zone, contract::TierMetric};
use serde_json::{Value, json};

use crate::{
    table::rows,
    world::{compile, publisher, try_compile},
};

/// Terms with bonuses written `NAME METRIC/PERIOD REACH AMOUNT`, parted by commas.
fn terms(bonuses: &str) -> Value {
    let bonus = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (by, per) = words[1].split_once('/').unwrap();
        json!({"bonus": words[0], "by": by, "per": per, "reach": words[2], "amount": words[3]})
    };
    let bonuses: Vec<Value> = bonuses.split(',').map(bonus).collect();
    json!({"actions": [], "bonuses": bonuses})
}

const REFUSED: &str = "
    bonuses                                             | field
    a conversions/month 0 50                            | bonuses[0].reach
    a conversions/month 1.5 50                          | bonuses[0].reach
    a revenue/month -1 50                               | bonuses[0].reach
    a revenue/month 0.0000001 50                        | bonuses[0].reach
    a conversions/month 10 0                            | bonuses[0].amount
    a conversions/month 10 x                            | bonuses[0].amount
    a conversions/hour 10 50                            | bonuses[0].per
    a conversions/day 10 50,a conversions/week 10 50    | bonuses[1].bonus
";

#[test]
fn what_cannot_be_promised_names_its_field() {
    for row in rows(REFUSED) {
        let errors = try_compile(terms(row.cell("bonuses"))).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, [row.cell("field")], "{}", row.line);
    }
    let mut unknown = terms("a conversions/day 10 50");
    unknown["bonuses"][0]["action"] = json!("nothing");
    assert_eq!(try_compile(unknown).unwrap_err()[0].field, "bonuses[0].action");
    let mut blank = terms("a conversions/day 10 50");
    blank["bonuses"][0]["bonus"] = json!(" a");
    assert_eq!(try_compile(blank).unwrap_err()[0].field, "bonuses[0].bonus");
}

fn described(contract: &CompiledContract) -> Vec<String> {
    contract.bonuses().iter().map(commission::CompiledBonus::describe).collect()
}

#[test]
fn promises_in_words() {
    let contract =
        compile(1, terms("a conversions/month 100 50,b revenue/total 1000.50 7,c commission/quarter 9 1"));
    assert_eq!(
        described(&contract),
        [
            "50.00 USD on reaching 100 conversions per month",
            "7.00 USD on reaching 1000.50 USD revenue in total",
            "1.00 USD on reaching 9.00 USD commission per quarter",
        ]
    );
}

#[test]
fn counters_read_back_and_foreign_bytes_do_not() {
    let contract = compile(1, terms("été conversions/month 100 50,b revenue/week 10 7"));
    let at = Timestamp::parse("2026-03-31T22:30:00Z").unwrap();
    let zone: Zone = serde_json::from_value(json!("Europe/Berlin")).unwrap();
    for bonus in contract.bonuses() {
        let key = bonus.key(ContractId::from_bytes([4; 16]), publisher(2), &zone, at);
        let bytes = key.to_bytes();
        assert_eq!(BonusKey::from_bytes(&bytes).as_ref(), Some(&key));
        assert_eq!(BonusKey::from_bytes(&bytes[..43]), None);
        for (place, byte) in
            [(0, 4), (33, 9), (34, if key.by == TierMetric::Revenue { 255 } else { 0 }), (35, 1)]
        {
            let mut damaged = bytes.clone();
            damaged[place] = byte;
            assert_eq!(BonusKey::from_bytes(&damaged), None, "byte {place}");
        }
    }
    let month = contract.bonuses()[0].key(ContractId::from_bytes([4; 16]), publisher(2), &zone, at);
    assert_eq!(month.start, Timestamp::parse("2026-03-31T22:00:00Z").unwrap(), "April began in Berlin");
}
