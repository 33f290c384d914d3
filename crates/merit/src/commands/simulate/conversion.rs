//! A conversion, reported server to server with the advertiser's token.

use std::process::ExitCode;

use http::Method;
use serde_json::{Map, Value, json};

use super::{Asked, steps::Steps};
use crate::commands::{Usage, http_client::Server};

/// Arguments of `simulate conversion`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Click id of the visitor.
    #[arg(long, value_name = "ID")]
    click_id: Option<String>,
    /// What happened, such as order.
    #[arg(long)]
    action: String,
    /// Value after discounts, without tax and shipping.
    #[arg(long)]
    amount: Option<String>,
    /// Currency of the amount; that of the contract when it is not given.
    #[arg(long)]
    currency: Option<String>,
    /// The shop's number of the order.
    #[arg(long, value_name = "ID")]
    order_id: Option<String>,
    /// Coupon that was used.
    #[arg(long)]
    coupon: Option<String>,
    /// The shop's own id of the customer.
    #[arg(long, value_name = "ID")]
    customer_id: Option<String>,
    /// Program that is meant.
    #[arg(long, value_name = "ID")]
    program: Option<String>,
    /// Mark it as a test, which is decided and never paid.
    #[arg(long)]
    test: bool,
    /// Any other field, such as adv1=blue; may be given several times.
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
    /// Token of the advertiser's postbacks.
    #[arg(long, env = "MERIT_TOKEN", hide_env_values = true)]
    token: String,
    #[command(flatten)]
    asked: Asked,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let server = Server::at(&arguments.asked.server)?;
    let mut steps = Steps::new(arguments.asked.json);
    let mut fields = fields(arguments)?;
    let shown = json!(fields);
    steps.add(
        "request",
        [("method", json!("POST")), ("url", json!(server.url("/postback"))), ("fields", shown)],
    );
    fields.insert("token".to_owned(), json!(arguments.token));
    let body = Value::Object(fields).to_string();
    let answer =
        server.send(&Method::POST, "/postback", &[("content-type", "application/json")], body.as_bytes())?;
    let decided = answer.json();
    let member = |name: &str| decided[name].clone();
    let commission = match &decided["commission"] {
        Value::Object(money) => {
            let word = |name: &str| money.get(name).and_then(Value::as_str).unwrap_or_default();
            json!(format!("{} {}", word("amount"), word("currency")))
        }
        _ => Value::Null,
    };
    steps.add(
        "decision",
        [
            ("status", json!(answer.status)),
            ("conversion_id", member("conversion_id")),
            ("decision", member("decision")),
            ("code", member("code")),
            ("reason", member("reason")),
            ("commission", commission),
            ("publisher_id", member("publisher_id")),
            ("duplicate_of", member("duplicate_of")),
            ("receipt_url", member("receipt_url")),
        ],
    );
    let receipt = match (decided["receipt_url"].as_str(), &arguments.asked.key) {
        (Some(path), Some(key)) => receipt(&server, path, key, &mut steps)?,
        _ => Value::Null,
    };
    // A duplicate or a rejection is stored with its verdict: the server took it.
    let taken = answer.status == 200;
    steps.finish(taken, &json!({ "status": answer.status, "answer": decided, "receipt": receipt }))
}

fn fields(arguments: &Arguments) -> anyhow::Result<Map<String, Value>> {
    let mut fields = Map::new();
    let mut add = |name: &str, value: &Option<String>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), json!(value));
        }
    };
    add("action", &Some(arguments.action.clone()));
    add("click_id", &arguments.click_id);
    add("amount", &arguments.amount);
    add("currency", &arguments.currency);
    add("order_id", &arguments.order_id);
    add("coupon", &arguments.coupon);
    add("customer_id", &arguments.customer_id);
    add("program", &arguments.program);
    add("test", &arguments.test.then(|| "1".to_owned()));
    for field in &arguments.field {
        let (name, value) =
            field.split_once('=').ok_or_else(|| Usage(format!("`{field}` must be NAME=VALUE")))?;
        add(name, &Some(value.to_owned()));
    }
    Ok(fields)
}

fn receipt(server: &Server, path: &str, key: &str, steps: &mut Steps) -> anyhow::Result<Value> {
    let authorization = format!("Bearer {key}");
    let answer = server.send(&Method::GET, path, &[("authorization", authorization.as_str())], b"")?;
    if answer.status != 200 {
        steps.add("receipt", [("status", json!(answer.status)), ("reason", json!(answer.words()))]);
        return Ok(Value::Null);
    }
    let receipt = answer.json();
    steps.add("receipt", [("receipt", receipt.clone())]);
    Ok(receipt)
}
