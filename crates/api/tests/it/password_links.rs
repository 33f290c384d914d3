//! One-time links: invitations without a password, and passwords that were forgotten.

use serde_json::{Value, json};

use crate::{
    personas::Persona::{Anonymous, Foreigner, Operator},
    sessions::browser,
    world::{PASSWORD, Reply, World},
};

const NEW_PASSWORD: &str = "seven quiet blue doors";

async fn invited(world: &World, email: &str, membership: Value) -> Value {
    let body = json!({"email": email, "name": "Ana", "membership": membership});
    world.post(Operator, "/api/v1/users", body).await.expect(201)
}

async fn look(world: &World, token: &Value) -> Reply {
    world.post(Anonymous, "/api/v1/password_links/look", json!({"token": token})).await
}

async fn redeem(world: &World, token: &Value, password: &str) -> Reply {
    let body = json!({"token": token, "password": password});
    world.post(Anonymous, "/api/v1/password_links/redeem", body).await
}

async fn reset(world: &World, user: &Value) -> Value {
    let path = format!("/api/v1/users/{}/reset_password", user.as_str().unwrap());
    world.post(Operator, &path, json!({})).await.expect(201)
}

async fn sign_in(world: &World, email: &str, password: &str) -> Reply {
    world.post(Anonymous, "/api/v1/session", json!({"email": email, "password": password})).await
}

fn reader() -> Value {
    json!({"role": "operator", "right": "read"})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_chooses_his_password() {
    for world in World::on_both().await {
        let ana = invited(&world, "Ana@b.example", reader()).await;
        assert_eq!((&ana["invited"], &ana["email"]), (&json!(true), &json!("ana@b.example")));
        let token = &ana["link"]["token"];
        assert_eq!(ana["link"]["path"], format!("/redeem#{}", token.as_str().unwrap()));
        // Before that nobody signs in as her, also not with nothing.
        for password in ["", PASSWORD] {
            sign_in(&world, "ana@b.example", password).await.refused(401);
        }
        let seen = look(&world, token).await.expect(200);
        let expires_at = ana["link"]["expires_at"].clone();
        assert_eq!(
            seen,
            json!({"purpose": "invitation", "name": "Ana", "email": "ana@b.example", "expires_at": expires_at})
        );
        let weak = redeem(&world, token, "ana@b.example").await;
        assert_eq!(weak.refused_field(), ("field_invalid".into(), "password".into()));
        assert_eq!(redeem(&world, token, NEW_PASSWORD).await.expect(200), json!({"email": "ana@b.example"}));
        sign_in(&world, "ana@b.example", NEW_PASSWORD).await.expect(201);
        let shown = world.get(Operator, &format!("/api/v1/users/{}", ana["id"].as_str().unwrap())).await;
        assert_eq!(shown.expect(200)["invited"], false);
        // Used, unknown and ended links are told apart by nothing.
        let used = look(&world, token).await;
        let unknown = look(&world, &json!("ml_unknown")).await;
        assert_eq!(
            (used.refused(404), &used.json()["message"]),
            (unknown.refused(404), &unknown.json()["message"])
        );
        redeem(&world, token, PASSWORD).await.refused(404);
        sign_in(&world, "ana@b.example", NEW_PASSWORD).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_requests_with_one_link_one_sets_the_password() {
    for world in World::on_both().await {
        let ana = invited(&world, "ana@b.example", reader()).await;
        let token = &ana["link"]["token"];
        let (one, other) = tokio::join!(redeem(&world, token, PASSWORD), redeem(&world, token, NEW_PASSWORD));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404], "{} {}", one.text, other.text);
        let set = if one.status == 200 { PASSWORD } else { NEW_PASSWORD };
        sign_in(&world, "ana@b.example", set).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_forgot_his_password_gets_a_link_for_a_day() {
    let world = World::new().await;
    let ana = invited(&world, "ana@b.example", reader()).await;
    redeem(&world, &ana["link"]["token"], PASSWORD).await.expect(200);
    let before = browser(&world, "ana@b.example").await;
    let first = reset(&world, &ana["id"]).await;
    assert_eq!(first["purpose"], "reset");
    // Nothing changed yet.
    before.send(&world, "GET", "/api/v1/session", Value::Null).await.expect(200);
    // A second link replaces the first.
    let second = reset(&world, &ana["id"]).await;
    look(&world, &first["link"]["token"]).await.refused(404);
    redeem(&world, &second["link"]["token"], NEW_PASSWORD).await.expect(200);
    before.send(&world, "GET", "/api/v1/session", Value::Null).await.refused(401);
    sign_in(&world, "ana@b.example", PASSWORD).await.refused(401);
    sign_in(&world, "ana@b.example", NEW_PASSWORD).await.expect(201);

    let third = reset(&world, &ana["id"]).await;
    world.clock.advance_seconds(86_400);
    look(&world, &third["link"]["token"]).await.refused(404);
    redeem(&world, &third["link"]["token"], PASSWORD).await.refused(404);
    sign_in(&world, "ana@b.example", NEW_PASSWORD).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_works_a_week_and_can_be_repeated() {
    let world = World::new().await;
    let ana = invited(&world, "ana@b.example", reader()).await;
    world.clock.advance_seconds(7 * 86_400 - 60);
    look(&world, &ana["link"]["token"]).await.expect(200);
    world.clock.advance_seconds(60);
    look(&world, &ana["link"]["token"]).await.refused(404);
    let again = reset(&world, &ana["id"]).await;
    assert_eq!(again["purpose"], "invitation");
    redeem(&world, &again["link"]["token"], PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_how_somebody_signs_in_ends_his_link() {
    let world = World::new().await;
    for change in
        [json!({"password": NEW_PASSWORD}), json!({"email": "other@b.example"}), json!({"status": "paused"})]
    {
        let email = format!("ana{}@b.example", change.to_string().len());
        let ana = invited(&world, &email, reader()).await;
        let path = format!("/api/v1/users/{}", ana["id"].as_str().unwrap());
        world.patch(Operator, &path, change.clone()).await.expect(200);
        look(&world, &ana["link"]["token"]).await.refused(404);
        if change["status"] == "paused" {
            let link = world.post(Operator, &format!("{path}/reset_password"), json!({})).await;
            assert_eq!(link.refused(409), "state_conflict");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_operator_takes_over_somebody_by_a_link() {
    let world = World::new().await;
    let me = world.get(Operator, "/api/v1/session").await.expect(200)["user"]["id"].clone();
    let mine = format!("/api/v1/users/{}/reset_password", me.as_str().unwrap());
    let own = world.post(Operator, &mine, json!({}));
    assert_eq!(own.await.refused(409), "state_conflict");

    // Somebody who may do more.
    let less = json!({"role": "operator", "right": "approve"});
    let ana = invited(&world, "ana@b.example", less).await;
    redeem(&world, &ana["link"]["token"], PASSWORD).await.expect(200);
    let ana = browser(&world, "ana@b.example").await;
    let payer = invited(&world, "ben@b.example", json!({"role": "operator", "right": "pay"})).await;
    let path = format!("/api/v1/users/{}", payer["id"].as_str().unwrap());
    for (method, path, body) in [
        ("POST", format!("{path}/reset_password"), json!({})),
        ("PATCH", path.clone(), json!({"password": NEW_PASSWORD})),
        ("PATCH", path.clone(), json!({"email": "mine@b.example"})),
    ] {
        assert_eq!(ana.send(&world, method, &path, body).await.refused(403), "right_missing");
    }

    // Somebody who serves another network too.
    let foreign = world.get(Foreigner, "/api/v1/session").await.expect(200);
    serves_too(&world, &payer["id"], &foreign["acting_as"]["network_id"]).await;
    for who in [Operator, Foreigner] {
        let refused = world.post(who, &format!("{path}/reset_password"), json!({})).await;
        assert_eq!(refused.refused(403), "right_missing");
    }
}

/// Makes a person a member of another network with the same rights.
async fn serves_too(world: &World, user: &Value, network: &Value) {
    let (user, network) = (user.as_str().unwrap().to_owned(), network.clone());
    let id: model::UserId = user.parse().unwrap();
    let changed = world.app.store.write("serve another network", move |tx| {
        let id = || id.bytes().as_slice().into();
        let row = tx.query_opt("SELECT body FROM users WHERE id = $1", &[id()])?.unwrap();
        let mut body: Value = serde_json::from_str(row.text(0)?).unwrap();
        let mut membership = body["memberships"][0].clone();
        membership["network_id"] = network.clone();
        body["memberships"].as_array_mut().unwrap().push(membership);
        let body = body.to_string();
        tx.execute("UPDATE users SET body = $1 WHERE id = $2", &[body.as_str().into(), id()])
    });
    assert_eq!(changed.await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_does_not_show_the_link_again() {
    let world = World::new().await;
    let body = json!({"email": "ana@b.example", "name": "Ana", "membership": reader()});
    let mut links = Vec::new();
    for _ in 0..2 {
        let mut request = world.request(Operator, "POST", "/api/v1/users", Some(&body));
        request.headers_mut().insert("idempotency-key", "once".parse().unwrap());
        links.push(world.send(request).await.expect(201)["link"].clone());
    }
    assert!(links[0].is_object() && links[1].is_null(), "{links:?}");
    let audit = world.get(Operator, "/api/v1/audit?limit=200").await.expect(200).to_string();
    assert!(!audit.contains(links[0]["token"].as_str().unwrap()), "{audit}");
    assert!(audit.contains("\"link\":\"invitation\""), "{audit}");
}
