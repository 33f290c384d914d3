//! Signing in with a code beside the password.

use app::people::totp;
use serde_json::{Value, json};

use crate::{
    personas::Persona,
    sessions::{Browser, OPERATOR, browser},
    world::{PASSWORD, Reply, World},
};

const BASE: &str = "/api/v1/second_factor";

/// Somebody with a second factor.
struct Guarded {
    browser: Browser,
    secret: Vec<u8>,
    recovery_codes: Vec<String>,
}

impl Guarded {
    /// What his app shows now.
    fn code(&self, world: &World) -> String {
        totp::code_at(&self.secret, model::Clock::now(&world.clock))
    }
}

/// The operator with a second factor, in the next step of time: the code of this one is used up.
async fn guarded(world: &World) -> Guarded {
    let browser = browser(world, OPERATOR).await;
    let secret = begun(world, &browser).await;
    let code = totp::code_at(&secret, model::Clock::now(&world.clock));
    let confirmed = browser.send(world, "POST", &format!("{BASE}/confirm"), json!({"code": code})).await;
    let codes = confirmed.expect(201)["recovery_codes"].as_array().unwrap().clone();
    let recovery_codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    world.clock.advance_seconds(30);
    Guarded { browser, secret, recovery_codes }
}

async fn begun(world: &World, browser: &Browser) -> Vec<u8> {
    let begun = browser.send(world, "POST", BASE, json!({"password": PASSWORD})).await.expect(201);
    let app = &begun["app"];
    let secret = app["secret"].as_str().unwrap();
    assert!(app["address"].as_str().unwrap().contains(secret), "{app}");
    assert!(app["qr_svg"].as_str().unwrap().starts_with("<svg "), "{app}");
    data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap()
}

async fn sign_in(world: &World, password: &str, code: Option<&str>) -> Reply {
    let body = json!({"email": OPERATOR, "password": password, "code": code});
    world.post(Persona::Anonymous, "/api/v1/session", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_takes_a_code_from_the_confirmation_on() {
    for world in World::on_both().await {
        let first = browser(&world, OPERATOR).await;
        assert_eq!(first.send(&world, "GET", BASE, Value::Null).await.expect(200)["on"], false);
        let wrong = first.send(&world, "POST", BASE, json!({"password": "not this one"})).await;
        assert_eq!(wrong.refused_field(), ("field_invalid".into(), "password".into()));
        begun(&world, &first).await;
        // Only begun: nothing is asked for, and another secret replaces the first.
        sign_in(&world, PASSWORD, None).await.expect(201);
        let bad = first.send(&world, "POST", &format!("{BASE}/confirm"), json!({"code": "000000"})).await;
        assert_eq!(bad.refused_field(), ("field_invalid".into(), "code".into()));
        let guarded = guarded(&world).await;
        // The other sessions ended, that of the confirmation did not.
        first.send(&world, "GET", BASE, Value::Null).await.refused(401);
        let state = guarded.browser.send(&world, "GET", BASE, Value::Null).await.expect(200);
        assert_eq!((&state["on"], &state["recovery_codes_left"]), (&json!(true), &json!(10)));
        let again = guarded.browser.send(&world, "POST", BASE, json!({"password": PASSWORD})).await;
        assert_eq!(again.refused(409), "state_conflict");

        assert_eq!(sign_in(&world, PASSWORD, None).await.refused(401), "second_factor_needed");
        assert_eq!(sign_in(&world, PASSWORD, Some(" ")).await.refused(401), "second_factor_needed");
        // Whoever does not know the password does not learn that there is a second factor.
        let code = guarded.code(&world);
        assert_eq!(sign_in(&world, "a wrong password", Some(&code)).await.refused(401), "sign_in_refused");
        assert_eq!(sign_in(&world, PASSWORD, Some("000000")).await.refused(401), "second_factor_wrong");
        sign_in(&world, PASSWORD, Some(&code)).await.expect(201);
        // Once, and no older one after it.
        assert_eq!(sign_in(&world, PASSWORD, Some(&code)).await.refused(401), "second_factor_wrong");
        world.clock.advance_seconds(30);
        assert_eq!(sign_in(&world, PASSWORD, Some(&code)).await.refused(401), "second_factor_wrong");
        sign_in(&world, PASSWORD, Some(&guarded.code(&world))).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_requests_with_one_code_one_gets_in() {
    for world in World::on_both().await {
        let guarded = guarded(&world).await;
        let code = guarded.code(&world);
        for code in [code, guarded.recovery_codes[0].clone()] {
            let (one, other) =
                tokio::join!(sign_in(&world, PASSWORD, Some(&code)), sign_in(&world, PASSWORD, Some(&code)));
            let mut statuses = [one.status.as_u16(), other.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 401], "{} {}", one.text, other.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_works_once_however_it_is_written() {
    let world = World::new().await;
    let guarded = guarded(&world).await;
    let written = guarded.recovery_codes[3].to_lowercase().replace('-', " ");
    sign_in(&world, PASSWORD, Some(&written)).await.expect(201);
    let again = sign_in(&world, PASSWORD, Some(&guarded.recovery_codes[3])).await;
    assert_eq!(again.refused(401), "second_factor_wrong");
    let state = guarded.browser.send(&world, "GET", BASE, Value::Null).await.expect(200);
    assert_eq!(state["recovery_codes_left"], 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_guessed() {
    let world = World::new().await;
    let guarded = guarded(&world).await;
    // From one address five times; from many ten times, since the password is known then.
    for turn in 0..10_u8 {
        let body = json!({"email": OPERATOR, "password": PASSWORD, "code": "000000"});
        let request = world.request(Persona::Anonymous, "POST", "/api/v1/session", Some(&body));
        let mut router = world.router.clone();
        let mut request = request;
        request.extensions_mut().insert(api::ClientAddress([192, 0, 2, 100 + turn].into()));
        let response = tower::Service::call(&mut router, request).await.unwrap();
        assert_eq!(response.status(), 401, "{turn}");
    }
    let waits = sign_in(&world, PASSWORD, Some(&guarded.code(&world))).await;
    assert_eq!(waits.refused(429), "too_many_attempts");
    let off = json!({"password": PASSWORD, "code": guarded.code(&world)});
    let off = guarded.browser.send(&world, "POST", &format!("{BASE}/turn_off"), off).await;
    assert_eq!(off.refused(429), "too_many_attempts");
    world.clock.advance_seconds(15 * 60);
    sign_in(&world, PASSWORD, Some(&guarded.code(&world))).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_uses_no_code() {
    let world = World::new().await;
    let guarded = guarded(&world).await;
    let code = guarded.code(&world);
    let body = json!({"email": OPERATOR, "password": PASSWORD, "code": code});
    world.post(Persona::Anonymous, "/api/v1/session?dry_run=true", body).await.expect(201);
    sign_in(&world, PASSWORD, Some(&code)).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_turned_off_with_password_and_code() {
    let world = World::new().await;
    let guarded = guarded(&world).await;
    let path = format!("{BASE}/turn_off");
    let ask = |password: &str, code: String| json!({"password": password, "code": code});
    for (body, field) in [
        (ask("a wrong password", guarded.code(&world)), "password"),
        (ask(PASSWORD, "000000".to_owned()), "code"),
        (ask(PASSWORD, String::new()), "code"),
    ] {
        let refused = guarded.browser.send(&world, "POST", &path, body).await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), field.into()));
    }
    let off = guarded.browser.send(&world, "POST", &path, ask(PASSWORD, guarded.code(&world))).await;
    assert_eq!(off.expect(200)["on"], false);
    sign_in(&world, PASSWORD, None).await.expect(201);
    let again = guarded.browser.send(&world, "POST", &path, ask(PASSWORD, "000000".to_owned())).await;
    assert_eq!(again.refused(409), "state_conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_takes_it_from_whoever_lost_it() {
    let world = World::new().await;
    let guarded = guarded(&world).await;
    let me = guarded.browser.send(&world, "GET", "/api/v1/session", Value::Null).await.expect(200);
    let path = format!("/api/v1/users/{}/remove_second_factor", me["user"]["id"].as_str().unwrap());
    // Not himself: whoever finds his browser open could.
    assert_eq!(world.post(Persona::Operator, &path, json!({})).await.refused(409), "state_conflict");
    // Not somebody who may do less: he could act as him.
    let less = json!({
        "email": "less@partners.example", "name": "Less", "password": PASSWORD,
        "membership": {"role": "operator", "right": "approve"},
    });
    world.post(Persona::Operator, "/api/v1/users", less).await.expect(201);
    let less = browser(&world, "less@partners.example").await;
    assert_eq!(less.send(&world, "POST", &path, json!({})).await.refused(403), "right_missing");
    let equal = json!({
        "email": "equal@partners.example", "name": "Equal", "password": PASSWORD,
        "membership": {"role": "operator", "right": "pay"},
    });
    world.post(Persona::Operator, "/api/v1/users", equal).await.expect(201);
    let equal = browser(&world, "equal@partners.example").await;
    equal.send(&world, "POST", &path, json!({})).await.expect(200);
    guarded.browser.send(&world, "GET", BASE, Value::Null).await.refused(401);
    sign_in(&world, PASSWORD, None).await.expect(201);
    let audit = world.get(Persona::Operator, "/api/v1/audit?action=user.remove_second_factor").await;
    assert_eq!(audit.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_stored_or_told_holds_a_secret() {
    let world = World::new().await;
    let guarded = guarded(&world).await;
    let secret = guarded.secret.clone();
    let stored =
        world.app.store.read("look", |tx| tx.query("SELECT sealed FROM second_factors", &[])).await.unwrap();
    let sealed = stored[0].bytes(0).unwrap();
    assert!(!sealed.windows(8).any(|part| part == &secret[..8]));
    let audit = world.get(Persona::Operator, "/api/v1/audit?limit=200").await.expect(200).to_string();
    for code in guarded.recovery_codes.iter().chain([&data_encoding::BASE32_NOPAD.encode(&secret)]) {
        assert!(!audit.contains(code.as_str()), "{code}");
    }
    assert!(audit.contains("second_factor.confirm"), "{audit}");
}
