//! The start page, embedded: the first start, signing in, and a look at what came in.
//!
//! The page is plain HTML, CSS and JavaScript modules in `static/`, without a build step. It knows the server by
//! its API alone, so this crate depends on nothing of ours. A strict content security policy allows scripts, styles
//! and requests of this origin only and nothing inline, so that even a hostile text that slipped through the page's own
//! care (it writes text nodes, never markup) could run nothing.

use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, StatusCode, header};

/// What the page may load and do.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

const PAGE: &str = include_str!("../static/index.html");

/// The files below `/assets/`: name, media type, content.
const ASSETS: &[(&str, &str, &str)] = &[
    ("start.css", CSS, include_str!("../static/start.css")),
    ("start.js", JAVASCRIPT, include_str!("../static/start.js")),
    ("api.js", JAVASCRIPT, include_str!("../static/api.js")),
    ("elements.js", JAVASCRIPT, include_str!("../static/elements.js")),
    ("forms.js", JAVASCRIPT, include_str!("../static/forms.js")),
    ("language.js", JAVASCRIPT, include_str!("../static/language.js")),
    ("overview.js", JAVASCRIPT, include_str!("../static/overview.js")),
    ("receipt.js", JAVASCRIPT, include_str!("../static/receipt.js")),
    ("texts.js", JAVASCRIPT, include_str!("../static/texts.js")),
    ("mark.svg", SVG, include_str!("../static/mark.svg")),
];

/// The page at `/` and its files at `/assets/`.
pub fn router() -> Router {
    Router::new()
        .route("/", get(async || file(HTML, PAGE)))
        .route("/assets/{name}", get(async |Path(name): Path<String>| asset(&name)))
}

fn asset(name: &str) -> Response {
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, media_type, content)) => file(media_type, content),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file(media_type: &'static str, content: &'static str) -> Response {
    const HEADERS: [(HeaderName, &str); 5] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // A new version of the binary must not meet the files of the old one.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (HEADERS, [(header::CONTENT_TYPE, media_type)], content).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn fetch(path: &str) -> (StatusCode, http::HeaderMap, String) {
        let response = router().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_page_and_every_file_it_names_are_served_under_the_policy() {
        let mut paths: Vec<String> = vec!["/".to_owned()];
        paths.extend(PAGE.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned));
        for (_, _, text) in ASSETS.iter().filter(|(_, media_type, _)| *media_type == JAVASCRIPT) {
            let imports = text.lines().filter_map(|line| line.split_once(" from './")?.1.split_once('\''));
            paths.extend(imports.map(|(name, _)| format!("/assets/{name}")));
        }
        assert!(paths.len() > 10, "{paths:?}");
        for path in paths {
            let (status, headers, body) = fetch(&path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(!body.is_empty(), "{path}");
            assert_eq!(headers[header::CONTENT_SECURITY_POLICY], CONTENT_SECURITY_POLICY);
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
        }
    }

    #[tokio::test]
    async fn there_is_nothing_else() {
        for path in [
            "/assets/",
            "/assets/x.js",
            "/assets/..%2findex.html",
            "/assets/%00",
            "/assets/%ff",
            "/index.html",
        ] {
            let (status, ..) = fetch(path).await;
            assert!(status.is_client_error(), "{path}: {status}");
        }
    }

    #[test]
    fn nothing_is_inline_and_no_markup_is_made_from_text() {
        for tag in PAGE.split('<').filter(|tag| tag.starts_with("script")) {
            assert!(tag.contains("src=\"/assets/"), "{tag}");
            assert!(tag.trim_end().ends_with('>'), "{tag}");
        }
        assert!(!PAGE.contains("<style") && !PAGE.contains(" style=") && !PAGE.contains(" on"));
        for (name, _, text) in ASSETS {
            for way in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval("]
            {
                assert!(!text.contains(way), "{name} has {way}");
            }
        }
    }
}
