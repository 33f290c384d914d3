//! Requests to a running server.

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use http::{HeaderMap, Method, Request, header};

use crate::commands::{Usage, terminal};

/// Where the server is when nobody says otherwise.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";
/// Bytes of an answer that are read.
const BODY_BYTES_MAX: u64 = 8 << 20;
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    agent: ureq::Agent,
    base: String,
}

/// What it answered.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
    /// Shows it: its JSON on stdout, or the words of a refusal on stderr.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn tell(&self) -> anyhow::Result<ExitCode> {
        if (200..300).contains(&self.status) {
            terminal::print_json(&self.json())?;
            return Ok(ExitCode::SUCCESS);
        }
        eprintln!("refused: {}", self.words());
        Ok(ExitCode::FAILURE)
    }
    /// The body's own words about a refusal, as far as it has any.
    pub fn words(&self) -> String {
        let body = self.json();
        let field = body["field"].as_str().map(|field| format!("`{field}`: ")).unwrap_or_default();
        match body["message"].as_str() {
            Some(message) => format!("{field}{message}"),
            None => format!("status {}", self.status),
        }
    }
}

impl Server {
    /// The server at this address.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn at(url: &str) -> anyhow::Result<Self> {
        let base = url.trim_end_matches('/').to_owned();
        if !base.starts_with("http://") {
            let message = format!(
                "`{url}` cannot be used; name the server as http://HOST:PORT, for https the address behind its proxy"
            );
            return Err(Usage(message).into());
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("merit/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.new_agent(), base })
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Sends one request; redirects are not followed.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> anyhow::Result<Answer> {
        let mut request = Request::builder().method(method.clone()).uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = match *method {
            Method::GET | Method::HEAD => self.agent.run(request.body(())?),
            _ => self.agent.run(request.body(body)?),
        };
        let response = sent.with_context(|| format!("no answer from {}; does the server run?", self.base))?;
        let (parts, body) = response.into_parts();
        let body = body.into_with_config().limit(BODY_BYTES_MAX).read_to_vec()?;
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// Sends JSON with an API key.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn post_json(
        &self,
        path: &str,
        key: &str,
        more: &[(&str, &str)],
        body: &serde_json::Value,
    ) -> anyhow::Result<Answer> {
        let authorization = format!("Bearer {key}");
        let mut headers = vec![
            (header::AUTHORIZATION.as_str(), authorization.as_str()),
            (header::CONTENT_TYPE.as_str(), "application/json"),
        ];
        headers.extend(more);
        self.send(&Method::POST, path, &headers, body.to_string().as_bytes())
    }
}
