//! A click, without following where it leads.

use std::process::ExitCode;

use http::Method;
use model::{TouchId, ids::BASE32};
use serde_json::{Value, json};

use super::{Asked, steps::Steps};
use crate::commands::{Usage, http_client::Server};

/// Arguments of `simulate click`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Slug, path or whole address of a link, with parameters if wanted.
    link: String,
    /// User agent that is sent.
    #[arg(long, default_value = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    user_agent: String,
    #[command(flatten)]
    asked: Asked,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (base, path) = split(&arguments.link, &arguments.asked.server)?;
    let server = Server::at(&base)?;
    let mut steps = Steps::new(arguments.asked.json);
    steps.add("request", [("method", json!("GET")), ("url", json!(server.url(&path)))]);
    let agent = arguments.user_agent.as_str();
    let answer =
        server.send(&Method::GET, &path, &[("user-agent", agent), ("accept-language", "en")], b"")?;
    let location = answer.header("location").map(str::to_owned);
    let click_id = location.as_deref().and_then(click_id_in);
    let words = match location {
        Some(_) => Value::Null,
        None => json!(page_words(&answer.body)),
    };
    steps.add(
        "answer",
        [
            ("status", json!(answer.status)),
            ("location", json!(location)),
            ("click_id", json!(click_id)),
            ("page", words),
        ],
    );
    let touch = match (&click_id, &arguments.asked.key) {
        (Some(click_id), Some(key)) => stored(&server, click_id, key, &mut steps)?,
        (Some(_), None) => {
            steps.add("stored", [("verdict", json!("give --key to read it back"))]);
            Value::Null
        }
        (None, _) => Value::Null,
    };
    let taken = (300..400).contains(&answer.status);
    let result = json!({
        "status": answer.status, "location": location, "click_id": click_id, "touch": touch,
    });
    steps.finish(taken, &result)
}

/// Server and path of a link.
fn split(link: &str, server: &str) -> anyhow::Result<(String, String)> {
    if link.contains("://") {
        let url: url::Url = link.parse().map_err(|error| Usage(format!("`{link}`: {error}")))?;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok((url.origin().ascii_serialization(), format!("{}{query}", url.path())));
    }
    let path = if link.starts_with('/') { link.to_owned() } else { format!("/c/{link}") };
    Ok((server.to_owned(), path))
}

/// The click id that an address carries, wherever its macro put it.
fn click_id_in(location: &str) -> Option<String> {
    let lower = location.to_ascii_lowercase();
    let start = lower.find(app::click_id::PREFIX)?;
    let id = lower.get(start..start + app::click_id::CHARACTERS)?;
    id[app::click_id::PREFIX.len()..].bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| id.to_owned())
}

/// The touch that a click id speaks of; whether it is genuine only the server knows.
fn touch_of(click_id: &str) -> Option<TouchId> {
    let content = BASE32.decode(click_id.get(app::click_id::PREFIX.len()..)?.as_bytes()).ok()?;
    Some(TouchId::from_bytes(content.get(1..17)?.try_into().ok()?))
}

fn stored(server: &Server, click_id: &str, key: &str, steps: &mut Steps) -> anyhow::Result<Value> {
    let Some(touch) = touch_of(click_id) else { return Ok(Value::Null) };
    let authorization = format!("Bearer {key}");
    let path = format!("/api/v1/touches/{touch}");
    let answer = server.send(&Method::GET, &path, &[("authorization", authorization.as_str())], b"")?;
    let touch = answer.json();
    if answer.status != 200 {
        steps.add("stored", [("status", json!(answer.status)), ("reason", json!(answer.words()))]);
        return Ok(Value::Null);
    }
    let member = |name: &str| touch[name].clone();
    steps.add(
        "stored",
        [
            ("touch_id", member("id")),
            ("verdict", member("code")),
            ("counted", member("counted")),
            ("unique", member("unique")),
            ("publisher_id", member("publisher_id")),
            ("program_id", member("program_id")),
        ],
    );
    Ok(touch)
}

/// The words of a page, without its markup.
fn page_words(body: &[u8]) -> String {
    let html = String::from_utf8_lossy(body);
    let start = html.find("<body").unwrap_or_default();
    let mut words = String::new();
    let mut inside = false;
    for character in html[start..].chars() {
        match character {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            _ if !inside => words.push(character),
            _ => {}
        }
    }
    let words: Vec<&str> = words.split_whitespace().take(80).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_taken_in_every_form() {
        let at = |link: &str| split(link, "http://s:1").unwrap();
        assert_eq!(at("abc"), ("http://s:1".to_owned(), "/c/abc".to_owned()));
        assert_eq!(at("abc?sub1=x"), ("http://s:1".to_owned(), "/c/abc?sub1=x".to_owned()));
        assert_eq!(at("/k/SAVE"), ("http://s:1".to_owned(), "/k/SAVE".to_owned()));
        assert_eq!(at("http://h:2/c/abc?a=b"), ("http://h:2".to_owned(), "/c/abc?a=b".to_owned()));
        assert!(split("http://", "http://s:1").is_err());
    }

    #[test]
    fn the_click_id_is_found_and_names_its_touch() {
        let touch = TouchId::from_bytes([7; 16]);
        let keys = app::click_id::ClickIdKeys::new([(1, [9; 32])]).unwrap();
        let id = keys.mint(touch, 5);
        let location = format!("https://shop.example/?mid={}&x=1", id.to_ascii_uppercase());
        assert_eq!(click_id_in(&location).as_deref(), Some(id.as_str()));
        assert_eq!(touch_of(&id), Some(touch));
        assert_eq!(click_id_in("https://shop.example/?mid=clk_short"), None);
    }

    #[test]
    fn a_page_is_its_words() {
        assert_eq!(page_words(b"<html><head>x</head><body class=a><h1>No\nlink</h1><p>here"), "No link here");
    }
}
