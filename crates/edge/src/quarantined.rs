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

/// `token=...` becomes `token=***`.
fn hide_pairs(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (place, pair) in text.split('&').enumerate() {
        if place > 0 {
            shown.push('&');
        }
        match pair.split_once('=') {
            Some((name, _)) if name.eq_ignore_ascii_case("token") => shown.push_str("token=***"),
            _ => shown.push_str(pair),
        }
    }
    shown
}

/// `"token": "..."` becomes `"token": "***"`.
fn hide_json(text: &str) -> String {
    let Some(start) = text.find("\"token\"") else { return text.to_owned() };
    let (before, rest) = text.split_at(start + "\"token\"".len());
    let value =
        rest.trim_start().strip_prefix(':').map(str::trim_start).and_then(|rest| rest.strip_prefix('"'));
    match value.and_then(|value| value.split_once('"')) {
        Some((_, after)) => format!("{before}:\"***\"{after}"),
        None => format!("{before}:***"),
    }
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
    fn long_requests_are_cut() {
        let body = "é".repeat(REQUEST_BYTES_MAX);
        assert!(request_text(&Method::POST, "/", "", body.as_bytes()).len() <= REQUEST_BYTES_MAX);
    }
}
