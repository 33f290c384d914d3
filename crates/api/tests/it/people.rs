//! People and keys: nobody gives more than he has, and nobody reaches beyond his network.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    personas::Persona::{self, Operator},
    world::{PASSWORD, World},
};

fn user(email: &str, membership: Value) -> Value {
    json!({"email": email, "name": "N", "password": PASSWORD, "membership": membership})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_membership_names_parties_of_the_network() {
    let world = World::new().await;
    let foreign =
        world.post(Persona::Foreigner, "/api/v1/advertisers", json!({"name": "Foreign"})).await.expect(201);
    let shop = &world.ids.advertiser;
    for (membership, field) in [
        (
            json!({"role": "advertiser", "right": "read", "advertisers": [foreign["id"]]}),
            "membership.advertisers[0]",
        ),
        (json!({"role": "advertiser", "right": "read"}), "membership.advertisers"),
        (json!({"role": "manager", "right": "read"}), "membership.advertisers"),
        (json!({"role": "operator", "right": "read", "advertisers": [shop]}), "membership.role"),
        (json!({"role": "publisher", "right": "read", "advertisers": [shop]}), "membership.publishers"),
    ] {
        let reply = world.post(Operator, "/api/v1/users", user("new@b.example", membership)).await;
        assert_eq!(reply.refused_field(), ("field_invalid".into(), field.into()), "{}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_taken_once() {
    let world = World::new().await;
    let body = user("Twice@b.example", json!({"role": "operator", "right": "read"}));
    world.post(Operator, "/api/v1/users", body.clone()).await.expect(201);
    let again = world.post(Operator, "/api/v1/users", body).await;
    assert_eq!(again.refused_field(), ("taken".into(), "email".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_keeps_his_own_access() {
    let world = World::new().await;
    let me =
        world.get(Operator, "/api/v1/session").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
    let disabled = world.post(Operator, &format!("/api/v1/users/{me}/disable"), json!({})).await;
    assert_eq!(disabled.refused(409), "state_conflict");
    let lowered = json!({"membership": {"role": "operator", "right": "read"}});
    let lowered = world.patch(Operator, &format!("/api/v1/users/{me}"), lowered).await;
    assert_eq!(lowered.refused(409), "state_conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_person_s_keys_stop_and_work_again() {
    let world = World::new().await;
    let path = format!("/api/v1/users/{}", world.ids.manager_user);
    world.get(Persona::Manager, "/api/v1/programs").await.expect(200);
    world.post(Operator, &format!("{path}/disable"), json!({})).await.expect(200);
    assert_eq!(world.get(Persona::Manager, "/api/v1/programs").await.refused(401), "credentials_invalid");
    world.patch(Operator, &path, json!({"status": "active"})).await.expect(200);
    world.get(Persona::Manager, "/api/v1/programs").await.expect(200);
    // A key does not keep what its owner lost.
    let other = json!({"role": "manager", "right": "read", "advertisers": [world.ids.advertiser]});
    world.patch(Operator, &path, json!({"membership": other})).await.expect(200);
    assert_eq!(world.get(Persona::Manager, "/api/v1/programs").await.refused(401), "credentials_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_no_more_than_its_maker_and_can_be_revoked() {
    let world = World::new().await;
    let more = json!({"name": "more", "membership": {"role": "operator", "right": "pay"}});
    let refused = world.post(Persona::Advertiser, "/api/v1/api_keys", more).await;
    assert_eq!(refused.refused_field(), ("right_missing".into(), "membership".into()));
    let beyond = json!({"role": "advertiser", "right": "read", "advertisers": [world.ids.other_advertiser]});
    let refused = world
        .post(Persona::Advertiser, "/api/v1/api_keys", json!({"name": "beyond", "membership": beyond}))
        .await;
    assert_eq!(refused.refused(403), "right_missing");

    let less = json!({"role": "advertiser", "right": "read", "advertisers": [world.ids.advertiser]});
    let made = world
        .post(Persona::Advertiser, "/api/v1/api_keys", json!({"name": "less", "membership": less}))
        .await
        .expect(201);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("mk_") && secret.len() == 46, "{secret}");
    let ask = || {
        http::Request::builder()
            .uri("/api/v1/programs")
            .header("authorization", format!("Bearer {secret}"))
            .body(axum::body::Body::empty())
            .unwrap()
    };
    world.send(ask()).await.expect(200);
    let path = format!("/api/v1/api_keys/{}/revoke", made["key"]["id"].as_str().unwrap());
    world.post(Persona::Advertiser, &path, json!({})).await.expect(200);
    assert_eq!(world.send(ask()).await.refused(401), "credentials_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_expires() {
    let world = World::new().await;
    let past = json!({"name": "late", "expires_at": world.now()});
    assert_eq!(
        world.post(Operator, "/api/v1/api_keys", past).await.refused_field(),
        ("field_invalid".into(), "expires_at".into())
    );
    let soon = json!({"name": "soon", "expires_at": "2026-01-16T12:00:00Z"});
    let made = world.post(Operator, "/api/v1/api_keys", soon).await.expect(201);
    let ask = || {
        let key = format!("Bearer {}", made["secret"].as_str().unwrap());
        http::Request::builder()
            .uri("/api/v1/programs")
            .header("authorization", key)
            .body(axum::body::Body::empty())
            .unwrap()
    };
    world.send(ask()).await.expect(200);
    world.clock.advance_seconds(86_400);
    assert_eq!(world.send(ask()).await.refused(401), "credentials_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_in_no_answer_and_no_audit_row() {
    let world = World::new().await;
    let path = format!("/api/v1/advertisers/{}", world.ids.advertiser);
    let token = world.post(Operator, &format!("{path}/rotate_postback_token"), json!({})).await.expect(201);
    let secret = world.post(Operator, &format!("{path}/rotate_signing_secret"), json!({})).await.expect(201);
    let mut texts = Vec::new();
    for path in
        [path.as_str(), "/api/v1/users?limit=200", "/api/v1/api_keys?limit=200", "/api/v1/audit?limit=200"]
    {
        texts.push(world.get(Operator, path).await.expect(200).to_string());
    }
    let all = texts.concat();
    let token = token["secret"].as_str().unwrap();
    let token_hash = data_encoding::HEXLOWER.encode(&Sha256::digest(token));
    for hidden in [token, &token_hash, secret["secret"].as_str().unwrap(), "$argon2"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
    assert!(texts[0].contains("\"has_signing_secret\":true"), "{}", texts[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_names_who_changed_what() {
    let world = World::new().await;
    let path = format!("/api/v1/programs/{}", world.ids.program);
    world.patch(Persona::Advertiser, &path, json!({"name": "Roses"})).await.expect(200);
    // A change that changes nothing leaves no row.
    world.patch(Persona::Advertiser, &path, json!({"name": "Roses"})).await.expect(200);
    let rows = world.get(Operator, &format!("/api/v1/audit?object={}", world.ids.program)).await.expect(200);
    let rows = rows["items"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows[0]["action"], "program.update");
    assert!(rows[0]["actor"].as_str().unwrap().starts_with("key:key_"));
    assert_eq!(rows[0]["change"]["changed"], json!({"name": {"from": "Flowers", "to": "Roses"}}));
    assert_eq!(rows[1]["action"], "program.create");
}
