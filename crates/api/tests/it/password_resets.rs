//! Links for forgotten passwords, by mail: to whoever signs in with the address, and to nobody else's knowledge.

use app::outputs::deliver::deliver_due;
use http::Request;
use serde_json::{Value, json};

use crate::{
    personas::Persona::{Anonymous, Operator},
    receivers::{courier, mail_server},
    sessions::browser,
    world::{CONSOLE, PASSWORD, Reply, World},
};

const NEW_PASSWORD: &str = "seven quiet blue doors";
const PATH: &str = "/api/v1/password_resets";

async fn ask(world: &World, email: &str) -> Reply {
    world.post(Anonymous, PATH, json!({ "email": email })).await
}

async fn person(world: &World, email: &str) -> Value {
    let membership = json!({"role": "operator", "right": "read"});
    let body = json!({"email": email, "name": "Ana", "password": PASSWORD, "membership": membership});
    world.post(Operator, "/api/v1/users", body).await.expect(201)
}

/// What is mailed now, without the line breaks of mails.
async fn mailed(world: &World, mails: usize) -> Vec<String> {
    let (port, heard) = mail_server(mails).await;
    deliver_due(&world.app, &courier(Some(port))).await.unwrap();
    heard.await.unwrap().iter().map(|mail| read(mail)).collect()
}

/// Receiver and text of a mail.
fn read(mail: &str) -> String {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let to = head.lines().find(|line| line.starts_with("To:")).unwrap();
    let body: String = body.split_whitespace().collect();
    let text = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
    format!("{to}\n{}", String::from_utf8(text).unwrap())
}

/// The token in a mail.
fn token(mail: &str) -> String {
    let begin = format!("{CONSOLE}/redeem#");
    mail.split_once(begin.as_str()).unwrap().1.lines().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_forgot_his_password_is_mailed_a_link_for_an_hour() {
    for world in World::on_both().await {
        person(&world, "ana@b.example").await;
        let before = browser(&world, "ana@b.example").await;
        assert_eq!(ask(&world, " Ana@B.example ").await.expect(202), json!({"link_seconds": 3600}));
        let mails = mailed(&world, 1).await;
        assert!(mails[0].starts_with("To: ana@b.example\n") || mails[0].starts_with("To: <ana@b.example>\n"));
        let token = token(&mails[0]);
        // Nothing changed yet; then it sets the password, once, and ends what was open.
        before.send(&world, "GET", "/api/v1/session", Value::Null).await.expect(200);
        let redeem = json!({"token": token, "password": NEW_PASSWORD});
        world.post(Anonymous, "/api/v1/password_links/redeem", redeem.clone()).await.expect(200);
        world.post(Anonymous, "/api/v1/password_links/redeem", redeem).await.refused(404);
        before.send(&world, "GET", "/api/v1/session", Value::Null).await.refused(401);
        let audit = world.get(Operator, "/api/v1/audit?limit=200").await.text;
        assert!(audit.contains("password_reset.mail") && !audit.contains(&token), "{audit}");

        world.clock.advance_seconds(900);
        ask(&world, "ana@b.example").await.expect(202);
        let late = self::token(&mailed(&world, 1).await[0]);
        world.clock.advance_seconds(3600);
        let late = json!({"token": late, "password": PASSWORD});
        world.post(Anonymous, "/api/v1/password_links/redeem", late).await.refused(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_tells_nobody_who_signs_in_here() {
    for world in World::on_both().await {
        person(&world, "ana@b.example").await;
        let paused = person(&world, "paused@b.example").await;
        let path = format!("/api/v1/users/{}", paused["id"].as_str().unwrap());
        world.patch(Operator, &path, json!({"status": "paused"})).await.expect(200);
        let seen = |reply: &Reply| {
            let mut headers: Vec<_> = reply.headers.keys().map(|name| name.as_str().to_owned()).collect();
            headers.sort_unstable();
            (reply.status, reply.text.clone(), headers)
        };
        let known = ask(&world, "ana@b.example").await;
        for email in ["nobody@b.example", "paused@b.example", "ana@b.example"] {
            assert_eq!(seen(&ask(&world, email).await), seen(&known), "{email}");
        }
        // One mail: to her, once, also when she is asked for again. What waited opens nothing, and no operator sees who was asked for.
        let mails = mailed(&world, 1).await;
        assert!(mails[0].contains("ana@b.example"), "{mails:?}");
        let listed = world.get(Operator, "/api/v1/deliveries").await.expect(200);
        assert_eq!(listed["items"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_asks_ten_times_whoever_it_asks_for() {
    let world = World::new().await;
    for number in 0..10 {
        ask(&world, &format!("{number}@b.example")).await.expect(202);
    }
    let refused = ask(&world, "ana@b.example").await;
    assert_eq!(refused.refused(429), "too_many_attempts");
    assert!(refused.headers.contains_key("retry-after"));
    world.clock.advance_seconds(900);
    ask(&world, "ana@b.example").await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_where_the_settings_say_and_not_where_the_request_says() {
    let world = World::new().await;
    person(&world, "ana@b.example").await;
    let request = Request::post(PATH)
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("content-type", "application/json")
        .body(json!({"email": "ana@b.example", "language": "fa"}).to_string().into())
        .unwrap();
    world.send(request).await.expect(202);
    let mails = mailed(&world, 1).await;
    assert!(mails[0].contains(&format!("{CONSOLE}/redeem#ml_")) && !mails[0].contains("evil"), "{mails:?}");
    assert!(mails[0].contains("گذرواژه"), "{mails:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_ends_no_link_that_somebody_has() {
    let world = World::new().await;
    let ana =
        json!({"email": "ana@b.example", "name": "Ana", "membership": {"role": "operator", "right": "read"}});
    let invited = world.post(Operator, "/api/v1/users", ana).await.expect(201);
    ask(&world, "ana@b.example").await.expect(202);
    mailed(&world, 1).await;
    let looked = json!({"token": invited["link"]["token"]});
    world.post(Anonymous, "/api/v1/password_links/look", looked.clone()).await.expect(200);
    // It is the one that was used that ends all others.
    let redeem = json!({"token": invited["link"]["token"], "password": NEW_PASSWORD});
    world.post(Anonymous, "/api/v1/password_links/redeem", redeem).await.expect(200);
    world.post(Anonymous, "/api/v1/password_links/look", looked).await.refused(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_too_long_is_not_mailed() {
    let world = World::new().await;
    person(&world, "ana@b.example").await;
    ask(&world, "ana@b.example").await.expect(202);
    world.clock.advance_seconds(3600);
    let (_, heard) = mail_server(0).await;
    assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
    assert!(heard.await.unwrap().is_empty());
    assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 0, "it is not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mails_it_says_whom_to_ask() {
    let mut world = World::new().await;
    assert_eq!(world.get(Anonymous, "/api/v1/setup").await.expect(200)["password_mails"], true);
    world.router = api::router(world.app.clone());
    assert_eq!(world.get(Anonymous, "/api/v1/setup").await.expect(200)["password_mails"], false);
    let refused = ask(&world, "ana@b.example").await;
    assert_eq!(refused.refused(409), "state_conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_request_is_refused_and_a_dry_run_mails_nothing() {
    let world = World::new().await;
    person(&world, "ana@b.example").await;
    let wrong = ask(&world, "ana at b.example").await;
    assert_eq!(wrong.refused_field(), ("field_invalid".into(), "email".into()));
    let tongue = json!({"email": "ana@b.example", "language": "xx"});
    world.post(Anonymous, PATH, tongue).await.refused(422);
    let dry = format!("{PATH}?dry_run=true");
    world.post(Anonymous, &dry, json!({"email": "ana@b.example"})).await.expect(202);
    assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 0);
}
