//! Versions of contracts: notice, acceptance, their difference in words, and the public page of the terms.

use http::Request;
use model::Clock;
use serde_json::{Value, json};

use crate::{
    personas::{
        Persona::{Advertiser, Anonymous, Operator, OtherPublisher, Publisher},
        terms,
    },
    world::World,
};

fn percent(percent: &str) -> Value {
    let mut terms = terms();
    terms["actions"][0]["rates"][0]["percent"] = json!(percent);
    terms
}

fn path(world: &World, rest: &str) -> String {
    format!("/api/v1/contracts/{}/{rest}", world.ids.contract)
}

#[tokio::test(flavor = "multi_thread")]
async fn worse_terms_need_notice_and_better_ones_begin_at_once() {
    let world = World::new().await;
    let program = format!("/api/v1/programs/{}", world.ids.program);
    world.patch(Advertiser, &program, json!({"notice_days": 14})).await.expect(200);
    let versions = path(&world, "versions");
    let worse = world.post(Advertiser, &versions, json!({"terms": percent("9")})).await;
    assert_eq!(worse.refused_field(), ("field_invalid".into(), "valid_from".into()));
    assert!(worse.text.contains("14 days of notice"), "{}", worse.text);
    let better = world.post(Advertiser, &versions, json!({"terms": percent("11")})).await.expect(201);
    assert_eq!(better["number"], 2);
    let later = world.clock.now().plus_seconds(14 * 86_400 + 60).to_string();
    let announced = json!({"terms": percent("9"), "valid_from": later});
    assert_eq!(world.post(Advertiser, &versions, announced.clone()).await.expect(201)["number"], 3);
    let overlaps = world.post(Advertiser, &versions, announced).await;
    assert_eq!(overlaps.refused_field(), ("field_invalid".into(), "valid_from".into()));
    let own =
        json!({"program_id": world.ids.program, "publisher_id": world.ids.publisher, "terms": percent("5")});
    let own = world.post(Advertiser, "/api/v1/contracts", own).await;
    assert_eq!(
        own.refused_field(),
        ("field_invalid".into(), "valid_from".into()),
        "a worse one of his own too"
    );
    let shorter = world.patch(Advertiser, &program, json!({"notice_days": 0})).await;
    assert_eq!(shorter.refused(403), "right_missing", "publishers were promised fourteen days");
    let dry = world.patch(Operator, &format!("{program}?dry_run=true"), json!({"notice_days": 0})).await;
    dry.expect(200);
    let long = world.patch(Advertiser, &program, json!({"notice_days": 400})).await;
    assert_eq!(long.refused_field(), ("field_invalid".into(), "notice_days".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_difference_of_two_versions_is_told_in_words() {
    let world = World::new().await;
    let mut other = percent("11");
    other["fee"]["percent"] = json!("25");
    other["actions"][0]["hold_seconds"] = json!(5_184_000);
    world.post(Operator, &path(&world, "versions"), json!({"terms": other})).await.expect(201);
    let asked = async |who, query: &str| {
        let told = world.get(who, &path(&world, &format!("versions/1/difference{query}"))).await.expect(200);
        let of = |one: &Value| {
            format!("{} {} {}", one["path"], one["better_for"], one["sentence"]).replace('"', "")
        };
        told["changes"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(
        asked(Publisher, "").await,
        [
            "actions[order].hold_seconds advertiser Action order, time until automatic approval: 60 days instead of 30 days.",
            "actions[order].rates[standard].percent publisher Action order, rate standard, percentage: 11 instead of 10.",
        ],
        "the fee is not the publisher's business"
    );
    assert_eq!(asked(Advertiser, "?to=2").await.len(), 3);
    assert!(asked(Advertiser, "?to=2&language=vi").await[0].contains("60 ngày thay cho 30 ngày"));
    assert!(asked(Advertiser, "?to=2&language=fa").await[0].contains("60 روز به‌جای 30 روز"));
    assert!(asked(Advertiser, "?to=1").await.is_empty());
    assert_eq!(world.get(Publisher, &path(&world, "versions/9/difference")).await.refused(404), "not_found");
    let junk = world.get(Publisher, &path(&world, "versions/1/difference?to=x")).await;
    assert_eq!(junk.refused_field(), ("parameter_invalid".into(), "to".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_counts_before_acceptance_where_the_program_asks_for_it() {
    let world = World::new().await;
    let program = format!("/api/v1/programs/{}", world.ids.program);
    world.patch(Advertiser, &program, json!({"requires_acceptance": true})).await.expect(200);
    let order = async |order_id: &str| {
        let click_id = world.own_click().await;
        let body = json!({"action": "order", "order_id": order_id, "amount": "90.00", "click_id": click_id});
        world.post(Advertiser, "/api/v1/conversions", body).await.expect(201)
    };
    assert_eq!(order("o-1").await["code"], "contract_not_accepted");
    let accept = path(&world, "versions/1/accept");
    let who = json!({"publisher_id": world.ids.publisher});
    assert_eq!(
        world.post(Publisher, &accept, json!({})).await.refused(403),
        "right_missing",
        "it takes approve"
    );
    let accepted = world.post(Operator, &accept, who.clone()).await.expect(200);
    assert_eq!(accepted["terms_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(world.post(Operator, &accept, who).await.expect(200), accepted, "again it is the first one");
    assert_eq!(order("o-2").await["code"], "ok");
    // What was refused can be corrected: the same order counts now.
    assert_eq!(order("o-1").await["code"], "ok");
    let seen = async |who| world.get(who, &path(&world, "acceptances")).await.expect(200)["items"].clone();
    assert_eq!(seen(Advertiser).await, json!([accepted]));
    assert_eq!(seen(Publisher).await, json!([accepted]));
    assert_eq!(seen(OtherPublisher).await, json!([]));
    // An acceptance holds for later versions, which come with notice.
    world.post(Advertiser, &path(&world, "versions"), json!({"terms": percent("12")})).await.expect(201);
    assert_eq!(order("o-3").await["code"], "ok");
    // A nearer contract, better as it may be, takes nothing from him before he accepts it.
    let own =
        json!({"program_id": world.ids.program, "publisher_id": world.ids.publisher, "terms": percent("15")});
    let own = world.post(Advertiser, "/api/v1/contracts", own).await.expect(201);
    let paid = order("o-4").await;
    assert_eq!((&paid["code"], &paid["commission"]["amount"]), (&json!("ok"), &json!("10.80")));
    let accept_own = format!("/api/v1/contracts/{}/versions/1/accept", own["id"].as_str().unwrap());
    world.post(Operator, &accept_own, json!({"publisher_id": world.ids.publisher})).await.expect(200);
    assert_eq!(order("o-5").await["commission"]["amount"], "13.50");
    let nobody = world.post(Operator, &accept, json!({})).await;
    assert_eq!(nobody.refused_field(), ("field_missing".into(), "publisher_id".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_reads_the_terms_of_a_public_program_and_of_no_other() {
    let world = World::new().await;
    let program = format!("/api/v1/programs/{}", world.ids.program);
    let page = format!("/terms/{}", world.ids.program);
    let get = async |path: &str, language: &str| {
        let request = Request::builder().uri(path).header("accept-language", language);
        world.send(request.body(axum::body::Body::empty()).unwrap()).await
    };
    assert_eq!(get(&page, "en").await.status.as_u16(), 404, "it is not public yet");
    let hostile = "<script>alert(1)</script>\"'&";
    let change = json!({"public_page": true, "name": hostile, "public_terms": "No <b>brand</b> bidding.", "notice_days": 7});
    world.patch(Advertiser, &program, change).await.expect(200);
    let english = get(&page, "de, en;q=0.8").await;
    assert_eq!(english.status.as_u16(), 200);
    assert!(english.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    for wanted in
        ["10 %", "standard", "30 days", "&lt;script&gt;", "No &lt;b&gt;brand", "7 days", "dir=\"ltr\""]
    {
        assert!(english.text.contains(wanted), "{wanted}: {}", english.text);
    }
    assert!(!english.text.contains("<script") && !english.text.contains("<b>"), "{}", english.text);
    let persian = get(&page, "fa-IR,fa;q=0.9,en;q=0.8").await;
    assert!(persian.text.contains("<html lang=\"fa\" dir=\"rtl\">") && persian.text.contains("۳۰ روز"));
    assert!(get(&format!("{page}?language=vi"), "fa").await.text.contains("30 ngày"));
    let data = get(&format!("{page}?format=json"), "en").await.expect(200);
    assert_eq!(data["in_force"]["terms"]["actions"][0]["rates"][0]["percent"], "10");
    assert_eq!(data["in_force"]["terms"]["fee"], json!({}), "the fee is nobody's business");
    world.patch(Advertiser, &program, json!({"status": "paused"})).await.expect(200);
    assert_eq!(get(&page, "en").await.status.as_u16(), 404);
    assert_eq!(world.get(Anonymous, "/terms/nothing").await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_fee_is_no_amount_of_another_currency() {
    let world = World::new().await;
    let mut fixed = percent("11");
    fixed["fee"] = json!({"percent": "20", "fixed": "5000"});
    world.post(Operator, &path(&world, "versions"), json!({"terms": fixed})).await.expect(201);
    let mut own = percent("12");
    own["currency"] = json!("VND");
    own.as_object_mut().unwrap().remove("fee");
    let own = json!({"program_id": world.ids.program, "publisher_id": world.ids.publisher, "terms": own});
    let refused = world.post(Advertiser, "/api/v1/contracts", own).await;
    assert_eq!(refused.refused_field(), ("field_invalid".into(), "terms.fee".into()), "{}", refused.text);
}
