//! Rows through the API of a running server, one request a row, in the order of the file.

use std::{thread::sleep, time::Duration};

use serde_json::Value;

use crate::commands::http_client::{Answer, Server};

/// How often a server that is busy is asked again.
const ATTEMPTS: u32 = 30;
/// The longest pause that a server can ask for.
const PAUSE_SECONDS_MAX: u64 = 10;

/// A server that takes rows.
pub struct Api {
    server: Server,
    key: String,
    dry_run: bool,
}

/// What became of a row.
pub enum Taken {
    /// It was taken; the answer's body.
    New(Value),
    /// It was there before.
    Before,
    /// It was refused.
    Refused(String),
}

impl Api {
    /// The API of a server.
    pub fn new(url: &str, key: String, dry_run: bool) -> anyhow::Result<Self> {
        Ok(Self { server: Server::at(url)?, key, dry_run })
    }

    /// Looks something up; `Err` holds the words of a refusal.
    ///
    /// # Errors
    /// When the server does not answer, stays busy, or refuses the key.
    pub fn look(&self, path: &str) -> anyhow::Result<Result<Value, String>> {
        let authorization = format!("Bearer {}", self.key);
        let path = format!("/api/v1/{path}");
        for _ in 0..ATTEMPTS {
            let headers = [(http::header::AUTHORIZATION.as_str(), authorization.as_str())];
            let answer = self.server.send(&http::Method::GET, &path, &headers, &[])?;
            match answer.status {
                503 | 429 => sleep(Duration::from_secs(1)),
                _ => {
                    return Ok(match read(&answer)? {
                        Taken::New(value) => Ok(value),
                        Taken::Before => Ok(answer.json()),
                        Taken::Refused(words) => Err(words),
                    });
                }
            }
        }
        anyhow::bail!("the server stays busy; import the file again later, rows that went in are recognised")
    }

    /// Sends one row and waits while the server is busy.
    ///
    /// # Errors
    /// When the server does not answer, stays busy, or refuses the key.
    pub fn take(&self, noun: &str, idempotency_key: Option<&str>, row: &Value) -> anyhow::Result<Taken> {
        let path = format!("/api/v1/{noun}{}", if self.dry_run { "?dry_run=true" } else { "" });
        let more: Vec<(&str, &str)> =
            idempotency_key.map(|key| ("idempotency-key", key)).into_iter().collect();
        for _ in 0..ATTEMPTS {
            let answer = self.server.post_json(&path, &self.key, &more, row)?;
            if answer.status != 503 && answer.status != 429 {
                return read(&answer);
            }
            let asked = answer.header("retry-after").and_then(|seconds| seconds.parse().ok()).unwrap_or(1);
            sleep(Duration::from_secs(asked.min(PAUSE_SECONDS_MAX)));
        }
        anyhow::bail!("the server stays busy; import the file again later, rows that went in are recognised")
    }
}

fn read(answer: &Answer) -> anyhow::Result<Taken> {
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    match answer.status {
        200 | 201 if answer.header("idempotent-replayed") == Some("true") => Ok(Taken::Before),
        200 | 201 => Ok(Taken::New(answer.json())),
        409 if code == "taken" => Ok(Taken::Before),
        400 | 404 | 409 | 413 | 422 => Ok(Taken::Refused(answer.words())),
        401 | 403 => anyhow::bail!("the server refuses the key: {}", answer.words()),
        _ => anyhow::bail!("the server answered {}: {}", answer.status, answer.words()),
    }
}
