//! Alerts as the parties read them.

use serde_json::{Value, json};

use crate::{
    personas::Persona::{
        Advertiser, Foreigner, Manager, Operator, OtherAdvertiser, OtherPublisher, Publisher,
    },
    world::World,
};

async fn kinds(world: &World, who: crate::personas::Persona, query: &str) -> Vec<String> {
    let page = world.get(who, &format!("/api/v1/alerts{query}")).await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items.map(|alert| alert["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_party_is_told_what_concerns_it() {
    for world in World::on_both().await {
        let (advertiser, program) = (&world.ids.advertiser, &world.ids.program);
        let path = format!("/api/v1/advertisers/{advertiser}");
        for (levels, field) in [
            (json!([{"amount": "0", "currency": "USD"}]), "alert_below[0]"),
            (
                json!([{"amount": "5", "currency": "USD"}, {"amount": "6", "currency": "USD"}]),
                "alert_below[1]",
            ),
        ] {
            let refused = world.patch(Advertiser, &path, json!({ "alert_below": levels })).await;
            assert_eq!(refused.refused_field(), ("field_invalid".to_owned(), field.to_owned()));
        }
        world.patch(Operator, &path, json!({"billing": "prepaid"})).await.expect(200);
        let low = json!([{"amount": "95.00", "currency": "USD"}]);
        world.patch(Advertiser, &path, json!({ "alert_below": low })).await.expect(200);
        let caps = json!([{"metric": "conversions", "period": "day", "limit": "2", "alert_at": [50]}]);
        world
            .patch(Advertiser, &format!("/api/v1/programs/{program}"), json!({ "caps": caps }))
            .await
            .expect(200);
        let funded = |program: Value| program["funded"].as_bool().unwrap();
        let program = format!("/api/v1/programs/{program}");
        assert!(!funded(world.get(Publisher, &program).await.expect(200)));
        let body = json!({"amount": "100.00", "currency": "USD"});
        world.post(Operator, &format!("{path}/fundings"), body).await.expect(201);
        world.order("o-1").await;
        assert!(funded(world.get(Publisher, &program).await.expect(200)));

        // The level was above what was there when it was set; that it is low again is not said twice on one day.
        let all = ["cap", "funds_back", "funds_low", "funds_out"];
        for who in [Operator, Advertiser, Manager] {
            let mut seen = kinds(&world, who, "").await;
            seen.sort_unstable();
            assert_eq!(seen, all, "{who:?}");
        }
        // A publisher with links in its programs hears whether there is money, not how much, and not of the program's caps.
        assert_eq!(kinds(&world, Publisher, "").await, ["funds_back", "funds_out"]);
        assert_eq!(kinds(&world, Publisher, "?kind=funds_low").await, Vec::<String>::new());
        for stranger in [OtherAdvertiser, Foreigner] {
            assert_eq!(kinds(&world, stranger, "").await, Vec::<String>::new(), "{stranger:?}");
            let query = format!("?advertiser_id={advertiser}");
            assert_eq!(kinds(&world, stranger, &query).await, Vec::<String>::new(), "{stranger:?}");
        }
        let others = kinds(&world, OtherPublisher, &format!("?publisher_id={}", world.ids.publisher)).await;
        assert!(others.is_empty(), "{others:?}");
        let cap = world.get(Advertiser, "/api/v1/alerts?kind=cap").await.expect(200)["items"][0].clone();
        assert_eq!(cap["words"]["en"], "The cap on conversions per day has reached 50 %: 1 of 2 is used.");
        assert_eq!((&cap["cap"]["limit"], &cap["program_id"]), (&json!("2"), &json!(world.ids.program)));
        assert!(cap["words"]["vi"].as_str().unwrap().contains("50 %"));
        assert!(cap["words"]["fa"].as_str().unwrap().contains("50٪"));
        let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
        assert!(summary.is_clean(), "{:?}", summary.violations);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_is_told_of_his_own_caps() {
    let world = World::new().await;
    let mut terms = crate::personas::terms();
    terms["caps"] = json!([
        {"metric": "conversions", "period": "day", "limit": "1"},
        {"metric": "charge", "period": "day", "limit": "1000", "alert_at": [1]},
    ]);
    let versions = format!("/api/v1/contracts/{}/versions", world.ids.contract);
    world.post(Advertiser, &versions, json!({ "terms": terms })).await.expect(201);
    world.order("o-1").await;
    assert_eq!(kinds(&world, Publisher, "").await, ["cap"], "not what the advertiser is charged");
    assert_eq!(kinds(&world, Advertiser, "").await, ["cap", "cap"]);
    assert_eq!(kinds(&world, OtherPublisher, "").await, Vec::<String>::new());
}
