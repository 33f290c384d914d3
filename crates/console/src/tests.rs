//! What a browser gets, from files in the binary and from a folder.

use std::{collections::BTreeMap, fs, path::Path};

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;

const FILES: [(&str, &[u8]); 5] = [
    ("index.html", b"<html><meta name=\"csp-nonce\" content=\"{{nonce}}\"></html>"),
    ("assets/main-1a2b.js", b"console.log('plain')"),
    ("assets/main-1a2b.js.br", b"brotli"),
    ("assets/main-1a2b.js.gz", b"gzip"),
    ("mark.svg", b"<svg/>"),
];

fn embedded() -> Router {
    with(Files::Embedded(BTreeMap::from(FILES)), Box::new(|| [0xab; 16]))
}

async fn fetch(router: Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

fn ask(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn ask_encoded(path: &str, encodings: &str) -> Request<Body> {
    Request::get(path).header(header::ACCEPT_ENCODING, encodings).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn every_page_is_the_one_page_with_its_own_nonce() {
    let nonce = "ab".repeat(16);
    for path in ["/", "/overview", "/conversions/cnv_1", "/reports?by=day"] {
        let (status, headers, body) = fetch(embedded(), ask(path)).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(body.contains(&format!("content=\"{nonce}\"")), "{path}: {body}");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains(&format!("style-src 'self' 'nonce-{nonce}'")), "{policy}");
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}

#[tokio::test]
async fn a_file_comes_as_the_browser_likes_it_best() {
    let table = [
        // asked for            encoding     content
        ("gzip, deflate, br", Some("br"), "brotli"),
        ("gzip;q=0.5, BR;q=1.0", Some("br"), "brotli"),
        ("gzip, br;q=0", Some("gzip"), "gzip"),
        ("br;q=0.0, gzip;q=0", None, "console.log('plain')"),
        ("identity", None, "console.log('plain')"),
        ("", None, "console.log('plain')"),
    ];
    for (asked, encoding, content) in table {
        let (status, headers, body) = fetch(embedded(), ask_encoded("/assets/main-1a2b.js", asked)).await;
        assert_eq!(status, StatusCode::OK);
        let found = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
        assert_eq!((found, body.as_str()), (encoding, content), "{asked}");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(headers[header::VARY], "accept-encoding");
        assert_eq!(headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    }
    let (_, headers, _) = fetch(embedded(), ask("/mark.svg")).await;
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=3600");
}

#[tokio::test]
async fn there_is_nothing_else() {
    for path in [
        "/assets/",
        "/assets/x.js",
        "/assets/main-1a2b.js.br",
        "/assets/..%2findex.html",
        "/assets/%00",
        "/index.html",
        "/api/v1/nothing",
        "/robots.txt",
        "/../Cargo.toml",
    ] {
        let (status, ..) = fetch(embedded(), ask(path)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let write = Request::post("/overview").body(Body::empty()).unwrap();
    assert_eq!(fetch(embedded(), write).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_built_console_the_page_says_how_to_build_it() {
    let empty = with(Files::Embedded(BTreeMap::new()), Box::new(|| [0; 16]));
    let (status, headers, body) = fetch(empty, ask("/overview")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("npm run build") && body.contains("/api/docs"), "{body}");
    assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY));
}

#[test]
fn a_folder_gives_its_own_files_and_no_others() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Files::Folder(manifest.join("src"));
    assert_eq!(folder.read("lib.rs").unwrap(), fs::read(manifest.join("src/lib.rs")).unwrap());
    for path in ["../Cargo.toml", "/etc/hostname", "./lib.rs", "", "none.rs", "../src/lib.rs"] {
        assert!(folder.read(path).is_none(), "{path}");
    }
}
