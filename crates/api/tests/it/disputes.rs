//! Disputes: opened by a publisher, answered by the advertiser, corrected by the normal path.

use serde_json::{Value, json};

use crate::{
    personas::Persona::{Advertiser, Foreigner, Operator, OtherAdvertiser, OtherPublisher, Publisher},
    world::World,
};

async fn open(world: &World, body: Value) -> String {
    let opened = world.post(Publisher, "/api/v1/disputes", body).await.expect(201);
    opened["id"].as_str().unwrap().to_owned()
}

fn path(id: &str, verb: &str) -> String {
    format!("/api/v1/disputes/{id}/{verb}")
}

async fn conversion(world: &World, id: &Value) -> Value {
    world.get(Publisher, &format!("/api/v1/conversions/{}", id.as_str().unwrap())).await.expect(200)
}

async fn expect_clean(world: &World) {
    let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
    assert!(summary.is_clean(), "{:?}", summary.violations);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untracked_order_becomes_a_conversion_by_the_normal_path() {
    for world in World::on_both().await {
        let body = json!({
            "kind": "untracked", "program_id": world.ids.program, "text": "My reader sent me the confirmation.",
            "evidence": {
                "action": "order", "order_id": "o-7", "amount": "200", "currency": "usd", "link_id": world.ids.link,
                "landing_page": "https://shop.example/lamp",
            },
        });
        let id = open(&world, body).await;
        for stranger in [OtherPublisher, OtherAdvertiser, Foreigner] {
            world.get(stranger, &format!("/api/v1/disputes/{id}")).await.expect(404);
            assert_eq!(world.get(stranger, "/api/v1/disputes").await.expect(200)["items"], json!([]));
        }
        let asked = world.post(Advertiser, &path(&id, "ask"), json!({"question": "Which browser?"})).await;
        assert_eq!(asked.expect(200)["state"], "needs_info");
        let replied =
            world.post(Publisher, &path(&id, "reply"), json!({"text": "One that blocks a lot."})).await;
        assert_eq!(replied.expect(200)["state"], "open");
        let wordless = world.post(Advertiser, &path(&id, "accept"), json!({"answer": " "})).await;
        assert_eq!(wordless.refused_field(), ("field_invalid".to_owned(), "answer".to_owned()));
        let answer = json!({"answer": "We found the order in our shop.", "conversion": {"amount": "190"}});
        let accepted = world.post(Advertiser, &path(&id, "accept"), answer).await.expect(200);
        assert_eq!(accepted["state"], "accepted");
        let made = conversion(&world, &accepted["outcome_conversion_id"]).await;
        assert_eq!((&made["state"], &made["intake"]), (&json!("pending"), &json!("dispute")));
        assert_eq!(made["commission"], json!({"amount": "19.00", "currency": "USD"}));
        let receipt = made["receipt_url"].as_str().unwrap().to_owned();
        let receipt = world.get(Publisher, &receipt).await.expect(200);
        assert_eq!(receipt["document"]["report"]["dispute_id"], json!(id));
        let settled = world.get(Publisher, &format!("/api/v1/disputes/{id}")).await.expect(200);
        assert_eq!(settled["commission_change"]["amount"], "19.00");
        assert_eq!(settled["messages"].as_array().unwrap().len(), 4);
        let again = world.post(Advertiser, &path(&id, "decline"), json!({"answer": "No."})).await;
        assert_eq!(again.refused(409), "state_conflict");
        expect_clean(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_normal_path_would_not_pay_is_not_accepted() {
    let world = World::new().await;
    world.order("o-1").await;
    let evidence = json!({"action": "order", "order_id": "o-1", "amount": "90", "link_id": world.ids.link});
    let body =
        json!({"kind": "untracked", "program_id": world.ids.program, "text": "Mine.", "evidence": evidence});
    let id = open(&world, body).await;
    let refused = world.post(Operator, &path(&id, "accept"), json!({"answer": "Yes."})).await;
    assert_eq!(refused.refused(409), "state_conflict");
    assert!(refused.text.contains("duplicate_of"), "{}", refused.text);
    let declined =
        world.post(Operator, &path(&id, "decline"), json!({"answer": "It is paid already."})).await;
    assert_eq!(declined.expect(200)["state"], "declined");
    expect_clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_conversion_is_earned_after_all() {
    let world = World::new().await;
    let order = world.order("o-1").await;
    let early = json!({"kind": "declined", "conversion_id": order, "text": "Why?"});
    let reply = world.post(Publisher, "/api/v1/disputes", early.clone()).await;
    assert_eq!(reply.refused_field(), ("field_invalid".to_owned(), "kind".to_owned()));
    let reject = format!("/api/v1/conversions/{order}/reject");
    world.post(Advertiser, &reject, json!({"reason": "fraud"})).await.expect(200);
    let id = open(&world, early.clone()).await;
    let twice = world.post(Publisher, "/api/v1/disputes", early).await;
    assert_eq!(twice.refused(409), "taken");
    let accepted = world.post(Advertiser, &path(&id, "accept"), json!({"answer": "We were wrong."})).await;
    let accepted = accepted.expect(200);
    assert_eq!(accepted["commission_change"]["amount"], "9.00");
    let now = conversion(&world, &json!(order)).await;
    assert_eq!((&now["state"], &now["commission"]["amount"]), (&json!("approved"), &json!("9.00")));
    let receipt = world.get(Publisher, &format!("/api/v1/conversions/{order}/receipt")).await.expect(200);
    let last = receipt["document"]["decisions"][2].clone();
    assert_eq!((&last["kind"], &last["reason"]), (&json!("reinstated"), &json!("dispute_accepted")));
    assert!(last["note"].as_str().unwrap().starts_with(&id), "{last}");
    expect_clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incorrect_conversion_is_corrected_down_or_up() {
    let world = World::new().await;
    let order = world.order("o-1").await;
    let body = json!({"kind": "incorrect", "conversion_id": order, "text": "The amount is wrong."});
    let id = open(&world, body.clone()).await;
    let nothing = world.post(Advertiser, &path(&id, "accept"), json!({"answer": "Right."})).await;
    assert_eq!(nothing.refused_field(), ("field_missing".to_owned(), "reverse".to_owned()));
    let down = json!({"answer": "Half was sent back.", "reverse": {"share": "1/2"}});
    world.post(Advertiser, &path(&id, "accept"), down).await.expect(200);
    assert_eq!(conversion(&world, &json!(order)).await["commission"]["amount"], "4.50");
    let id = open(&world, body).await;
    let rest = json!({"action": "order", "order_id": "o-1-rest", "amount": "30", "link_id": world.ids.link});
    let up = json!({"answer": "30 were missing.", "conversion": rest});
    let accepted = world.post(Advertiser, &path(&id, "accept"), up).await.expect(200);
    assert_eq!(conversion(&world, &accepted["outcome_conversion_id"]).await["commission"]["amount"], "3.00");
    expect_clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_deadline_is_marked_and_decides_nothing() {
    let world = World::new().await;
    world
        .patch(Operator, &format!("/api/v1/networks/{}", world.ids.network), json!({"dispute_days": 5}))
        .await
        .expect(200);
    let body = json!({"kind": "untracked", "program_id": world.ids.program, "text": "An order is missing."});
    let id = open(&world, body).await;
    let mark = |days: i64| {
        let now = world.clock.advance_seconds(days * 86_400);
        let store = world.app.store.clone();
        async move {
            store.write("overdue", move |tx| app::events::disputes::mark_overdue(tx, now, 10)).await.unwrap()
        }
    };
    assert_eq!(mark(4).await, 0);
    assert_eq!((mark(1).await, mark(1).await), (1, 0));
    let found = world.get(Advertiser, "/api/v1/disputes?overdue=true").await.expect(200);
    assert_eq!((&found["items"][0]["id"], &found["items"][0]["state"]), (&json!(id), &json!("open")));
    world.post(Advertiser, &path(&id, "decline"), json!({"answer": "No such order."})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_dispute_pays_also_when_somebody_took_its_id_as_a_key() {
    for world in World::on_both().await {
        let evidence = json!({"action": "order", "order_id": "o-7", "amount": "200", "currency": "USD", "link_id": world.ids.link});
        let body = json!({"kind": "untracked", "program_id": world.ids.program, "text": "Mine.", "evidence": evidence});
        let id = open(&world, body).await;
        let click_id = world.own_click().await;
        let order = json!({"action": "order", "order_id": "o-1", "amount": "1.00", "currency": "USD", "click_id": click_id});
        let mut request = world.request(Advertiser, "POST", "/api/v1/conversions", Some(&order));
        request.headers_mut().insert("idempotency-key", id.parse().unwrap());
        world.send(request).await.expect(201);
        let accepted =
            world.post(Advertiser, &path(&id, "accept"), json!({"answer": "Yes."})).await.expect(200);
        let made = conversion(&world, &accepted["outcome_conversion_id"]).await;
        assert_eq!(made["commission"], json!({"amount": "20.00", "currency": "USD"}));
        expect_clean(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_earn_on_a_made_conversion_is_not_told() {
    let world = World::new().await;
    let mut terms = crate::personas::terms();
    terms["payout_model"] = json!("linear");
    let versions = format!("/api/v1/contracts/{}/versions", world.ids.contract);
    world.post(Operator, &versions, json!({ "terms": terms })).await.expect(201);
    let click_id = world.clicks_of_both("HERS10").await;
    world.clock.advance_seconds(60);
    let evidence = json!({"action": "order", "order_id": "o-7", "amount": "200", "currency": "USD", "click_id": click_id});
    for who in [Publisher, OtherPublisher] {
        let body = json!({
            "kind": "untracked", "program_id": world.ids.program, "text": "It is missing.", "evidence": evidence,
        });
        let opened = world.post(who, "/api/v1/disputes", body).await.expect(201);
        let id = opened["id"].as_str().unwrap();
        let accepted = world.post(Advertiser, &path(id, "accept"), json!({"answer": "Yes."})).await;
        // It is made for whoever has the greatest part; then it is there.
        if accepted.status.as_u16() == 409 {
            continue;
        }
        let accepted = accepted.expect(200);
        let made = accepted["outcome_conversion_id"].as_str().unwrap();
        let seen = world.get(Operator, &format!("/api/v1/conversions/{made}")).await.expect(200);
        assert_eq!(seen["lines"].as_array().unwrap().len(), 2, "{seen}");
        for reader in [who, Advertiser, Operator] {
            let read = world.get(reader, &format!("/api/v1/disputes/{id}")).await.expect(200);
            assert_eq!((&read["state"], &read["commission_change"]), (&json!("accepted"), &Value::Null));
        }
        expect_clean(&world).await;
        return;
    }
    panic!("the dispute of neither was accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loser_does_not_keep_the_winner_from_disputing_and_reads_little() {
    let world = World::new().await;
    let earlier = world.now();
    let click_id = world.clicks_of_both("HERS10").await;
    world.clock.advance_seconds(60);
    let order = async |order_id: &str, coupon: &str| {
        let body = json!({
            "action": "order", "order_id": order_id, "amount": "90.00", "currency": "USD", "click_id": click_id,
            "coupon": coupon, "paid_click_at": earlier, "paid_click_channel": "secret-channel",
            "landing_url": "https://shop.example/?utm_campaign=secret-media", "referrer": "https://secret-media.example/",
        });
        let decided = world.post(Advertiser, "/api/v1/conversions", body).await.expect(201);
        assert_eq!(decided["publisher_id"], json!(world.ids.publisher), "{decided}");
        decided["conversion_id"].as_str().unwrap().to_owned()
    };
    for (order_id, coupon, to_loser) in [("o-1", "SPRING", Value::Null), ("o-2", "hers10", json!("hers10"))] {
        let id = order(order_id, coupon).await;
        let body = json!({"kind": "incorrect", "conversion_id": id, "text": "It is mine."});
        world.post(OtherPublisher, "/api/v1/disputes", body.clone()).await.expect(201);
        world.post(Publisher, "/api/v1/disputes", body.clone()).await.expect(201);
        for who in [Publisher, OtherPublisher] {
            assert_eq!(world.post(who, "/api/v1/disputes", body.clone()).await.refused(409), "taken");
        }
        let (path, receipt) =
            (format!("/api/v1/conversions/{id}"), format!("/api/v1/conversions/{id}/receipt"));
        let winner = world.get(Publisher, &receipt).await.expect(200);
        assert_eq!(winner["document"]["report"]["paid_click_channel"], "secret-channel");
        assert_eq!(winner["document"]["report"]["coupon"], json!(coupon));
        assert!(!winner.to_string().contains("secret-media"), "{winner}");
        assert_eq!(world.get(Publisher, &path).await.expect(200)["coupon"], json!(coupon));
        let loser = world.get(OtherPublisher, &receipt).await.expect(200);
        assert_eq!(loser["document"]["report"]["coupon"], to_loser);
        assert!(loser["document"]["report"]["paid_click_at"].is_null(), "{loser}");
        assert!(!loser.to_string().contains("secret-channel"), "{loser}");
        assert_eq!(world.get(OtherPublisher, &path).await.expect(200)["coupon"], to_loser);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_does_not_grow_for_ever() {
    let world = World::new().await;
    let body = json!({"kind": "untracked", "program_id": world.ids.program, "text": "An order is missing."});
    let id = open(&world, body).await;
    for _ in 1..app::events::disputes::MESSAGES_MAX {
        world.post(Publisher, &path(&id, "reply"), json!({"text": "Still."})).await.expect(200);
    }
    let more = world.post(Publisher, &path(&id, "reply"), json!({"text": "Still."})).await;
    assert_eq!(more.refused(409), "state_conflict");
    let asked = world.post(Advertiser, &path(&id, "ask"), json!({"question": "Which?"})).await;
    assert_eq!(asked.refused(409), "state_conflict");
    world.post(Advertiser, &path(&id, "decline"), json!({"answer": "There is none."})).await.expect(200);
}
