//! Conversions by REST: reported, decided, approved, rejected, taken back, explained.

use http::Request;
use serde_json::{Value, json};

use crate::{
    personas::Persona::{Advertiser, Manager, Operator, Publisher},
    world::World,
};

fn path(id: &str, verb: &str) -> String {
    format!("/api/v1/conversions/{id}/{verb}")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_decided_and_approved() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    let seen = world.get(Publisher, &format!("/api/v1/conversions/{id}")).await.expect(200);
    assert_eq!(seen["commission"], json!({"amount": "9.00", "currency": "USD"}));
    assert!(seen["fee"].is_null() && seen["lines"][0]["fee"].is_null(), "{seen}");
    let seen = world.get(Advertiser, &format!("/api/v1/conversions/{id}")).await.expect(200);
    assert_eq!(seen["fee"]["amount"], "1.80");
    let approved = world.post(Manager, &path(&id, "approve"), json!({"note": "paid"})).await.expect(200);
    assert_eq!(approved["state"], "approved");
    let again = world.post(Manager, &path(&id, "approve"), json!({})).await;
    assert_eq!(again.refused(409), "state_conflict");
    let receipt = world.get(Publisher, &path(&id, "receipt")).await.expect(200);
    assert_eq!(receipt["document"]["viewer"], "publisher");
    assert_eq!(receipt["document"]["decisions"].as_array().unwrap().len(), 2);
    assert_eq!(receipt["signature"]["algorithm"], "Ed25519");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_thirds_leave_nothing_and_no_more_can_be_taken() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    world.post(Advertiser, &path(&id, "approve"), json!({})).await.expect(200);
    for (reversed, commission, state) in
        [("1/3", "6.00", "approved"), ("2/3", "3.00", "approved"), ("1/1", "0.00", "reversed")]
    {
        let body = json!({"share": "1/3", "reason": "returned"});
        let stands = world.post(Advertiser, &path(&id, "reverse"), body).await.expect(200);
        assert_eq!((&stands["reversed"], &stands["state"]), (&json!(reversed), &json!(state)));
        assert_eq!(stands["commission"]["amount"], commission, "{stands}");
        let own = world.get(Publisher, &format!("/api/v1/conversions/{id}")).await.expect(200);
        assert_eq!(own["commission"]["amount"], commission, "{own}");
    }
    let more = world.post(Advertiser, &path(&id, "reverse"), json!({"reason": "returned"})).await;
    assert_eq!(more.refused(409), "state_conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_take_their_reason_from_the_list() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    for (verb, body, code, field) in [
        ("reject", json!({}), "field_missing", "reason"),
        ("reject", json!({"reason": "mood"}), "field_invalid", "reason"),
        ("reject", json!({"reason": "hold_ended"}), "field_invalid", "reason"),
        ("reject", json!({"reason": "confirmed"}), "field_invalid", "reason"),
        ("reject", json!({"reason": "other"}), "field_invalid", "note"),
        ("reverse", json!({"reason": "returned", "share": "2/1"}), "field_invalid", "share"),
        ("reverse", json!({"reason": "returned", "share": "1/3", "amount": "1"}), "field_invalid", "share"),
        ("reverse", json!({"reason": "returned", "amount": "1e3"}), "field_invalid", "amount"),
        ("reverse", json!({"reason": "returned", "amount": "-5"}), "field_invalid", "amount"),
        ("reverse", json!({"reason": "returned", "amount": 5}), "field_invalid", "amount"),
    ] {
        let reply = world.post(Advertiser, &path(&id, verb), body.clone()).await;
        assert_eq!(reply.refused_field(), (code.to_owned(), field.to_owned()), "{body}: {}", reply.text);
    }
    let rejected =
        world.post(Advertiser, &path(&id, "reject"), json!({"reason": "other", "note": "Test order"})).await;
    let rejected = rejected.expect(200);
    assert_eq!((&rejected["state"], &rejected["commission"]["amount"]), (&json!("rejected"), &json!("0.00")));
    // The verdict stays what it was; what was done later stands beside it, for both sides.
    for who in [Advertiser, Publisher] {
        let listed = world.get(who, "/api/v1/conversions").await.expect(200);
        let listed = &listed["items"][0];
        assert_eq!((&listed["code"], &listed["state"]), (&json!("ok"), &json!("rejected")));
        let change = &listed["last_change"];
        assert_eq!((&change["kind"], &change["reason"]), (&json!("rejected"), &json!("other")));
        assert!(change["at"].is_string() && change.get("note").is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reversal_by_amount_is_run_dry_and_then_for_real_once() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    let body = json!({"amount": "30.00", "reason": "returned"});
    let dry = world
        .post(Advertiser, &format!("{}?dry_run=true", path(&id, "reverse")), body.clone())
        .await
        .expect(200);
    assert_eq!((&dry["reversed"], &dry["commission"]["amount"]), (&json!("1/3"), &json!("6.00")));
    let before = world.get(Advertiser, &format!("/api/v1/conversions/{id}")).await.expect(200);
    assert_eq!(before["reversed"], "0/1");
    for _ in 0..2 {
        let (mut parts, bytes) =
            world.request(Advertiser, "POST", &path(&id, "reverse"), Some(&body)).into_parts();
        parts.headers.insert("idempotency-key", "refund-1".parse().unwrap());
        let stands = world.send(Request::from_parts(parts, bytes)).await.expect(200);
        assert_eq!(stands["reversed"], "1/3");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_decided_once_and_its_key_is_of_one_report() {
    let world = World::new().await;
    let click_id = world.own_click().await;
    world.clock.advance_seconds(60);
    let report = |amount: &str| json!({"action": "order", "order_id": "o-7", "amount": amount, "currency": "USD", "click_id": click_id});
    let send = async |body: Value, key: Option<&str>| {
        let (mut parts, bytes) =
            world.request(Advertiser, "POST", "/api/v1/conversions", Some(&body)).into_parts();
        if let Some(key) = key {
            parts.headers.insert("idempotency-key", key.parse().unwrap());
        }
        world.send(Request::from_parts(parts, bytes)).await
    };
    let first = send(report("50.00"), Some("k-1")).await.expect(201);
    assert_eq!((&first["decision"], &first["code"]), (&json!("pending"), &json!("ok")));
    assert_eq!(first["publisher_id"], world.ids.publisher.as_str());
    let again = send(report("50.00"), Some("k-1")).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.expect(201)["conversion_id"], first["conversion_id"]);
    assert_eq!(send(report("60.00"), Some("k-1")).await.refused(409), "idempotency_key_reused");
    let duplicate = send(report("70.00"), None).await.expect(201);
    assert_eq!(
        (&duplicate["decision"], &duplicate["duplicate_of"]),
        (&json!("duplicate"), &first["conversion_id"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_report_is_decided_and_not_stored() {
    let world = World::new().await;
    let body =
        json!({"action": "order", "order_id": "o-1", "amount": "50.00", "click_id": world.own_click().await});
    let dry = world.post(Advertiser, "/api/v1/conversions?dry_run=true", body).await.expect(201);
    assert_eq!(dry["decision"], "pending", "{dry}");
    let list = world.get(Operator, "/api/v1/conversions").await.expect(200);
    assert_eq!(list["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_cannot_be_read_is_refused_by_its_field() {
    let world = World::new().await;
    let ids = &world.ids;
    for (body, code, field) in [
        (json!({}), "field_missing", "action"),
        (json!({"action": "order", "amount": 50}), "field_invalid", "amount"),
        (json!({"action": "or\nder"}), "field_invalid", "action"),
        (json!({"action": "order", "adv": {"adv11": "x"}}), "field_invalid", "adv.adv11"),
        (
            json!({"action": "order", "items": [{"price": "1", "quantity": 0}]}),
            "field_invalid",
            "items[0].quantity",
        ),
        (json!({"action": "order", "email_sha256": "a@b.c"}), "field_invalid", "email_sha256"),
        (json!({"action": "order", "program_id": ids.other_program}), "field_invalid", "program_id"),
        (json!({"action": "order", "advertiser_id": ids.other_advertiser}), "field_invalid", "advertiser_id"),
        (json!({"action": "order", "state": "approved"}), "field_unknown", "state"),
        (json!({"action": "order", "order_id": "x".repeat(1001)}), "field_invalid", "order_id"),
    ] {
        let reply = world.post(Advertiser, "/api/v1/conversions", body.clone()).await;
        assert_eq!(reply.refused_field(), (code.to_owned(), field.to_owned()), "{body}: {}", reply.text);
    }
    let nobody = world.post(Operator, "/api/v1/conversions", json!({"action": "lead"})).await;
    assert_eq!(nobody.refused_field(), ("field_missing".into(), "advertiser_id".into()));
}
