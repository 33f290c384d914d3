//! Holds, extensions, reversals by item, and one judgement on many conversions.

use serde_json::{Value, json};

use crate::{
    personas::Persona::{self, Advertiser, Operator, Publisher},
    world::World,
};

fn path(id: &str, verb: &str) -> String {
    format!("/api/v1/conversions/{id}/{verb}")
}

async fn expect_clean(world: &World) {
    let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
    assert!(summary.is_clean(), "{:?}", summary.violations);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_is_held_extended_and_released() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    let pending = world.get(Publisher, &format!("/api/v1/conversions/{id}")).await.expect(200);
    for (verb, body, field) in [
        ("hold", json!({"reason": "confirmed"}), "reason"),
        ("hold", json!({"reason": "dispute_accepted"}), "reason"),
        ("reject", json!({"reason": "under_review"}), "reason"),
        ("extend", json!({"reason": "under_review", "until": "2100-01-01T00:00:00Z"}), "until"),
    ] {
        let reply = world.post(Advertiser, &path(&id, verb), body.clone()).await;
        assert_eq!(reply.refused_field(), ("field_invalid".to_owned(), field.to_owned()), "{body}");
    }
    let body = json!({"reason": "under_review", "note": "The address looks odd."});
    let held = world.post(Advertiser, &path(&id, "hold"), body).await.expect(200);
    assert_eq!((&held["state"], &held["commission"]["amount"]), (&json!("held"), &json!("9.00")));
    let extended = world.post(Advertiser, &path(&id, "extend"), json!({"reason": "under_review"})).await;
    let extended = extended.expect(200);
    assert!(extended["approve_at"].as_str() > pending["approve_at"].as_str(), "{extended}");
    let again = world.post(Operator, &path(&id, "extend"), json!({"reason": "under_review"})).await;
    assert_eq!(again.refused(409), "state_conflict");
    let released = world.post(Advertiser, &path(&id, "release"), json!({})).await.expect(200);
    assert_eq!(released["state"], "pending");
    let due = |moment: &Value| format!("/api/v1/conversions?approve_before={}", moment.as_str().unwrap());
    let found = world.get(Publisher, &due(&extended["approve_at"])).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 0, "{found}");
    let found = world.get(Publisher, &due(&json!("2100-01-01T00:00:00Z"))).await.expect(200);
    assert_eq!(found["items"][0]["id"], json!(id));
    let receipt = world.get(Publisher, &path(&id, "receipt")).await.expect(200);
    let decisions = &receipt["document"]["decisions"];
    let kinds: Vec<_> = decisions.as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["decided", "held", "extended", "released"]);
    assert_eq!(decisions[1]["reason_words"]["vi"], "Đang được xem xét.");
    assert_eq!(decisions[2]["approve_at"], extended["approve_at"]);
    expect_clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_taken_back_once() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    let items =
        |quantity: u32| json!({"reason": "returned", "items": [{"sku": "secret-sku", "quantity": quantity}]});
    let one = world.post(Advertiser, &path(&id, "reverse"), items(1)).await.expect(200);
    assert_eq!((&one["reversed"], &one["commission"]["amount"]), (&json!("1/2"), &json!("4.50")));
    let reply = world.post(Advertiser, &path(&id, "reverse"), items(2)).await;
    assert_eq!(reply.refused_field(), ("field_invalid".to_owned(), "items[0].quantity".to_owned()));
    let unknown = json!({"reason": "returned", "items": [{"sku": "other", "quantity": 1}]});
    let reply = world.post(Advertiser, &path(&id, "reverse"), unknown).await;
    assert_eq!(reply.refused_field(), ("field_invalid".to_owned(), "items[0].sku".to_owned()));
    let both = json!({"reason": "returned", "share": "1/3", "items": []});
    let reply = world.post(Advertiser, &path(&id, "reverse"), both).await;
    assert_eq!(reply.refused_field(), ("field_invalid".to_owned(), "items".to_owned()));
    let receipt = world.get(Publisher, &path(&id, "receipt")).await.expect(200);
    assert!(!receipt.to_string().contains("secret-sku"), "items are not the publisher's to read");
    let receipt = world.get(Advertiser, &path(&id, "receipt")).await.expect(200);
    assert_eq!(receipt["document"]["decisions"][1]["items"][0]["quantity"], 1);
    expect_clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_judged_and_each_is_told_of() {
    for world in World::on_both().await {
        let ids = [world.order("o-1").await, world.order("o-2").await, world.order("o-3").await];
        world.post(Advertiser, &path(&ids[2], "reject"), json!({"reason": "cancelled"})).await.expect(200);
        let bulk = |body: Value| {
            let world = &world;
            async move { world.post(Advertiser, "/api/v1/conversions/bulk", body).await.expect(200) }
        };
        let named = json!({"operation": "approve", "order_ids": ["o-1", "o-2", "o-3", "o-9"]});
        let preview = world.post(Advertiser, "/api/v1/conversions/bulk?dry_run=true", named.clone()).await;
        let preview = preview.expect(200);
        let done = bulk(named).await;
        assert_eq!(preview, done, "a preview is the very same run");
        assert_eq!((&done["done"], &done["refused"]), (&json!(2), &json!(2)));
        assert_eq!(done["money"][0]["commission_after"]["amount"], "18.00");
        assert_eq!(done["order_value"], json!([{"amount": "180.00", "currency": "USD"}]));
        let codes: Vec<_> = done["items"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
        assert_eq!(codes, [Value::Null, Value::Null, json!("state_conflict"), json!("not_found")]);

        let filter = json!({"operation": "reverse", "filter": {"action": "order"}, "share": "1/3", "reason": "returned"});
        let reversed = bulk(filter).await;
        assert_eq!((&reversed["done"], &reversed["refused"]), (&json!(2), &json!(0)), "{reversed}");
        assert_eq!(reversed["money"][0]["commission_before"]["amount"], "18.00");
        assert_eq!(reversed["money"][0]["commission_after"]["amount"], "12.00");
        assert!(reversed["next_cursor"].is_null());
        expect_clean(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_request_says_what_is_wrong_with_it() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    for (body, code, field) in [
        (json!({"operation": "approve"}), "field_invalid", "ids"),
        (json!({"operation": "approve", "ids": []}), "field_invalid", "ids"),
        (json!({"operation": "reject", "filter": {}, "reason": "fraud"}), "field_invalid", "filter"),
        (json!({"operation": "approve", "ids": [id], "order_ids": ["o-1"]}), "field_invalid", "ids"),
        (json!({"operation": "reject", "ids": [id]}), "field_missing", "reason"),
        (json!({"operation": "reject", "ids": [id], "reason": "other"}), "field_invalid", "note"),
        (
            json!({"operation": "hold", "ids": [id], "reason": "fraud", "share": "1/2"}),
            "field_invalid",
            "share",
        ),
    ] {
        let reply = world.post(Advertiser, "/api/v1/conversions/bulk", body.clone()).await;
        assert_eq!(reply.refused_field(), (code.to_owned(), field.to_owned()), "{body}: {}", reply.text);
    }
    let body = json!({"operation": "reject", "ids": [id], "reason": "fraud"});
    let foreign = world.post(Persona::OtherAdvertiser, "/api/v1/conversions/bulk", body).await.expect(200);
    assert_eq!((&foreign["done"], &foreign["items"][0]["code"]), (&json!(0), &json!("not_found")));
}
