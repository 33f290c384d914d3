//! Attribution as people ask for it: whose journeys they see, and what is refused.

use serde_json::{Value, json};

use crate::{
    personas::Persona::{self, *},
    world::World,
};

const PATH: &str = "/api/v1/attribution";

fn always() -> Value {
    json!({"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"})
}

fn with(members: Value) -> Value {
    let mut body = always();
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

async fn conversions(world: &World, who: Persona, body: Value) -> u64 {
    world.post(who, PATH, body).await.expect(200)["conversions"].as_u64().unwrap()
}

#[tokio::test]
async fn everybody_sees_the_journeys_of_his_own_advertisers() {
    let world = World::new().await;
    world.order("o-1").await;
    world.order("o-2").await;
    for (who, expected) in [(Operator, 2), (Advertiser, 2), (Manager, 2), (Foreigner, 0)] {
        assert_eq!(conversions(&world, who, always()).await, expected, "{who:?}");
    }
    assert_eq!(world.post(Publisher, PATH, always()).await.refused(403), "right_missing");
    let own = with(
        json!({"advertiser_id": world.ids.advertiser, "by": ["channel", "publisher"], "models": ["last", "linear"]}),
    );
    let told = world.post(Advertiser, PATH, own.clone()).await.expect(200);
    let row = &told["channels"][0];
    assert_eq!(told["channels"].as_array().unwrap().len(), 1);
    assert_eq!(row["values"][0], json!({"by": "channel", "value": "affiliate"}));
    assert_eq!(row["values"][1]["value"], json!(world.ids.publisher));
    assert_eq!(row["cells"][0]["conversions"], json!(2.0));
    assert_eq!(row["cells"][1]["moved"]["amount"], "0.00");
    assert_eq!(told["transitions"][0]["to"], "channel");
    assert_eq!(world.post(Foreigner, PATH, own).await.refused(404), "not_found");
    let program = with(json!({"program_id": world.ids.program}));
    assert_eq!(world.post(Foreigner, PATH, program.clone()).await.refused(404), "not_found");
    assert_eq!(conversions(&world, Manager, program).await, 2);
    assert_eq!(conversions(&world, Operator, with(json!({"action": "nothing of the kind"}))).await, 0);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_its_field() {
    let world = World::new().await;
    for (members, field) in [
        (json!({"to": "2000-01-01T00:00:00Z"}), "to"),
        (json!({"by": []}), "by"),
        (json!({"by": ["channel", "channel"]}), "by"),
        (json!({"by": ["channel", "publisher", "link", "source"]}), "by"),
        (json!({"by": ["'; DROP TABLE visits; --"]}), "by[0]"),
        (json!({"by": ["channel\u{0}"]}), "by[0]"),
        (json!({"models": ["last", "oracle"]}), "models[1]"),
        (json!({"models": ["last", "last"]}), "models[1]"),
        (json!({"models": vec!["last"; 10_000]}), "models"),
        (json!({"window_days": 0}), "window_days"),
        (json!({"window_days": 4_000_000_000_u32}), "window_days"),
        (json!({"half_life_hours": 0}), "half_life_hours"),
    ] {
        let (code, named) = world.post(Operator, PATH, with(members.clone())).await.refused_field();
        assert_eq!((code.as_str(), named.as_str()), ("field_invalid", field), "{members}");
    }
    for members in [
        json!({"window_days": -1}),
        json!({"from": "yesterday"}),
        json!({"impressions": "yes"}),
        json!({"x": 1}),
    ] {
        let status = world.post(Operator, PATH, with(members.clone())).await;
        assert!((400..500).contains(&status.status.as_u16()), "{members}");
    }
    // The ends of time, and an action that is no text of anybody.
    let ends = json!({"from": "1970-01-01T00:00:00Z", "to": "2200-12-31T00:00:00Z", "window_days": 400, "action": "\u{0}%_'"});
    assert_eq!(conversions(&world, Operator, ends).await, 0);
}
