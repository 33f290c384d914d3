//! The first start, signing in, cookies and CSRF.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::{
    personas::Persona,
    world::{PASSWORD, Reply, World},
};

/// A browser in which somebody signed in.
pub struct Browser {
    pub cookie: String,
    pub csrf: String,
}

async fn sign_in(world: &World, email: &str, password: &str) -> Reply {
    world.post(Persona::Anonymous, "/api/v1/session", json!({"email": email, "password": password})).await
}

pub async fn browser(world: &World, email: &str) -> Browser {
    Browser::of(&sign_in(world, email, PASSWORD).await)
}

impl Browser {
    /// The one that this answer signed in.
    #[track_caller]
    pub fn of(reply: &Reply) -> Self {
        let body = reply.expect(201);
        let set = reply.headers["set-cookie"].to_str().unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
        let cookie = set.split(';').next().unwrap().to_owned();
        Self { cookie, csrf: body["csrf_token"].as_str().unwrap().to_owned() }
    }

    fn request(&self, method: &str, path: &str, csrf: Option<&str>, body: &Value) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path).header("cookie", &self.cookie);
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        if method == "GET" {
            return request.body(Body::empty()).unwrap();
        }
        request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap()
    }

    pub async fn send(&self, world: &World, method: &str, path: &str, body: Value) -> Reply {
        world.send(self.request(method, path, Some(&self.csrf), &body)).await
    }
}

/// Who runs the network.
pub const OPERATOR: &str = "operator@partners.example";

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_happens_once() {
    let world = World::empty().await;
    assert_eq!(world.get(Persona::Anonymous, "/api/v1/setup").await.expect(200)["open"], true);
    let setup = |password: &str| {
        json!({
            "network": {"name": "N", "currency": "vnd", "zone": "Asia/Ho_Chi_Minh"},
            "operator": {"email": "Ana@N.example", "name": "Ana", "password": password},
        })
    };
    let weak = world.post(Persona::Anonymous, "/api/v1/setup", setup("short")).await;
    assert_eq!(weak.refused_field(), ("field_invalid".into(), "operator.password".into()));
    let done = world.post(Persona::Anonymous, "/api/v1/setup", setup(PASSWORD)).await.expect(201);
    assert_eq!(done["network"]["currency"], "VND");
    assert_eq!(done["operator"]["email"], "ana@n.example");
    assert_eq!(world.get(Persona::Anonymous, "/api/v1/setup").await.expect(200)["open"], false);
    let again = world.post(Persona::Anonymous, "/api/v1/setup", setup(PASSWORD)).await;
    assert_eq!(again.refused(409), "setup_done");
    sign_in(&world, "ana@n.example", PASSWORD).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_works_until_it_is_ended() {
    let world = World::new().await;
    let browser = browser(&world, "Operator@Partners.example").await;
    let me = browser.send(&world, "GET", "/api/v1/session", Value::Null).await.expect(200);
    assert_eq!(me["user"]["email"], OPERATOR);
    assert_eq!(me["acting_as"]["role"], "operator");
    assert_eq!(me["csrf_token"], browser.csrf.as_str());
    browser.send(&world, "POST", "/api/v1/publishers", json!({"name": "By session"})).await.expect(201);
    let out = browser.send(&world, "DELETE", "/api/v1/session", json!({})).await;
    out.expect(204);
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let after = browser.send(&world, "GET", "/api/v1/session", Value::Null).await;
    assert_eq!(after.refused(401), "credentials_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself() {
    let world = World::new().await;
    let browser = browser(&world, OPERATOR).await;
    world.clock.advance_seconds(14 * 86_400);
    let after = browser.send(&world, "GET", "/api/v1/session", Value::Null).await;
    assert_eq!(after.refused(401), "credentials_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_with_a_cookie_needs_the_csrf_token() {
    let world = World::new().await;
    let browser = browser(&world, OPERATOR).await;
    let body = json!({"name": "Forged"});
    for csrf in [None, Some(""), Some("wrong"), Some(&browser.csrf[1..])] {
        let reply = world.send(browser.request("POST", "/api/v1/publishers", csrf, &body)).await;
        assert_eq!(reply.refused(403), "csrf_invalid", "{csrf:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_cookies_never_mix() {
    let world = World::new().await;
    let browser = browser(&world, OPERATOR).await;
    let (mut parts, body) = world.request(Persona::Operator, "GET", "/api/v1/session", None).into_parts();
    parts.headers.insert("cookie", browser.cookie.parse().unwrap());
    let reply = world.send(Request::from_parts(parts, body)).await;
    assert_eq!(reply.refused(400), "credentials_mixed");
    let twice = format!("{}; {}", browser.cookie, browser.cookie);
    let request =
        Request::builder().uri("/api/v1/session").header("cookie", twice).body(Body::empty()).unwrap();
    assert_eq!(world.send(request).await.refused(400), "credentials_mixed");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_are_refused_alike() {
    let world = World::new().await;
    for header in ["Bearer mk_wrong", "Bearer ", "Basic abc", "mk_x", "Bearer \u{ff}"] {
        let value = http::HeaderValue::from_bytes(header.as_bytes()).unwrap();
        let request = Request::builder()
            .uri("/api/v1/programs")
            .header("authorization", value)
            .body(Body::empty())
            .unwrap();
        let reply = world.send(request).await;
        assert_eq!(reply.refused(401), "credentials_invalid", "{header}");
        assert_eq!(reply.headers["www-authenticate"], "Bearer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_person_and_a_wrong_password_look_alike() {
    let world = World::new().await;
    let unknown = sign_in(&world, "nobody@partners.example", PASSWORD).await;
    let wrong = sign_in(&world, OPERATOR, "four odd green plums").await;
    assert_eq!(unknown.refused(401), "sign_in_refused");
    assert_eq!(unknown.json()["message"], wrong.json()["message"]);
    sign_in(&world, "operator@partners.example' OR '1'='1", PASSWORD).await.refused(401);
    sign_in(&world, "operator@partners.example\u{0}", PASSWORD).await.refused(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_has_to_wait() {
    let world = World::new().await;
    for _ in 0..5 {
        assert_eq!(sign_in(&world, OPERATOR, "a wrong password").await.refused(401), "sign_in_refused");
    }
    let waits = sign_in(&world, OPERATOR, PASSWORD).await;
    assert_eq!(waits.refused(429), "too_many_attempts");
    assert!(waits.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 800);
    world.clock.advance_seconds(15 * 60);
    sign_in(&world, OPERATOR, PASSWORD).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_one_has_no_role_in_cannot_be_chosen() {
    let world = World::new().await;
    let browser = browser(&world, OPERATOR).await;
    let elsewhere = world.get(Persona::Foreigner, "/api/v1/session").await.expect(200);
    let elsewhere = elsewhere["acting_as"]["network_id"].as_str().unwrap();
    let mut request = browser.request("GET", "/api/v1/programs", None, &Value::Null);
    request.headers_mut().insert("merit-network", elsewhere.parse().unwrap());
    assert_eq!(world.send(request).await.refused(401), "credentials_invalid");
    let mut request = browser.request("GET", "/api/v1/programs", None, &Value::Null);
    request.headers_mut().insert("merit-network", world.ids.network.parse().unwrap());
    world.send(request).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_and_ends_one_s_own_sessions() {
    for world in World::on_both().await {
        let (one, other) = (browser(&world, OPERATOR).await, browser(&world, OPERATOR).await);
        let member = json!({
            "email": "stranger@b.example", "name": "S", "password": PASSWORD,
            "membership": {"role": "operator", "right": "pay"},
        });
        world.post(Persona::Operator, "/api/v1/users", member).await.expect(201);
        let stranger = browser(&world, "stranger@b.example").await;
        let list = one.send(&world, "GET", "/api/v1/sessions", Value::Null).await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 2, "{list}");
        assert_eq!((&items[0]["current"], &items[1]["current"]), (&json!(false), &json!(true)));
        assert!(list["items"][0]["user_agent"].is_null());
        // Nobody ends a session of somebody else, or learns that there is one.
        let path = format!("/api/v1/sessions/{}/end", items[0]["id"].as_str().unwrap());
        stranger.send(&world, "POST", &path, json!({})).await.refused(404);
        one.send(&world, "POST", &format!("{path}?dry_run=true"), json!({})).await.expect(200);
        other.send(&world, "GET", "/api/v1/session", Value::Null).await.expect(200);
        one.send(&world, "POST", &path, json!({})).await.expect(200);
        let ended = other.send(&world, "GET", "/api/v1/session", Value::Null).await;
        assert_eq!(ended.refused(401), "credentials_invalid");

        let (again, third) = (browser(&world, OPERATOR).await, browser(&world, OPERATOR).await);
        let ended = third.send(&world, "POST", "/api/v1/sessions/end_others", json!({})).await.expect(200);
        assert_eq!(ended["ended"], 2);
        for gone in [&one, &again] {
            gone.send(&world, "GET", "/api/v1/session", Value::Null).await.refused(401);
        }
        third.send(&world, "GET", "/api/v1/session", Value::Null).await.expect(200);
        stranger.send(&world, "GET", "/api/v1/session", Value::Null).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_knows_the_browser() {
    let world = World::new().await;
    let body = json!({"email": OPERATOR, "password": PASSWORD});
    let mut request = world.request(Persona::Anonymous, "POST", "/api/v1/session", Some(&body));
    let name = format!("Firefox/130 {}", "x".repeat(1_000));
    request.headers_mut().insert("user-agent", name.parse().unwrap());
    let browser = Browser::of(&world.send(request).await);
    let list = browser.send(&world, "GET", "/api/v1/sessions", Value::Null).await.expect(200);
    let shown = list["items"][0]["user_agent"].as_str().unwrap();
    assert!(shown.starts_with("Firefox/130 ") && shown.len() == 300, "{shown}");
}
