//! Orders that no publisher is paid for, beside what their campaigns cost: the table that shows all channels, and who sees none of it.

use app::reporting::Feed;
use serde_json::{Value, json};

use crate::{
    campaigns::file,
    personas::Persona::{self, *},
    world::World,
};

/// An order of the shop; gives its conversion.
async fn order(world: &World, order_id: &str, amount: &str, members: Value) -> String {
    world.clock.advance_seconds(60);
    let mut body = json!({
        "program_id": world.ids.program, "action": "order", "order_id": order_id, "amount": amount, "currency": "USD",
    });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let decided = world.post(Advertiser, "/api/v1/conversions", body).await.expect(201);
    decided["conversion_id"].as_str().unwrap().to_owned()
}

/// The rows of a report as `channel campaign: values`.
async fn table(world: &World, who: Persona, metrics: Value, by: Value) -> Vec<String> {
    let engine = world.app.reports.clone().unwrap();
    Feed::default().follow(&world.app, &*engine, None, &|_| {}).await.unwrap();
    let day = &world.now()[..10];
    let ask = json!({"metrics": metrics, "by": by, "from": day, "to": day, "order": by});
    let report = world.post(who, "/api/v1/reports", ask).await.expect(200);
    let value = |value: &Value| match (&value["amount"], value) {
        (Value::String(amount), _) | (_, Value::String(amount)) => amount.clone(),
        (_, Value::Null) => "-".to_owned(),
        (_, other) => other.to_string(),
    };
    let row = |row: &Value| {
        let keys = row["keys"].as_array().unwrap().iter();
        let keys: Vec<&str> =
            keys.map(|key| key["name"].as_str().or(key["value"].as_str()).unwrap_or("-")).collect();
        let values: Vec<String> = row["values"].as_array().unwrap().iter().map(value).collect();
        format!("{}: {}", keys.join(" "), values.join(" "))
    };
    report["rows"].as_array().unwrap().iter().map(row).collect()
}

fn all_channels() -> (Value, Value) {
    let metrics = json!(["spend", "cost", "clicks", "conversions", "revenue", "cir", "roi", "cpo"]);
    (metrics, json!(["channel", "campaign"]))
}

/// An order of a publisher, three of campaigns, one of nobody; costs of the day.
async fn a_day_of_all_channels() -> World {
    let world = World::new().await;
    world.order("o-1").await;
    let brand = json!({"landing_url": "https://shop.example/?utm_campaign=brand&gclid=secret-click", "landed_at": world.now()});
    order(&world, "o-2", "200.00", brand.clone()).await;
    order(&world, "o-3", "50.00", brand).await;
    order(&world, "o-4", "25.00", json!({"referrer": "https://www.google.com/search?q=secret"})).await;
    order(&world, "o-5", "10.00", json!({})).await;
    let day = &world.now()[..10];
    let text = format!("Campaign,Campaign ID,Day,Cost (USD),Impr.,Clicks\nBrand,77,{day},20,100,40\n");
    world.post(Advertiser, "/api/v1/cost_imports", file(&world, &text, json!({}))).await.expect(201);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn cost_and_revenue_of_all_channels_stand_in_one_table() {
    let world = a_day_of_all_channels().await;
    let (metrics, by) = all_channels();
    let wanted = [
        "affiliate -: 0.00 10.80 1 1 90.00 0.12 7.333333 10.80",
        "direct -: 0.00 0.00 0 1 10.00 0 - 0.00",
        "organic -: 0.00 0.00 0 1 25.00 0 - 0.00",
        "search Brand: 20.00 20.00 40 2 250.00 0.08 11.5 10.00",
    ];
    for who in [Operator, Advertiser, Manager] {
        assert_eq!(table(&world, who, metrics.clone(), by.clone()).await, wanted, "{who:?}");
    }
    // How claims were decided is told as ever: nobody claimed four of the five.
    let decided = json!(["all_conversions", "rejected_conversions", "pending_conversions", "order_value"]);
    assert_eq!(
        table(&world, Operator, decided, json!(["state"])).await,
        ["pending: 1 0 1 90.00", "rejected: 4 4 0 285.00"]
    );
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publishers_and_strangers_see_none_of_it() {
    let world = a_day_of_all_channels().await;
    // A claim of the publisher that is refused: the order is the campaign's, and he reads only why.
    let click_id = world.own_click().await;
    let brand = json!({"landing_url": "https://shop.example/?utm_campaign=brand", "referrer": "https://secret.example/",
        "click_id": click_id});
    let refused = order(&world, "o-6", "70.00", brand).await;
    let reason = json!({"reason": "other_channel"});
    world.post(Advertiser, &format!("/api/v1/conversions/{refused}/reject"), reason).await.expect(200);
    let sold = json!(["conversions", "revenue"]);
    let by = json!(["channel"]);
    assert_eq!(
        table(&world, Advertiser, sold.clone(), by.clone()).await,
        ["affiliate: 1 90.00", "direct: 1 10.00", "organic: 1 25.00", "search: 3 320.00"]
    );
    for who in [Publisher, PublisherOwner] {
        assert_eq!(table(&world, who, sold.clone(), by.clone()).await, ["affiliate: 1 90.00"], "{who:?}");
        let claims =
            table(&world, who, json!(["all_conversions", "rejected_conversions"]), json!(["state"])).await;
        assert_eq!(claims, ["pending: 1 0", "rejected: 1 1"], "{who:?}");
        let facts = json!({"metrics": ["conversions", "revenue", "order_value"], "period": "today"});
        let facts = world.post(who, "/api/v1/reports/facts", facts).await;
        facts.expect(200);
        assert!(facts.text.contains("conversion") && !facts.text.contains("own_result"), "{}", facts.text);
        let receipt = world.get(who, &format!("/api/v1/conversions/{refused}/receipt")).await;
        receipt.expect(200);
        for hidden in ["secret.example", "utm_campaign", "arrival"] {
            assert!(!receipt.text.contains(hidden), "{hidden}: {}", receipt.text);
        }
    }
    for who in [OtherPublisher, OtherAdvertiser, Foreigner] {
        assert_eq!(table(&world, who, sold.clone(), by.clone()).await, [""; 0], "{who:?}");
    }
    let receipt = world.get(Advertiser, &format!("/api/v1/conversions/{refused}/receipt")).await.expect(200);
    let arrival = &receipt["document"]["report"]["arrival"];
    assert_eq!(
        (&arrival["referrer_host"], &arrival["parameters"]["utm_campaign"]),
        (&json!("secret.example"), &json!("brand"))
    );
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_tells_anew_what_it_brought() {
    let world = World::new().await;
    let landed = json!({"landing_url": "https://shop.example/?utm_source=Letter&utm_medium=email"});
    order(&world, "o-1", "40.00", landed).await;
    let (sold, by) = (json!(["conversions", "revenue"]), json!(["channel", "campaign"]));
    assert_eq!(table(&world, Operator, sold.clone(), by.clone()).await, ["email -: 1 40.00"]);
    let before = world.now();
    world.clock.advance_seconds(1);
    let body = json!({"advertiser_id": world.ids.advertiser, "channel": "email", "name": "Spring",
        "rules": [{"utm_source": "letter"}]});
    let dry = world.post(Advertiser, "/api/v1/campaigns?dry_run=true", body.clone()).await;
    dry.expect(201);
    assert_eq!(table(&world, Operator, sold.clone(), by.clone()).await, ["email -: 1 40.00"]);
    let made = world.post(Advertiser, "/api/v1/campaigns", body).await.expect(201);
    assert_eq!(table(&world, Operator, sold.clone(), by.clone()).await, ["email Spring: 1 40.00"]);
    // What was told before can be shown again.
    let day = &before[..10];
    let then = json!({"metrics": sold, "by": by, "from": day, "to": day, "as_of": world.now()});
    let then = world.post(Operator, "/api/v1/reports", then).await.expect(200);
    assert_eq!(then["rows"][0]["keys"][1]["value"], made["id"], "{then}");
    let then = json!({"metrics": sold, "by": by, "from": day, "to": day, "as_of": before});
    let then = world.post(Operator, "/api/v1/reports", then).await.expect(200);
    assert_eq!(then["rows"][0]["keys"][1]["value"], Value::Null, "{then}");
    // A campaign that is over before tells it no more.
    let path = format!("/api/v1/campaigns/{}", made["id"].as_str().unwrap());
    world.patch(Advertiser, &path, json!({"ends_on": "2020-01-01"})).await.expect(200);
    assert_eq!(table(&world, Operator, sold, by).await, ["email -: 1 40.00"]);
    world.clean().await;
}
