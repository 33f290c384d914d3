//! Bonuses as people meet them: given by hand, seen by those whom they concern, taken back.

use serde_json::{Value, json};

use crate::{
    personas::Persona::{self, *},
    world::World,
};

fn draft(world: &World, members: Value) -> Value {
    let mut body =
        json!({"publisher_id": world.ids.publisher, "amount": "30", "currency": "USD", "reason": "Spring"});
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

async fn balance(world: &World, who: Persona) -> Value {
    let account = format!("/api/v1/ledger/accounts/publisher:{}:USD", world.ids.publisher);
    world.get(who, &account).await.expect(200)["balance"]["amount"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn given_by_hand_seen_by_both_sides_and_taken_back() {
    for world in World::on_both().await {
        let shown = world.post(Operator, "/api/v1/bonuses?dry_run=true", draft(&world, json!({}))).await;
        assert_eq!(shown.expect(201)["paid_by"], "network");
        assert_eq!(world.get(Operator, "/api/v1/bonuses").await.expect(200)["items"], json!([]));
        let by_advertiser = draft(&world, json!({"advertiser_id": world.ids.advertiser}));
        let bonus = world.post(Operator, "/api/v1/bonuses", by_advertiser).await.expect(201);
        assert_eq!((&bonus["paid_by"], &bonus["reason"]), (&json!("advertiser"), &json!("Spring")));
        let path = format!("/api/v1/bonuses/{}", bonus["id"].as_str().unwrap());
        for who in [Operator, Publisher, Advertiser, Manager] {
            assert_eq!(world.get(who, &path).await.expect(200)["amount"]["amount"], "30.00", "{who:?}");
            let list = world.get(who, "/api/v1/bonuses").await.expect(200);
            assert_eq!(list["items"][0]["id"], bonus["id"], "{who:?}");
        }
        for who in [OtherPublisher, Foreigner] {
            assert_eq!(world.get(who, &path).await.refused(404), "not_found", "{who:?}");
            assert_eq!(world.get(who, "/api/v1/bonuses").await.expect(200)["items"], json!([]), "{who:?}");
        }
        assert_eq!(balance(&world, Publisher).await, "30.00");
        let transfers = format!("/api/v1/ledger/transfers?source={}", bonus["id"].as_str().unwrap());
        let transfers = world.get(Publisher, &transfers).await.expect(200);
        assert_eq!(transfers["items"][0]["reason"], "earned", "{transfers}");
        let taking = format!("{path}/take_back");
        let too_much = world.post(Operator, &taking, json!({"amount": "31", "reason": "late"})).await;
        assert_eq!(too_much.refused_field(), ("field_invalid".into(), "amount".into()));
        let part = world.post(Operator, &taking, json!({"amount": "10", "reason": "late"})).await.expect(200);
        assert_eq!(
            (&part["taken_back"]["amount"], &part["returns"][0]["reason"]),
            (&json!("10.00"), &json!("late"))
        );
        world.post(Operator, &taking, json!({"reason": "all of it"})).await.expect(200);
        assert_eq!(
            world.post(Operator, &taking, json!({"reason": "more"})).await.refused(409),
            "state_conflict"
        );
        assert_eq!(balance(&world, Publisher).await, "0.00");
        let audit = world.get(Operator, "/api/v1/audit?action=bonus.give").await.expect(200);
        assert_eq!(audit["items"][0]["change"]["created"]["reason"], "Spring", "{audit}");
        let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
        assert!(summary.is_clean(), "{:?}", summary.violations);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_names_its_field() {
    let world = World::new().await;
    let stranger = world.post(Foreigner, "/api/v1/publishers", json!({"name": "Far"})).await.expect(201);
    for (members, field) in [
        (json!({"amount": "0"}), "amount"),
        (json!({"amount": "1.0000001"}), "amount"),
        (json!({"reason": ""}), "reason"),
        (json!({"publisher_id": stranger["id"]}), "publisher_id"),
        (json!({"advertiser_id": "adv_06fw3q8z7k2n5c9t1x4v6b8m0p"}), "advertiser_id"),
    ] {
        let refused = world.post(Operator, "/api/v1/bonuses", draft(&world, members.clone())).await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), field.into()), "{members}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_to_everybody_stands_on_the_public_page() {
    let world = World::new().await;
    let program = format!("/api/v1/programs/{}", world.ids.program);
    world.patch(Operator, &program, json!({"public_page": true})).await.expect(200);
    let mut terms = crate::personas::terms();
    terms["bonuses"] =
        json!([{"bonus": "<first>", "by": "revenue", "per": "month", "reach": "1000", "amount": "50"}]);
    let versions = format!("/api/v1/contracts/{}/versions", world.ids.contract);
    world.post(Operator, &versions, json!({"terms": terms})).await.expect(201);
    world.clock.advance_seconds(1);
    let page = world.get(Anonymous, &format!("/terms/{}?language=en", world.ids.program)).await;
    let said = "Bonus \u{2068}&lt;first&gt;\u{2069}: 50.00 \u{2068}USD\u{2069} for 1000.00 \u{2068}USD\u{2069} of approved revenue a month";
    assert!(page.text.contains(said), "{}", page.text);
    let difference = format!("{versions}/1/difference?to=2&language=vi");
    let difference = world.get(Publisher, &difference).await.expect(200);
    let change =
        difference["changes"].as_array().unwrap().iter().find(|one| one["path"] == "bonuses[<first>]");
    assert!(change.is_some_and(|change| change["better_for"] == "publisher"), "{difference}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_of_the_contract_is_kept_and_explained() {
    let world = World::new().await;
    let mut terms = crate::personas::terms();
    terms["bonuses"] =
        json!([{"bonus": "first", "by": "conversions", "per": "total", "reach": "1", "amount": "5"}]);
    let own = json!({"program_id": world.ids.program, "publisher_id": world.ids.publisher, "terms": terms});
    world.post(Operator, "/api/v1/contracts", own).await.expect(201);
    world.clock.advance_seconds(3_600);
    let order = world.order("o-1").await;
    world.post(Advertiser, &format!("/api/v1/conversions/{order}/approve"), json!({})).await.expect(200);
    assert_eq!(app::awards::follow(&world.app).await.unwrap(), 1);
    let list = world.get(Publisher, "/api/v1/bonuses").await.expect(200);
    let receipt = &list["items"][0]["receipt"];
    assert_eq!(
        (&receipt["facts"]["conversion_id"], &receipt["decision"]["terms"]),
        (&json!(order), &json!("5.00 USD on reaching 1 conversions in total"))
    );
}
