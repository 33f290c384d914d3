//! The console, embedded: the files that `npm run build` makes of `web/`, and how a browser gets them.
//!
//! It knows the server by its API alone, so this crate depends on nothing of ours. Every address that no other part of the server takes
//! shows the one page, whose script then finds the right place. The page's policy allows scripts, styles and requests of this origin
//! only and nothing inline, but for style elements with the nonce of the very answer; so even a hostile text that slipped through
//! React (which writes text, never markup) could run nothing.
//!
//! Files below `/assets/` carry a hash of their content in their name and are kept by browsers for ever. The build has compressed
//! each beforehand, as `.br` and `.gz` beside it. Without a built console a page says how to build it.

mod files;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};

use crate::files::Files;

/// What the page may load and do; `{nonce}` is that of the answer.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
     connect-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// Where the page's template wants the nonce.
const NONCE: &str = "{{nonce}}";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Merit</title>\
     <h1>Merit runs, but its console was not built</h1>\
     <p>Build it with Node 20 or newer, then build the server again: <code>make run</code> does both, \
     <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code> the first.</p>\
     <p>Everything can be done without it, through the <a href=\"/api/docs\">API</a>.</p></html>";

/// 16 unpredictable bytes for every answer.
pub type Nonce = dyn Fn() -> [u8; 16] + Send + Sync;

struct Console {
    files: Files,
    nonce: Box<Nonce>,
}

/// The console: its files, and the page at every address that nothing else takes.
pub fn router(nonce: Box<Nonce>) -> Router {
    with(Files::built(), nonce)
}

fn with(files: Files, nonce: Box<Nonce>) -> Router {
    let console = Arc::new(Console { files, nonce });
    Router::new().route("/", get(page)).fallback(page_or_file).with_state(console)
}

async fn page(State(console): State<Arc<Console>>) -> Response {
    console.page()
}

async fn page_or_file(
    State(console): State<Arc<Console>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(answer) = console.file(path, &headers) {
        return answer;
    }
    if is_page(path) { console.page() } else { StatusCode::NOT_FOUND.into_response() }
}

/// Whether a path that nothing else answers may be one of the console's own: plain words. The first segments of tracking are single letters;
/// a damaged link must not look as if it led somewhere.
fn is_page(path: &str) -> bool {
    const OTHERS: [&str; 3] = ["api", "assets", "postback"];
    let first = path.split('/').next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/');
    first.len() > 1 && !OTHERS.contains(&first) && path.bytes().all(plain)
}

impl Console {
    fn page(&self) -> Response {
        let nonce: String = (self.nonce)().iter().map(|byte| format!("{byte:02x}")).collect();
        let html = match self.files.read("index.html") {
            Some(template) => String::from_utf8_lossy(&template).replace(NONCE, &nonce),
            None => NOT_BUILT.to_owned(),
        };
        let policy = CONTENT_SECURITY_POLICY.replace("{nonce}", &nonce);
        let mut answer =
            (careful(), [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
        // Hexadecimal digits within a constant are always a header's value.
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        // A new version of the binary must not meet the page of the old one.
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer
    }

    fn file(&self, path: &str, asked: &HeaderMap) -> Option<Response> {
        let media_type = media_type(path)?;
        let (content, encoding) = self.encoded(path, asked)?;
        let keep = if path.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        };
        let headers = [
            (header::CONTENT_TYPE, media_type),
            (header::CACHE_CONTROL, keep),
            (header::VARY, "accept-encoding"),
        ];
        let mut answer = (careful(), headers, Body::from(content)).into_response();
        if let Some(encoding) = encoding {
            answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(answer)
    }

    /// The file as the browser likes it best among what the build has prepared.
    fn encoded(&self, path: &str, asked: &HeaderMap) -> Option<(axum::body::Bytes, Option<&'static str>)> {
        for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
            if accepts(asked, encoding)
                && let Some(content) = self.files.read(&format!("{path}{ending}"))
            {
                return Some((content, Some(encoding)));
            }
        }
        Some((self.files.read(path)?, None))
    }
}

/// Whether the browser names the encoding without refusing it (`br;q=0`).
fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|part| {
            part.strip_prefix("q=").is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty())
        });
        named && !refused
    })
}

fn careful() -> [(HeaderName, &'static str); 3] {
    [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ]
}

/// What a file is, by its ending. Others are not served, so neither are the compressed copies by their own names.
fn media_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
