//! One JSON text for one document, and the signature over it.
//!
//! Canonical means: members in the order of their names' code points, no blanks, strings escaped only where JSON
//! requires it. `jq -cjS` writes the same bytes, so that a shell can check a receipt.

use data_encoding::BASE64;
use ed25519_dalek::{Signature as Ed25519, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::Document;

/// The name of the only algorithm.
const ALGORITHM: &str = "Ed25519";

/// A signature over the canonical text of a document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature {
    /// `Ed25519`.
    pub algorithm: String,
    /// The installation's public key, 32 bytes in base64.
    pub public_key: String,
    /// The signature, 64 bytes in base64.
    pub value: String,
}

impl Signature {
    /// The signature over the canonical text of a JSON value.
    pub fn over(value: &Value, key: &SigningKey) -> Self {
        Self {
            algorithm: ALGORITHM.to_owned(),
            public_key: BASE64.encode(key.verifying_key().as_bytes()),
            value: BASE64.encode(&key.sign(canonical_text(value).as_bytes()).to_bytes()),
        }
    }
}

/// A document with its signature.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Signed {
    /// What is signed.
    pub document: Document,
    /// The signature over its canonical text.
    pub signature: Signature,
}

impl Signed {
    /// Signs a document.
    pub fn new(document: Document, key: &SigningKey) -> Self {
        let signature = Signature::over(&to_value(&document), key);
        Self { document, signature }
    }
}

fn to_value(document: &Document) -> Value {
    serde_json::to_value(document).expect("a document holds only strings, numbers and maps with string keys")
}

/// Whether `signature` is `key`'s over this document, given as JSON as it came.
pub fn verifies(document: &Value, signature: &Signature, key: &VerifyingKey) -> bool {
    let bytes = |text: &str| BASE64.decode(text.as_bytes()).ok();
    let value = bytes(&signature.value).and_then(|value| Ed25519::from_slice(&value).ok());
    let own_key = bytes(&signature.public_key).is_some_and(|given| given == key.as_bytes());
    let text = canonical_text(document);
    signature.algorithm == ALGORITHM
        && own_key
        && value.is_some_and(|value| key.verify_strict(text.as_bytes(), &value).is_ok())
}

/// The canonical text of a JSON value.
pub fn canonical_text(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, &mut text);
    text
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            // Sorted here, because the map keeps the order of insertion when a dependency asks serde_json for that.
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            write_list(text, ('{', '}'), members, |(name, member), text| {
                write_leaf(&Value::from(name.as_str()), text);
                text.push(':');
                write_value(member, text);
            });
        }
        Value::Array(elements) => write_list(text, ('[', ']'), elements.iter().collect(), write_value),
        leaf => write_leaf(leaf, text),
    }
}

fn write_list<T>(
    text: &mut String,
    (open, close): (char, char),
    list: Vec<T>,
    write: impl Fn(T, &mut String),
) {
    text.push(open);
    for (place, element) in list.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        write(element, text);
    }
    text.push(close);
}

fn write_leaf(leaf: &Value, text: &mut String) {
    // JSON does not require it for this character, but `jq` does it.
    text.push_str(&leaf.to_string().replace('\u{7f}', "\\u007f"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_at_every_depth_and_strings_kept() {
        let value = json!({"b": [{"z": 1, "a": null}], "a": "ü\n\"/\u{7f}", "B": true});
        assert_eq!(canonical_text(&value), r#"{"B":true,"a":"ü\n\"/\u007f","b":[{"a":null,"z":1}]}"#);
    }
}
