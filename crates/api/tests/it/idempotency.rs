//! Repeated writes and dry runs.

use std::sync::Arc;

use http::Request;
use serde_json::{Value, json};

use crate::{
    personas::Persona,
    world::{Reply, World},
};

async fn with_key(world: &World, who: Persona, path: &str, key: &str, body: &Value) -> Reply {
    let (mut parts, body) = world.request(who, "POST", path, Some(body)).into_parts();
    parts.headers.insert("idempotency-key", key.parse().unwrap());
    world.send(Request::from_parts(parts, body)).await
}

async fn publishers(world: &World) -> usize {
    world.get(Persona::Operator, "/api/v1/publishers").await.expect(200)["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_is_carried_out_once_and_answered_alike() {
    let world = World::new().await;
    let before = publishers(&world).await;
    let (path, body) = ("/api/v1/publishers", json!({"name": "Once"}));
    let first = with_key(&world, Persona::Operator, path, "k1", &body).await;
    let again = with_key(&world, Persona::Operator, path, "k1", &body).await;
    assert_eq!(first.expect(201), again.expect(201));
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(publishers(&world).await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_of_one_input_and_one_actor() {
    let world = World::new().await;
    let path = "/api/v1/advertisers";
    with_key(&world, Persona::Operator, path, "k1", &json!({"name": "A"})).await.expect(201);
    for (path, body) in [(path, json!({"name": "B"})), ("/api/v1/publishers", json!({"name": "A"}))] {
        let reply = with_key(&world, Persona::Operator, path, "k1", &body).await;
        assert_eq!(reply.refused(409), "idempotency_key_reused");
    }
    // Somebody else's key of the same name is another key.
    with_key(&world, Persona::Foreigner, path, "k1", &json!({"name": "B"})).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_may_be_corrected_under_its_key() {
    let world = World::new().await;
    let path = "/api/v1/publishers";
    assert_eq!(
        with_key(&world, Persona::Operator, path, "k1", &json!({"name": ""})).await.refused(422),
        "field_invalid"
    );
    with_key(&world, Persona::Operator, path, "k1", &json!({"name": "Corrected"})).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_at_once_with_one_key_have_one_effect() {
    for world in World::on_both().await {
        at_once(Arc::new(world)).await;
    }
}

async fn at_once(world: Arc<World>) {
    let before = publishers(&world).await;
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                let body = json!({"name": "Once"});
                with_key(&world, Persona::Operator, "/api/v1/publishers", "k1", &body).await.expect(201)
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(publishers(&world).await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_once() {
    let world = World::new().await;
    let path = format!("/api/v1/advertisers/{}/rotate_postback_token", world.ids.advertiser);
    let first = with_key(&world, Persona::Operator, &path, "k1", &json!({})).await.expect(201);
    let again = with_key(&world, Persona::Operator, &path, "k1", &json!({})).await.expect(201);
    assert!(first["secret"].as_str().unwrap().starts_with("mt_"), "{first}");
    assert_eq!(again["secret"], Value::Null);
    assert_eq!(first["advertiser"], again["advertiser"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_effect_and_has_none() {
    let world = World::new().await;
    let before = publishers(&world).await;
    let body = json!({"name": "Never"});
    let shown = world.post(Persona::Operator, "/api/v1/publishers?dry_run=true", body.clone()).await;
    assert_eq!(shown.expect(201)["name"], "Never");
    assert_eq!(shown.headers["merit-dry-run"], "true");
    assert_eq!(publishers(&world).await, before);
    let refused = world.post(Persona::Operator, "/api/v1/publishers?dry_run=true", json!({"name": ""})).await;
    assert_eq!(refused.refused(422), "field_invalid");
    let audit = world.get(Persona::Operator, "/api/v1/audit?action=publisher.create").await.expect(200);
    assert!(!audit.to_string().contains("Never"));
    // The key of a dry run is free afterwards.
    with_key(&world, Persona::Operator, "/api/v1/publishers?dry_run=true", "k1", &body).await.expect(201);
    let real = with_key(&world, Persona::Operator, "/api/v1/publishers", "k1", &body).await;
    real.expect(201);
    assert!(!real.headers.contains_key("idempotent-replayed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_switches_are_read_strictly() {
    let world = World::new().await;
    let body = json!({"name": "A"});
    for key in ["", "with blank", &"x".repeat(201)] {
        let reply = with_key(&world, Persona::Operator, "/api/v1/publishers", key, &body).await;
        assert_eq!(reply.refused(400), "idempotency_key_invalid", "{key:?}");
    }
    for query in ["dry_run=yes", "dryrun=true", "dry_run=true&dry_run=false"] {
        let reply = world.post(Persona::Operator, &format!("/api/v1/publishers?{query}"), body.clone()).await;
        assert_eq!(reply.refused(400), "parameter_invalid", "{query}");
    }
}
