//! JSON in, with the field named when something is wrong.
//!
//! `serde_json` tells a line and column; the place is turned into a path such as `landing_pages[0].url` by walking
//! the text up to there. That costs nothing while all is well.

use app::errors::{ErrorCode, Refusal};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

const NO_OBJECT: &str = "send a JSON object";

/// Reads an object.
///
/// # Errors
/// `body_malformed` when the text is no JSON; `field_missing`, `field_unknown`, `field_invalid` with the field.
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    let value = serde_json::from_str(text).map_err(|error| refuse(text, &error))?;
    // Serde also reads a list as a record, by the order of the members; nobody means that.
    if text.trim_start().starts_with('{') {
        Ok(value)
    } else {
        Err(Refusal::new(ErrorCode::FieldInvalid, NO_OBJECT))
    }
}

fn refuse(text: &str, error: &serde_json::Error) -> Refusal {
    let message = error.to_string();
    if error.classify() != Category::Data {
        return Refusal::new(ErrorCode::BodyMalformed, format!("the body is not JSON: {message}"));
    }
    if !text.trim_start().starts_with('{') {
        return Refusal::new(ErrorCode::FieldInvalid, NO_OBJECT);
    }
    let mut offset = offset_of(text, error.line(), error.column());
    if !message.starts_with("missing field") {
        // A value that was read and then refused (an id, a time) is reported after the bracket that follows it.
        offset = text[..offset].trim_end_matches(['}', ']']).len().max(offset.saturating_sub(1));
    }
    let place = path_at(text, offset);
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    let quoted = |start: &str| {
        let name = message.strip_prefix(start)?.split('`').next()?;
        Some(name.to_owned())
    };
    let (code, field) = if let Some(name) = quoted("missing field `") {
        (ErrorCode::FieldMissing, joined(&place, &name))
    } else if let Some(name) = quoted("unknown field `") {
        let known = place == name || place.ends_with(&format!(".{name}"));
        (ErrorCode::FieldUnknown, if known { place } else { joined(&place, &name) })
    } else {
        (ErrorCode::FieldInvalid, place)
    };
    Refusal { field: (!field.is_empty()).then_some(field), ..Refusal::new(code, message) }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The byte offset of a line and column, both counted from 1 as `serde_json` does.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column).min(text.len())
}

/// A container that is open.
enum Open {
    /// An object, with the key whose value is being read.
    Object(Option<String>),
    /// An array, with the place that is being read.
    Array(usize),
}

/// The path of what stands before `offset`.
fn path_at(text: &str, offset: usize) -> String {
    let bytes = &text.as_bytes()[..offset];
    let mut open: Vec<Open> = Vec::new();
    let mut place = 0;
    let mut awaits_key = false;
    while place < bytes.len() {
        match bytes[place] {
            b'{' => {
                open.push(Open::Object(None));
                awaits_key = true;
            }
            b'[' => {
                open.push(Open::Array(0));
                awaits_key = false;
            }
            b'}' | b']' => {
                open.pop();
                awaits_key = false;
            }
            b',' => match open.last_mut() {
                Some(Open::Object(_)) => awaits_key = true,
                Some(Open::Array(index)) => *index += 1,
                None => {}
            },
            b'"' => {
                let end = string_end(bytes, place);
                if awaits_key && let Some(Open::Object(key)) = open.last_mut() {
                    let quoted = text.get(place..end).unwrap_or_default();
                    *key = serde_json::from_str(quoted).ok();
                    awaits_key = false;
                }
                place = end;
                continue;
            }
            _ => {}
        }
        place += 1;
    }
    shown(&open)
}

/// Where the string that begins at `start` ends: the offset after its closing quote.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut place = start + 1;
    while place < bytes.len() {
        match bytes[place] {
            b'\\' => place += 2,
            b'"' => return place + 1,
            _ => place += 1,
        }
    }
    bytes.len()
}

fn shown(open: &[Open]) -> String {
    open.iter().fold(String::new(), |path, container| match container {
        Open::Object(Some(key)) => joined(&path, key),
        Open::Object(None) => path,
        Open::Array(index) => format!("{path}[{index}]"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // read, never looked at: the tests look at the refusals
    struct Page {
        url: String,
        #[serde(default)]
        weight: u32,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Program {
        name: String,
        #[serde(default)]
        pages: Vec<Page>,
        #[serde(default)]
        owner: Option<model::AdvertiserId>,
        #[serde(default)]
        owners: Vec<model::AdvertiserId>,
    }

    #[test]
    fn the_field_is_named() {
        for (text, code, field) in [
            ("{", "body_malformed", None),
            ("", "body_malformed", None),
            (r#"{"name": "x"} {}"#, "body_malformed", None),
            ("[]", "field_invalid", None),
            (r#"["x"]"#, "field_invalid", None),
            ("{}", "field_missing", Some("name")),
            (r#"{"name": null}"#, "field_invalid", Some("name")),
            (r#"{"name": "x", "nam\u0065s": 1}"#, "field_unknown", Some("names")),
            (
                r#"{"name": "a, \" {[", "pages": [{"url": "u"}, {"weight": 1}]}"#,
                "field_missing",
                Some("pages[1].url"),
            ),
            (
                r#"{"name": "x", "pages": [{"url": "u", "wieght": 1}]}"#,
                "field_unknown",
                Some("pages[0].wieght"),
            ),
            ("{\"name\": \"x\",\n \"pages\": [\n{\"url\": 5}]}", "field_invalid", Some("pages[0].url")),
            (r#"{"pages": [{"url": "u", "weight": -1}]}"#, "field_invalid", Some("pages[0].weight")),
            (r#"{"pages": 7}"#, "field_invalid", Some("pages")),
            (r#"{"name": "x", "owner": "pub_1"}"#, "field_invalid", Some("owner")),
            (r#"{"owner": "pub_1", "name": "x"}"#, "field_invalid", Some("owner")),
            (r#"{"name": "x", "owner": "pub_1"  }"#, "field_invalid", Some("owner")),
            (
                r#"{"name": "x", "pages": [{"url": "u"}], "owners": ["x"]}"#,
                "field_invalid",
                Some("owners[0]"),
            ),
            (r#"{"name": "x", "name": "y"}"#, "field_invalid", Some("name")),
        ] {
            let refusal = read_json::<Program>(text).unwrap_err();
            assert_eq!((refusal.code.word(), refusal.field.as_deref()), (code, field), "{text}: {refusal}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_offset_panics(text in "[\\[\\]{}\",:a-z\\\\é ]{0,40}", offset in 0_usize..60) {
            let _ = path_at(&text, offset.min(text.len()));
            let _ = read_json::<Program>(&text);
        }
    }
}
