//! Referrals as people meet them: who brought whom, what the network pays for it, and who sees what.

use serde_json::json;

use crate::{personas::Persona::*, world::World};

#[tokio::test(flavor = "multi_thread")]
async fn the_network_pays_who_brought_a_publisher_and_both_are_told_no_more_than_they_may_know() {
    for world in World::on_both().await {
        let stranger = world.post(Foreigner, "/api/v1/publishers", json!({"name": "Far"})).await.expect(201);
        let far = json!({"name": "New", "referred_by": stranger["id"]});
        let refused = world.post(Operator, "/api/v1/publishers", far).await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), "referred_by".into()));
        let brought = json!({"name": "New", "referred_by": world.ids.publisher});
        let brought = world.post(Operator, "/api/v1/publishers", brought).await.expect(201);
        let brought = brought["id"].as_str().unwrap();
        let changed = json!({"referred_by": null});
        let changed = world.patch(Operator, &format!("/api/v1/publishers/{brought}"), changed).await;
        assert_eq!(changed.refused_field().1, "referred_by");

        let terms = json!({"levels": [{"percent": "5"}]});
        let past = json!({"levels": [{"percent": "5"}], "valid_from": "2020-01-01T00:00:00Z"});
        let refused = world.post(Operator, "/api/v1/referral_terms", past).await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), "valid_from".into()));
        let two = json!({"levels": [{"percent": "5"}, {"amount": "1"}]});
        let refused = world.post(Operator, "/api/v1/referral_terms", two).await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), "levels[1].currency".into()));
        world.post(Operator, "/api/v1/referral_terms", terms).await.expect(201);
        let list = world.get(Publisher, "/api/v1/referral_terms").await.expect(200);
        assert_eq!(list["items"][0]["levels"][0]["percent"], "5");
        world.clock.advance_seconds(3_600);

        let link = json!({"program_id": world.ids.program, "publisher_id": brought});
        let link = world.post(Operator, "/api/v1/links", link).await.expect(201);
        let (id, slug) = (link["id"].as_str().unwrap(), link["slug"].as_str().unwrap());
        let click = world.click(id, slug, brought, &world.ids.program, &world.ids.advertiser).await;
        let order = json!({
            "advertiser_id": world.ids.advertiser, "action": "order", "click_id": click, "order_id": "r-1", "amount": "90",
        });
        let order = world.post(Operator, "/api/v1/conversions", order).await.expect(201);
        let order = order["conversion_id"].as_str().unwrap();
        world.post(Advertiser, &format!("/api/v1/conversions/{order}/approve"), json!({})).await.expect(200);
        assert_eq!(app::awards::follow(&world.app).await.unwrap(), 1);

        let seen = world.get(Publisher, "/api/v1/referrals").await.expect(200);
        let referral = &seen["items"][0];
        assert_eq!(
            (&referral["earned"]["amount"], &referral["from_publisher_id"], referral.get("receipt")),
            (&json!("0.45"), &json!(brought), None)
        );
        let all = world.get(Operator, "/api/v1/referrals").await.expect(200);
        assert_eq!(all["items"][0]["receipt"]["facts"]["conversion_id"], order);
        for who in [OtherPublisher, Advertiser, Foreigner] {
            let items = world.get(who, "/api/v1/referrals").await.expect(200)["items"].clone();
            assert_eq!(items, json!([]), "{who:?}");
        }
        let transfers = format!("/api/v1/ledger/transfers?source={}", referral["id"].as_str().unwrap());
        let transfers = world.get(Publisher, &transfers).await.expect(200);
        assert_eq!(transfers["items"][0]["amount"]["amount"], "0.45");
        let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
        assert!(summary.is_clean(), "{:?}", summary.violations);
    }
}
