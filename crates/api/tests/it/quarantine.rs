//! Requests in quarantine that are repaired and taken in after all, or dismissed.

use app::intake::{Event, Quarantined};
use model::{Code, QuarantineId};
use serde_json::{Value, json};

use crate::{
    personas::Persona::{Advertiser, Foreigner, Operator, Publisher},
    world::{Reply, World},
};

/// A request of the advertiser that went into quarantine; gives its id.
pub async fn quarantined(world: &World, request: &str) -> String {
    of(world, "conversion", true, request).await
}

async fn of(world: &World, kind: &str, known: bool, request: &str) -> String {
    let received_at = world.clock.advance_micros(1_000);
    let row = Quarantined {
        id: QuarantineId::new(received_at, &*world.app.entropy),
        network_id: known.then(|| world.ids.network.parse().unwrap()),
        advertiser_id: known.then(|| world.ids.advertiser.parse().unwrap()),
        received_at,
        kind: kind.to_owned(),
        code: Code::BodyInvalid,
        reason: "It could not be read.".to_owned(),
        request: request.to_owned(),
    };
    let id = row.id.to_string();
    world.app.intake.as_ref().unwrap().submit(Event::Quarantine(Box::new(row))).await.unwrap();
    id
}

async fn replay(world: &World, id: &str, body: Value) -> Reply {
    world.post(Advertiser, &format!("/api/v1/quarantine/{id}/replay"), body).await
}

/// The entry as the list shows it.
async fn shown(world: &World, id: &str) -> Value {
    let list = world.get(Operator, "/api/v1/quarantine?limit=200").await.expect(200);
    list["items"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone()
}

async fn conversions(world: &World) -> usize {
    let list = world.get(Operator, "/api/v1/conversions?limit=200").await.expect(200);
    list["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repaired_request_becomes_a_conversion_once() {
    for world in World::on_both().await {
        let click = world.own_click().await;
        let request =
            format!("POST /postback\ntoken=***&action=order&order_id=q-1&amount=ninety&click_id={click}");
        let id = quarantined(&world, &request).await;
        assert_eq!(shown(&world, &id).await["solution"], Value::Null);
        let came_at = shown(&world, &id).await["received_at"].clone();
        world.clock.advance_seconds(86_400);
        // As it came it is taken in too, and says what is wrong with it.
        let fields = json!({"fields": {"amount": "90.00", "currency": "USD"}});
        let dry = world
            .post(Advertiser, &format!("/api/v1/quarantine/{id}/replay?dry_run=true"), fields.clone())
            .await
            .expect(201);
        assert_eq!(dry["decision"], "pending", "{dry}");
        assert_eq!((conversions(&world).await, &shown(&world, &id).await["solution"]), (0, &Value::Null));

        let (one, other) = tokio::join!(replay(&world, &id, fields.clone()), replay(&world, &id, fields));
        let (one, other) = (one.expect(201), other.expect(201));
        assert_eq!(
            (&one["decision"], &one["publisher_id"]),
            (&json!("pending"), &json!(world.ids.publisher))
        );
        assert_eq!(one["conversion_id"], other["conversion_id"]);
        // Later, with something else: still the first.
        let later = replay(&world, &id, json!({"fields": {"amount": "9000.00"}})).await;
        assert_eq!(later.headers["idempotent-replayed"], "true");
        assert_eq!(later.expect(201)["conversion_id"], one["conversion_id"]);
        assert_eq!(conversions(&world).await, 1);

        let path = format!("/api/v1/conversions/{}", one["conversion_id"].as_str().unwrap());
        let made = world.get(Operator, &path).await.expect(200);
        assert_eq!((&made["amount"]["amount"], &made["occurred_at"]), (&json!("90.00"), &came_at), "{made}");
        let solution = shown(&world, &id).await["solution"].clone();
        assert_eq!(
            (&solution["way"], &solution["conversion_id"]),
            (&json!("replayed"), &one["conversion_id"])
        );
        let dismissed = json!({"reason": "Too late"});
        let dismissed = world.post(Operator, &format!("/api/v1/quarantine/{id}/dismiss"), dismissed).await;
        assert_eq!(dismissed.refused(409), "state_conflict");
        let audit = world.get(Operator, "/api/v1/audit?action=quarantine.replay").await.expect(200);
        assert_eq!(audit["items"].as_array().unwrap().len(), 1, "{audit}");
        world.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_s_own_repetition_and_the_replay_are_one_conversion() {
    let world = World::new().await;
    let click = world.own_click().await;
    let request = format!("GET /postback?action=order&order_id=q-1&amount=9O&click_id={click}");
    let id = quarantined(&world, &request).await;
    let body = json!({
        "action": "order", "order_id": "q-1", "amount": "90", "currency": "USD", "click_id": click,
    });
    let own = world.post(Advertiser, "/api/v1/conversions", body).await.expect(201);
    let again = replay(&world, &id, json!({"fields": {"amount": "90", "currency": "USD"}})).await.expect(201);
    assert_eq!((&again["code"], &again["duplicate_of"]), (&json!("duplicate_of"), &own["conversion_id"]));
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_replay_is_named() {
    let world = World::new().await;
    let id = quarantined(&world, "POST /postback\n{\"action\":\"order\",\"occurred_at\":\"soon\"").await;
    for (body, code, field) in [
        (json!({}), "field_invalid", "fields"),
        (json!({"fields": {"amuont": "1"}}), "field_unknown", "fields.amuont"),
        (
            json!({"fields": {"action": "order", "occurred_at": "soon"}}),
            "field_invalid",
            "fields.occurred_at",
        ),
        (json!({"fields": {"action": null}}), "field_invalid", "fields.action"),
        (json!({"fields": {"action": {"a": 1}}}), "field_invalid", "fields"),
        (
            json!({"advertiser_id": world.ids.other_advertiser, "fields": {"action": "lead"}}),
            "field_invalid",
            "advertiser_id",
        ),
        (
            json!({"fields": {"action": "lead", "program": world.ids.other_program}}),
            "field_invalid",
            "program_id",
        ),
        (json!({"field": {}}), "field_unknown", "field"),
    ] {
        let refused = replay(&world, &id, body.clone()).await;
        assert_eq!(refused.refused_field(), (code.into(), field.into()), "{body}");
    }
    assert_eq!(shown(&world, &id).await["solution"], Value::Null);
    let click = of(&world, "touch", true, "GET /c/0abc").await;
    assert_eq!(replay(&world, &click, json!({})).await.refused(409), "state_conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_nobody_is_the_operators_and_needs_an_advertiser() {
    let world = World::new().await;
    let id = of(&world, "conversion", false, "GET /postback?token=***&action=lead&order_id=q-2").await;
    replay(&world, &id, json!({})).await.refused(404);
    let path = format!("/api/v1/quarantine/{id}/replay");
    let nobody = world.post(Operator, &path, json!({})).await;
    assert_eq!(nobody.refused_field(), ("field_missing".into(), "advertiser_id".into()));
    let named = json!({"advertiser_id": world.ids.advertiser});
    let foreign = world.post(Foreigner, &path, named.clone()).await;
    assert_eq!(foreign.refused_field(), ("field_invalid".into(), "advertiser_id".into()));
    world.post(Operator, &path, named).await.expect(201);
    assert_eq!(shown(&world, &id).await["solution"]["way"], "replayed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_request_stays_dismissed() {
    let world = World::new().await;
    let id = of(&world, "touch", true, "GET /c/0abc").await;
    let path = format!("/api/v1/quarantine/{id}/dismiss");
    let bad = world.post(Operator, &path, json!({"reason": ""})).await;
    assert_eq!(bad.refused_field(), ("field_invalid".into(), "reason".into()));
    world.post(Publisher, &path, json!({"reason": "Mine"})).await.refused(404);
    let body = json!({"reason": "A link of an old flyer"});
    world.post(Operator, &format!("{path}?dry_run=true"), body.clone()).await.expect(200);
    let done = world.post(Advertiser, &path, body.clone()).await.expect(200);
    assert_eq!(
        (&done["solution"]["way"], &done["solution"]["reason"]),
        (&json!("dismissed"), &json!("A link of an old flyer"))
    );
    assert_eq!(world.post(Operator, &path, body).await.refused(409), "state_conflict");
    let conversion = quarantined(&world, "GET /postback?action=lead").await;
    world
        .post(Operator, &format!("/api/v1/quarantine/{conversion}/dismiss"), json!({"reason": "A test"}))
        .await
        .expect(200);
    assert_eq!(replay(&world, &conversion, json!({})).await.refused(409), "state_conflict");
}
