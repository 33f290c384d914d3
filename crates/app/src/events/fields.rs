//! The fields of a conversion, read from a query, a form, JSON, a file or a request in quarantine alike.
//!
//! Everything optional may be missing, empty or null. What is there and cannot be read is refused by name,
//! never ignored: a wrong amount is somebody's wage. Unknown fields are left alone, so that a shop may send
//! what it has.

use std::collections::BTreeMap;

use model::{
    AdvertiserId, ProgramId, Timestamp, VisitorId,
    contract::CustomerKind,
    conversion::{ConversionReport, Intake, Item},
};
use sha2::{Digest, Sha256};

/// Bytes of one field.
const FIELD_BYTES_MAX: usize = 1_000;
/// Lines of an order.
const ITEMS_MAX: usize = 500;

/// Fields by name.
#[derive(Debug, Default, Clone)]
pub struct Fields {
    values: BTreeMap<String, String>,
    items: Option<serde_json::Value>,
}

/// Why a body is no set of fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The body is no JSON.
    #[error("the body is not valid JSON: {0}")]
    Json(String),
    /// The JSON is no object.
    #[error("the body must be a JSON object with the fields of the conversion")]
    NotAnObject,
    /// A field has a value that it cannot have.
    #[error("`{field}`: {problem}")]
    Field {
        /// The field.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
}

fn wrong(field: &str, problem: impl Into<String>) -> FieldError {
    FieldError::Field { field: field.to_owned(), problem: problem.into() }
}

impl Fields {
    /// Adds the pairs of a query or form. The first of a name wins, also over fields that are there.
    pub fn add_pairs(&mut self, text: &[u8]) {
        for (name, value) in form_urlencoded::parse(text).take(256) {
            if name == "items" {
                let parsed =
                    serde_json::from_str(&value).unwrap_or(serde_json::Value::String(value.into_owned()));
                self.items.get_or_insert(parsed);
            } else {
                self.set(&name, &value);
            }
        }
    }

    /// Adds the members of a JSON object.
    ///
    /// # Errors
    /// When it is none, or a member that Merit knows is an array or object.
    pub fn add_json(&mut self, body: &[u8]) -> Result<(), FieldError> {
        let value: serde_json::Value =
            serde_json::from_slice(body).map_err(|error| FieldError::Json(error.to_string()))?;
        let serde_json::Value::Object(members) = value else { return Err(FieldError::NotAnObject) };
        self.add_members(members)
    }

    /// Adds the members of a JSON object that was read already.
    ///
    /// # Errors
    /// When a member that Merit knows is an array or object.
    pub fn add_members(
        &mut self,
        members: serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), FieldError> {
        for (name, value) in members {
            use serde_json::Value::{Array, Bool, Null, Number, Object, String};
            match value {
                Null => {}
                items if name == "items" => drop(self.items.get_or_insert(items)),
                Bool(value) => self.set(&name, if value { "1" } else { "0" }),
                Number(number) => self.set(&name, &number.to_string()),
                String(text) => self.set(&name, &text),
                Array(_) | Object(_) if is_known(&name) => {
                    return Err(wrong(&name, "must be text or a number"));
                }
                Array(_) | Object(_) => {}
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() && !self.values.contains_key(name) && is_known(name) {
            self.values.insert(name.to_owned(), value.to_owned());
        }
    }

    /// True when nothing that Merit knows was given.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.items.is_none()
    }

    /// Takes a field away.
    pub fn remove(&mut self, name: &str) {
        self.values.remove(name);
        if name == "items" {
            self.items = None;
        }
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Sets a field that came outside of the body, unless it is there.
    pub fn or_set(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// The value of a field as it may be kept: of bounded length, without control characters.
    ///
    /// # Errors
    /// When it is something else.
    pub fn text(&self, name: &str) -> Result<Option<String>, FieldError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        if value.len() > FIELD_BYTES_MAX {
            return Err(wrong(name, format!("is longer than {FIELD_BYTES_MAX} bytes")));
        }
        if value.chars().any(char::is_control) {
            return Err(wrong(name, "holds control characters"));
        }
        Ok(Some(value.to_owned()))
    }

    fn moment(&self, name: &str) -> Result<Option<Timestamp>, FieldError> {
        let read = self.get(name).map(Timestamp::parse).transpose();
        read.map_err(|error| wrong(name, error.to_string()))
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, FieldError> {
        match self.get(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("unknown") => Ok(None),
            Some("1" | "true" | "yes") => Ok(Some(true)),
            Some("0" | "false" | "no") => Ok(Some(false)),
            Some(_) => Err(wrong(name, "must be 1, 0 or unknown")),
        }
    }

    /// The program that is named.
    ///
    /// # Errors
    /// When it is no program id.
    pub fn program(&self) -> Result<Option<ProgramId>, FieldError> {
        self.get("program")
            .or(self.get("program_id"))
            .map(str::parse)
            .transpose()
            .map_err(|error: model::ids::IdError| wrong("program", error.to_string()))
    }

    /// The report that the fields make.
    ///
    /// # Errors
    /// The first field that cannot be read.
    pub fn report(
        &self,
        advertiser_id: AdvertiserId,
        intake: Intake,
        visitor_id: Option<VisitorId>,
        received_at: Timestamp,
    ) -> Result<ConversionReport, FieldError> {
        let action = self
            .text("action")?
            .ok_or_else(|| wrong("action", "is missing; name what happened, such as order"))?;
        let customer = self
            .flag("new_customer")?
            .map(|new| if new { CustomerKind::New } else { CustomerKind::Returning });
        let mut adv = BTreeMap::new();
        for number in 1..=10 {
            let name = format!("adv{number}");
            if let Some(value) = self.text(&name)? {
                adv.insert(name, value);
            }
        }
        Ok(ConversionReport {
            advertiser_id,
            intake,
            action,
            received_at,
            occurred_at: self.moment("occurred_at")?,
            program_id: self.program()?,
            click_id: self.text("click_id")?,
            visitor_id,
            order_id: self.text("order_id")?,
            amount: self.text("amount")?,
            currency: self.text("currency")?.map(|currency| currency.to_ascii_uppercase()),
            items: self.items()?,
            coupon: self.text("coupon")?,
            checkout_started_at: self.moment("checkout_started_at")?,
            paid_click_at: self.moment("paid_click_at")?,
            paid_click_channel: self.text("paid_click_channel")?,
            arrival: crate::own_results::arrival(
                self.get("landing_url"),
                self.get("referrer"),
                self.moment("landed_at")?,
            ),
            customer_id: self.text("customer_id")?,
            customer,
            email_sha256: self.email_hash()?,
            adv,
            test: self.flag("test")?.unwrap_or(false),
            idempotency_key: self.text("idempotency_key")?,
            dispute_id: None,
        })
    }

    /// The hash that was sent, or that of the address that was sent, normalised: trimmed and lower case.
    ///
    /// # Errors
    /// When it is no hash, or the address no text that may be kept.
    pub fn email_hash(&self) -> Result<Option<String>, FieldError> {
        if let Some(hash) = self.get("email_sha256") {
            let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            return if is_hash {
                Ok(Some(hash.to_ascii_lowercase()))
            } else {
                Err(wrong(
                    "email_sha256",
                    "must be the SHA-256 of the address in lower case, 64 hexadecimal digits",
                ))
            };
        }
        Ok(self
            .text("email")?
            .map(|email| crate::hex(&Sha256::digest(email.trim().to_lowercase().as_bytes()))))
    }

    fn items(&self) -> Result<Vec<Item>, FieldError> {
        let Some(items) = &self.items else { return Ok(Vec::new()) };
        let items = match items {
            serde_json::Value::String(text) if text.trim().is_empty() => return Ok(Vec::new()),
            serde_json::Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| items.clone()),
            other => other.clone(),
        };
        if items.is_null() {
            return Ok(Vec::new());
        }
        let serde_json::Value::Array(list) = items else {
            return Err(wrong("items", "must be a JSON list of {sku, category, quantity, price}"));
        };
        if list.len() > ITEMS_MAX {
            return Err(wrong("items", format!("holds more than {ITEMS_MAX} lines")));
        }
        list.into_iter()
            .enumerate()
            .map(|(place, item)| item_of(item).map_err(|problem| wrong(&format!("items[{place}]"), problem)))
            .collect()
    }
}

fn item_of(value: serde_json::Value) -> Result<Item, String> {
    let serde_json::Value::Object(mut members) = value else { return Err("must be an object".to_owned()) };
    // Shops write prices and numbers as text or as numbers; both mean the same.
    for name in ["price", "sku", "category"] {
        if let Some(serde_json::Value::Number(number)) = members.get(name) {
            let text = serde_json::Value::String(number.to_string());
            members.insert(name.to_owned(), text);
        }
    }
    if let Some(serde_json::Value::String(text)) = members.get("quantity") {
        let number = text.parse::<u32>().map_err(|_| "`quantity` must be a whole number".to_owned())?;
        members.insert("quantity".to_owned(), number.into());
    }
    let item: Item =
        serde_json::from_value(serde_json::Value::Object(members)).map_err(|error| error.to_string())?;
    let texts = [Some(&item.sku), item.category.as_ref(), Some(&item.price)];
    if texts
        .into_iter()
        .flatten()
        .any(|text| text.len() > FIELD_BYTES_MAX || text.chars().any(char::is_control))
    {
        return Err("holds a text that is too long or has control characters".to_owned());
    }
    if item.quantity == 0 {
        return Err("`quantity` must be above zero".to_owned());
    }
    Ok(item)
}

/// Whether a postback can have a field of this name.
pub fn is_known(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "action",
        "amount",
        "checkout_started_at",
        "click_id",
        "consent",
        "coupon",
        "currency",
        "customer_id",
        "email",
        "email_sha256",
        "gdpr",
        "gdpr_consent",
        "gpp",
        "idempotency_key",
        "items",
        "landed_at",
        "landing_url",
        "mid",
        "new_customer",
        "occurred_at",
        "order_id",
        "paid_click_at",
        "paid_click_channel",
        "program",
        "program_id",
        "referrer",
        "source",
        "status",
        "test",
        "token",
        "url",
        "ref_id",
    ];
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix)
            .and_then(|rest| rest.parse::<u8>().ok())
            .is_some_and(|number| (1..=10).contains(&number))
    };
    NAMES.contains(&name) || numbered("adv") || numbered("sub")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(json: &str) -> Result<ConversionReport, FieldError> {
        let mut fields = Fields::default();
        fields.add_json(json.as_bytes())?;
        fields.report(AdvertiserId::from_bytes([1; 16]), Intake::Postback, None, Timestamp::from_seconds(1))
    }

    #[test]
    fn optional_fields_may_be_missing_empty_or_null() {
        let all = [
            "order_id",
            "amount",
            "currency",
            "items",
            "coupon",
            "customer_id",
            "new_customer",
            "email_sha256",
            "occurred_at",
            "status",
            "adv1",
            "test",
            "click_id",
            "program",
        ];
        for field in all {
            for value in ["null", "\"\"", "\"  \""] {
                let json = format!("{{\"action\":\"order\",\"{field}\":{value}}}");
                let read = report(&json);
                assert!(read.is_ok(), "{json}: {read:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (json, field) in [
            ("{}", "action"),
            (r#"{"action":null}"#, "action"),
            (r#"{"action":{"a":1}}"#, "action"),
            (r#"{"action":"o","occurred_at":"soon"}"#, "occurred_at"),
            (r#"{"action":"o","checkout_started_at":"just now"}"#, "checkout_started_at"),
            (r#"{"action":"o","paid_click_at":"at noon"}"#, "paid_click_at"),
            (r#"{"action":"o","landed_at":"at noon"}"#, "landed_at"),
            (r#"{"action":"o","new_customer":"maybe"}"#, "new_customer"),
            (r#"{"action":"o","email_sha256":"abc"}"#, "email_sha256"),
            (r#"{"action":"o","items":{"sku":1}}"#, "items"),
            (r#"{"action":"o","items":[{"sku":"a","quantity":0,"price":"1"}]}"#, "items[0]"),
            (r#"{"action":"o","order_id":"a\u0000b"}"#, "order_id"),
            (r#"{"action":"o","program":"prg_1"}"#, "program"),
        ] {
            match report(json) {
                Err(FieldError::Field { field: named, .. }) => assert_eq!(named, field, "{json}"),
                other => panic!("{json}: {other:?}"),
            }
        }
        assert!(matches!(report("[1]"), Err(FieldError::NotAnObject)));
        assert!(matches!(report("{"), Err(FieldError::Json(_))));
    }

    #[test]
    fn how_the_visitor_came_is_told_by_addresses() {
        let told = report(
            r#"{"action":"o","landing_url":"https://shop.example?utm_id=7&gclid=x&name=ann","referrer":"blog.example","landed_at":"2026-01-01T00:00:00Z"}"#,
        );
        let arrival = told.unwrap().arrival.unwrap();
        let parameters: Vec<_> = arrival.parameters.iter().collect();
        assert_eq!(
            parameters,
            [(&"gclid".to_owned(), &"1".to_owned()), (&"utm_id".to_owned(), &"7".to_owned())]
        );
        assert_eq!(
            (arrival.host.as_deref(), arrival.referrer_host.as_deref()),
            (Some("shop.example"), Some("blog.example"))
        );
        assert_eq!(arrival.at, Timestamp::parse("2026-01-01T00:00:00Z").ok());
        // An address that cannot be read keeps no order from being taken.
        let odd = report(r#"{"action":"o","landing_url":"::::","referrer":"\u0000"}"#);
        assert_eq!(odd.unwrap().arrival, None);
    }

    #[test]
    fn numbers_and_texts_mean_the_same() {
        let one =
            report(r#"{"action":"o","amount":12.5,"items":[{"sku":7,"price":1,"quantity":"2"}]}"#).unwrap();
        let other =
            report(r#"{"action":"o","amount":"12.5","items":[{"sku":"7","price":"1","quantity":2}]}"#)
                .unwrap();
        assert_eq!(one, other);
    }
}
