//! The text of a request that is kept in quarantine: enough to repair and repeat it, without its secrets.

use app::intake::REQUEST_BYTES_MAX;
use http::Method;

/// Method, path, query and body, with the values of secrets replaced, as printable text of bounded length.
pub(crate) fn request_text(method: &Method, path: &str, query: &str, body: &[u8]) -> String {
    let mut text = format!("{method} {}", printable(path));
    if !query.is_empty() {
        text.push('?');
        text.push_str(&hide_pairs(&printable(query)));
    }
    if !body.is_empty() {
        text.push('\n');
        text.push_str(&hide_json(&hide_pairs(&printable(&String::from_utf8_lossy(body)))));
    }
    if text.len() > REQUEST_BYTES_MAX {
        let end = (0..=REQUEST_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

/// Control characters become U+FFFD: no database text holds a NUL, and logs are read in terminals.
fn printable(text: &str) -> String {
    let cut: String = text.chars().take(REQUEST_BYTES_MAX).collect();
    cut.replace(|character: char| character.is_control() && character != '\n', "\u{fffd}")
}

/// The field whose value is a secret.
const SECRET: &str = "token";

/// `token=...` becomes `token=***`, however the name is written: it is read as the fields of a request are.
fn hide_pairs(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (place, pair) in text.split('&').enumerate() {
        if place > 0 {
            shown.push('&');
        }
        let name = form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name);
        if name.is_some_and(|name| is_secret(&name)) {
            shown.push_str("token=***");
        } else {
            shown.push_str(pair);
        }
    }
    shown
}

fn is_secret(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(SECRET)
}

/// `"token": "..."` becomes `"token":"***"`, wherever it stands and also with escapes in the name. The text need not be
/// valid JSON, so every quotation mark is tried as the beginning of the name.
fn hide_json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let (before, quoted) = rest.split_at(start);
        shown.push_str(before);
        if let Some(after_value) = after_secret(quoted) {
            shown.push_str("\"token\":\"***\"");
            rest = after_value;
        } else {
            shown.push('"');
            rest = &quoted[1..];
        }
    }
    shown.push_str(rest);
    shown
}

/// What follows the value, when `text` begins with the name of the secret, a colon and one.
fn after_secret(text: &str) -> Option<&str> {
    let name_end = string_end(text, NAME_BYTES_MAX)?;
    let name: String = serde_json::from_str(&text[..name_end]).ok()?;
    let value = text[name_end..].trim_start().strip_prefix(':').filter(|_| is_secret(&name))?.trim_start();
    let end = match value.strip_prefix('"') {
        Some(_) => string_end(value, value.len()),
        None => value.find([',', '}', '\n']),
    };
    // A value without an end is hidden with all that follows.
    Some(&value[end.unwrap_or(value.len())..])
}

/// The longest way to write the name: each letter as an escape of six characters, and some space.
const NAME_BYTES_MAX: usize = 64;

/// The end of the JSON string that `text` begins with, if it ends within this many bytes.
fn string_end(text: &str, bytes_max: usize) -> Option<usize> {
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate().take(bytes_max).skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(place + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_controls_replaced() {
        let text = request_text(
            &Method::POST,
            "/postback",
            "token=abc&a=1",
            b"{\"token\" : \"secret\", \"x\": \"\x00\"}",
        );
        assert!(!text.contains("abc") && !text.contains("secret") && !text.contains('\0'), "{text}");
        assert!(text.contains("a=1"));
    }

    #[test]
    fn a_secret_is_hidden_however_its_name_is_written() {
        for (query, body) in [
            ("%74oken=secret&a=1", ""),
            ("a=1&t%6Fken=secret", ""),
            ("TOKEN=secret&a=1", ""),
            ("+token=secret&a=1", ""),
            ("token=secret&token=secret&a=1", ""),
            ("", "a=1&%74%6f%6b%65%6e=secret"),
            ("", r#"{"\u0074oken":"secret","a=1":1}"#),
            ("", r#"{"token":"x","TOKEN" : "sec\"secret","a=1":1}"#),
            ("", r#"{"token":["secret"],"a=1":1}"#),
            ("", r#"{"x":"\"token\"","token":"secret","a=1":1}"#),
            ("", r#"{"a=1":" "token":"secret"#),
            ("", r#"[{"token":"secret"},{"a=1":1}]"#),
        ] {
            let text = request_text(&Method::POST, "/postback", query, body.as_bytes());
            assert!(!text.contains("secret") && text.contains("a=1"), "{query} {body}: {text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        let body = r#"{"tokens":"a","note":"token: \"b\"","x":["token"],"y":"c"}"#;
        let text = request_text(&Method::POST, "/postback", "mytoken=d&x=token", body.as_bytes());
        assert_eq!(text, format!("POST /postback?mytoken=d&x=token\n{body}"));
    }

    #[test]
    fn long_requests_are_cut() {
        let body = "é".repeat(REQUEST_BYTES_MAX);
        assert!(request_text(&Method::POST, "/", "", body.as_bytes()).len() <= REQUEST_BYTES_MAX);
    }
}
