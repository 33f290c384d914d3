//! Groups of publishers and contracts with them.

use serde_json::json;

use crate::{
    personas::{
        Persona::{Advertiser, Operator, OtherPublisher, Publisher},
        terms,
    },
    world::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_with_a_group_is_seen_by_its_members_and_pays_them() {
    let world = World::new().await;
    let group = world.post(Operator, "/api/v1/publisher_groups", json!({"name": "Gold"})).await.expect(201);
    let group = group["id"].as_str().unwrap().to_owned();
    let mut better = terms();
    better["actions"][0]["rates"][0]["percent"] = json!("15");
    let draft = json!({"program_id": world.ids.program, "group_id": group, "terms": better});
    let contract = world.post(Advertiser, "/api/v1/contracts", draft.clone()).await.expect(201);
    assert_eq!((&contract["group_id"], &contract["publisher_id"]), (&json!(group), &json!(null)));
    let path = format!("/api/v1/contracts/{}", contract["id"].as_str().unwrap());
    let members = format!("/api/v1/publisher_groups/{group}/members");
    assert_eq!(world.get(Publisher, &path).await.refused(404), "not_found");

    let member = json!({"publisher_id": world.ids.publisher});
    world.post(Operator, &members, member.clone()).await.expect(201);
    assert_eq!(world.get(Publisher, &path).await.expect(200)["terms"]["fee"], json!({}));
    assert_eq!(world.get(OtherPublisher, &path).await.refused(404), "not_found");
    let order = world.order("o-1").await;
    let paid = world.get(Publisher, &format!("/api/v1/conversions/{order}")).await.expect(200);
    assert_eq!(paid["commission"]["amount"], "13.50", "{paid}");

    let again = world.post(Operator, &members, member.clone()).await;
    assert_eq!(again.refused_field(), ("taken".into(), "publisher_id".into()));
    let twice = world.post(Advertiser, "/api/v1/contracts", draft).await;
    assert_eq!(twice.refused_field(), ("taken".into(), "group_id".into()));
    let both = json!({"program_id": world.ids.program, "group_id": group, "publisher_id": world.ids.publisher,
        "terms": terms()});
    let both = world.post(Advertiser, "/api/v1/contracts", both).await;
    assert_eq!(both.refused_field(), ("field_invalid".into(), "group_id".into()));

    let ended = format!("/api/v1/publisher_groups/{group}/end_membership");
    world.post(Operator, &ended, member.clone()).await.expect(200);
    assert_eq!(world.post(Operator, &ended, member).await.refused(404), "not_found");
    let stays = world.get(Publisher, &members).await.expect(200);
    assert!(stays["items"][0]["left_at"].is_string(), "{stays}");
    assert_eq!(world.get(Publisher, &path).await.expect(200)["number"], 1, "he was in it");
}
