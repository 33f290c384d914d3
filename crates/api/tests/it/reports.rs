//! Reports by REST: what each side sees, and what it may not ask.

use app::reporting::{Answering, EngineError, Feed, ReportEngine};
use model::Timestamp;
use parking_lot::Mutex;
use report::{Fact, Plan, reference};
use serde_json::{Value, json};

use crate::{
    personas::Persona::{
        self, Advertiser, Foreigner, Manager, Operator, OtherAdvertiser, OtherPublisher, Publisher,
    },
    world::World,
};

/// Adds up slowly, from memory.
#[derive(Default)]
pub struct Slow(Mutex<reference::Memory>);

impl ReportEngine for Slow {
    fn position(&self) -> i64 {
        self.0.lock().through
    }
    fn append(&self, facts: Vec<Fact>, through: i64, _: Timestamp) -> Result<(), EngineError> {
        self.0.lock().append(facts, through);
        Ok(())
    }
    fn query(&self, plan: Plan) -> Answering<'_> {
        Box::pin(async move { Ok(reference::answer(&self.0.lock().facts, &plan)) })
    }
}

async fn report(world: &World, who: Persona, body: Value) -> Value {
    let engine = world.app.reports.clone().unwrap();
    Feed::default().follow(&world.app, &*engine, None, &|_| {}).await.unwrap();
    world.post(who, "/api/v1/reports", body).await.expect(200)
}

/// Two orders of the publisher, one of them approved and a third of it taken back.
async fn two_orders() -> World {
    let world = World::new().await;
    let first = world.order("o-1").await;
    world.order("o-2").await;
    world.post(Advertiser, &format!("/api/v1/conversions/{first}/approve"), json!({})).await.expect(200);
    let third = json!({"share": "1/3", "reason": "returned"});
    world.post(Advertiser, &format!("/api/v1/conversions/{first}/reverse"), third).await.expect(200);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_sees_its_own() {
    let world = two_orders().await;
    let ask = json!({"metrics": ["clicks", "conversions", "commission", "revenue", "epc"], "by": ["publisher"], "period": "today"});
    let all = report(&world, Operator, ask.clone()).await;
    let usd = |amount: &str| json!({"amount": amount, "currency": "USD"});
    // 9.00 for each order of 90.00, a third of one taken back.
    let values = json!([2, 2, usd("15.00"), usd("150.00"), usd("7.50")]);
    assert_eq!(all["rows"][0]["values"], values, "{all}");
    assert_eq!(all["rows"][0]["keys"][0]["value"], json!(world.ids.publisher));
    assert!(all["rows"][0]["keys"][0]["name"].is_string(), "{all}");
    assert_eq!(all["totals"][0]["values"], values);
    for who in [Advertiser, Manager, Publisher] {
        assert_eq!(report(&world, who, ask.clone()).await["rows"], all["rows"], "{who:?}");
    }
    for who in [OtherAdvertiser, OtherPublisher, Foreigner] {
        let nothing = report(&world, who, ask.clone()).await;
        assert_eq!(nothing["rows"], json!([]), "{who:?}");
        assert_eq!(nothing["totals"][0]["values"][0], json!(0), "{who:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_theirs_cannot_be_asked() {
    let world = World::new().await;
    for (who, body, field) in [
        (Publisher, json!({"metrics": ["fee"], "period": "today"}), "metrics"),
        (Publisher, json!({"metrics": ["cost"], "period": "today"}), "metrics"),
        (Advertiser, json!({"metrics": ["network_margin"], "period": "today"}), "metrics"),
        (Advertiser, json!({"metrics": ["clicks"], "by": ["sub1"], "period": "today"}), "by"),
        (
            Advertiser,
            json!({"metrics": ["clicks"], "filter": {"in": ["sub1", ["a"]]}, "period": "today"}),
            "filter",
        ),
        (Publisher, json!({"metrics": ["clicks"], "period": "today", "side": "advertiser"}), "side"),
        (Operator, json!({"metrics": ["clicks"], "period": "today", "basis": "payment"}), "basis"),
        (Operator, json!({"metrics": ["clicks"], "period": "today", "page_size": 100_000}), "page_size"),
        (Operator, json!({"metrics": ["clicks"], "period": "today", "cursor": "AAAA"}), "cursor"),
        (Operator, json!({"metrics": ["clicks"], "period": "today", "by": ["'; drop table touches"]}), "by"),
    ] {
        let reply = world.post(who, "/api/v1/reports", body.clone()).await;
        assert_eq!(
            reply.refused_field(),
            ("field_invalid".to_owned(), field.to_owned()),
            "{body}: {}",
            reply.text
        );
    }
    let unknown = world.post(Operator, "/api/v1/reports", json!({"metrics": ["clicks"], "sql": "1"})).await;
    assert_eq!(unknown.refused_field().0, "field_unknown");
}

/// A filter on somebody else's id finds nothing, whatever it says: the walls stand around it.
#[tokio::test(flavor = "multi_thread")]
async fn filters_do_not_reach_over_the_walls() {
    let world = two_orders().await;
    let other =
        json!({"or": [{"in": ["publisher", [world.ids.publisher]]}, {"not": {"and": []}}, {"and": []}]});
    let ask = json!({"metrics": ["clicks"], "filter": other, "period": "today"});
    assert_eq!(report(&world, OtherPublisher, ask.clone()).await["totals"][0]["values"], json!([0]));
    assert_eq!(report(&world, Publisher, ask).await["totals"][0]["values"], json!([2]));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_on_where_the_last_one_ended() {
    let world = two_orders().await;
    let ask = json!({"metrics": ["all_conversions"], "by": ["state", "code"], "period": "today", "order": ["state"], "page_size": 1});
    let first = report(&world, Operator, ask.clone()).await;
    // What comes in between is not in the report that is paged through.
    world.order("o-3").await;
    let mut next = ask;
    next["cursor"] = first["next_cursor"].clone();
    let second = report(&world, Operator, next).await;
    let state = |page: &Value| page["rows"][0]["keys"][0]["value"].clone();
    assert_eq!((state(&first), state(&second)), (json!("approved"), json!("pending")));
    assert_eq!(second["rows"][0]["values"], json!([1]));
    assert_eq!(second["next_cursor"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_asked_is_listed() {
    let world = World::new().await;
    let metrics = world.get(Persona::Anonymous, "/api/v1/reports/metrics").await.expect(200);
    let words: Vec<&Value> =
        metrics["items"].as_array().unwrap().iter().map(|metric| &metric["name"]).collect();
    let all =
        report(&world, Operator, json!({"metrics": words, "period": "last_30_days", "by": ["week"]})).await;
    assert_eq!(all["metrics"].as_array().unwrap().len(), words.len());
    let dimensions = world.get(Persona::Anonymous, "/api/v1/reports/dimensions").await.expect(200);
    for dimension in dimensions["items"].as_array().unwrap() {
        let ask = json!({"metrics": ["clicks"], "by": [dimension["name"]], "period": "today"});
        report(&world, Operator, ask).await;
    }
}
