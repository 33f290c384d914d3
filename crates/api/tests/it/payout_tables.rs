//! Frozen weights as people meet them: computed, agreed on, shared by, told on receipts, and the same when it is decided again.

use serde_json::{Value, json};

use crate::{
    personas::{
        Persona::{self, *},
        terms,
    },
    world::World,
};

const PATH: &str = "/api/v1/payout_tables";

/// What a table of everything that the program has seen rests on.
pub fn draft(world: &World, valid_from: Option<&str>) -> Value {
    json!({
        "program_id": world.ids.program, "from": "2000-01-01T00:00:00Z", "to": "2090-01-01T00:00:00Z", "valid_from": valid_from,
    })
}

/// A table that is frozen; there must be conversions.
pub async fn frozen(world: &World) -> String {
    let made = world.post(Operator, PATH, draft(world, None)).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// An order after clicks on links of both publishers, the other one first.
async fn shared_order(world: &World, number: &str, coupon: &str) -> Value {
    let click_id = world.clicks_of_both(coupon).await;
    world.clock.advance_seconds(60);
    let body = json!({"action": "order", "order_id": number, "amount": "90", "currency": "USD", "click_id": click_id});
    world.post(Advertiser, "/api/v1/conversions", body).await.expect(201)
}

async fn agree(world: &World, model: &str) -> crate::world::Reply {
    let mut terms = terms();
    terms["payout_model"] = json!(model);
    let versions = format!("/api/v1/contracts/{}/versions", world.ids.contract);
    world.post(Operator, &versions, json!({ "terms": terms })).await
}

/// The journey on the receipt of a conversion: publisher or `-`, credit, weight, table.
async fn journey(world: &World, who: Persona, conversion: &Value) -> Vec<String> {
    let id = conversion["conversion_id"].as_str().unwrap();
    let receipt = world.get(who, &format!("/api/v1/conversions/{id}/receipt")).await.expect(200);
    let line = |touch: &Value| {
        let of = &touch["particulars"];
        let publisher = match of["publisher_id"].as_str() {
            Some(id) if id == world.ids.publisher => "publisher",
            Some(_) => "other",
            None => "-",
        };
        let table = if of["payout_table_id"].is_string() { "table" } else { "-" };
        format!("{publisher} {} {} {table}", touch["credit"].as_str().unwrap_or("-"), of["weight"])
    };
    receipt["document"]["journey"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_shares_by_frozen_weights() {
    for world in World::on_both().await {
        // Nothing is there to be weighed, and nothing to share by.
        let nothing = world.post(Advertiser, PATH, draft(&world, None)).await.refused_field();
        assert_eq!(nothing, ("field_invalid".to_owned(), "from".to_owned()));
        let refused = agree(&world, "markov").await.refused_field();
        assert_eq!(refused, ("field_invalid".to_owned(), "terms.payout_model".to_owned()));

        // One order of both publishers and one of the publisher alone: without him nothing is left, without the other the half.
        let before = shared_order(&world, "o-1", "HERS1").await;
        world.order("o-2").await;
        let shown =
            world.post(Advertiser, &format!("{PATH}?dry_run=true"), draft(&world, None)).await.expect(201);
        let table = world.post(Advertiser, PATH, draft(&world, None)).await.expect(201);
        assert_eq!(shown["digest"], table["digest"], "the same journeys, the same weights");
        assert_eq!((&table["model"], &table["conversions"]), (&json!("markov_1"), &json!(2)));
        let mut weights: Vec<(&str, u64)> = table["weights"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["publisher_id"].as_str().unwrap(), one["weight"].as_u64().unwrap()))
            .collect();
        weights.sort_by_key(|one| one.1);
        assert_eq!(
            weights,
            [(world.ids.other_publisher.as_str(), 333_333), (world.ids.publisher.as_str(), 666_666)]
        );
        let id = table["id"].as_str().unwrap();
        assert_eq!(world.get(Manager, &format!("{PATH}/{id}")).await.expect(200), table);
        assert_eq!(world.get(OtherAdvertiser, &format!("{PATH}/{id}")).await.refused(404), "not_found");
        let all = format!("{PATH}?program_id={}", world.ids.program);
        assert_eq!(world.get(Advertiser, &all).await.expect(200)["items"], json!([table]));
        assert_eq!(world.get(OtherAdvertiser, PATH).await.expect(200)["items"], json!([]));

        world.clock.advance_seconds(1);
        agree(&world, "markov").await.expect(201);
        world.clock.advance_seconds(120);
        let after = shared_order(&world, "o-3", "HERS2").await;
        assert_eq!(journey(&world, Operator, &before).await, ["other - null -", "publisher 1/1 null -"]);
        assert_eq!(
            journey(&world, Operator, &after).await,
            ["other 1/3 333333 table", "publisher 2/3 666666 table"]
        );
        assert_eq!(journey(&world, Publisher, &after).await, ["- - null -", "publisher 2/3 666666 table"]);
        assert_eq!(after["commission"]["amount"], "9.00");
        world.clean().await;

        // Another table moves nothing that was decided, and holds for what comes.
        let soon =
            world.post(Advertiser, PATH, draft(&world, Some("2000-01-01T00:00:00Z"))).await.refused_field();
        assert_eq!(soon.1, "valid_from");
        world.post(Operator, PATH, draft(&world, None)).await.expect(201);
        world.clock.advance_seconds(120);
        let later = shared_order(&world, "o-4", "HERS3").await;
        assert_eq!(
            journey(&world, Operator, &after).await,
            ["other 1/3 333333 table", "publisher 2/3 666666 table"]
        );
        // Two orders of three came over both: the other one is worth two thirds of what he would be alone.
        assert_eq!(
            journey(&world, Operator, &later).await,
            ["other 2/5 400000 table", "publisher 3/5 600000 table"]
        );
        world.clean().await;

        // Decided again it is the same; the past can be tried by weights that came later.
        let replay = |instead: Value| {
            let mut body = json!({"from": "2000-01-01T00:00:00Z", "to": "2090-01-01T00:00:00Z"});
            body.as_object_mut().unwrap().extend(instead.as_object().unwrap().clone());
            world.post(Operator, "/api/v1/replays", body)
        };
        let same = replay(json!({})).await.expect(200);
        assert_eq!(same["changed"], 0, "{same}");
        let tried = replay(json!({"payout_model": "markov"})).await.expect(200);
        assert_eq!(tried["changed"], 1, "{tried}");
        let equal = replay(json!({"payout_model": "shapley"})).await.expect(200);
        assert_eq!(equal["changed"], 3, "{equal}");
    }
}

#[tokio::test]
async fn weights_are_refused_by_their_field() {
    let world = World::new().await;
    world.order("o-1").await;
    for (member, value, field) in [
        ("model", json!("shapley"), "model"),
        ("window_days", json!(0), "window_days"),
        ("to", json!("1999-01-01T00:00:00Z"), "to"),
        ("valid_from", json!("2001-01-01T00:00:00Z"), "valid_from"),
        ("action", json!("nothing of the kind"), "from"),
    ] {
        let mut body = draft(&world, None);
        body[member] = value;
        assert_eq!(world.post(Operator, PATH, body).await.refused_field().1, field, "{member}");
    }
    assert_eq!(world.post(Publisher, PATH, draft(&world, None)).await.refused(403), "right_missing");
    assert_eq!(world.post(Assistant, PATH, draft(&world, None)).await.refused(403), "right_missing");
    assert_eq!(world.post(OtherAdvertiser, PATH, draft(&world, None)).await.refused(404), "not_found");
}
