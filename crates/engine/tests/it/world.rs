//! A program, contracts by name, and touches and reports written as words.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use commission::CompiledContract;
use engine::{
    AskedOfTouch, CandidateFacts, CustomerFacts, Decision, Facts, Identified, ProgramFacts, Receipt, decide,
};
use model::{
    AdvertiserId, Code, ContractVersionId, ConversionId, Currency, LinkId, Money, NetworkId, ProgramId,
    PublisherId, Share, Timestamp, TouchId, conversion::ConversionReport, program::Program, touch::TouchKind,
};
use serde_json::{Value, json};

/// Contracts by version.
pub type Contracts = HashMap<ContractVersionId, Arc<CompiledContract>>;

/// Every contract that a case can name. All pay leads two dollars at once where nothing else is said.
const TERMS: &[(&str, &str)] = &[
    ("ten", r#"{"actions": [ORDER10, LEAD]}"#),
    (
        "twenty",
        r#"{"actions": [{"action": "order", "rates": [{"rule": "double", "kind": "percent", "percent": "20"}]}]}"#,
    ),
    ("fee", r#"{"actions": [ORDER10], "fee": {"percent": "20", "fixed": "0.50"}}"#),
    (
        "atonce",
        r#"{"actions": [{"action": "order", "hold_seconds": 0, "rates": [{"rule": "base", "kind": "percent", "percent": "10"}]}]}"#,
    ),
    (
        "fixed",
        r#"{"actions": [{"action": "order", "rates": [{"rule": "five", "kind": "fixed", "amount": "5"}]}]}"#,
    ),
    (
        "nothing",
        r#"{"actions": [{"action": "order", "rates": [{"rule": "none", "kind": "fixed", "amount": "0"}]}]}"#,
    ),
    (
        "new",
        r#"{"actions": [{"action": "order", "rates": [
        {"rule": "any", "kind": "percent", "percent": "5"},
        {"rule": "new", "kind": "fixed", "amount": "20", "when": {"customer": "new"}},
        {"rule": "returning", "kind": "fixed", "amount": "2", "when": {"customer": "returning"}}]}]}"#,
    ),
    (
        "onlynew",
        r#"{"actions": [{"action": "order", "rates": [{"rule": "new", "kind": "fixed", "amount": "20", "when": {"customer": "new"}}]}]}"#,
    ),
    (
        "views",
        r#"{"actions": [{"action": "order", "view_window_seconds": 86400, "click_window_seconds": 86400, "rates": [{"rule": "base", "kind": "percent", "percent": "10"}]}]}"#,
    ),
    (
        "slow",
        r#"{"actions": [{"action": "order", "delay_seconds_min": 10, "rates": [{"rule": "base", "kind": "percent", "percent": "10"}]}]}"#,
    ),
    (
        "strict",
        r#"{"reject_too_fast": true, "actions": [{"action": "order", "delay_seconds_min": 10, "rates": [{"rule": "base", "kind": "percent", "percent": "10"}]}]}"#,
    ),
    (
        "places",
        r#"{"payout_model": "linear", "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "10"},
        {"rule": "vietnam", "kind": "percent", "percent": "20", "when": {"countries": ["VN"]}},
        {"rule": "phones", "kind": "fixed", "amount": "15", "when": {"devices": ["mobile"]}},
        {"rule": "mail", "kind": "fixed", "amount": "1", "when": {"subs": {"sub1": ["mail"]}, "countries": ["VN"]}}]}]}"#,
    ),
    (
        "dated",
        r#"{"actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "10"},
        {"rule": "march", "kind": "percent", "percent": "12", "when": {"from": "2026-03-10T11:00:00Z", "until": "2026-03-10T13:00:00Z"}},
        {"rule": "save", "kind": "percent", "percent": "3", "when": {"coupons": ["Save10"]}}]}]}"#,
    ),
    (
        "articles",
        r#"{"payout_model": "linear", "fee": {"percent": "20", "fixed": "0.50"}, "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "5"},
        {"rule": "shoes", "kind": "percent", "percent": "10", "when": {"categories": ["shoes"]}},
        {"rule": "gift", "kind": "per_item", "amount": "2", "when": {"skus": ["gift"]}}]}]}"#,
    ),
    (
        "stairs",
        r#"{"payout_model": "linear", "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "5", "tiers": {"by": "conversions", "per": "month", "steps": [
            {"from": "2", "percent": "10"}, {"from": "3", "percent": "20"}]}}]}]}"#,
    ),
    (
        "turnover",
        r#"{"payout_model": "linear", "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "5", "tiers": {"by": "revenue", "per": "total", "steps": [
            {"from": "250", "percent": "10"}]}}]}]}"#,
    ),
    (
        "earnings",
        r#"{"payout_model": "linear", "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "5", "tiers": {"by": "commission", "per": "total", "steps": [
            {"from": "8", "percent": "10"}]}}]}]}"#,
    ),
    (
        "back",
        r#"{"payout_model": "linear", "fee": {"percent": "20", "fixed": "0.50"}, "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "5", "tiers": {"by": "conversions", "per": "month", "retroactive": true,
            "steps": [{"from": "2", "percent": "10"}, {"from": "4", "percent": "20"}]}}]}]}"#,
    ),
    (
        "back-both",
        r#"{"payout_model": "linear", "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "fixed_percent", "amount": "1", "percent": "5", "tiers": {"by": "conversions", "per": "total",
            "retroactive": true, "steps": [{"from": "2", "amount": "3", "percent": "6"}]}}]}]}"#,
    ),
    (
        "back-goods",
        r#"{"payout_model": "linear", "fee": {"percent": "20", "fixed": "0.50"}, "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "5", "tiers": {"by": "revenue", "per": "week", "retroactive": true,
            "steps": [{"from": "100", "percent": "8"}]}},
        {"rule": "shoes", "kind": "percent", "percent": "10", "when": {"categories": ["shoes"]}},
        {"rule": "hats", "kind": "percent", "percent": "6", "when": {"categories": ["hats"]}, "tiers": {"by": "revenue",
            "per": "week", "retroactive": true, "steps": [{"from": "50", "percent": "12"}]}}]}]}"#,
    ),
    (
        "back-capped",
        r#"{"caps": [{"metric": "commission", "period": "day", "limit": "5", "currency": "USD"}], "actions": [{"action": "order", "rates": [
        {"rule": "base", "kind": "percent", "percent": "5", "tiers": {"by": "conversions", "per": "total", "retroactive": true,
            "steps": [{"from": "1", "percent": "10"}]}}]}]}"#,
    ),
    (
        "year",
        r#"{"actions": [{"action": "order", "recurring": {"months": 12}, "rates": [
            {"rule": "base", "kind": "percent", "percent": "10"},
            {"rule": "later", "kind": "percent", "percent": "5", "when": {"months": {"from": 2}}},
            {"rule": "third", "kind": "percent", "percent": "7", "when": {"months": {"from": 3, "to": 3}, "customer": "returning"}}]}]}"#,
    ),
    (
        "life",
        r#"{"payout_model": "linear", "actions": [{"action": "order", "recurring": {}, "rates": [{"rule": "base", "kind": "percent", "percent": "10"}]}]}"#,
    ),
    (
        "life-over",
        r#"{"ended": true, "actions": [{"action": "order", "recurring": {}, "rates": [{"rule": "base", "kind": "percent", "percent": "10"}]}]}"#,
    ),
    ("family", r#"{"own_purchases": true, "actions": [ORDER10]}"#),
    ("leads", r#"{"actions": [LEAD]}"#),
    ("firm", r#"{"attribution": {"stand_down": "never"}, "actions": [ORDER10]}"#),
    ("polite", r#"{"attribution": {"stand_down": "always"}, "actions": [ORDER10]}"#),
    ("paid", r#"{"attribution": {"paid_clicks_displace": true}, "actions": [ORDER10]}"#),
    ("assist", r#"{"attribution": {"assist_percent": 20}, "actions": [ORDER10]}"#),
    (
        "assist-linear",
        r#"{"payout_model": "linear", "attribution": {"assist_percent": 10}, "actions": [ORDER10]}"#,
    ),
    ("ended", r#"{"ended": true, "actions": [ORDER10]}"#),
    ("euro", r#"{"currency": "EUR", "actions": [ORDER10]}"#),
    ("first", r#"{"payout_model": "first", "actions": [ORDER10]}"#),
    ("linear", r#"{"payout_model": "linear", "actions": [ORDER10]}"#),
    ("position", r#"{"payout_model": "position", "actions": [ORDER10]}"#),
    ("shapley", r#"{"payout_model": "shapley", "actions": [ORDER10]}"#),
    ("markov", r#"{"payout_model": "markov", "actions": [ORDER10]}"#),
    ("decay", r#"{"payout_model": "time_decay", "actions": [ORDER10]}"#),
    (
        "twice",
        r#"{"payout_model": "linear", "actions": [{"action": "order", "rates": [{"rule": "double", "kind": "percent", "percent": "20"}]}]}"#,
    ),
    (
        "capped",
        r#"{"actions": [ORDER10], "caps": [{"metric": "conversions", "period": "day", "limit": "3"}]}"#,
    ),
    (
        "capped-linear",
        r#"{"payout_model": "linear", "actions": [ORDER10], "caps": [{"metric": "conversions", "period": "day", "limit": "3"}, {"metric": "commission", "period": "total", "limit": "100"}]}"#,
    ),
];

const ORDER10: &str =
    r#"{"action": "order", "rates": [{"rule": "base", "kind": "percent", "percent": "10"}]}"#;
const LEAD: &str =
    r#"{"action": "lead", "hold_seconds": 0, "rates": [{"rule": "lead", "kind": "fixed", "amount": "2"}]}"#;

/// The moment at which everything is received.
pub fn now() -> Timestamp {
    Timestamp::parse("2026-03-10T12:00:00Z").unwrap()
}

fn bytes(kind: u8, number: u8) -> [u8; 16] {
    [kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number]
}

/// The publisher of a letter.
pub fn publisher(letter: &str) -> PublisherId {
    PublisherId::from_bytes(bytes(2, letter.as_bytes()[0]))
}

/// The letter of a publisher.
pub fn letter(publisher: PublisherId) -> char {
    char::from(publisher.bytes()[15])
}

/// The advertiser of all cases.
pub fn advertiser() -> AdvertiserId {
    AdvertiserId::from_bytes(bytes(3, 1))
}

/// The program of all cases.
pub fn program_id() -> ProgramId {
    ProgramId::from_bytes(bytes(4, 1))
}

/// The version of the contract with this name.
pub fn version(name: &str) -> ContractVersionId {
    let place = TERMS.iter().position(|(known, _)| *known == name);
    let place = place.unwrap_or_else(|| panic!("no contract `{name}`"));
    ContractVersionId::from_bytes(bytes(5, u8::try_from(place).unwrap() + 1))
}

fn program(caps: &Value) -> Program {
    let action = |name: &str, order_id: bool, amount: bool| json!({"name": name, "kind": "other", "order_id_required": order_id, "amount_required": amount});
    serde_json::from_value(json!({
        "id": program_id(), "network_id": NetworkId::from_bytes([1; 16]), "advertiser_id": advertiser(), "name": "Shop",
        "zone": "Asia/Kolkata", "landing_pages": [], "caps": caps, "created_at": now(),
        "actions": [action("order", false, false), action("lead", false, false), action("paid", true, true)],
    }))
    .unwrap()
}

/// Every contract, compiled.
pub fn contracts() -> &'static Contracts {
    static COMPILED: LazyLock<Contracts> = LazyLock::new(compiled);
    &COMPILED
}

fn compiled() -> Contracts {
    let program = program(&json!([]));
    let models: Vec<&str> = attribution::models::names().collect();
    let compile = |(name, terms): &(&str, &str)| {
        let text = terms.replace("ORDER10", ORDER10).replace("LEAD", LEAD);
        let mut terms: Value = serde_json::from_str(&text).unwrap();
        if terms["currency"].is_null() {
            terms["currency"] = json!("USD");
        }
        let record = serde_json::from_value(json!({
            "id": version(name), "contract_id": model::ContractId::from_bytes(bytes(6, 1)),
            "network_id": NetworkId::from_bytes([1; 16]), "program_id": program_id(), "publisher_id": null, "number": 1,
            "valid_from": "2026-01-01T00:00:00Z", "terms": terms, "created_at": "2026-01-01T00:00:00Z",
        }));
        let compiled = CompiledContract::compile(Arc::new(record.unwrap()), &program, &models);
        (version(name), Arc::new(compiled.unwrap_or_else(|errors| panic!("{name}: {errors:?}"))))
    };
    TERMS.iter().map(compile).collect()
}

/// A stretch of time such as `3d`, `2h`, `5m`, `9s`, in seconds.
pub fn seconds(text: &str) -> i64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "d" => 86_400,
        "h" => 3_600,
        "m" => 60,
        "s" => 1,
        _ => panic!("`{text}` is no stretch of time"),
    };
    number.parse::<i64>().unwrap() * unit
}

/// `1/2`.
fn share(text: &str) -> Share {
    let (numerator, denominator) = text.split_once('/').unwrap();
    Share::new(numerator.parse().unwrap(), denominator.parse().unwrap()).unwrap()
}

/// What rates were told of a touch.
fn asked(words: &[&str]) -> AskedOfTouch {
    let word = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)).map(str::to_owned);
    let subs = word("sub1=").map(|value| ("sub1".to_owned(), value)).into_iter().collect();
    AskedOfTouch { country: word("country="), device: word("device="), subs }
}

/// A touch written as `A click 3d ten`: publisher, kind, age, contract (`-` for none), and then perhaps `own`,
/// `repeated`, `refused`, `elsewhere` (of another program), `unstored`, `unaccepted`, `extension` (a publisher of a kind
/// that stands down), or what rates ask of it: `country=VN`, `device=mobile`, `sub1=x`. A coupon's kind is written with
/// its policy: `A coupon:always 0s ten`. `won=1/2` earned that share of the customer's first conversion, `beside` not of
/// this journey. `weight=7` in the frozen table of the program.
pub fn candidate(place: usize, words: &str) -> CandidateFacts {
    let words: Vec<&str> = words.split_whitespace().collect();
    let [who, kind, age, contract, more @ ..] = words.as_slice() else { panic!("not a touch: {words:?}") };
    let coupon = kind.strip_prefix("coupon:").map(|policy| serde_json::from_value(json!(policy)).unwrap());
    let kind = match *kind {
        "click" => TouchKind::Click,
        "view" => TouchKind::Impression,
        "visit" => TouchKind::Visit,
        "coupon:always" | "coupon:involved" | "coupon:winner" => TouchKind::Coupon,
        other => panic!("no kind of touch `{other}`"),
    };
    let code = match more {
        more if more.contains(&"refused") => Code::Country,
        more if more.contains(&"repeated") => Code::DuplicateClick,
        _ => Code::Ok,
    };
    let program = if more.contains(&"elsewhere") { ProgramId::from_bytes(bytes(4, 9)) } else { program_id() };
    CandidateFacts {
        touch_id: TouchId::from_bytes(bytes(7, u8::try_from(place).unwrap())),
        kind,
        link_id: LinkId::from_bytes(bytes(8, 1)),
        publisher_id: publisher(who),
        program_id: program,
        received_at: now().plus_seconds(-seconds(age)),
        code,
        stored: !more.contains(&"unstored"),
        own: more.contains(&"own"),
        coupon,
        stands_down: more.contains(&"extension"),
        unaccepted: more.contains(&"unaccepted"),
        won: more.iter().find_map(|word| word.strip_prefix("won=")).map(share),
        weight: more.iter().find_map(|word| word.strip_prefix("weight=")).map(|text| text.parse().unwrap()),
        beside: more.contains(&"beside"),
        contract_version_id: (*contract != "-").then(|| version(contract)),
        asked: asked(more),
    }
}

/// A report written as `order 100`: action, amount (with its currency after a slash; `-` for none), and then perhaps
/// `script` (from a browser), `id` (with an order id), `customer` (with a customer id), `new`, `returning`, `test`, `ago=2h` for a claimed time, `cart=2h` for when the cart began,
/// `paid=2h` for a click on paid media, `coupon=..`, or items such as `2xa/shoes@9.50` (pieces, article, category, price
/// of one).
pub fn report(words: &str) -> ConversionReport {
    let words: Vec<&str> = words.split_whitespace().collect();
    let [action, amount, more @ ..] = words.as_slice() else { panic!("not a report: {words:?}") };
    let (amount, currency) =
        amount.split_once('/').map_or((*amount, None), |(amount, code)| (amount, Some(code)));
    let moment = |name: &str| {
        more.iter().find_map(|word| word.strip_prefix(name)).map(|age| now().plus_seconds(-seconds(age)))
    };
    let customer = ["new", "returning"].into_iter().find(|kind| more.contains(kind));
    serde_json::from_value(json!({
        "advertiser_id": advertiser(), "intake": if more.contains(&"script") { "script" } else { "postback" }, "action": action, "received_at": now(),
        "occurred_at": moment("ago="), "checkout_started_at": moment("cart="), "paid_click_at": moment("paid="), "amount": (amount != "-").then_some(amount), "currency": currency, "customer": customer,
        "customer_id": more.contains(&"customer").then_some("c-1"),
        "order_id": more.contains(&"id").then_some("o-1"), "test": more.contains(&"test"),
        "coupon": more.iter().find_map(|word| word.strip_prefix("coupon=")),
        "items": more.iter().filter_map(|word| item(word)).collect::<Vec<_>>(),
    }))
    .unwrap()
}

/// `2xa/shoes@9.50`; `None` for other words.
fn item(word: &str) -> Option<Value> {
    let (what, price) = word.split_once('@')?;
    let (quantity, article) = what.split_once('x')?;
    let (sku, category) = article.split_once('/').map_or((article, None), |(sku, of)| (sku, Some(of)));
    Some(json!({"sku": sku, "category": category, "quantity": quantity.parse::<u32>().ok()?, "price": price}))
}

/// What a case rests on: a report, touches, and remarks on the rest of the facts.
#[derive(Debug)]
pub struct Case {
    pub report: ConversionReport,
    pub facts: Facts,
    pub used: HashMap<Vec<u8>, i64>,
}

impl Case {
    /// Remarks are `duplicate`, `forged`, `unknown`, `nowhere` (no program), `foreign` (another advertiser's program),
    /// `cap=..:limit` (a cap of the program such as `conversions/day:5` or `conversions/day:5=hold`), `used=N` (what every counter holds), `since=2026-01-15T10:00:00Z`
    /// (when the customer came first).
    pub fn new(report: ConversionReport, touches: &[&str], remarks: &[&str]) -> Self {
        let with = |name: &str| remarks.iter().find_map(|remark| remark.strip_prefix(name));
        let caps: Vec<Value> =
            remarks.iter().filter_map(|remark| remark.strip_prefix("cap=")).map(cap).collect();
        let program = program(&json!(caps));
        let owner =
            if remarks.contains(&"foreign") { AdvertiserId::from_bytes(bytes(3, 9)) } else { advertiser() };
        let facts = Facts {
            conversion_id: ConversionId::from_bytes(bytes(9, 1)),
            network_id: NetworkId::from_bytes([1; 16]),
            currency: Currency::USD,
            identified: if touches.is_empty() { Identified::Nobody } else { Identified::ClickId },
            click_problem: match remarks {
                remarks if remarks.contains(&"forged") => Some(Code::ClickForged),
                remarks if remarks.contains(&"unknown") => Some(Code::ClickUnknown),
                _ => None,
            },
            program: (!remarks.contains(&"nowhere")).then(|| ProgramFacts {
                id: program.id,
                advertiser_id: owner,
                zone: program.zone.clone(),
                action: program.action(&report.action).cloned(),
                caps: program.caps.clone(),
            }),
            customer: with("since=").map(|since| CustomerFacts {
                first: ConversionId::from_bytes(bytes(9, 3)),
                since: Timestamp::parse(since).unwrap(),
            }),
            candidates: touches.iter().enumerate().map(|(place, words)| candidate(place, words)).collect(),
            payout_table: None,
            duplicate_of: remarks.contains(&"duplicate").then(|| ConversionId::from_bytes(bytes(9, 7))),
            caps_used: std::collections::BTreeMap::new(),
            exchange: Vec::new(),
        };
        let mut case = Self { report, facts, used: HashMap::new() };
        if let Some(used) = with("used=") {
            case.use_up(used.parse().unwrap());
        }
        case
    }

    /// Lets every counter that the decision asks for hold this much.
    fn use_up(&mut self, used: i64) {
        let asked = std::cell::RefCell::new(Vec::new());
        let _ = decide(&self.report, &self.facts, contracts(), &|key| {
            asked.borrow_mut().push(key.to_vec());
            0
        });
        self.used = asked.into_inner().into_iter().map(|key| (key, used)).collect();
    }

    /// Decides, and keeps what was asked of the counters in the facts, as the intake does.
    pub fn receipt(&self, contracts: &Contracts) -> Receipt {
        let asked = std::cell::RefCell::new(std::collections::BTreeMap::new());
        let decision = decide(&self.report, &self.facts, contracts, &|key| {
            let used = self.used.get(key).copied().unwrap_or(0);
            asked.borrow_mut().insert(engine::receipt::hex(key), used);
            used
        });
        let facts = Facts { caps_used: asked.into_inner(), ..self.facts.clone() };
        Receipt::new(facts, decision)
    }
}

/// A cap written as `conversions/day:5` or, for money, `charge/week:100`.
fn cap(text: &str) -> Value {
    let (what, limit) = text.split_once(':').unwrap();
    let (metric, period) = what.split_once('/').unwrap();
    let money = matches!(metric, "charge" | "commission");
    let (limit, when_reached) = match limit.split_once('=') {
        Some((limit, when_reached)) => (limit, when_reached),
        None => (limit, "reject"),
    };
    json!({
        "metric": metric, "period": period, "limit": limit, "currency": money.then_some("USD"),
        "when_reached": when_reached,
    })
}

/// What a decision pays: `A 3.34 + B 6.66`, with the fee after a slash where there is one.
pub fn shown_lines(decision: &Decision) -> String {
    let money = |amount: Money| amount.amount_text().trim_end_matches('0').trim_end_matches('.').to_owned();
    let line = |line: &model::conversion::CommissionLine| {
        let fee = if line.fee.is_zero() { String::new() } else { format!("/{}", money(line.fee)) };
        format!("{} {}{fee}", letter(line.publisher_id), money(line.commission))
    };
    decision.lines.iter().map(line).collect::<Vec<_>>().join(" + ")
}
