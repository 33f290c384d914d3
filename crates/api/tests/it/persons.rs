//! Why browsers are one person, as people ask for it, and how that is undone.

use model::{Clock, VisitorId};
use serde_json::{Value, json};

use crate::{
    personas::Persona::{self, *},
    world::World,
};

const CUTS: &str = "/api/v1/cut_ties";

/// A question about a customer.
pub fn asked(world: &World, customer: &str) -> Value {
    json!({
        "advertiser_id": world.ids.advertiser, "customer_id": customer, "from": "2000-01-01T00:00:00Z",
        "to": "2100-01-01T00:00:00Z",
    })
}

/// A key that is said to be shared.
pub fn shared(world: &World, customer: &str) -> Value {
    json!({"advertiser_id": world.ids.advertiser, "customer_id": customer, "reason": "A till"})
}

/// A key that is cut.
pub async fn cut(world: &World, customer: &str) -> String {
    let made = world.post(Advertiser, CUTS, shared(world, customer)).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// An order of a customer by a click of a browser.
async fn order(world: &World, number: &str, browser: VisitorId, customer: &str) {
    let click_id = world.click_with(browser).await;
    world.clock.advance_seconds(60);
    let body = json!({
        "action": "order", "order_id": number, "amount": "90", "currency": "USD", "click_id": click_id, "customer_id": customer,
    });
    world.post(Advertiser, "/api/v1/conversions", body).await.expect(201);
}

/// Why, and of each browser whether it is his, with how many others it was seen and in how many conversions.
async fn why(world: &World, who: Persona, customer: &str) -> (String, Vec<(bool, u64, u64)>) {
    let told = world.post(who, "/api/v1/persons", asked(world, customer)).await.expect(200);
    let browser = |one: &Value| {
        let number = |name: &str| one[name].as_u64().unwrap();
        (one["is_his"].as_bool().unwrap(), number("other_customers"), number("conversions"))
    };
    let mut browsers: Vec<_> = told["browsers"].as_array().unwrap().iter().map(browser).collect();
    browsers.sort_unstable();
    (told["why"].as_str().unwrap().to_owned(), browsers)
}

/// The paths of journeys, as places of channels with their conversions.
async fn paths(world: &World) -> Vec<(usize, u64)> {
    let ask = json!({"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"});
    let told = world.post(Operator, "/api/v1/attribution", ask).await.expect(200);
    let path =
        |one: &Value| (one["channels"].as_array().unwrap().len(), one["conversions"].as_u64().unwrap());
    let mut paths: Vec<_> = told["paths"].as_array().unwrap().iter().map(path).collect();
    paths.sort_unstable();
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_is_explained_cut_and_mended() {
    for world in World::on_both().await {
        let browser = || VisitorId::new(world.clock.now(), &*world.app.entropy);
        let (phone, desk, family) = (browser(), browser(), browser());
        order(&world, "o-1", phone, "ann").await;
        order(&world, "o-2", desk, "ann").await;
        order(&world, "o-3", desk, "ann").await;
        order(&world, "o-4", family, "ann").await;
        order(&world, "o-5", family, "bob").await;
        assert_eq!(
            why(&world, Advertiser, "ann").await,
            ("one_customer".to_owned(), vec![(false, 1, 1), (true, 0, 1), (true, 0, 2)])
        );
        assert_eq!(why(&world, Manager, "bob").await, ("shared_browsers".to_owned(), vec![(false, 1, 1)]));
        assert_eq!(why(&world, Operator, "eve").await, ("no_browser".to_owned(), vec![]));

        // Clicks on two devices are one journey, until it is said that the key is shared; and again when that is taken back.
        let click = world.click_with(phone).await;
        world.clock.advance_seconds(60);
        order(&world, "o-6", desk, "ann").await;
        assert!(!click.is_empty());
        let joined = paths(&world).await;
        assert_eq!(joined, [(1, 5), (2, 1)]);
        let id = cut(&world, "ann").await;
        assert_eq!(why(&world, Operator, "ann").await, ("cut".to_owned(), vec![]));
        assert_eq!(why(&world, Operator, "bob").await, ("one_customer".to_owned(), vec![(true, 0, 1)]));
        assert_eq!(paths(&world).await, [(1, 6)], "what was left of the other device did not convert");
        let again = world.post(Advertiser, CUTS, shared(&world, "ann")).await;
        assert_eq!(again.refused(409), "taken");
        let list = world.get(Advertiser, CUTS).await.expect(200);
        assert_eq!((&list["items"][0]["id"], &list["items"][0]["kind"]), (&json!(id), &json!("customer")));
        assert!(!list.to_string().contains("ann"), "the key itself is not stored");
        assert_eq!(world.get(OtherAdvertiser, CUTS).await.expect(200)["items"], json!([]));
        let own = format!("{CUTS}/{id}");
        assert_eq!(world.delete(OtherAdvertiser, &own).await.refused(404), "not_found");
        world.delete(Advertiser, &own).await.expect(200);
        assert_eq!(paths(&world).await, joined);
        world.clean().await;
    }
}

#[tokio::test]
async fn a_key_is_named_in_one_way() {
    let world = World::new().await;
    for (members, field) in [
        (json!({"customer_id": null}), "customer_id"),
        (json!({"email_sha256": "ab".repeat(32)}), "customer_id"),
        (json!({"customer_id": null, "email_sha256": "ab"}), "email_sha256"),
        (json!({"to": "1999-01-01T00:00:00Z"}), "to"),
    ] {
        let mut body = asked(&world, "c-1");
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        assert_eq!(world.post(Operator, "/api/v1/persons", body).await.refused_field().1, field, "{members}");
    }
    let mut empty = shared(&world, "c-1");
    empty["reason"] = json!("");
    assert_eq!(world.post(Operator, CUTS, empty).await.refused_field().1, "reason");
    assert_eq!(
        world.post(Publisher, "/api/v1/persons", asked(&world, "c-1")).await.refused(403),
        "right_missing"
    );
    assert_eq!(world.post(Reader, CUTS, shared(&world, "c-1")).await.refused(403), "right_missing");
}
