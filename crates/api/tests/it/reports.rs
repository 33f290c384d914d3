//! Reports by REST: what each side sees, and what it may not ask.

use app::reporting::{Answering, AnsweringSql, EngineError, Feed, ReportEngine, Streaming, Working};
use model::Timestamp;
use parking_lot::Mutex;
use report::{Fact, FactPage, Plan, plan::Group, reference, sql::Question};
use serde_json::{Value, json};

use crate::{
    personas::Persona::{
        self, Advertiser, Foreigner, Manager, Operator, OtherAdvertiser, OtherPublisher, Publisher,
    },
    world::World,
};

/// A stream of one batch.
fn at_once<T: Send + 'static>(all: Vec<T>) -> Streaming<T> {
    let (send, stream) = tokio::sync::mpsc::channel(1);
    send.try_send(Ok(all)).unwrap();
    stream
}

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
    fn facts(&self, plan: Plan, page: FactPage) -> Working<'_, Vec<Fact>> {
        Box::pin(async move { Ok(reference::behind(&self.0.lock().facts, &plan, page)) })
    }
    fn stream_groups(&self, plan: Plan) -> Streaming<Group> {
        at_once(reference::answer(&self.0.lock().facts, &plan).groups)
    }
    fn stream_facts(&self, plan: Plan) -> Streaming<Fact> {
        at_once(reference::behind(&self.0.lock().facts, &plan, FactPage { after: None, take: usize::MAX }))
    }
    fn parquet(&self, _: &[sheets::Column]) -> Result<Box<dyn sheets::Sheet>, EngineError> {
        Err(EngineError::Failed("only the lake writes Parquet".to_owned()))
    }
    fn sql(&self, question: Question) -> AnsweringSql<'_> {
        Box::pin(async move { Err(EngineError::Question(format!("nobody reads `{}` here", question.text))) })
    }
}

/// Has everything that was booked in reports.
pub async fn follow(world: &World) {
    let engine = world.app.reports.clone().unwrap();
    Feed::default().follow(&world.app, &*engine, None, &|_| {}).await.unwrap();
}

async fn report(world: &World, who: Persona, body: Value) -> Value {
    follow(world).await;
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

/// Who serves a publisher stands for all that he ever brought; of nobody's publishers the key is empty.
#[tokio::test(flavor = "multi_thread")]
async fn managers_stand_in_reports_of_the_operator() {
    let world = two_orders().await;
    let ask = json!({"metrics": ["clicks", "conversions"], "by": ["manager"], "period": "today"});
    let table = report(&world, Operator, ask.clone()).await;
    let key = table["rows"][0]["keys"][0].clone();
    assert_eq!(table["rows"].as_array().unwrap().len(), 1, "{table}");
    assert!(key["value"].as_str().unwrap().starts_with("usr_"), "{table}");
    assert!(key["name"].is_string(), "{table}");
    assert_eq!(table["rows"][0]["values"], json!([2, 2]));
    // The way down, and a filter, mean the same.
    let row = json!({"metrics": ["clicks"], "period": "today", "row": {"manager": key["value"]}});
    let facts = world.post(Operator, "/api/v1/reports/facts", row).await.expect(200);
    assert!(!facts["items"].as_array().unwrap().is_empty(), "{facts}");
    let mut others = ask.clone();
    others["filter"] = json!({"not": {"in": ["manager", [key["value"]]]}});
    assert_eq!(report(&world, Operator, others).await["rows"], json!([]));
    for who in [Advertiser, Publisher, Manager] {
        let refused = world.post(who, "/api/v1/reports", ask.clone()).await;
        assert_eq!(refused.refused_field().1, "by", "{who:?}: {}", refused.text);
    }
    // When nobody serves him any more, nobody stands for him.
    let user = format!("/api/v1/users/{}", key["value"].as_str().unwrap());
    world.patch(Operator, &user, json!({"status": "paused"})).await.expect(200);
    let table = report(&world, Operator, ask).await;
    assert_eq!(table["rows"][0]["keys"][0]["value"], Value::Null, "{table}");
}

/// Reach says since when its visitors are known.
#[tokio::test(flavor = "multi_thread")]
async fn reports_say_since_when_visitors_are_known() {
    let world = two_orders().await;
    let network = format!("/api/v1/networks/{}", world.ids.network);
    for (days, field) in [(0, "touch_detail_days"), (4_000, "touch_detail_days")] {
        let refused = world.patch(Operator, &network, json!({ "touch_detail_days": days })).await;
        assert_eq!(refused.refused_field().1, field, "{}", refused.text);
    }
    let ask = json!({"metrics": ["reach"], "period": "last_30_days"});
    assert_eq!(report(&world, Operator, ask.clone()).await["visitors_from"], Value::Null);
    world.patch(Operator, &network, json!({"touch_detail_days": 7})).await.expect(200);
    let from = report(&world, Operator, ask.clone()).await["visitors_from"].clone();
    assert!(from.as_str().unwrap().ends_with("T00:00:00.000000Z"), "{from}");
    let clicks = json!({"metrics": ["clicks"], "period": "last_30_days"});
    assert_eq!(report(&world, Operator, clicks).await["visitors_from"], Value::Null);
    world.patch(Operator, &network, json!({"touch_detail_days": null})).await.expect(200);
    assert_eq!(report(&world, Operator, ask).await["visitors_from"], Value::Null);
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

/// What a column of the facts behind a report adds up to, in units of the sixth decimal.
async fn behind(world: &World, who: Persona, ask: &Value, measure: &str) -> (usize, i64) {
    let (mut ask, mut count, mut sum) = (ask.clone(), 0, 0);
    loop {
        let page = world.post(who, "/api/v1/reports/facts", ask.clone()).await.expect(200);
        for fact in page["items"].as_array().unwrap() {
            count += 1;
            let value = &fact["measures"][measure];
            sum += value.as_i64().unwrap_or_else(|| millionths(value["amount"].as_str().unwrap_or("0")));
        }
        if page["next_cursor"].is_null() {
            return (count, sum);
        }
        ask["cursor"] = page["next_cursor"].clone();
    }
}

fn millionths(text: &str) -> i64 {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let units: i64 = format!("{whole}{fraction:0<6}").parse().unwrap();
    sign * units
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_leads_to_its_facts() {
    let world = two_orders().await;
    let ask = json!({"metrics": ["commission"], "by": ["day", "state"], "period": "today"});
    let report = report(&world, Advertiser, ask).await;
    assert_eq!(report["rows"].as_array().unwrap().len(), 2, "approved and pending: {report}");
    for row in report["rows"].as_array().unwrap() {
        let keys = json!({"day": row["keys"][0]["value"], "state": row["keys"][1]["value"]});
        let ask = json!({"metrics": ["commission"], "row": keys, "period": "today", "page_size": 1});
        let (count, sum) = behind(&world, Advertiser, &ask, "commission").await;
        assert_eq!(sum, millionths(row["values"][0]["amount"].as_str().unwrap()), "{row}");
        assert!(count > 0, "{row}");
        // The facts name conversions, and these have receipts.
        let page = world.post(Publisher, "/api/v1/reports/facts", ask).await.expect(200);
        let conversion = page["items"][0]["conversion_id"].as_str().unwrap();
        world.get(Publisher, &format!("/api/v1/conversions/{conversion}/receipt")).await.expect(200);
        let touch = page["items"][0]["touch_id"].as_str().unwrap();
        world.get(Publisher, &format!("/api/v1/touches/{touch}")).await.expect(200);
    }
    let clicks = json!({"metrics": ["clicks"], "period": "today", "page_size": 1});
    assert_eq!(behind(&world, Publisher, &clicks, "clicks").await, (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_stay_within_the_walls() {
    let world = two_orders().await;
    let all = json!({"period": "today"});
    report(&world, Operator, json!({"metrics": ["clicks"], "period": "today"})).await;
    for who in [OtherAdvertiser, OtherPublisher, Foreigner] {
        assert_eq!(behind(&world, who, &all, "clicks").await.0, 0, "{who:?}");
    }
    for (who, hidden) in [(Publisher, "fee"), (Advertiser, "network_bonus")] {
        let page = world.post(who, "/api/v1/reports/facts", all.clone()).await.expect(200);
        assert!(page["items"].as_array().unwrap().iter().all(|fact| fact["measures"][hidden].is_null()));
        assert!(!world.post(who, "/api/v1/reports/facts", all.clone()).await.text.contains("visitor"));
    }
    let page = world.post(Advertiser, "/api/v1/reports/facts", all.clone()).await.text;
    assert!(!page.contains("\"sub1\"") && !page.contains("\"link\""), "{page}");
    for (who, body, field) in [
        (Advertiser, json!({"period": "today", "row": {"sub1": "a"}}), "row"),
        (Publisher, json!({"period": "today", "row": {"moon": "a"}}), "row"),
        (Publisher, json!({"period": "today", "row": {"day": "1999-01-01"}}), "row"),
        (Publisher, json!({"period": "today", "row": {"day": null}}), "row"),
        (Publisher, json!({"period": "today", "metrics": ["fee"]}), "metrics"),
        (Publisher, json!({"period": "today", "page_size": 0}), "page_size"),
        (Publisher, json!({"period": "today", "cursor": "AAAA"}), "cursor"),
    ] {
        let reply = world.post(who, "/api/v1/reports/facts", body.clone()).await;
        assert_eq!(reply.refused_field(), ("field_invalid".to_owned(), field.to_owned()), "{body}");
    }
}

/// The rows of a CSV file after its header.
fn lines(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_says_what_the_report_says() {
    let world = two_orders().await;
    for order in [json!([]), json!(["-clicks"])] {
        let ask = json!({"metrics": ["clicks", "commission", "epc"], "by": ["publisher", "state"],
            "period": "today", "order": order});
        let shown = report(&world, Advertiser, ask.clone()).await;
        let file = json!({"format": "csv", "report": ask});
        let reply = world.post(Advertiser, "/api/v1/reports/export", file.clone()).await;
        reply.expect(200);
        assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(reply.headers["content-disposition"], "attachment; filename=\"report.csv\"");
        assert!(reply.text.starts_with("publisher,publisher_name,state,clicks,commission,epc,amounts_in\n"));
        let mut written = lines(&reply.text);
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Object(money) => money["amount"].as_str().unwrap().to_owned(),
            _ => String::new(),
        };
        let row = |row: &Value| {
            let (keys, values) = (&row["keys"], &row["values"]);
            let parts =
                [&keys[0]["value"], &keys[0]["name"], &keys[1]["value"], &values[0], &values[1], &values[2]];
            parts.into_iter().map(text).chain(["USD".to_owned()]).collect::<Vec<String>>()
        };
        let mut wanted: Vec<Vec<String>> = shown["rows"].as_array().unwrap().iter().map(row).collect();
        if order == json!([]) {
            written.sort();
            wanted.sort();
        }
        assert_eq!(written, wanted);
        let nothing = world.post(OtherPublisher, "/api/v1/reports/export", file).await;
        assert_eq!(lines(&nothing.text), Vec::<Vec<String>>::new());
    }
    let facts = json!({"format": "csv", "facts": {"period": "today", "metrics": ["clicks"]}});
    assert_eq!(lines(&world.post(Publisher, "/api/v1/reports/export", facts).await.text).len(), 2);
    let workbook = json!({"format": "xlsx", "report": {"metrics": ["clicks"], "period": "today"}});
    let reply = world.post(Publisher, "/api/v1/reports/export", workbook).await;
    assert!(reply.status.is_success() && reply.text.starts_with("PK"), "{reply:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_nothing_sensible_is_refused() {
    let world = World::new().await;
    let report = json!({"metrics": ["clicks"], "period": "today"});
    for (body, code, field) in [
        (json!({"format": "csv"}), "field_missing", "report"),
        (json!({"format": "csv", "report": report, "facts": {"period": "today"}}), "field_invalid", "facts"),
        (json!({"format": "doc", "report": report}), "field_invalid", "format"),
        (
            json!({"format": "csv", "report": {"metrics": ["fee"], "period": "today"}}),
            "field_invalid",
            "metrics",
        ),
    ] {
        let reply = world.post(Publisher, "/api/v1/reports/export", body.clone()).await;
        assert_eq!(reply.refused_field(), (code.to_owned(), field.to_owned()), "{body}: {}", reply.text);
    }
}
