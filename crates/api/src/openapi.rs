//! The API document: made from the endpoints, with what all of them have in common added in one place.
//!
//! An endpoint says only what is its own. Here every operation gets the parameters in its path, the idempotency key
//! and dry run of writes, the ways to prove who asks, and the shape of a refusal; and a `PATCH` takes its noun's draft
//! with every member optional. `docs/openapi.json` is the committed text; a test regenerates it (`MERIT_REGENERATE=1`).

use serde_json::{Map, Value, json};
use utoipa::{
    OpenApi,
    openapi::{self, ComponentsBuilder},
};

use crate::http::problem::ProblemBody;

/// The head of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Merit",
        version = "1",
        description = "The API of Merit, an open, self-hosted performance-marketing platform. \
            Objects are JSON in snake_case; ids are opaque and case-insensitive; amounts are decimal texts beside their currency; \
            moments are RFC 3339 in UTC. Lists are pages, newest first: give `next_cursor` as `cursor` for the next one. \
            Every write takes an `Idempotency-Key` (the same request gives the same answer, another one is refused) and \
            `?dry_run=true` (the same checks and the same answer, nothing is stored). A refusal is `application/problem+json`; \
            an object that you may not know of is not found.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "setup", description = "The first start."),
        (name = "session", description = "Signing in and out, and who you are."),
        (name = "networks", description = "The tenant and its settings."),
        (name = "users", description = "People who sign in."),
        (name = "api_keys", description = "Keys for programs."),
        (name = "advertisers", description = "Who pays for results."),
        (name = "publisher_groups", description = "Publishers that contracts are agreed with together."),
        (name = "publishers", description = "Who brings visitors and is paid."),
        (name = "programs", description = "An advertiser's standing invitation to bring results."),
        (name = "applications", description = "Publishers who want to join programs or are invited, and the answers."),
        (name = "contracts", description = "What a program pays, in immutable versions."),
        (name = "exchange_rates", description = "What one currency cost in another, day by day."),
        (name = "exchanges", description = "Balances of publishers in another currency."),
        (name = "links", description = "Tracking links."),
        (name = "coupons", description = "Coupon codes and whose they are."),
        (name = "creatives", description = "Banners, text links and videos of programs, and the code that carries a publisher's link."),
        (name = "touches", description = "Clicks, impressions and visits with their verdicts."),
        (name = "conversions", description = "Results with their decisions and receipts."),
        (name = "bonuses", description = "What publishers earn beside commissions: promised in contracts, or given by hand."),
        (name = "referrals", description = "What publishers earn for having brought others, paid by the network."),
        (name = "payouts", description = "Payments to publishers: where the money goes, runs, and what the bank answered."),
        (name = "proofs", description = "Merkle roots of each day's decisions, and proofs that anybody can check."),
        (name = "campaigns", description = "An advertiser's own media: campaigns on any channel, and what they cost by day."),
        (name = "reports", description = "Any metric by any dimension, over the facts that one may see."),
        (name = "attribution", description = "Which channels made conversions happen, by models over whole journeys."),
        (name = "replays", description = "A past period decided again, under other terms."),
        (name = "invoices", description = "Invoices, credit notes and payment receipts of advertisers, statements of publishers, and whom they are written to."),
        (name = "alerts", description = "Caps that reached a percentage, and prepaid money that ran low, out, or came back."),
        (name = "deliveries", description = "What is sent to mail addresses and webhooks, and what became of it."),
        (name = "events", description = "What happens, as it is committed."),
        (name = "ledger", description = "Accounts and transfers: where every amount stands."),
        (name = "disputes", description = "What publishers hold against decisions, and the answers."),
        (name = "reasons", description = "The closed list of reasons of people's decisions."),
        (name = "quarantine", description = "Requests that could not become events, and why."),
        (name = "audit", description = "Who changed what."),
        (name = "verdict_codes", description = "The stable reasons of verdicts."),
    ),
)]
struct Head;

/// The head of the document, for the registry to add the endpoints to.
pub fn head() -> openapi::OpenApi {
    let mut head = Head::openapi();
    head.servers = None;
    head.components.get_or_insert_with(|| ComponentsBuilder::new().build());
    head
}

/// The whole document, for tests and pages.
pub fn document() -> Value {
    let (_, document) = crate::registry::endpoints().split_for_parts();
    complete(&document)
}

/// The text of `docs/openapi.json` and of `/api/openapi.json`.
pub fn text(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("the document is JSON already");
    text.push('\n');
    text
}

/// Adds what all endpoints have in common.
pub fn complete(document: &openapi::OpenApi) -> Value {
    let mut document =
        serde_json::to_value(document).expect("the document is made of strings, numbers and lists");
    document["components"]["securitySchemes"] = json!({
        "api_key": { "type": "http", "scheme": "bearer", "description": "An API key, `mk_...`." },
        "session": {
            "type": "apiKey", "in": "cookie", "name": crate::http::caller::COOKIE,
            "description": "The cookie of `POST /api/v1/session`. Writes need the header `x-csrf-token` too. \
                Never together with an API key.",
        },
    });
    let mut partial_drafts = Map::new();
    let schemas = document["components"]["schemas"].clone();
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete_operation(path, method, operation);
            if method == "patch" {
                take_partial(operation, &schemas, &mut partial_drafts);
            }
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(partial_drafts);
    }
    document
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let mut parameters: Vec<Value> = operation["parameters"].as_array().cloned().unwrap_or_default();
    for name in path.split(['{', '}']).skip(1).step_by(2) {
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": "The id.", "schema": { "type": "string" },
        }));
    }
    if method != "get" {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "1 to 200 visible characters: the same key and request are carried out once and answered alike.",
            "schema": { "type": "string", "maxLength": 200 },
        }));
        parameters.push(json!({
            "name": "dry_run", "in": "query", "required": false,
            "description": "Show the effect and store nothing.", "schema": { "type": "boolean", "default": false },
        }));
    }
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
    if operation["security"].is_null() {
        operation["security"] = json!([{ "api_key": [] }, { "session": [] }]);
    }
    operation["responses"]["default"] = json!({
        "description": "Refused; nothing was changed",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemBody" } } },
    });
}

/// Points a `PATCH` at a copy of its draft in which every member is optional and has no default.
fn take_partial(operation: &mut Value, schemas: &Value, partial_drafts: &mut Map<String, Value>) {
    let Some(reference) = operation.pointer_mut("/requestBody/content/application~1json/schema/$ref") else {
        return;
    };
    let Some(name) = reference.as_str().and_then(|text| text.rsplit('/').next()).map(str::to_owned) else {
        return;
    };
    let Some(partial_name) = name.strip_suffix("Draft").map(|noun| format!("{noun}Changes")) else { return };
    let mut partial = schemas[&name].clone();
    if let Some(members) = partial.as_object_mut() {
        members.remove("required");
        let noun = partial_name.trim_end_matches("Changes").to_lowercase();
        members.insert(
            "description".to_owned(),
            format!("Members of the {noun} that are to be changed.").into(),
        );
    }
    for member in partial["properties"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        if let Some(member) = member.as_object_mut() {
            member.remove("default");
        }
    }
    *reference = Value::from(format!("#/components/schemas/{partial_name}"));
    partial_drafts.insert(partial_name, partial);
}

/// One operation of the document.
pub struct Operation<'d> {
    /// Path with names in braces.
    pub path: &'d str,
    /// Method in upper case.
    pub method: String,
    /// The operation object.
    pub value: &'d Value,
}

/// Every operation, by path and method.
pub fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let of_path = item.as_object().into_iter().flatten();
            of_path.map(move |(method, value)| Operation { path, method: method.to_uppercase(), value })
        })
        .collect()
}
