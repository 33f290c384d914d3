//! Rules and orders written as words, for tables that a person reads with a pencil.

use std::collections::BTreeMap;

use commission::{CompiledContract, OrderItem, OrderItems, RateFacts, TouchFacts};
use model::{Currency, Money, Timestamp, contract::CustomerKind};
use serde_json::{Value, json};

use crate::world::{compile, paid, rate_of, usd};

/// A rule written `name: kind parameter=value .. when condition=value,value ..`.
pub fn rule(text: &str) -> Value {
    let (name, rest) = text.split_once(':').unwrap_or_else(|| panic!("no name in `{text}`"));
    let (rate, when) = rest.split_once(" when ").unwrap_or((rest, ""));
    let mut rule = rate_of(name.trim(), rate);
    let mut conditions = json!({});
    for condition in when.split_whitespace() {
        let (name, values) = condition.split_once('=').unwrap();
        let list: Vec<&str> = values.split(',').collect();
        match name {
            "customer" | "from" | "until" => conditions[name] = json!(values),
            "coupons" | "countries" | "devices" | "skus" | "categories" => conditions[name] = json!(list),
            "months" => {
                let month = |text: &str| text.parse::<u32>().ok();
                let (from, to) = values.split_once("..").unwrap();
                conditions[name] = json!({"from": month(from).unwrap(), "to": month(to)});
            }
            sub => conditions["subs"][sub] = json!(list),
        }
    }
    rule["when"] = conditions;
    rule
}

/// A contract that pays orders in dollars by these rules, one a line; customers stay for ever.
pub fn contract(rules: &str) -> CompiledContract {
    let rules: Vec<Value> = rules.lines().filter(|line| !line.trim().is_empty()).map(rule).collect();
    compile(1, json!({"actions": [{"action": "order", "recurring": {}, "rates": rules}]}))
}

/// An order written `amount=100 customer=new month=2 coupon=SAVE country=VN device=mobile sub1=x at=2026-01-31T12:00:00Z
/// items=sku/category:2x9.50,other:1x1`. What is left out is not known.
#[derive(Debug, Default)]
pub struct Order {
    amount: Option<Money>,
    customer: Option<CustomerKind>,
    month: Option<u32>,
    at: Timestamp,
    words: BTreeMap<String, String>,
    items: Vec<(String, Option<String>, u32, Money)>,
}

impl Order {
    pub fn new(text: &str) -> Self {
        let mut order = Self::default();
        for word in text.split_whitespace() {
            let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("no `=` in `{word}`"));
            match name {
                "amount" => order.amount = Some(usd(value)),
                "customer" => order.customer = serde_json::from_value(json!(value)).unwrap(),
                "month" => order.month = Some(value.parse().unwrap()),
                "at" => order.at = Timestamp::parse(value).unwrap(),
                "items" => order.items = value.split(',').map(item).collect(),
                _ => drop(order.words.insert(name.to_owned(), value.to_owned())),
            }
        }
        order
    }

    /// What `contract` pays: `rule 1.50 + base 10.00`, or the code why nothing.
    pub fn paid_by(&self, contract: &CompiledContract) -> String {
        let show = |part: &commission::Part<'_>| {
            format!("{} {}", part.rate.rule(), part.earned.commission.amount_text())
        };
        match self.with(|facts| paid(contract, "order", facts)) {
            Ok(parts) => parts.iter().map(show).collect::<Vec<_>>().join(" + "),
            Err(code) => code.word().to_owned(),
        }
    }

    /// Lends the order as the facts of a rate.
    pub fn with<'o, T>(&'o self, look: impl FnOnce(&RateFacts<'_>) -> T) -> T {
        let word = |name: &str| self.words.get(name).map(String::as_str);
        let item = |item: &'o (String, Option<String>, u32, Money)| {
            let (sku, category, quantity, price) = item;
            let units = price.units() * i64::from(*quantity);
            OrderItem { sku, category: category.as_deref(), quantity: *quantity, units }
        };
        let items: Vec<OrderItem<'_>> = self.items.iter().map(item).collect();
        let sum = items.iter().map(|item| item.units).sum();
        let of_items = (!items.is_empty()).then(|| Money::from_units(sum, Currency::USD));
        look(&RateFacts {
            amount: self.amount.or(of_items),
            customer: self.customer,
            month: self.month,
            at: self.at,
            coupon: word("coupon"),
            touch: TouchFacts { country: word("country"), device: word("device"), subs: Some(&self.words) },
            items: OrderItems { list: &items, order_units: self.amount.map(Money::units) },
        })
    }
}

/// `sku/category:2x9.50`.
fn item(text: &str) -> (String, Option<String>, u32, Money) {
    let (what, price) = text.split_once(':').unwrap();
    let (sku, category) = what.split_once('/').map_or((what, None), |(sku, category)| (sku, Some(category)));
    let (quantity, price) = price.split_once('x').unwrap();
    (sku.to_owned(), category.map(str::to_owned), quantity.parse().unwrap(), usd(price))
}
