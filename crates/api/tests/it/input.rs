//! Bad input: each with a clear answer that names what is wrong.

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::{
    personas::Persona::{Anonymous, Operator},
    world::{Reply, World},
};

async fn raw(world: &World, path: &str, content_type: &str, body: Vec<u8>) -> Reply {
    let (mut parts, _) = world.request(Operator, "POST", path, None).into_parts();
    parts.headers.insert("content-type", content_type.parse().unwrap());
    world.send(Request::from_parts(parts, Body::from(body))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies() {
    let world = World::new().await;
    let path = "/api/v1/publishers";
    let content_type = "application/json";
    for (sent_type, body, status, code, field) in [
        (content_type, "", 422, "field_missing", "name"),
        (content_type, "{", 400, "body_malformed", ""),
        (content_type, "[]", 422, "field_invalid", ""),
        (content_type, "null", 422, "field_invalid", ""),
        (content_type, r#"{"name": 5}"#, 422, "field_invalid", "name"),
        (content_type, r#"{"name": "A", "admin": true}"#, 422, "field_unknown", "admin"),
        (content_type, r#"{"name": "A", "status": "great"}"#, 422, "field_invalid", "status"),
        (content_type, r#"{"name": "A\u0000B"}"#, 422, "field_invalid", "name"),
        (content_type, r#"{"name": "\u202egnp.exe"}"#, 422, "field_invalid", "name"),
        ("application/json; charset=utf-8", r#"{"name": ""}"#, 422, "field_invalid", "name"),
        ("text/plain", r#"{"name": "A"}"#, 415, "media_type_unsupported", ""),
        ("application/x-www-form-urlencoded", "name=A", 415, "media_type_unsupported", ""),
    ] {
        let reply = raw(&world, path, sent_type, body.as_bytes().to_vec()).await;
        assert_eq!(reply.refused(status), code, "{body}: {}", reply.text);
        assert_eq!(reply.json()["field"].as_str().unwrap_or_default(), field, "{body}: {}", reply.text);
    }
    assert_eq!(raw(&world, path, content_type, vec![0xff, 0xfe]).await.refused(400), "body_malformed");
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1024 * 1024));
    assert_eq!(raw(&world, path, content_type, large.into_bytes()).await.refused(413), "body_too_large");
    let deep = "[".repeat(100_000);
    assert_eq!(raw(&world, path, content_type, deep.into_bytes()).await.refused(422), "field_invalid");
    let deep = json!({"fallbacks": {}}).to_string().replace("{}", &"[".repeat(100_000));
    let program = format!("/api/v1/programs/{}", world.ids.program);
    let (mut parts, _) = world.request(Operator, "PATCH", &program, None).into_parts();
    parts.headers.insert("content-type", content_type.parse().unwrap());
    let deep = world.send(Request::from_parts(parts, Body::from(deep))).await;
    assert_eq!(deep.refused(400), "body_malformed");
}

#[tokio::test(flavor = "multi_thread")]
async fn query_parameters() {
    let world = World::new().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=all", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=AAAA", "cursor"),
        ("advertiser_id=pub_1", "advertiser_id"),
        ("status=great", "status"),
        ("publisher=1", "publisher"),
        ("limit=1&limit=2", "limit"),
        ("advertiser_id='%20OR%201=1--", "advertiser_id"),
    ] {
        let reply = world.get(Operator, &format!("/api/v1/programs?{query}")).await;
        assert_eq!(reply.refused(400), "parameter_invalid", "{query}: {}", reply.text);
        assert_eq!(reply.json()["field"], field, "{query}");
    }
    world.get(Operator, "/api/v1/programs?status=&limit=200").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_and_methods() {
    let world = World::new().await;
    for path in [
        "/api",
        "/api/v2/programs",
        "/api/v1/nothing",
        "/api/v1/programs/",
        "/api/v1/programs/prg_1",
        "/api/v1/programs/..%2fusers",
        "/api/v1/programs/%00",
        "/api/v1/programs/%ff",
        &format!("/api/v1/programs/{}", world.ids.publisher),
        "/api/v1/ledger/accounts/anything",
        "/api/v1/ledger/accounts/publisher:pub_1:USD",
    ] {
        assert_eq!(world.get(Operator, path).await.refused(404), "not_found", "{path}");
    }
    // Ids are case-insensitive.
    world.get(Operator, &format!("/api/v1/programs/{}", world.ids.program.to_uppercase())).await.expect(200);
    for (method, path) in [("DELETE", "/api/v1/programs"), ("PUT", "/api/v1/session"), ("POST", "/api/docs")]
    {
        let reply = world.send(world.request(Operator, method, path, Some(&json!({})))).await;
        assert_eq!(reply.refused(405), "method_not_allowed", "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_everything() {
    let world = World::new().await;
    let reply = world.post(Operator, "/api/v1/publishers", json!({"name": " x"})).await;
    let body = reply.json();
    assert_eq!(body["type"], "/api/docs#error-field_invalid");
    assert_eq!(
        (&body["status"], &body["code"], &body["field"]),
        (&json!(422), &json!("field_invalid"), &json!("name"))
    );
    assert!(!body["title"].as_str().unwrap().is_empty() && !body["message"].as_str().unwrap().is_empty());
    assert_eq!(reply.headers["x-request-id"], body["request_id"].as_str().unwrap());
    for name in ["cache-control", "x-content-type-options", "content-security-policy", "referrer-policy"] {
        assert!(reply.headers.contains_key(name), "{name}");
    }
    let anonymous = world.get(Anonymous, "/api/v1/programs").await;
    assert_eq!(anonymous.refused(401), "sign_in_required");
}
