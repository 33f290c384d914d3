//! A program and contracts to test with.

use std::sync::Arc;

use commission::{CompiledContract, Part, RateFacts, TermError};
use model::{
    Code, ContractVersionId, Currency, LinkId, Money, NetworkId, ProgramId, PublisherId, Share, Timestamp,
    TouchId, contract::ContractVersion, conversion::CommissionLine, program::Program,
};
use serde_json::{Value, json};

/// Payout models that the tests know.
pub const MODELS: &[&str] = &["last", "linear"];

fn id<T: std::str::FromStr>(prefix: &str, number: u8) -> T
where
    T::Err: std::fmt::Debug,
{
    let network = NetworkId::from_bytes([number; 16]).to_string();
    network.replace("net_", &format!("{prefix}_")).parse().unwrap()
}

/// A publisher.
pub fn publisher(number: u8) -> PublisherId {
    id("pub", number)
}

/// A touch.
pub fn touch(number: u8) -> TouchId {
    id("tch", number)
}

/// A link.
pub fn link(number: u8) -> LinkId {
    id("lnk", number)
}

/// The program of all tests.
pub fn program_id() -> ProgramId {
    id("prg", 1)
}

/// An amount in dollars.
pub fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).unwrap()
}

/// A moment.
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A program with the actions `lead`, `order` and `install` and these caps.
pub fn program_with_caps(zone: &str, caps: &Value) -> Program {
    let action = |name: &str, kind: &str| json!({"name": name, "kind": kind});
    serde_json::from_value(json!({
        "id": program_id(),
        "network_id": NetworkId::from_bytes([1; 16]),
        "advertiser_id": id::<model::AdvertiserId>("adv", 1),
        "name": "Shop",
        "zone": zone,
        "actions": [action("lead", "lead"), action("order", "order"), action("install", "install")],
        "landing_pages": [],
        "caps": caps,
        "created_at": "2026-01-01T00:00:00Z",
    }))
    .unwrap()
}

/// A program without caps.
pub fn program() -> Program {
    program_with_caps("UTC", &json!([]))
}

/// Version `number` of a contract with these terms; dollars unless they say otherwise.
pub fn version(number: u8, terms: Value) -> Arc<ContractVersion> {
    let Value::Object(terms) = terms else { panic!("terms are an object: {terms}") };
    let mut all = json!({"currency": "USD"});
    all.as_object_mut().unwrap().extend(terms);
    let version = serde_json::from_value(json!({
        "id": id::<ContractVersionId>("cov", number),
        "contract_id": id::<model::ContractId>("con", number),
        "network_id": NetworkId::from_bytes([1; 16]),
        "program_id": program_id(),
        "publisher_id": null,
        "number": 1,
        "valid_from": "2026-01-01T00:00:00Z",
        "terms": all,
        "created_at": "2026-01-01T00:00:00Z",
    }));
    Arc::new(version.unwrap())
}

/// Compiles terms that may be wrong.
pub fn try_compile(terms: Value) -> Result<CompiledContract, Vec<TermError>> {
    CompiledContract::compile(version(1, terms), &program(), MODELS)
}

/// Compiles terms that are right.
pub fn compile(number: u8, terms: Value) -> CompiledContract {
    CompiledContract::compile(version(number, terms), &program(), MODELS).unwrap()
}

/// What a contract pays on a conversion, one part for each rule.
pub fn paid<'a>(
    contract: &'a CompiledContract,
    action: &str,
    facts: &RateFacts<'_>,
) -> Result<Vec<Part<'a>>, Code> {
    let mut parts = Vec::new();
    contract.pay(action, facts, &|_| 0, &mut |part| parts.push(part)).map(|()| parts)
}

/// Terms that pay orders by one rate, which is written `kind name=value name=value`.
pub fn order_terms(rate: &str) -> Value {
    json!({"actions": [{"action": "order", "rates": [rate_of("base", rate)]}]})
}

/// The rate `kind name=value ...` as JSON.
pub fn rate_of(rule: &str, rate: &str) -> Value {
    let mut words = rate.split_whitespace();
    let mut value = json!({"rule": rule, "kind": words.next().unwrap_or_default()});
    for word in words {
        let (name, text) = word.split_once('=').unwrap_or_else(|| panic!("no `=` in `{word}`"));
        value[name] = json!(text);
    }
    value
}

/// A commission line of these amounts.
pub fn line(commission: Money, fixed: Money, fee: Money) -> CommissionLine {
    CommissionLine {
        publisher_id: publisher(1),
        touch_id: touch(1),
        link_id: link(1),
        contract_version_id: id("cov", 1),
        rule: "base".to_owned(),
        credit: Share::WHOLE,
        commission,
        fixed,
        fee,
        exchange: None,
    }
}
