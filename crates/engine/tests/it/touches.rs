//! One touch a line.

use std::{collections::BTreeMap, sync::Arc};

use commission::{CapsOf, CompiledCap, CompiledContract, compile_caps};
use engine::touch::{TouchFacts, decide};
use model::{Code, calendar::Zone, contract::ContractVersion, program::Program, touch::TouchKind};
use serde_json::json;

use crate::{
    table::rows,
    world::{now, program_id, publisher},
};

fn contract(touch_rates: &str, cap: &str) -> CompiledContract {
    let rate = |text: &str| {
        let (kind, amount) = text.split_once('=').unwrap();
        json!({"rule": kind, "kind": kind, "amount": amount})
    };
    let rates: Vec<_> = touch_rates.split_whitespace().map(rate).collect();
    let caps: Vec<_> = cap
        .split_whitespace()
        .map(|cap| {
            let (metric, limit) = cap.split_once(':').unwrap();
            json!({"metric": metric, "period": "day", "limit": limit})
        })
        .collect();
    let network = model::NetworkId::from_bytes([1; 16]);
    let program: Program = serde_json::from_value(json!({
        "id": program_id(), "network_id": network, "advertiser_id": crate::world::advertiser(), "name": "Shop",
        "zone": "UTC", "landing_pages": [], "actions": [], "created_at": now(),
    }))
    .unwrap();
    let version: ContractVersion = serde_json::from_value(json!({
        "id": model::ContractVersionId::from_bytes([5; 16]), "contract_id": model::ContractId::from_bytes([6; 16]),
        "network_id": network, "program_id": program_id(), "publisher_id": null, "number": 1, "valid_from": now(),
        "terms": {"currency": "USD", "touch_rates": rates, "caps": caps, "fee": {"percent": "20", "fixed": "9"}},
        "created_at": now(),
    }))
    .unwrap();
    CompiledContract::compile(Arc::new(version), &program, &["last"]).unwrap()
}

#[test]
fn a_touch_is_counted_and_paid_by_its_terms() {
    let table = "
        touch      | rates           | caps         | used | verdict         | unique | earns
        click      |                 |              | 0    | ok              | yes    |
        click      | per_click=0.10  |              | 0    | ok              | yes    | 0.10 USD + 0.02 USD
        visit      | per_click=0.10  |              | 0    | ok              | yes    | 0.10 USD + 0.02 USD
        repeated   | per_click=0.10  |              | 0    | duplicate_click | no     |
        refused    | per_click=0.10  |              | 0    | crawler         | no     |
        impression | per_click=0.10  |              | 0    | ok              | no     |
        impression | per_mille=1     |              | 0    | ok              | no     | 0.001 USD + 0.0002 USD
        # a cap on clicks lets in what is below it, and repetitions take nothing from it
        click      |                 | clicks:5     | 4    | ok              | yes    |
        click      |                 | clicks:5     | 5    | cap_click       | no     |
        repeated   |                 | clicks:5     | 4    | duplicate_click | no     |
        repeated   |                 | clicks:5     | 5    | cap_click       | no     |
        # a used-up cap on what a click could bring refuses the click
        click      |                 | conversions:5 | 5   | cap_conversion  | no     |
        click      |                 | conversions:5 | 4   | ok              | yes    |
        click      | per_click=0.10  | commission:1 | 0    | ok              | yes    | 0.10 USD + 0.02 USD
        click      | per_click=2     | commission:1 | 0    | cap_commission  | no     |
        click      | per_click=1     | charge:1.19  | 0    | cap_charge      | no     |
        impression | per_mille=1     | clicks:5     | 5    | ok              | no     | 0.001 USD + 0.0002 USD
        ";
    for row in rows(table) {
        let contract = contract(row.cell("rates"), row.cell("caps"));
        let word = row.cell("touch");
        let facts = TouchFacts {
            kind: match word {
                "impression" => TouchKind::Impression,
                "visit" => TouchKind::Visit,
                _ => TouchKind::Click,
            },
            received_at: now(),
            screened: if word == "refused" { Code::Crawler } else { Code::Ok },
            publisher_id: publisher("A"),
            subs: &BTreeMap::new(),
            zone: &Zone::utc(),
            program_caps: &[],
            contract: Some(&contract),
            seen_before: word == "repeated",
            ordinal: 0,
        };
        let used: i64 = row.cell("used").parse().unwrap();
        let decision = decide(&facts, &|_| used);
        assert_eq!(decision.code.to_string(), row.cell("verdict"), "{}", row.line);
        assert_eq!(if decision.unique { "yes" } else { "no" }, row.cell("unique"), "{}", row.line);
        let earns =
            decision.earning.as_ref().map(|earning| format!("{} + {}", earning.commission, earning.fee));
        assert_eq!(earns.unwrap_or_default(), row.cell("earns"), "{}", row.line);
        let counted = !row.cell("caps").is_empty() && decision.unique;
        assert!(counted || decision.counts.is_empty(), "{}: {:?}", row.line, decision.counts);
    }
}

#[test]
fn a_thousand_impressions_are_worth_their_price_exactly() {
    let contract = contract("per_mille=1.234567", "");
    let (zone, subs) = (Zone::utc(), BTreeMap::new());
    let facts = |ordinal| TouchFacts {
        kind: TouchKind::Impression,
        received_at: now(),
        screened: Code::Ok,
        publisher_id: publisher("A"),
        subs: &subs,
        zone: &zone,
        program_caps: &[],
        contract: Some(&contract),
        seen_before: false,
        ordinal,
    };
    let earned = |ordinal| decide(&facts(ordinal), &|_| 0).earning.unwrap().commission.units();
    assert_eq!((0..1_000).map(earned).sum::<i64>(), 1_234_567);
    assert_eq!((1_000..2_000).map(earned).sum::<i64>(), 1_234_567);
}

#[test]
fn program_and_publisher_are_counted_apart() {
    let cap = |limit: &str| -> Vec<model::contract::Cap> {
        serde_json::from_value(json!([{"metric": "clicks", "period": "total", "limit": limit}])).unwrap()
    };
    let program_caps: Vec<CompiledCap> =
        compile_caps(&cap("10"), CapsOf::Program, program_id(), None).unwrap();
    let contract = contract("", "clicks:10");
    let facts = TouchFacts {
        kind: TouchKind::Click,
        received_at: now(),
        screened: Code::Ok,
        publisher_id: publisher("A"),
        subs: &BTreeMap::new(),
        zone: &Zone::utc(),
        program_caps: &program_caps,
        contract: Some(&contract),
        seen_before: false,
        ordinal: 0,
    };
    let counts = decide(&facts, &|_| 0).counts;
    assert_eq!(counts.iter().map(|(_, adds)| *adds).collect::<Vec<_>>(), [1, 1]);
    assert_ne!(counts[0].0, counts[1].0);
}
